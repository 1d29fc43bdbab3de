//! Making the master key in the token and reading back what it is.

use super::{expected, noted, token_problem};
use crate::engine::{Engine, Halt, Outcome};
use crate::plan::Planned;
use crate::store::write_new;
use byok::aws;
use protocol::{Fact, Problem, Verdict};
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

/// What the token has to make: the parameter is the token's own word, such as `rsa-3072`, the word of a key plan, such
/// as `ec-p256`, or what AWS calls the key. Where the script has no such parameter, the kind of the key that an earlier
/// ceremony's record tells of.
pub(super) fn spec(engine: &Engine<'_>) -> Result<KeySpec, Problem> {
    if !engine.plan.values.contains_key("key-spec") {
        return engine.fact("drill-key-spec").and_then(|s| s.parse().ok()).ok_or_else(super::out_of_order);
    }
    let text = engine.plan.value("key-spec");
    let of_plan = || text.parse().ok().and_then(crate::cloud::token_spec);
    match text.parse().ok().or_else(of_plan) {
        Some(spec) => Ok(spec),
        None => aws_spec(engine).map(token_spec),
    }
}

/// The label in the token: the script's, with the run so that no two runs collide.
pub(super) fn label(engine: &Engine<'_>) -> String {
    format!("{}-{}", engine.plan.value("key-label"), engine.run)
}

/// The master key as the record has it.
pub(super) struct Recorded {
    pub(super) label: String,
    pub(super) check_value: String,
    pub(super) spec: KeySpec,
    pub(super) public_key: Option<Vec<u8>>,
}

impl Recorded {
    pub(super) fn of(engine: &Engine<'_>) -> Result<Self, Problem> {
        let public = engine.fact("public-key-file").map(|name| engine.kept(&name)).transpose()?;
        Ok(Self {
            label: engine.fact("key-label").ok_or_else(super::out_of_order)?,
            check_value: engine.fact("check-value").ok_or_else(super::out_of_order)?,
            spec: spec(engine)?,
            public_key: public,
        })
    }

    /// The key in the token; refused where it is another one.
    pub(super) fn in_token(&self, token: &mut dyn tokens::Token) -> Result<tokens::KeyFacts, Problem> {
        let found = token.find_as(&self.label, self.spec, self.public_key.as_deref());
        match found {
            Ok(Some(key)) if key.check_value == self.check_value => Ok(key),
            Ok(Some(_)) | Err(tokens::TokenError::NotThisKey) => Err(super::another_key()),
            Ok(None) => Err(super::out_of_order()),
            Err(e) => Err(token_problem(&e)),
        }
    }
}

/// What a token says of one attribute of a key.
pub(super) fn said(value: Option<bool>) -> &'static str {
    value.map_or("the token does not say", |v| if v { "yes" } else { "no" })
}

/// Whether the token says of a key it made that it is of this kind, made inside and never shown.
pub(super) fn is_as_asked(key: &tokens::KeyFacts, spec: KeySpec) -> bool {
    key.sensitive == Some(true)
        && key.local != Some(false)
        && key.always_sensitive != Some(false)
        && key.spec == spec
}

/// Keeps the public half of a pair with the record, for which later drills need it.
pub(super) fn with_public_half(
    engine: &Engine<'_>,
    draft: Draft,
    key: &tokens::KeyFacts,
) -> Result<Draft, Problem> {
    let Some(public) = &key.public_key else { return Ok(draft) };
    let name = "public-key.der";
    let path = engine.folder.join(name);
    // Written before the outcome: after an interruption the same bytes may be there already.
    if !outside::read(&path, outside::LARGEST_RECORD).is_ok_and(|there| there == *public) {
        write_new(&path, public)?;
    }
    Ok(draft.fact(Level::Public, "public-key-file", name).file(FileDigest::of(name, public)))
}

pub(super) fn generate(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let spec = spec(engine)?;
    let first = label(engine);
    // An earlier attempt may have made a key before it could be recorded. That key is not taken over: nobody can tell
    // whether it is what the attempt made, or what somebody put there since.
    let attempts = engine.attempts(step);
    let usual = "under a minute; RSA-4096 can take several";
    let (key, left_behind) = engine.work(step, "Making the master key in the token", usual, |token| {
        let mut left_behind = Vec::new();
        let mut label = first.clone();
        while token.find(&label).map_err(|e| token_problem(&e))?.is_some() {
            if left_behind.len() + 1 >= attempts {
                return Err(Problem::new(
                    "key-planted",
                    format!("The token holds a key called {label}, which this ceremony has not made."),
                    "No key was made, and that one is not used.",
                    "Find out who put it there. Give the ceremony up, or delete the key with the token's own tool, two \
                     people present, and begin this step again.",
                ));
            }
            left_behind.push(label);
            label = format!("{first}-{}", left_behind.len() + 1);
        }
        Ok((token.generate(&label, spec, true).map_err(|e| token_problem(&e))?, left_behind))
    })?;
    let draft = Draft::new(Kind::Outcome)
        .fact(Level::Public, "key-label", key.label.as_str())
        .fact(Level::Public, "key-spec", key.spec.to_string())
        .fact(Level::Public, "check-value", key.check_value.as_str())
        .fact(Level::Public, "left-behind-by-interruptions", serde_json::json!(left_behind))
        .fact(Level::Public, "sensitive", said(key.sensitive))
        .fact(Level::Public, "extractable", said(key.extractable))
        .fact(Level::Public, "always-sensitive", said(key.always_sensitive))
        .fact(Level::Public, "local", said(key.local))
        .fact(Level::Public, "wrap-with-trusted", said(key.wrap_with_trusted));
    let draft = with_public_half(engine, draft, &key)?;
    let mut facts = vec![
        noted("Label", key.label.clone()),
        noted("Check value", key.check_value.clone()),
        expected("Sensitive (never leaves in the clear)", "yes", said(key.sensitive)),
        expected("Extractable (can be wrapped)", "yes", said(key.extractable)),
        expected("Made in the token", "yes", said(key.local)),
    ];
    facts.extend(left_behind.into_iter().map(|label| Fact {
        name: "Left behind by an interruption; delete it with the token's own tool".to_owned(),
        expected: None,
        observed: label,
        verdict: Verdict::Differs,
    }));
    if !is_as_asked(&key, spec) {
        return Err(Problem::new(
            "key-not-as-asked",
            "The token made a key, but does not say of it that it is what was asked for, made inside and never shown.",
            "The key is in the token under this run's label; nothing was wrapped.",
            "Delete the key with the token's own tool and use another token.",
        )
        .into());
    }
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}
