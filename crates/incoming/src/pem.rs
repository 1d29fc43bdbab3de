//! PEM (RFC 7468), read as tools write it: text and blank lines around the block (`openssl -text`, Bag Attributes),
//! indentation and trailing spaces (YAML, mail), a body in one line or in lines of any length, and line ends that became
//! the two characters `\n` when a JSON value was copied by hand.
//!
//! Lax about layout only: a block has to end, its two labels have to agree, and its base64 (RFC 4648) has to be whole.
//! What is in it is judged byte for byte by whoever asked for it.

use std::fmt;

/// One block.
#[derive(Clone, PartialEq, Eq)]
pub struct Block {
    /// What stands between `-----BEGIN ` and `-----`.
    pub label: String,
    /// The bytes.
    pub der: Vec<u8>,
}

impl fmt::Debug for Block {
    // A block that came in by mistake may be a private key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Block({}, {} bytes)", self.label, self.der.len())
    }
}

/// Why a text has no PEM that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotPem {
    /// No line begins a block.
    NoBlock,
    /// A block begins and does not end.
    NotEnded,
    /// A block ends under another label than it began with.
    Labels,
    /// What is in a block is not base64, or part of it is missing.
    NotBase64,
    /// A private key under a passphrase, in the old form with headers in the block.
    Headers,
}

impl std::error::Error for NotPem {}

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";

/// Every block of a text, in its order; at least one. Two blocks that are the same count once.
pub fn blocks(text: &str) -> Result<Vec<Block>, NotPem> {
    // Base64 and labels have no backslash, so these can only be line ends that were escaped.
    let text = text.replace("\\r", "").replace("\\n", "\n");
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let plain = lines.join("\n");
    let begun = plain.matches(BEGIN).count();
    if begun == 0 {
        return Err(NotPem::NoBlock);
    }
    if plain.matches(END).count() < begun {
        return Err(NotPem::NotEnded);
    }
    if plain.contains("\nProc-Type:") || plain.contains("\nDEK-Info:") {
        return Err(NotPem::Headers);
    }
    // A block in one line, where blanks stand for the line ends, is base64 with blanks: the library takes none.
    let parsed = pem::parse_many(without_blanks(&plain)).map_err(|e| match e {
        pem::PemError::MismatchedTags(..) => NotPem::Labels,
        _ => NotPem::NotBase64,
    })?;
    // The library stops at what it does not see as a block.
    if parsed.len() != begun {
        return Err(NotPem::NotEnded);
    }
    let mut found: Vec<Block> = Vec::new();
    for block in parsed {
        let block = Block { label: block.tag().to_owned(), der: block.into_contents() };
        if !found.contains(&block) {
            found.push(block);
        }
    }
    Ok(found)
}

/// The same text with no blanks in the bodies of its blocks; blanks belong to labels and to the text around.
fn without_blanks(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(BEGIN) {
        let (before, block) = rest.split_at(at);
        out.push_str(before);
        let label_ends = block[BEGIN.len()..].find("-----").map(|n| BEGIN.len() + n + 5);
        let body_ends = block.find(END);
        let (Some(label_ends), Some(body_ends)) = (label_ends, body_ends) else { break };
        if body_ends < label_ends {
            break;
        }
        out.push_str(&block[..label_ends]);
        out.push('\n');
        out.extend(block[label_ends..body_ends].chars().filter(|c| !matches!(c, ' ' | '\t')));
        out.push_str(END);
        rest = &block[body_ends + END.len()..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: &str =
        "-----BEGIN PUBLIC KEY-----\nQUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo=\n-----END PUBLIC KEY-----\n";

    fn only(text: &str) -> Vec<u8> {
        let found = blocks(text).unwrap_or_else(|e| panic!("{e}: {text}"));
        assert_eq!(found.len(), 1, "{text}");
        assert_eq!(found[0].label, "PUBLIC KEY");
        found[0].der.clone()
    }

    #[test]
    fn every_layout_that_tools_make_reads_the_same() {
        let body = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo=";
        for text in [
            PLAIN.to_owned(),
            format!("\n\n{PLAIN}\n\n"),
            format!("Bag Attributes\n    friendlyName: kek\nKey Attributes: <No Attributes>\n{PLAIN}"),
            format!(
                "Public-Key: (4096 bit)\nModulus:\n    00:c4\nExponent: 65537 (0x10001)\n{PLAIN}see above\n"
            ),
            PLAIN.replace('\n', " \t\n"),
            format!("    {}", PLAIN.replace('\n', "\n    ")),
            PLAIN.replace("WVo=", "\n\nWVo=").replace("QUJ", "\nQUJ"),
            format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----", body.replace("RVG", "RVG\n")),
            format!("-----BEGIN PUBLIC KEY-----{body}-----END PUBLIC KEY-----"),
            PLAIN.trim_end().replace('\n', " "),
            PLAIN.replace('\n', "\\n"),
            PLAIN.replace('\n', "\\r\\n"),
            format!("{PLAIN}{PLAIN}"),
        ] {
            assert_eq!(only(&text), b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", "{text}");
        }
    }

    #[test]
    fn what_is_no_whole_block_is_named() {
        assert_eq!(blocks("MIIB"), Err(NotPem::NoBlock));
        assert_eq!(blocks("-----BEGIN PUBLIC KEY-----\nQUJD\n"), Err(NotPem::NotEnded));
        assert_eq!(blocks(&PLAIN.replace("END PUBLIC", "END PRIVATE")), Err(NotPem::Labels));
        assert_eq!(blocks(&PLAIN.replace("WVo=", "WVo")), Err(NotPem::NotBase64));
        assert_eq!(blocks(&PLAIN.replace("WVo=", "W!o=")), Err(NotPem::NotBase64));
        assert_eq!(blocks(&format!("{PLAIN}-----BEGIN PUBLIC KEY-----\nQU")), Err(NotPem::NotEnded));
        let old = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nQUJD\n\
                   -----END RSA PRIVATE KEY-----\n";
        assert_eq!(blocks(old), Err(NotPem::Headers));
        let two = format!("{PLAIN}{}", PLAIN.replace("QUJD", "QUJE"));
        assert_eq!(blocks(&two).unwrap().len(), 2);
    }

    #[test]
    fn any_text_is_survived() {
        for text in [
            "-----BEGIN ",
            "-----BEGIN -----",
            "-----END X----------BEGIN X-----",
            "-----BEGIN A-----END A-----",
        ] {
            let _ = blocks(text);
        }
    }
}
