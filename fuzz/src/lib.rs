//! What several targets share: records whose lines the fuzzer changes, made right again as a forger would make them.
//!
//! Without it nothing but the first line's hash would ever be reached. The hashes are made after `docs/formats/transcript.md`.

mod change;

pub use change::changed;

use serde_json::{Map, Value, json};
use transcript::Reading;

/// Every salt: a forger needs no good one.
const SALT: &str = "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a";

/// The lines of a record that can be read at all, each by itself.
pub(crate) fn lines(bytes: &[u8]) -> Vec<Value> {
    bytes.split(|b| *b == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect()
}

/// A record of these lines, each in its place, with every hash right.
pub fn forged(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut prev = [0; 32];
    for (line, seq) in lines(bytes).into_iter().zip(1_u64..) {
        let Some(made) = line_after(&prev, seq, line) else { continue };
        prev = made.1;
        out.extend(made.0);
        out.push(b'\n');
    }
    out
}

/// What a forged record says, as every reader of records sees it: the entries up to the first bad one.
pub fn reading(bytes: &[u8]) -> Reading {
    Reading::of(&forged(bytes))
}

fn line_after(prev: &[u8; 32], seq: u64, line: Value) -> Option<(Vec<u8>, [u8; 32])> {
    let Value::Object(mut line) = line else { return None };
    let Some(Value::Array(parts)) = line.remove("parts") else { return None };
    let mut chain = [&b"cofferdam transcript chain v1\0"[..], prev, &seq.to_be_bytes()].concat();
    let mut made = Vec::new();
    for ((part, level), byte) in parts.into_iter().zip(["public", "auditor", "internal"]).zip(0_u8..) {
        let Value::Object(mut part) = part else { return None };
        let commitment = match part.get("commitment").and_then(Value::as_str) {
            Some(hex) => digits(hex)?,
            None => salted(&mut part)?,
        };
        part.insert("level".to_owned(), level.into());
        chain.push(byte);
        chain.extend(commitment);
        made.push(Value::Object(part));
    }
    let chain = script::sha256(&chain);
    let whole =
        json!({ "chain": script::hex(&chain), "parts": made, "prev": script::hex(prev), "seq": seq, "v": 2 });
    Some((canonical(&whole)?, chain))
}

/// The commitment to a part that is there.
fn salted(part: &mut Map<String, Value>) -> Option<[u8; 32]> {
    part.remove("level");
    part.remove("salt");
    let content = canonical(&Value::Object(part.clone()))?;
    part.insert("salt".to_owned(), SALT.into());
    let salt = digits(SALT)?;
    Some(script::sha256(&[&b"cofferdam transcript commitment v1\0"[..], &salt, &content].concat()))
}

fn canonical(value: &Value) -> Option<Vec<u8>> {
    serde_json_canonicalizer::to_vec(value).ok()
}

fn digits(hex: &str) -> Option<[u8; 32]> {
    let pairs =
        hex.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
    pairs.collect::<Option<Vec<u8>>>()?.try_into().ok()
}
