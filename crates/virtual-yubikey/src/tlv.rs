//! BER-TLV as ISO/IEC 7816-4 cards use it: tags of one to three bytes, lengths up to 65,535.

/// Encodes one element.
pub(crate) fn encode(tag: u32, value: &[u8]) -> Vec<u8> {
    let tag_bytes = tag.to_be_bytes();
    let first = tag_bytes.iter().position(|b| *b != 0).unwrap_or(3);
    let mut out = tag_bytes[first..].to_vec();
    let [.., high, low] = value.len().to_be_bytes();
    match value.len() {
        0..=0x7f => out.push(low),
        0x80..=0xff => out.extend([0x81, low]),
        _ => out.extend([0x82, high, low]),
    }
    out.extend_from_slice(value);
    out
}

/// Reads a flat list of elements; none if any is cut short.
pub(crate) fn decode(mut bytes: &[u8]) -> Option<Vec<(u32, Vec<u8>)>> {
    let mut out = vec![];
    while !bytes.is_empty() {
        let mut tag = u32::from(take(&mut bytes)?);
        if tag & 0x1f == 0x1f {
            tag = tag << 8 | u32::from(take(&mut bytes)?);
        }
        let len = match take(&mut bytes)? {
            0x81 => usize::from(take(&mut bytes)?),
            0x82 => usize::from(take(&mut bytes)?) << 8 | usize::from(take(&mut bytes)?),
            short @ 0..=0x7f => usize::from(short),
            _ => return None,
        };
        let (value, rest) = bytes.split_at_checked(len)?;
        out.push((tag, value.to_vec()));
        bytes = rest;
    }
    Some(out)
}

/// The value of the first element with this tag in a flat list.
pub(crate) fn find(list: &[(u32, Vec<u8>)], tag: u32) -> Option<&[u8]> {
    list.iter().find(|e| e.0 == tag).map(|e| e.1.as_slice())
}

fn take(bytes: &mut &[u8]) -> Option<u8> {
    let (&first, rest) = bytes.split_first()?;
    *bytes = rest;
    Some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_is_decoded() {
        for len in [0, 1, 127, 128, 255, 256, 3000] {
            let value = vec![7; len];
            let list = decode(&[encode(0x53, &value), encode(0x7f49, &[1])].concat()).unwrap();
            assert_eq!(list, [(0x53, value), (0x7f49, vec![1])]);
        }
    }

    #[test]
    fn a_cut_element_is_refused() {
        let whole = encode(0x7f49, &[9; 300]);
        for len in 1..whole.len() {
            assert!(decode(&whole[..len]).is_none(), "{len} bytes");
        }
    }
}
