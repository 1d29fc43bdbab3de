//! The elements of data objects (BER-TLV, SP 800-73-4 part 1, appendix A): tags of one byte.

/// One element of a data object: tag, length (BER), value.
pub(crate) fn element(tag: u8, value: &[u8]) -> Vec<u8> {
    let [.., high, low] = value.len().to_be_bytes();
    let mut out = vec![tag];
    match value.len() {
        0..=0x7f => out.push(low),
        0x80..=0xff => out.extend([0x81, low]),
        _ => out.extend([0x82, high, low]),
    }
    out.extend_from_slice(value);
    out
}

/// The elements of a data object; none if one is cut short.
pub(crate) fn elements(mut bytes: &[u8]) -> Option<Vec<(u8, &[u8])>> {
    let mut out = vec![];
    while let [tag, rest @ ..] = bytes {
        let (len, rest) = match rest {
            [0x82, high, low, rest @ ..] => (usize::from(*high) << 8 | usize::from(*low), rest),
            [0x81, len, rest @ ..] | [len @ 0..=0x7f, rest @ ..] => (usize::from(*len), rest),
            _ => return None,
        };
        let (value, rest) = rest.split_at_checked(len)?;
        out.push((*tag, value));
        bytes = rest;
    }
    Some(out)
}

/// The value of the first element with this tag, in bytes that are a list of elements.
pub(crate) fn value(bytes: &[u8], tag: u8) -> Option<&[u8]> {
    elements(bytes)?.into_iter().find(|e| e.0 == tag).map(|e| e.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_read_as_written_and_cut_ones_refused() {
        let long = vec![9; 700];
        let whole = [element(0x70, &long), element(0x71, &[0]), element(0xfe, &[])].concat();
        assert_eq!(elements(&whole).unwrap(), [(0x70, &long[..]), (0x71, &[0][..]), (0xfe, &[][..])]);
        for len in 1..704 {
            assert!(elements(&whole[..len]).is_none(), "{len} bytes");
        }
    }
}
