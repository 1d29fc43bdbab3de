//! The workstation card: what a workstation's records are known by, noted when it was commissioned. A text that people read,
//! with the key in it and that key's signature over all of it; `docs/formats/workstation-card.md` has the exact form.
//!
//! The signature shows that the card is whole, as it was written. It does not show whose card it is: anybody can make a key
//! and a card of it. What tells the true one is the way that it came.
use data_encoding::BASE64;

use crate::sign;
use crate::types::Signer;

/// What every card begins with, of whatever version.
pub const CALLED: &str = "Cofferdam workstation card ";
/// The first line, which names the format and its version.
const FIRST: &str = "Cofferdam workstation card 1\n";
const BEGIN_KEY: &str = "-----BEGIN PUBLIC KEY-----\n";
const BEGIN_SIGNATURE: &str = "-----BEGIN CARD SIGNATURE-----\n";
const END_SIGNATURE: &str = "-----END CARD SIGNATURE-----\n";

/// A card that is whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// What it says, without the key and the signature.
    pub says: String,
    /// DER `SubjectPublicKeyInfo` of the key that signs the workstation's records: P-256, 91 bytes.
    pub key: Vec<u8>,
}

/// Writes a card: what it says, the key, and the key's signature (ECDSA P-256 with SHA-256, DER, base64) over all before it.
///
/// Errors: the signer's, in its words; a text that is not made of whole lines or has a line of five dashes.
pub fn write(says: &str, signer: &mut dyn Signer) -> Result<String, String> {
    let body = format!("{FIRST}\n{says}\n{}", sign::to_pem(signer.public_key()));
    let signature = sign::signed(signer, body.as_bytes())?;
    let text = whole(&body, &signature);
    // What cannot be read is not written.
    if read(text.as_bytes()).is_some() { Ok(text) } else { Err(crate::words::NOT_A_CARD.to_owned()) }
}

/// Reads a card; none where it is no card, or any byte of it is another than was signed. Line ends may all be those of
/// Windows, which an editor makes of them.
pub fn read(bytes: &[u8]) -> Option<Card> {
    let text = std::str::from_utf8(bytes).ok()?;
    let text = if text.contains('\r') { unix(text)? } else { text.to_owned() };
    let (body, _) = text.split_once(BEGIN_SIGNATURE)?;
    let (_, key) = body.split_once(BEGIN_KEY)?;
    let key = sign::from_pem(format!("{BEGIN_KEY}{key}").as_bytes())?;
    let says = body.strip_prefix(FIRST)?.strip_prefix('\n')?;
    let says = says.strip_suffix(&format!("\n{}", sign::to_pem(&key)))?;
    let encoded: String =
        text.strip_prefix(body)?.lines().filter(|line| !line.starts_with("-----")).collect();
    let signature = BASE64.decode(encoded.as_bytes()).ok()?;
    let as_written = whole(body, &signature) == text && !says.contains("-----");
    (as_written && sign::good(&key, body.as_bytes(), &signature))
        .then(|| Card { says: says.to_owned(), key: key.clone() })
}

/// The whole text, with the signature as it is laid out.
fn whole(body: &str, signature: &[u8]) -> String {
    body.to_owned() + &sign::between(BEGIN_SIGNATURE, signature, END_SIGNATURE)
}

/// The text with the line ends of Unix, where all are those of Windows.
fn unix(text: &str) -> Option<String> {
    let unix = text.replace("\r\n", "\n");
    (unix.replace('\n', "\r\n") == text).then_some(unix)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sign::tests::Key;

    const SAYS: &str =
        "Ceremony  20261129-1\nHSM       SoftHSM v2, serial 0a1b\n\n  1  0a1b 2c3d\n     alfa bravo\n";

    #[test]
    fn what_was_written_is_read() {
        let mut key = Key::new();
        let text = write(SAYS, &mut key).unwrap();
        let card = read(text.as_bytes()).unwrap();
        assert_eq!((card.says.as_str(), &card.key), (SAYS, &key.1));
        assert_eq!(read(text.replace('\n', "\r\n").as_bytes()), Some(card));
    }

    /// Whoever changes any byte, leaves one out, adds one, or puts another key in, has no card.
    #[test]
    fn no_byte_of_a_card_can_be_another() {
        let text = write(SAYS, &mut Key::new()).unwrap().into_bytes();
        for at in 0..text.len() {
            for other in
                [text[at] ^ 1, text[at] ^ 0x20, text[at].wrapping_add(1), b' ', b'\n', b'\r', 0, 0xff]
            {
                let mut changed = text.clone();
                changed[at] = other;
                assert!(other == text[at] || read(&changed).is_none(), "byte {at} as {other}");
            }
            let (before, after) = text.split_at(at);
            assert_eq!(read(&[before, &after[1..]].concat()), None, "without byte {at}");
            assert_eq!(read(before), None, "cut at {at}");
            for more in [b'\n', b' ', b'A'] {
                assert_eq!(read(&[before, &[more], after].concat()), None, "{more} before byte {at}");
            }
        }
        assert_eq!(read(&[text.as_slice(), b"\n"].concat()), None);
        // Another's key and signature under the same words is another card, and says so.
        let theirs = write(SAYS, &mut Key::new()).unwrap();
        assert_ne!(read(theirs.as_bytes()).unwrap().key, read(&text).unwrap().key);
        let mixed = theirs.replace(
            &sign::to_pem(&read(theirs.as_bytes()).unwrap().key),
            &sign::to_pem(&read(&text).unwrap().key),
        );
        assert_eq!(read(mixed.as_bytes()), None);
    }

    #[test]
    fn a_text_that_could_hide_another_key_is_not_written() {
        let mut key = Key::new();
        let hidden = format!("x\n{}", sign::to_pem(&Key::new().1));
        assert!(write(&hidden, &mut key).is_err());
        assert!(write("-----\n", &mut key).is_err());
    }
}
