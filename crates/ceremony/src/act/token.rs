//! Opening a token, trying what it can really do, and the key that signs the transcript.

use super::route::{self, Way};
use super::{bundle, cloud, key, noted, token_problem};
use crate::engine::{Engine, Halt, Outcome};
use crate::plan::Planned;
use crate::store::write_new;
use protocol::{Fact, Mode, Problem, Verdict};
use tokens::{Capabilities, Finding, KeySpec, Offer, Route, Rung};
use transcript::{Draft, FileDigest, Kind, Level, Signer, count};

pub(super) fn open(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    engine.unlock(step)?;
    let Some(token) = &engine.token else { return Err(super::out_of_order().into()) };
    let info = token.info().clone();
    let draft = Draft::new(Kind::Outcome)
        .fact(Level::Public, "token-model", format!("{} {}", info.manufacturer, info.model))
        .fact(Level::Public, "token-firmware", info.firmware.as_str())
        .fact(Level::Auditor, "token-label", info.label.as_str())
        .fact(Level::Auditor, "token-serial", info.serial.as_str());
    let facts = vec![
        noted("Model, as the token says", format!("{} {}", info.manufacturer, info.model)),
        noted("Serial number", info.serial),
        noted("Firmware", info.firmware),
    ];
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}

/// Tries the token, and refuses it here, before a key is made, where the trials stand against what the plan will ask.
pub(super) fn self_test(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let spec = key::spec(engine)?;
    let recipe = bundle::planned_recipe(engine)?;
    let found = trials(engine, step)?;
    let has_parameter = engine.plan.values.contains_key(route::PARAMETER);
    let refused = |what: &str, why: String, mendable: bool| {
        let instead = if has_parameter && mendable {
            ", or with host-memory=with-approval, where your policy allows that"
        } else {
            ""
        };
        Problem::new(
            "no-route",
            format!("This token cannot {what}: {why}."),
            "No key was made.",
            format!(
                "Use another token, or begin again with another kind of key or wrapping algorithm{instead}."
            ),
        )
    };
    let mendable = found.allows_mended_backup_of(spec).is_ok();
    let backup = Way::of_backup(engine, &found, spec);
    let backup = backup.map_err(|why| refused("make the backup", why, mendable))?;
    let way = match recipe {
        Some(recipe) => {
            let way = Way::of(engine, &found, spec, recipe);
            Some(way.map_err(|why| refused("wrap the key as the cloud wants it", why, true))?)
        }
        None => None,
    };
    let proof = cloud::try_proof(engine, step, way.map_or(Way::Inside, |(way, _)| way))?;
    let mut draft = recorded(&found);
    let mut facts = summary(&found);
    facts.extend(proof);
    let through_host = |name: &str| Fact {
        name: name.to_owned(),
        expected: Some("inside the token".to_owned()),
        observed: "only through this computer's memory; a second person is asked before it".to_owned(),
        verdict: Verdict::Differs,
    };
    if backup == Way::ThroughHost {
        draft = draft.fact(Level::Public, "backup-route", Rung::HostMemory.word());
        facts.push(through_host("Backup"));
    } else {
        facts.push(noted("Backup", "offered: every trial it needs was passed"));
    }
    if backup == Way::ThroughHost || way.is_some_and(|(way, _)| way == Way::ThroughHost) {
        draft = draft.fact(Level::Public, "host-memory-because", Way::against(&found, spec, recipe));
    }
    match way {
        Some((Way::ThroughHost, rung)) => {
            draft = draft.fact(Level::Public, "cloud-route", rung.word());
            facts.push(through_host("Wrapping for the cloud"));
        }
        Some((Way::Inside, rung)) => {
            draft = draft.fact(Level::Public, "cloud-route", rung.word());
            facts.push(noted("Wrapping for the cloud", format!("offered: {}", rung.word())));
        }
        None => {}
    }
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}

/// The same trials for their own sake, with a report that goes into the evidence pack.
pub(super) fn report(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let found = trials(engine, step)?;
    let Some(info) = engine.token.as_ref().map(|t| t.info().clone()) else {
        return Err(super::out_of_order().into());
    };
    let text = crate::report::of_token(&info, &found, engine.plan.mode);
    let name = format!("token-report-{}.txt", engine.journal.head().entries);
    write_new(&engine.folder.join(&name), text.as_bytes())?;
    let mut facts = summary(&found);
    for spec in crate::report::KINDS {
        facts.extend(routes(&found, spec));
    }
    // What it lacks stands before what it can: that is what the next plan depends on. The lies are at the top already.
    for result in [Finding::Absent, Finding::Works, Finding::RefusedRightly] {
        facts.extend(found.list.iter().filter(|c| c.result == result).map(|c| Fact {
            name: c.sentence.clone(),
            expected: None,
            observed: format!("{}: {} ({})", result.words(), c.detail, c.name),
            verdict: if result.is_good() { Verdict::Matches } else { Verdict::Noted },
        }));
    }
    let draft = recorded(&found)
        .fact(Level::Public, "report-file", name.as_str())
        .file(FileDigest::of(name, text.as_bytes()));
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}

pub(super) fn trials(engine: &mut Engine<'_>, step: &Planned) -> Result<Capabilities, Halt> {
    engine.work(step, "Trying the token on throw-away keys", "5 to 60 seconds", |token| {
        token.self_test().map_err(|e| token_problem(&e))
    })
}

