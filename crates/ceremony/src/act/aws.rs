//! AWS KMS: reading the parameters, comparing the wrapping key, wrapping, and the bundle.

use super::{byok_problem, expected, key, noted, out_of_order, token_problem};
use crate::engine::{Engine, Halt, Outcome, not_an_answer};
use crate::plan::Planned;
use crate::store::{make_folder, write_new};
use byok::aws;
use protocol::{Answer, Ask, Fact, Problem, ReadAloud, Verdict};
use std::path::Path;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use transcript::{Draft, FileDigest, Kind, Level};

/// Larger than any reply or zip AWS sends.
const LARGEST: u64 = 256 * 1024;

fn now() -> i64 {
    OffsetDateTime::now_utc().unix_timestamp()
}

fn utc(unix: i64) -> String {
    OffsetDateTime::from_unix_timestamp(unix).ok().and_then(|t| t.format(&Rfc3339).ok()).unwrap_or_default()
}

fn algorithm(engine: &Engine<'_>) -> Result<aws::WrappingAlgorithm, Problem> {
    engine.plan.value("wrapping-algorithm").parse().map_err(|_| {
        Problem::new(
            "algorithm-unknown",
            format!("{:?} is no wrapping algorithm of AWS KMS.", engine.plan.value("wrapping-algorithm")),
            "Nothing was read.",
            "Choose one of the script's values for wrapping-algorithm.",
        )
    })
}

fn read(path: &Path) -> Result<Vec<u8>, Problem> {
    let size = std::fs::metadata(path).map_err(|e| crate::store::disk(path, &e))?.len();
    if size > LARGEST {
        return Err(Problem::new(
            "parameters-too-large",
            format!("{} has {size} bytes; import parameters have a few thousand.", path.display()),
            "Nothing was read.",
            "Choose the reply of get-parameters-for-import, or the console's zip.",
        ));
    }
    std::fs::read(path).map_err(|e| crate::store::disk(path, &e))
}

pub(super) fn read_parameters(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let spec = key::aws_spec(engine)?;
    let algorithm = algorithm(engine)?;
    let mut problem = None;
    let (parameters, bytes, recipe, file_name) = loop {
        let ask = Ask::File {
            question: "Which file holds the import parameters from AWS KMS?".to_owned(),
            extensions: vec!["json".to_owned(), "zip".to_owned()],
            found: Vec::new(),
        };
        let Answer::Path { path } = engine.ask(step, ask, problem.take())? else {
            problem = Some(not_an_answer());
            continue;
        };
        let path = Path::new(&path);
        let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default().to_owned();
        let tried = read(path).and_then(|bytes| {
            let read = || {
                let p = aws::Parameters::read(&bytes, &name)?;
                p.check_fresh(now())?;
                let recipe = aws::recipe(spec, algorithm, p.modulus_bits)?;
                Ok((p, recipe))
            };
            read().map_err(|e: byok::ByokError| byok_problem(&e)).map(|(p, r)| (p, bytes.clone(), r))
        });
        match tried {
            Ok((p, bytes, recipe)) => break (p, bytes, recipe, name),
            Err(p) => problem = Some(p.can_try_again()),
        }
    };
    let zip = if file_name.to_ascii_lowercase().ends_with(".zip") { "zip" } else { "json" };
    // Each reading has its own file, so that a set that was replaced stays in the record.
    let kept = format!("import-parameters-{}.{zip}", engine.journal.head().entries);
    write_new(&engine.folder.join(&kept), &bytes)?;
    let fingerprint = crate::digest::hex(&parameters.fingerprint());
    let draft = Draft::new(Kind::Outcome)
        .fact(Level::Public, "key-arn", parameters.key_arn.as_str())
        .fact(Level::Public, "wrapping-key-sha256", fingerprint.as_str())
        .fact(Level::Public, "wrapping-key-bits", parameters.modulus_bits)
        .fact(Level::Public, "valid-to-utc", utc(parameters.valid_to))
        .fact(Level::Public, "recipe", format!("{recipe:?}"))
        .fact(Level::Internal, "parameters-file", kept.as_str())
        .fact(Level::Internal, "parameters-name", file_name)
        .file(FileDigest {
            name: kept,
            sha256: crate::digest::hex(&crate::digest::sha256(&bytes)),
            size: bytes.len() as u64,
        });
    let facts = vec![
        noted("For the key", parameters.key_arn.clone()),
        noted("Wrapping key", format!("RSA, {} bits", parameters.modulus_bits)),
        noted("Valid until", utc(parameters.valid_to)),
        Fact {
            name: "That AWS made this wrapping key".to_owned(),
            expected: None,
            observed: "cannot be proven offline; the next step compares it with the online team's slip"
                .to_owned(),
            verdict: Verdict::NotProvable,
        },
    ];
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}

