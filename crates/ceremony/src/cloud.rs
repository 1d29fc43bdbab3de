//! What a script orders for a cloud: where the key goes, what kind it is, how it is wrapped. Decided by its parameters
//! `target`, `key-spec`, `wrapping-algorithm` and `expiry`, and refused before the day where the provider or the tokens
//! would refuse it.

use crate::act::byok_problem;
use crate::plan::day;
use crate::script::Script;
use byok::table::{self, Row};
use byok::{Hash, KeyType, Recipe, Target};
use protocol::Problem;
use std::collections::BTreeMap;

/// The value of `wrapping-algorithm` that means the first of the provider's table that takes the key.
const USUAL: &str = "usual";

/// What is to be wrapped for whom.
#[derive(Debug, Clone, Copy)]
pub struct Order {
    /// Where the key goes.
    pub target: Target,
    /// What it is.
    pub key: KeyType,
    /// The algorithm, with its recipe and the sizes of wrapping keys it comes with.
    pub row: &'static Row,
}

/// The parameters decided, those not given at their defaults.
pub type Values = BTreeMap<String, String>;

impl Order {
    /// Reads the order from a script's parameters.
    pub fn of(values: &Values) -> Result<Self, Problem> {
        let value = |name: &str| values.get(name).map_or("", String::as_str);
        let target: Target = value("target").parse().map_err(|e| byok_problem(&e))?;
        if target == Target::AwsKms {
            return Err(Problem::new(
                "target-has-its-own",
                "Keys for AWS KMS are wrapped by the actions for AWS.",
                "Nothing was started.",
                "Use the script byok-aws.",
            ));
        }
        let key: KeyType = value("key-spec").parse().map_err(|e| byok_problem(&e))?;
        let largest = |row: &Row| row.wrapping_bits.iter().copied().max().unwrap_or_default();
        let algorithm = match value("wrapping-algorithm") {
            usual if byok::same_word(usual, USUAL) => {
                let taken = |row: &&Row| table::look_up(target, key, row.algorithm, largest(row)).is_ok();
                let wrapped = |row: &&Row| taken(row) && token_recipe(row.recipe).is_ok();
                let mut rows = table::rows(target).filter(wrapped).chain(table::rows(target).filter(taken));
                // Where none fits, the first says why.
                let first = rows.next().or_else(|| table::rows(target).next());
                first.map_or(USUAL, |row| row.algorithm)
            }
            named => named,
        };
        let bits =
            table::rows(target).find(|row| byok::same_word(row.algorithm, algorithm)).map_or(4096, largest);
        let row = table::look_up(target, key, algorithm, bits).map_err(|e| byok_problem(&e))?;
        let order = Self { target, key, row };
        order.token_recipe()?;
        let takes_expiry = byok::of(target).expiry() != byok::provider::Expiry::Never;
        if !takes_expiry && !matches!(value("expiry"), "" | "never") {
            return Err(byok_problem(&byok::ByokError::ExpiryNotHere));
        }
        Ok(order)
    }

    /// What the token has to do.
    pub(crate) fn token_recipe(&self) -> Result<tokens::Recipe, Problem> {
        token_recipe(self.row.recipe)
    }

    /// Until when the provider is to keep or allow the key, Unix seconds: the first second of the day decided.
    pub(crate) fn expiry(values: &Values, now: i64) -> Result<Option<i64>, Problem> {
        match values.get("expiry").map(String::as_str) {
            None | Some("never") => Ok(None),
            Some(text) => match day(text) {
                Some(at) if at > now => Ok(Some(at)),
                _ => Err(Problem::new(
                    "expiry-out-of-range",
                    format!("The expiry {text:?} does not lie ahead."),
                    "Nothing was made or wrapped at this step.",
                    "Give the ceremony up and begin it with another expiry.",
                )),
            },
        }
    }
}

/// The token crate's words for a provider's recipe, where tokens have them.
pub(crate) fn token_recipe(recipe: Recipe) -> Result<tokens::Recipe, Problem> {
    let refused = |why: &str, instead: &str| {
        Problem::new(
            "recipe-not-in-tokens",
            format!("Tokens are not asked to wrap with {recipe}: {why}."),
            "Nothing was wrapped.",
            instead,
        )
    };
    let hash = match recipe.hash() {
        Hash::Sha1 => tokens::OaepHash::Sha1,
        Hash::Sha256 => tokens::OaepHash::Sha256,
        Hash::Sha384 => tokens::OaepHash::Sha384,
        Hash::Sha512 => tokens::OaepHash::Sha512,
    };
    match recipe {
        Recipe::Oaep(_) => Ok(tokens::Recipe::Oaep(hash)),
        Recipe::RsaAesKeyWrap(_) => Ok(tokens::Recipe::RsaAesKeyWrap(hash)),
        Recipe::OaepThenAesEcb(_) => Err(refused(
            "no PKCS#11 mechanism wraps a private key by AES-ECB with that padding, and the key would have to leave the \
             token for it",
            "Choose aes-256, or another provider for a key pair.",
        )),
    }
}

/// What a token has to make for this kind of key; none where tokens are not asked for it.
pub(crate) fn token_spec(key: KeyType) -> Option<tokens::KeySpec> {
    use tokens::KeySpec as S;
    Some(match key {
        KeyType::Aes128 => S::Aes(128),
        KeyType::Aes192 => S::Aes(192),
        KeyType::Aes256 => S::Aes(256),
        KeyType::HmacSha1 => S::Hmac(20),
        KeyType::HmacSha224 => S::Hmac(28),
        KeyType::HmacSha256 => S::Hmac(32),
        KeyType::HmacSha384 => S::Hmac(48),
        KeyType::HmacSha512 => S::Hmac(64),
        KeyType::Rsa2048 => S::Rsa(2048),
        KeyType::Rsa3072 => S::Rsa(3072),
        KeyType::Rsa4096 => S::Rsa(4096),
        KeyType::P256 => S::P256,
        KeyType::P384 => S::P384,
        KeyType::P521 => S::P521,
        KeyType::P256k1 => S::Secp256k1,
        KeyType::Ed25519 => return None,
    })
}

fn asks(script: &Script, action: &str) -> bool {
    script.acts.iter().flat_map(|a| &a.steps).any(|s| s.action == action)
}

/// What stands against the order of a script that wraps for a cloud.
pub(crate) fn check(script: &Script, values: &Values) -> Option<Problem> {
    let wraps = asks(script, "read-wrapping-key") || asks(script, "wrap-for-cloud");
    let found = wraps.then(|| Order::of(values))?;
    match found {
        Ok(order) if token_spec(order.key).is_none() => Some(Problem::new(
            "key-not-in-tokens",
            format!("Tokens are not asked to make {} keys.", order.key),
            "Nothing was started.",
            "Choose another kind of key.",
        )),
        Ok(_) => None,
        Err(problem) => Some(Problem { unchanged: "Nothing was started.".to_owned(), ..problem }),
    }
}

/// What the online team has to fetch before the day for this script with these values, in words and commands; none for
/// a script that takes nothing in from a cloud.
pub fn to_fetch(script: &Script, values: &Values) -> Option<&'static str> {
    if asks(script, "read-parameters") {
        return Some(byok::of(Target::AwsKms).to_fetch());
    }
    let target = values.get("target").filter(|_| asks(script, "read-wrapping-key"))?;
    target.parse().ok().map(|target| byok::of(target).to_fetch())
}