pub(super) fn recorded(found: &Capabilities) -> Draft {
    let list: Vec<_> =
        found.list.iter().map(|c| (c.name.as_str(), format!("{}: {}", c.result.words(), c.detail))).collect();
    Draft::new(Kind::Outcome).fact(Level::Public, "capabilities", serde_json::json!(list))
}

/// What a ceremony could do with a key of this kind on the token: back it up, and wrap it for a cloud.
fn routes(found: &Capabilities, spec: KeySpec) -> [Fact; 2] {
    let (mut backup, mut inside, mut host) = (String::new(), Vec::new(), Vec::new());
    for finding in found.routes(spec) {
        let words = finding.route.to_string();
        let recipe = words.split(" by ").next().unwrap_or_default().to_owned();
        match (finding.route, finding.offer) {
            (Route::Backup, Offer::Offered) => {}
            (Route::Backup, _) => backup = finding.reason,
            (Route::Wrap(..), Offer::Offered) if !inside.contains(&recipe) => inside.push(recipe),
            (Route::Wrap(..), Offer::NeedsApproval) if !inside.contains(&recipe) => host.push(recipe),
            (Route::Wrap(..), _) => {}
        }
    }
    let fact = |name: String, observed: String, good: bool| Fact {
        name,
        expected: None,
        observed,
        verdict: if good { Verdict::Matches } else { Verdict::Noted },
    };
    let can = backup.is_empty();
    let backup = if can { "offered".to_owned() } else { format!("not offered: {backup}") };
    let ways = [
        ("inside the token: ", &inside),
        ("only through this computer's memory, when a second person agrees: ", &host),
    ];
    let ways: Vec<String> = ways
        .iter()
        .filter(|(_, recipes)| !recipes.is_empty())
        .map(|(how, recipes)| format!("{how}{}", recipes.join(", ")))
        .collect();
    let wrapping = if ways.is_empty() { "not offered".to_owned() } else { ways.join("; ") };
    [
        fact(format!("Backup of {spec}"), backup, can),
        fact(format!("Wrapping {spec} for a cloud"), wrapping, !inside.is_empty()),
    ]
}

/// How many trials went which way, and each lie by itself: people have to see those.
pub(super) fn summary(found: &Capabilities) -> Vec<Fact> {
    let many = |f: Finding| found.list.iter().filter(|c| c.result == f).count();
    let mut facts = vec![noted(
        "Trials",
        format!(
            "{}, {}, {}; {}",
            count(many(Finding::Works), "works", "work"),
            count(
                many(Finding::RefusedRightly),
                "is refused as it should be",
                "are refused as they should be"
            ),
            count(many(Finding::Absent), "is absent", "are absent"),
            match many(Finding::Lies) {
                0 => "the token misstates none".to_owned(),
                n => format!("the token misstates {n}"),
            }
        ),
    )];
    facts.extend(found.lies().map(|lie| Fact {
        name: format!("The token misstates: {}", lie.name),
        expected: Some(lie.sentence.clone()),
        observed: lie.detail.clone(),
        verdict: Verdict::Differs,
    }));
    facts
}

/// The label of the workstation's signing key on the token.
fn label(mode: Mode) -> String {
    format!("cofferdam-{}-transcript-signing", mode.word())
}

/// Signs through the token.
pub(crate) struct TokenSigner<'t> {
    token: &'t mut dyn tokens::Token,
    key: tokens::Handle,
    spki: Vec<u8>,
    removed: bool,
}

impl<'t> TokenSigner<'t> {
    /// The workstation's key on this token; made where there is none only if `may_make`.
    pub(crate) fn of(token: &'t mut dyn tokens::Token, mode: Mode, may_make: bool) -> Result<Self, Problem> {
        if !may_make && token.find(&label(mode)).map_err(|e| token_problem(&e))?.is_none() {
            return Err(Problem::new(
                "no-signing-key",
                "The signing key that the record names is not in this token any more.",
                "Nothing was signed.",
                "Stop and find out who changed the token. The record goes on only with its own key.",
            ));
        }
        let (key, spki) = token.signing_key(&label(mode)).map_err(|e| token_problem(&e))?;
        Ok(Self { token, key, spki, removed: false })
    }

    /// Whether the token was pulled while it signed.
    pub(crate) fn removed(&self) -> bool {
        self.removed
    }
}

impl Signer for TokenSigner<'_> {
    fn public_key(&self) -> &[u8] {
        &self.spki
    }

    fn sign(&mut self, message: &[u8]) -> Result<Vec<u8>, String> {
        self.token.sign(self.key, message).map_err(|e| {
            self.removed |= e == tokens::TokenError::TokenRemoved;
            e.to_string()
        })
    }
}

pub(super) fn signing_key(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let hex = engine.with_signer(step, |journal, signer| {
        let hex = crate::digest::sha256_hex(signer.public_key());
        journal.checkpoint(signer).map_err(crate::engine::journal_problem)?;
        Ok(hex)
    })?;
    engine.show_record();
    let draft = Draft::new(Kind::Outcome).fact(Level::Public, "signing-key-sha256", hex.as_str());
    Ok(Outcome { draft: Some(draft), facts: vec![noted("Signing key, SHA-256", hex)], ..Outcome::default() })
}