fn parameters(engine: &Engine<'_>) -> Result<aws::Parameters, Problem> {
    let kept = engine.fact("parameters-file").ok_or_else(out_of_order)?;
    let name = engine.fact("parameters-name").unwrap_or_default();
    let bytes = read(&engine.folder.join(kept))?;
    let parameters = aws::Parameters::read(&bytes, &name).map_err(|e| byok_problem(&e))?;
    // The copy has to be what two people compared.
    if Some(crate::digest::hex(&parameters.fingerprint())) != engine.fact("wrapping-key-sha256") {
        return Err(Problem::new(
            "parameters-changed",
            "The stored import parameters are not the ones that were read.",
            "Nothing was wrapped.",
            "Stop: somebody changed the run's folder. Begin a new ceremony.",
        ));
    }
    Ok(parameters)
}

pub(super) fn compare(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let value = ReadAloud::of(&parameters(engine)?.fingerprint());
    let rows = value.rows.len();
    let ask = Ask::Compare {
        what: "SHA-256 of the wrapping key".to_owned(),
        against: "the slip of the online team".to_owned(),
        value,
    };
    let same = match engine.ask(step, ask, None)? {
        Answer::Compared { rows: ticked } => {
            ticked.len() == rows && ticked.iter().zip(1..).all(|(r, n)| r.number == n && r.same)
        }
        _ => false,
    };
    if !same {
        return Err(Problem::new(
            "wrapping-key-differs",
            "The wrapping key is not the one on the slip, or not every row was ticked.",
            "Nothing was wrapped.",
            "Ask the online team for a fresh set and slip. If the slip is right, somebody changed the file.",
        )
        .into());
    }
    let draft =
        Draft::new(Kind::Outcome).fact(Level::Public, "compared", "every row, by two people, with the slip");
    Ok(Outcome { draft: Some(draft), ..Outcome::default() })
}

/// The token crate's words for a provider's recipe.
fn token_recipe(recipe: byok::Recipe) -> tokens::Recipe {
    let hash = |h: byok::Hash| match h {
        byok::Hash::Sha1 => tokens::OaepHash::Sha1,
        byok::Hash::Sha256 => tokens::OaepHash::Sha256,
    };
    match recipe {
        byok::Recipe::Oaep(h) => tokens::Recipe::Oaep(hash(h)),
        byok::Recipe::RsaAesKeyWrap(h) => tokens::Recipe::RsaAesKeyWrap(hash(h)),
    }
}

/// The check value of a throw-away key's bytes, computed without the token.
fn host_check_value(spec: tokens::KeySpec, key: &[u8]) -> Option<String> {
    use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
    use aws_lc_rs::signature::{self, KeyPair};
    use aws_lc_rs::{cmac, hmac};
    use tokens::KeySpec as K;
    let short = |tag: &[u8]| tag.get(..3).map(crate::digest::hex);
    let of_pair = |alg| {
        let pair = signature::EcdsaKeyPair::from_pkcs8(alg, key).ok()?;
        let der: PublicKeyX509Der<'_> = pair.public_key().as_der().ok()?;
        Some(crate::digest::hex(&crate::digest::sha256(der.as_ref())))
    };
    Some(match spec {
        K::Aes(_) => {
            let key = cmac::Key::new(cmac::AES_256, key).ok()?;
            format!("cmac-aes:{}", short(cmac::sign(&key, &[0; 16]).ok()?.as_ref())?)
        }
        K::Hmac(_) => {
            let key = hmac::Key::new(hmac::HMAC_SHA256, key);
            format!("hmac-sha256:{}", short(hmac::sign(&key, &[0; 16]).as_ref())?)
        }
        K::Rsa(_) => {
            let pair = aws_lc_rs::rsa::KeyPair::from_pkcs8(key).ok()?;
            let der: PublicKeyX509Der<'_> = pair.public_key().as_der().ok()?;
            format!("spki-sha256:{}", crate::digest::hex(&crate::digest::sha256(der.as_ref())))
        }
        K::P256 => format!("spki-sha256:{}", of_pair(&signature::ECDSA_P256_SHA256_ASN1_SIGNING)?),
        K::P384 => format!("spki-sha256:{}", of_pair(&signature::ECDSA_P384_SHA384_ASN1_SIGNING)?),
        K::P521 => format!("spki-sha256:{}", of_pair(&signature::ECDSA_P521_SHA512_ASN1_SIGNING)?),
    })
}

