//! UUIDs of version 5 (RFC 9562, section 5.5): names, made of a namespace and of what is named, the same wherever they are
//! made. SHA-1 is what the standard asks for; nothing is protected by it.

use aws_lc_rs::digest::{Context, SHA1_FOR_LEGACY_USE_ONLY};
use data_encoding::HEXLOWER;

/// The namespace of domain names (RFC 9562, section 6.6): 6ba7b810-9dad-11d1-80b4-00c04fd430c8.
const DNS: [u8; 16] =
    [0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8];
/// A domain that nobody can have (RFC 2606).
const OURS: &str = "cofferdam.invalid";

/// The UUID of these parts among ours: 36 characters, lower case.
pub(super) fn of(parts: &[&str]) -> String {
    // No part holds a zero byte, so that no two lists of parts are one name.
    written(five(&five(&DNS, OURS.as_bytes()), parts.join("\0").as_bytes()))
}

fn five(namespace: &[u8; 16], name: &[u8]) -> [u8; 16] {
    let mut all = Context::new(&SHA1_FOR_LEGACY_USE_ONLY);
    all.update(namespace);
    all.update(name);
    let mut made = [0; 16];
    for (to, from) in made.iter_mut().zip(all.finish().as_ref()) {
        *to = *from;
    }
    // Version and variant take the place of six bits.
    made[6] = (made[6] & 0x0f) | 0x50;
    made[8] = (made[8] & 0x3f) | 0x80;
    made
}

fn written(uuid: [u8; 16]) -> String {
    let hex = HEXLOWER.encode(&uuid);
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_standards_own_example() {
        // RFC 9562, appendix A.4.
        assert_eq!(written(five(&DNS, b"www.example.com")), "2ed6657d-e927-568b-95e1-2665a8aea6a2");
        assert_eq!(of(&["a", "b"]), of(&["a", "b"]));
        assert_ne!(of(&["a", "b"]), of(&["ab"]));
    }
}
