//! Text files as other systems write them: with a byte-order mark, or as UTF-16, which Windows PowerShell 5.1's `>` makes
//! of every command's output.

use std::borrow::Cow;

/// The same text as UTF-8 without a mark. What is neither marked nor UTF-16 comes back as it is.
pub(crate) fn utf8(bytes: &[u8]) -> Cow<'_, [u8]> {
    if let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        return Cow::Borrowed(rest);
    }
    let wide = |rest: &[u8], read: fn([u8; 2]) -> u16| {
        let units = rest.chunks_exact(2).map(|pair| read([pair[0], pair[1]]));
        let text: String =
            char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
        Cow::Owned(text.into_bytes())
    };
    if let Some(rest) = bytes.strip_prefix(b"\xff\xfe") {
        return wide(rest, u16::from_le_bytes);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xfe\xff") {
        return wide(rest, u16::from_be_bytes);
    }
    Cow::Borrowed(bytes)
}

#[cfg(test)]
mod tests {
    use super::utf8;

    #[test]
    fn every_way_of_writing_a_text_reads_the_same() {
        let text = "{\"KeyId\": \"ä\"}";
        let wide = |write: fn(u16) -> [u8; 2], mark: &[u8]| {
            [mark.to_vec(), text.encode_utf16().flat_map(write).collect()].concat()
        };
        for bytes in [
            text.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", text.as_bytes()].concat(),
            wide(u16::to_le_bytes, b"\xff\xfe"),
            wide(u16::to_be_bytes, b"\xfe\xff"),
        ] {
            assert_eq!(&*utf8(&bytes), text.as_bytes());
        }
        // A byte too many, as a file that was cut off has, is dropped: the parser then says that the text ends early.
        assert_eq!(&*utf8(b"\xff\xfea\0b"), b"a");
    }
}