/// Wraps a throw-away key for a disposable wrapping key on the same path and opens it on the host.
fn self_test(
    token: &mut dyn tokens::Token,
    spec: tokens::KeySpec,
    recipe: byok::Recipe,
    bits: u16,
) -> Result<(), Problem> {
    let disposable = byok::Disposable::generate(bits).map_err(|e| byok_problem(&e))?;
    let throwaway = token.generate_throwaway(spec).map_err(|e| token_problem(&e))?;
    let wrapped = token.wrap_for(throwaway.handle, disposable.spki(), token_recipe(recipe));
    let destroyed = token.destroy(throwaway.handle);
    let opened = disposable
        .unwrap(recipe, &wrapped.map_err(|e| token_problem(&e))?.blob)
        .map_err(|e| byok_problem(&e))?;
    destroyed.map_err(|e| token_problem(&e))?;
    let right = host_check_value(spec, opened.expose()).is_some_and(|v| v == throwaway.check_value);
    if right {
        return Ok(());
    }
    Err(Problem::new(
        "self-test-failed",
        "A throw-away key wrapped on this route does not come out as it went in.",
        "The master key was not wrapped.",
        "Use another token or another wrapping algorithm.",
    ))
}

pub(super) fn wrap(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    engine.unlock(step)?;
    let spec = key::aws_spec(engine)?;
    let algorithm = algorithm(engine)?;
    let parameters = parameters(engine)?;
    parameters.check_fresh(now()).map_err(|e| byok_problem(&e))?;
    let recipe = aws::recipe(spec, algorithm, parameters.modulus_bits).map_err(|e| byok_problem(&e))?;
    let label = engine.fact("key-label").ok_or_else(out_of_order)?;
    engine.working("Testing the route on a throw-away key, then wrapping", "5 to 30 seconds");
    let Some(token) = engine.token.as_mut() else { return Err(out_of_order().into()) };
    self_test(token.as_mut(), key::token_spec(spec)?, recipe, parameters.modulus_bits)?;
    let master = token.find(&label).map_err(|e| token_problem(&e))?.ok_or_else(out_of_order)?;
    let wrapped = token
        .wrap_for(master.handle, &parameters.public_key, token_recipe(recipe))
        .map_err(|e| token_problem(&e))?;
    let recorded = engine.fact("check-value").unwrap_or_default();
    if master.check_value != recorded {
        return Err(Problem::new(
            "another-key",
            "The key in the token is not the one this ceremony made.",
            "No bundle was written.",
            "Stop and find out who changed the token.",
        )
        .into());
    }
    let made_at = utc(now());
    let files = aws::files(&aws::Bundle {
        parameters: &parameters,
        spec,
        algorithm,
        blob: &wrapped.blob,
        rung: wrapped.rung.word(),
        check_value: &master.check_value,
        public_key: master.public_key.as_deref(),
        expiry: aws::Expiry::Never,
        rehearsal: engine.plan.mode == protocol::Mode::Rehearsal,
        made_at: &made_at,
        ceremony: &engine.run,
    })
    .map_err(|e| byok_problem(&e))?;
    aws::verify_bundle(&files).map_err(|e| byok_problem(&e))?;
    let folder = format!("bundle-{}", engine.journal.head().entries);
    make_folder(&engine.folder.join(&folder))?;
    let mut draft = Draft::new(Kind::Outcome)
        .fact(Level::Public, "rung", wrapped.rung.word())
        .fact(Level::Public, "wrapped-check-value", master.check_value.as_str())
        .fact(
            Level::Public,
            "route-self-test",
            "a throw-away key wrapped on the same route came out unchanged",
        )
        .fact(Level::Internal, "bundle-folder", folder.as_str());
    for file in &files {
        write_new(&engine.folder.join(&folder).join(&file.name), &file.bytes)?;
        draft = draft.file(FileDigest {
            name: format!("bundle/{}", file.name),
            sha256: crate::digest::hex(&crate::digest::sha256(&file.bytes)),
            size: file.bytes.len() as u64,
        });
    }
    let facts = vec![
        expected("Check value of what was wrapped", &recorded, &master.check_value),
        noted("Route", wrapped.rung.word()),
        noted("Files written and read back", files.len().to_string()),
    ];
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}
