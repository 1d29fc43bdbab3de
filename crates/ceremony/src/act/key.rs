//! Making the master key in the token and reading back what it is.

use super::{expected, noted, token_problem};
use crate::engine::{Engine, Halt, Outcome};
use crate::plan::Planned;
use crate::store::write_new;
use byok::aws;
use protocol::Problem;
use tokens::KeySpec;
use transcript::{Draft, FileDigest, Kind, Level};

/// What the token has to make for an AWS key spec.
pub(super) fn token_spec(spec: aws::KeySpec) -> KeySpec {
    match spec {
        aws::KeySpec::SymmetricDefault => KeySpec::Aes(256),
        aws::KeySpec::Hmac224 => KeySpec::Hmac(28),
        aws::KeySpec::Hmac256 => KeySpec::Hmac(32),
        aws::KeySpec::Hmac384 => KeySpec::Hmac(48),
        aws::KeySpec::Hmac512 => KeySpec::Hmac(64),
        aws::KeySpec::Rsa2048 => KeySpec::Rsa(2048),
        aws::KeySpec::Rsa3072 => KeySpec::Rsa(3072),
        aws::KeySpec::Rsa4096 => KeySpec::Rsa(4096),
        aws::KeySpec::EccNistP256 => KeySpec::P256,
        aws::KeySpec::EccNistP384 => KeySpec::P384,
        aws::KeySpec::EccNistP521 => KeySpec::P521,
        aws::KeySpec::EccSecgP256k1 => KeySpec::Secp256k1,
    }
}

/// The AWS key spec that the parameters chose.
pub(super) fn aws_spec(engine: &Engine<'_>) -> Result<aws::KeySpec, Problem> {
    engine.plan.value("key-spec").parse().map_err(|_| {
        Problem::new(
            "key-spec-unknown",
            format!("{:?} is no key spec of AWS KMS.", engine.plan.value("key-spec")),
            "No key was made.",
            "Choose one of the script's values for key-spec.",
        )
    })
}

/// What the token has to make: the parameter is the token's own word, such as `rsa-3072`, or what AWS calls the key.
pub(super) fn spec(engine: &Engine<'_>) -> Result<KeySpec, Problem> {
    match engine.plan.value("key-spec").parse() {
        Ok(spec) => Ok(spec),
        Err(_) => aws_spec(engine).map(token_spec),
    }
}

/// The label in the token: the script's, with the run so that no two runs collide.
fn label(engine: &Engine<'_>) -> String {
    format!("{}-{}", engine.plan.value("key-label"), engine.run)
}

pub(super) fn generate(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let spec = spec(engine)?;
    let label = label(engine);
    let usual = "under a minute; RSA-4096 can take several";
    let (key, found_again) = engine.work(step, "Making the master key in the token", usual, |token| {
        // A key of this run's own label was made before an interruption came between the act and its record.
        if let Some(key) = token.find(&label).map_err(|e| token_problem(&e))? {
            return Ok((key, true));
        }
        Ok((token.generate(&label, spec, true).map_err(|e| token_problem(&e))?, false))
    })?;
    let said = |value: Option<bool>| value.map_or("the token does not say", |v| if v { "yes" } else { "no" });
    let draft = Draft::new(Kind::Outcome)
        .fact(Level::Public, "key-label", label.as_str())
        .fact(Level::Public, "key-spec", key.spec.to_string())
        .fact(Level::Public, "check-value", key.check_value.as_str())
        .fact(Level::Public, "found-after-interruption", found_again)
        .fact(Level::Public, "sensitive", said(key.sensitive))
        .fact(Level::Public, "extractable", said(key.extractable))
        .fact(Level::Public, "always-sensitive", said(key.always_sensitive))
        .fact(Level::Public, "local", said(key.local))
        .fact(Level::Public, "wrap-with-trusted", said(key.wrap_with_trusted));
    let mut draft = draft;
    if let Some(public) = &key.public_key {
        let name = "public-key.der";
        // Written before the outcome: after an interruption the same bytes may be there already.
        let path = engine.folder.join(name);
        if !std::fs::read(&path).is_ok_and(|there| there == *public) {
            write_new(&path, public)?;
        }
        draft = draft.fact(Level::Public, "public-key-file", name).file(FileDigest {
            name: name.to_owned(),
            sha256: crate::digest::hex(&crate::digest::sha256(public)),
            size: public.len() as u64,
        });
    }
    let facts = vec![
        noted("Label", label),
        noted("Check value", key.check_value.clone()),
        expected("Sensitive (never leaves in the clear)", "yes", said(key.sensitive)),
        expected("Extractable (can be wrapped)", "yes", said(key.extractable)),
        noted("Made in the token", said(key.local)),
    ];
    if key.sensitive != Some(true) {
        return Err(Problem::new(
            "key-not-sensitive",
            "The token made the key, but does not keep it sensitive.",
            "The key is in the token under this run's label; nothing was wrapped.",
            "Delete the key with the token's own tool and use another token.",
        )
        .into());
    }
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}
