//! PEM (RFC 7468), read strictly: one block, nothing before or after it but line ends.

use crate::ByokError;
use data_encoding::BASE64;

/// The longest line: 64 in RFC 7468, 65 in what azure-cli writes, 76 in MIME's tools.
const LONGEST_LINE: usize = 76;

/// The bytes in a PEM block of this label. All its lines but the last have one length.
pub(crate) fn decode(text: &[u8], label: &str) -> Result<Vec<u8>, ByokError> {
    let bad = ByokError::Pem;
    let text = std::str::from_utf8(text).map_err(|_| bad("it is not text"))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let begin = format!("-----BEGIN {label}-----");
    let end = format!("-----END {label}-----");
    // Lines end in LF or CR LF; a lone CR or other white space is not PEM.
    let mut rest = text.trim_end_matches(['\r', '\n']).split('\n').map(|l| l.strip_suffix('\r').unwrap_or(l));
    if rest.next() != Some(begin.as_str()) {
        return Err(bad("it does not begin with the block that belongs here"));
    }
    let mut body = String::new();
    let (mut width, mut ended) = (None, false);
    loop {
        let Some(line) = rest.next() else { return Err(bad("the block does not end")) };
        if line == end {
            break;
        }
        let full = *width.get_or_insert(line.len());
        if line.is_empty() || line.len() > full || full > LONGEST_LINE || ended {
            return Err(bad("its lines are not of one length"));
        }
        ended = line.len() < full;
        body.push_str(line);
    }
    if rest.next().is_some() {
        return Err(bad("something follows the block"));
    }
    BASE64.decode(body.as_bytes()).map_err(|_| bad("it is not base64"))
}

/// A PEM block with lines of 64 characters.
pub(crate) fn encode(der: &[u8], label: &str) -> String {
    let body = BASE64.encode(der);
    let mut out = format!("-----BEGIN {label}-----\n");
    let mut rest = body.as_str();
    while !rest.is_empty() {
        // Base64 is ASCII, so any cut is at a character.
        let (line, after) = rest.split_at(rest.len().min(64));
        out.push_str(line);
        out.push('\n');
        rest = after;
    }
    out.push_str("-----END ");
    out.push_str(label);
    out.push_str("-----\n");
    out
}
