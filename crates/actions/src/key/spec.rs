//! Which kind of key a script asks for, in the words for tokens.

use super::words;
use byok::{KeyType, PROVIDERS};
use engine::words::out_of_order;
use engine::{Cue, Past};
use protocol::Problem;
use std::collections::BTreeMap;
use tokens::KeySpec;

/// The script's parameter that says it.
const PARAMETER: &str = "key-spec";

/// What the token has to make: the parameter is the token's own word, such as `rsa-3072`, the word of a key plan, such
/// as `ec-p256`, or what a provider calls it. Where the script has no such parameter, the kind of the key that an earlier
/// ceremony's record tells of.
pub(crate) fn spec(cue: Cue<'_>, past: &Past<'_>) -> Result<KeySpec, Problem> {
    if !cue.plan.values.contains_key(PARAMETER) {
        return past.newest(&facts::DRILL_KEY_SPEC).and_then(|s| s.parse().ok()).ok_or_else(out_of_order);
    }
    let word = cue.plan.value(PARAMETER);
    of_word(word).ok_or_else(|| words::key_spec_unknown(word))
}

/// What a script's parameters order, where they order anything.
pub(crate) fn of_values(values: &BTreeMap<String, String>) -> Option<KeySpec> {
    values.get(PARAMETER).and_then(|word| of_word(word))
}

/// The same of a word by itself.
fn of_word(word: &str) -> Option<KeySpec> {
    let of_provider = || PROVIDERS.iter().find_map(|p| p.key_named(word).ok()).and_then(token_spec);
    word.parse().ok().or_else(of_provider)
}

/// What a token has to make for this kind of key; none where tokens are not asked for it.
pub(crate) fn token_spec(key: KeyType) -> Option<KeySpec> {
    Some(match key {
        KeyType::Aes128 => KeySpec::Aes(128),
        KeyType::Aes192 => KeySpec::Aes(192),
        KeyType::Aes256 => KeySpec::Aes(256),
        KeyType::HmacSha1 => KeySpec::Hmac(20),
        KeyType::HmacSha224 => KeySpec::Hmac(28),
        KeyType::HmacSha256 => KeySpec::Hmac(32),
        KeyType::HmacSha384 => KeySpec::Hmac(48),
        KeyType::HmacSha512 => KeySpec::Hmac(64),
        KeyType::Rsa2048 => KeySpec::Rsa(2048),
        KeyType::Rsa3072 => KeySpec::Rsa(3072),
        KeyType::Rsa4096 => KeySpec::Rsa(4096),
        KeyType::P256 => KeySpec::P256,
        KeyType::P384 => KeySpec::P384,
        KeyType::P521 => KeySpec::P521,
        KeyType::P256k1 => KeySpec::Secp256k1,
        KeyType::Ed25519 => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_of_key_is_known_by_the_words_of_tokens_plans_and_aws() {
        assert_eq!(of_word("rsa-3072"), Some(KeySpec::Rsa(3072)));
        assert_eq!(of_word("ec-p256"), Some(KeySpec::P256));
        assert_eq!(of_word("SYMMETRIC_DEFAULT"), Some(KeySpec::Aes(256)));
        assert_eq!(of_word("rsa-1024"), None);
    }
}
