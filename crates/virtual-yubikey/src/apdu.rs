//! Command APDUs and status words (ISO/IEC 7816-4, SP 800-73-4 part 2).

/// A status word other than success.
pub(crate) type Sw = u16;

pub(crate) const SUCCESS: Sw = 0x9000;
pub(crate) const WRONG_LENGTH: Sw = 0x6700;
pub(crate) const SECURITY_STATUS: Sw = 0x6982;
pub(crate) const BLOCKED: Sw = 0x6983;
pub(crate) const CONDITIONS: Sw = 0x6985;
pub(crate) const INCORRECT_DATA: Sw = 0x6a80;
pub(crate) const NOT_FOUND: Sw = 0x6a82;
pub(crate) const NO_SPACE: Sw = 0x6a84;
pub(crate) const INCORRECT_P1P2: Sw = 0x6a86;
pub(crate) const NO_REFERENCE: Sw = 0x6a88;
pub(crate) const WRONG_SLOT: Sw = 0x6b00;
pub(crate) const UNKNOWN_INSTRUCTION: Sw = 0x6d00;
pub(crate) const ABORTED: Sw = 0x6f00;

/// A wrong PIN or PUK: 63Cx, where x is the number of tries left.
pub(crate) fn tries_left(left: u8) -> Sw {
    0x63c0 | Sw::from(left.min(15))
}

/// One command, short or extended.
pub(crate) struct Command<'a> {
    pub(crate) cla: u8,
    pub(crate) ins: u8,
    pub(crate) p1: u8,
    pub(crate) p2: u8,
    pub(crate) data: &'a [u8],
    /// The most bytes that the reader takes in one answer, beside the status word.
    pub(crate) expected: usize,
}

impl<'a> Command<'a> {
    pub(crate) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let (&[cla, ins, p1, p2], body) = bytes.split_first_chunk()?;
        let with = |data, expected| Some(Self { cla, ins, p1, p2, data, expected });
        match body {
            [] => with(&[], 256),
            [le] => with(&[], short_le(*le)),
            [0, high, low] => with(&[], extended_le(*high, *low)),
            [0, high, low, rest @ ..] if body.len() > 3 => {
                let len = usize::from(*high) << 8 | usize::from(*low);
                let (data, le) = rest.split_at_checked(len)?;
                matches!(le.len(), 0 | 2).then(|| with(data, 65_536))?
            }
            [len, rest @ ..] => {
                let (data, le) = rest.split_at_checked(usize::from(*len))?;
                (le.len() <= 1).then(|| with(data, 256))?
            }
        }
    }

    /// Whether more of the same command's data follows (command chaining).
    pub(crate) fn is_chained(&self) -> bool {
        self.cla & 0x10 != 0
    }
}

fn short_le(le: u8) -> usize {
    if le == 0 { 256 } else { usize::from(le) }
}

fn extended_le(high: u8, low: u8) -> usize {
    match usize::from(high) << 8 | usize::from(low) {
        0 => 65_536,
        n => n,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_case_of_iso_7816_4_is_read() {
        let cases: [(&[u8], usize, usize); 7] = [
            (&[0, 1, 2, 3], 0, 256),
            (&[0, 1, 2, 3, 9], 0, 9),
            (&[0, 1, 2, 3, 2, 8, 8], 2, 256),
            (&[0, 1, 2, 3, 2, 8, 8, 0], 2, 256),
            (&[0, 1, 2, 3, 0, 1, 0], 0, 256),
            (&[0, 1, 2, 3, 0, 0, 2, 8, 8], 2, 65_536),
            (&[0, 1, 2, 3, 0, 0, 2, 8, 8, 0, 0], 2, 65_536),
        ];
        for (bytes, data, expected) in cases {
            let command = Command::parse(bytes).unwrap();
            assert_eq!((command.data.len(), command.expected), (data, expected), "{bytes:?}");
        }
        assert!(Command::parse(&[0, 1, 2]).is_none());
        assert!(Command::parse(&[0, 1, 2, 3, 4, 1]).is_none(), "data shorter than it says");
    }
}
