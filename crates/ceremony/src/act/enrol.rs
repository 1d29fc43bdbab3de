//! People are enrolled with what they will sign with: a YubiKey of their own, or a passphrase; and the roster is written
//! that later ceremonies are played with.
#![allow(clippy::doc_markdown, reason = "YubiKey is a product's name, not code")]

use super::people::everyone;
use super::{card, noted, out_of_order};
use crate::engine::{Engine, Halt, Outcome, not_an_answer};
use crate::plan::Planned;
use crate::roster::{OwnYubiKey, P256Key, Person, Roster, SHORTEST_PASSPHRASE, SiteRule, verifier};
use crate::store::{self, write_new};
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use piv::{
    AttestedKey, Card, CertificateRequest, KeyKind, KeyRequest, Origin, Overwrite, PinRule, PivError, Roots,
    Slot, TouchRule,
};
use protocol::{Answer, Ask, Choice, Mode, Problem, ReadAloud};
use secrets::SecretText;
use serde_json::json;
use std::path::PathBuf;
use std::sync::Arc;
use transcript::{Draft, FileDigest, Kind, Level};

/// A self-signed certificate only carries the public key; nothing checks its end. Twenty years, in seconds.
const CERTIFICATE_LIFE: u64 = 20 * 365 * 24 * 3600;

/// What a person can be enrolled with.
enum With {
    YubiKey(piv::Device),
    Passphrase,
}

/// How a person was enrolled, in the record.
fn fact_of(person: &Person) -> String {
    format!("enrolled-{}", person.id)
}

pub(super) fn enrol(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    match choose(engine, step)? {
        With::YubiKey(device) => with_yubikey(engine, step, &device),
        With::Passphrase => with_passphrase(engine, step),
    }
}

fn choose(engine: &mut Engine<'_>, step: &Planned) -> Result<With, Halt> {
    let others = everyone(&engine.plan).into_iter().filter(|p| p.id != step.actor.id);
    let serial = |p: Person| engine.fact_value(&fact_of(&p))?.get("serial")?.as_str().map(str::to_owned);
    let taken: Vec<String> = others.filter_map(serial).collect();
    let mut problem = None;
    loop {
        // Without a smart-card service people can still be enrolled with passphrases, and are told why only so.
        let (devices, why_none) = match card::plugged_in() {
            Ok(devices) => (devices, None),
            Err(e) => (Vec::new(), Some(super::sentence(&e.happened()))),
        };
        let mut choices = card::choices(&devices, &taken);
        choices.push(Choice {
            id: "passphrase".to_owned(),
            title: "A passphrase".to_owned(),
            note: Some(
                "It convinces this workstation alone. A YubiKey's signature convinces every later reader."
                    .to_owned(),
            ),
            refused: None,
        });
        choices.push(Choice { note: why_none.or(card::look_again().note), ..card::look_again() });
        let question = format!("What will {} sign with?", step.actor.name);
        let Answer::Chosen { id } = engine.ask(step, Ask::Choose { question, choices }, problem.take())?
        else {
            problem = Some(not_an_answer());
            continue;
        };
        match devices.into_iter().find(|d| d.serial.to_string() == id && !taken.contains(&id)) {
            Some(device) => {
                card::of_this_mode(engine, &id)?;
                return Ok(With::YubiKey(device));
            }
            None if id == "passphrase" => return Ok(With::Passphrase),
            None if id == "look" => {}
            None => problem = Some(not_an_answer()),
        }
    }
}

fn with_passphrase(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let person = step.actor.clone();
    let rule =
        format!("{SHORTEST_PASSPHRASE} characters or more, which only you know and can type without a note.");
    let practice = format!("practice passphrase of {}", person.id);
    let short = |typed: &SecretText| {
        (typed.expose().chars().count() < SHORTEST_PASSPHRASE).then(|| {
            Problem::new(
                "passphrase-short",
                format!("That passphrase has fewer than {SHORTEST_PASSPHRASE} characters."),
                "Nobody was enrolled.",
                "Choose a longer one: four or five words that do not belong together are easy to keep.",
            )
        })
    };
    let passphrase = card::new_secret(engine, step, "Sign-in passphrase", &rule, &practice, short)?;
    let phc = engine.wait_for(step, "Making the passphrase's verifier", "a second or two", move || {
        verifier(&passphrase).map_err(|e| {
            Problem::new(
                "verifier-not-made",
                super::sentence(&e),
                "Nobody was enrolled.",
                "Close other programs, and do the step again.",
            )
            .can_try_again()
        })
    })?;
    let draft =
        Draft::new(Kind::Outcome).fact(Level::Auditor, &fact_of(&person), json!({"with": "passphrase"}));
    let line = format!("passphrase = {}\n", quoted(&phc));
    let draft = kept(engine, &person, draft, &line)?;
    let facts = vec![noted("Signs with", "a passphrase; the workstation keeps an Argon2id verifier of it")];
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}

/// What a YubiKey showed.
struct Shown {
    sign: AttestedKey,
    opens: AttestedKey,
    replaced: usize,
    signature: Vec<u8>,
}

fn with_yubikey(engine: &mut Engine<'_>, step: &Planned, device: &piv::Device) -> Result<Outcome, Halt> {
    let (person, serial) = (step.actor.clone(), device.serial);
    let factory =
        Card::open(serial).and_then(|mut c| c.factory_secrets()).map_err(|e| card::problem_of(&e))?;
    let (pin, puk) = if factory.is_empty() {
        (card::pin(engine, step, serial)?, None)
    } else {
        let (pin, puk) = card::new_secrets(engine, step)?;
        (pin, Some(puk))
    };
    let touch = match engine.plan.value("touch-rule") {
        "never" => TouchRule::Never,
        "cached" => TouchRule::Cached,
        _ => TouchRule::Always,
    };
    let again = engine.attempts(step) > 1;
    let challenge = engine.journal.head().text();
    let (now, roots) = (u64::try_from((engine.now)()).unwrap_or(0), Arc::clone(&engine.attestation_roots));
    let (name, signed) = (format!("{} {}", person.id, engine.plan.mode.word()), challenge.clone());
    let doing = "Making two keys on the YubiKey. Touch it each time it blinks";
    let shown = card::with(engine, step, serial, doing, "half a minute, with the touches", move |card| {
        let replaced = if let Some(puk) = &puk {
            card::replace_factory_secrets(card, &pin, puk)?.len()
        } else {
            card.authenticate_with_pin(&pin)?;
            0
        };
        let make = Make { name: &name, touch, now, again };
        let sign = key_in(card, Slot::Signature, PinRule::Always, &pin, &roots, &make)?;
        let opens = key_in(card, Slot::KeyManagement, PinRule::Once, &pin, &roots, &make)?;
        // Possession: only who holds the YubiKey and its PIN can sign this.
        let signature = card.sign(Slot::Signature, Some(&pin), signed.as_bytes())?;
        Ok(Shown { sign, opens, replaced, signature })
    })?;
    let (Some(sign_key), Some(box_key)) =
        (P256Key::of(&shown.sign.facts.public_key), P256Key::of(&shown.opens.facts.public_key))
    else {
        return Err(out_of_order().into());
    };
    let own = OwnYubiKey { serial, sign_key, box_key: Some(box_key) };
    let digest = crate::digest::sha256_hex(own.sign_key.spki());
    let mut draft = Draft::new(Kind::Outcome)
        .fact(
            Level::Auditor,
            &fact_of(&person),
            json!({
                "with": "yubikey",
                "serial": serial.to_string(),
                "firmware": device.firmware.to_string(),
                "sign-key-sha256": digest,
                "origin": "made on the YubiKey; its attestation leads to a pinned root",
                "rules": card::rules(shown.sign.facts.pin, shown.sign.facts.touch),
                "factory-secrets-replaced": shown.replaced,
            }),
        )
        // So that this workstation knows it as one of this mode.
        .fact(Level::Auditor, &format!("yubikey-serial-{}", step.turn), serial.to_string());
    let mut files = card::evidence(&shown.sign, "sign-").to_vec();
    files.extend(card::evidence(&shown.opens, "box-"));
    files.push(("possession.txt".to_owned(), challenge));
    for (name, text) in files {
        draft = card::kept(engine, step, draft, &format!("{}-{name}", person.id), text.as_bytes())?;
    }
    draft = card::kept(engine, step, draft, &format!("{}-possession.sig", person.id), &shown.signature)?;
    let draft = kept(engine, &person, draft, &own.line())?;
    let facts = vec![
        noted("Signs with", format!("YubiKey {serial}, slot {}", Slot::Signature)),
        noted("Rules of the signing key", card::rules(shown.sign.facts.pin, shown.sign.facts.touch)),
        noted("Signing key, SHA-256", digest),
        noted("Origin", "both keys were made on the YubiKey; their attestations lead to a pinned root"),
        noted("Possession", "it signed the head of this record"),
    ];
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}

/// With what a key is made.
struct Make<'a> {
    name: &'a str,
    touch: TouchRule,
    now: u64,
    /// Whether an earlier attempt may have left a key unfinished.
    again: bool,
}

/// The P-256 key in a slot, attested: the one that is there, if the YubiKey made it with a rule at least as strict, or
/// a new one.
fn key_in(
    card: &mut Card,
    slot: Slot,
    rule: PinRule,
    pin: &SecretText,
    roots: &Roots,
    make: &Make<'_>,
) -> Result<AttestedKey, PivError> {
    let there = card.key(slot)?;
    let usable = |key: &piv::KeyFacts| {
        key.kind == KeyKind::P256 && key.origin == Origin::Generated && key.pin != PinRule::Never
    };
    let whole = card.read_certificate(slot)?.is_some();
    match there {
        Some(key) if usable(&key) && whole => return card.attest(slot, roots, make.now),
        Some(_) if !make.again || whole => return Err(PivError::SlotTaken { slot }),
        _ => {}
    }
    let overwrite = if make.again { Overwrite::Unfinished } else { Overwrite::Nothing };
    card.generate(&KeyRequest { slot, kind: KeyKind::P256, pin: rule, touch: make.touch, overwrite })?;
    let attested = card.attest(slot, roots, make.now)?;
    let mut number = [0; 16];
    SystemRandom::new().fill(&mut number)?;
    let says = CertificateRequest {
        common_name: make.name,
        serial: number,
        not_before: make.now,
        not_after: make.now + CERTIFICATE_LIFE,
    };
    let certificate = card.self_signed(slot, Some(pin), &says)?;
    card.write_certificate(slot, &certificate)?;
    Ok(attested)
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// Keeps a person's lines of the roster in the run's folder until all are there. Not in the pack: who has a verifier
/// can try passphrases on it.
fn kept(engine: &Engine<'_>, person: &Person, draft: Draft, line: &str) -> Result<Draft, Problem> {
    // Only who is enrolled here is in the roster: a line of reporting that leads through somebody else goes on to the
    // next one who is, so that custodians do not become independent by an omission.
    let enrolled = everyone(&engine.plan);
    let superior = engine.plan.roster.superior(person, |id| enrolled.iter().any(|p| p.id == id));
    let text = format!(
        "[[person]]\nid = {}\nname = {}\nrole = {}\n{}{line}",
        quoted(&person.id),
        quoted(&person.name),
        quoted(&person.role),
        person.place_lines(superior)
    );
    let name = format!("enrolled-{}-{}.toml", engine.journal.head().entries, person.id);
    write_new(&engine.folder.join(&name), text.as_bytes())?;
    Ok(draft
        .fact(
            Level::Internal,
            &format!("{}-sha256", fact_of(person)),
            crate::digest::sha256_hex(text.as_bytes()),
        )
        .fact(Level::Internal, &format!("{}-file", fact_of(person)), name))
}

/// What was kept of a person, exactly as it was recorded.
fn lines_of(engine: &Engine<'_>, person: &Person) -> Result<String, Problem> {
    let not_enrolled = || {
        Problem::new(
            "not-enrolled",
            format!("{} was not enrolled in this ceremony.", person.name),
            "No roster was written.",
            "Use a script that enrols everybody whom its roles count.",
        )
    };
    let name = engine.fact(&format!("{}-file", fact_of(person))).ok_or_else(not_enrolled)?;
    let path = engine.folder.join(&name);
    let text = outside::text(&path, outside::LARGEST_RECORD).map_err(|e| store::not_opened(&path, &e))?;
    if engine.fact(&format!("{}-sha256", fact_of(person))) == Some(crate::digest::sha256_hex(text.as_bytes()))
    {
        return Ok(text);
    }
    Err(Problem::new(
        "file-changed",
        format!("{name} in the run's folder is not the file that the record names."),
        "No roster was written.",
        "Stop: somebody changed the run's folder. Begin a new ceremony.",
    ))
}

/// Where the rosters of this mode are kept.
fn folder(engine: &Engine<'_>) -> Result<PathBuf, Problem> {
    let mode = engine.folder.parent().and_then(std::path::Path::parent).ok_or_else(out_of_order)?;
    Ok(mode.join(store::ROSTERS))
}

pub(super) fn write_roster(engine: &mut Engine<'_>, _step: &Planned) -> Result<Outcome, Halt> {
    let people = everyone(&engine.plan);
    let mut text =
        format!("# The {} roster that the ceremony {} enrolled.\n", engine.plan.mode.word(), engine.run);
    // A rule for a site at which nobody was enrolled would have the roster refused.
    let here = |name: &str| people.iter().any(|p| p.site.as_deref() == Some(name));
    text.extend(engine.plan.roster.sites.iter().filter(|s| here(&s.name)).map(SiteRule::lines));
    for person in &people {
        text.push('\n');
        text.push_str(&lines_of(engine, person)?);
    }
    // What is written here has to be taken later.
    let read = Roster::parse(&text, engine.plan.mode)?;
    let folder = folder(engine)?;
    store::make_folder(&folder)?;
    let path = folder.join(format!("{}.toml", engine.run));
    // After an interruption the same bytes may be there already.
    if !outside::read(&path, outside::LARGEST_RECORD).is_ok_and(|there| there == text.as_bytes()) {
        store::write_private(&path, text.as_bytes())?;
    }
    let digest = crate::digest::sha256_hex(text.as_bytes());
    let public = super::close::public_roster(&read);
    let card = workstation_card(engine, &digest)?;
    let mut draft = Draft::new(Kind::Outcome)
        .fact(Level::Public, "roster-enrolled-sha256", digest.as_str())
        .fact(Level::Internal, "roster-file", path.display().to_string());
    for (name, text) in [("enrolled-roster", public), ("workstation-card", card)] {
        let end = if name == "workstation-card" { "txt" } else { "toml" };
        let name = format!("{name}-{}.{end}", engine.journal.head().entries);
        write_new(&engine.folder.join(&name), text.as_bytes())?;
        draft = draft.file(FileDigest::of(name, text.as_bytes()));
    }
    let facts = vec![
        noted("Roster", path.display().to_string()),
        noted("Its SHA-256", digest),
        noted("People", read.people.len().to_string()),
        noted("From now on", "this workstation takes this roster where a ceremony names no other"),
    ];
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}

/// What is noted on paper, away from the workstation: by it a later reader knows the record's key.
fn workstation_card(engine: &Engine<'_>, roster: &str) -> Result<String, Problem> {
    use std::fmt::Write as _;
    let key = engine.fact("signing-key-sha256").ok_or_else(out_of_order)?;
    let bytes = data_encoding::HEXLOWER.decode(key.as_bytes()).map_err(|_| out_of_order())?;
    let mut text = String::new();
    if engine.plan.mode == Mode::Rehearsal {
        text.push_str("REHEARSAL\n\n");
    }
    let _ = write!(
        text,
        "WORKSTATION CARD\n\nCeremony  {}\nDay       {}\nProgram   {}\n\nSHA-256 of the key that signs this \
         workstation's records. Copy it to paper by\nhand or print this page; keep it away from the workstation. \
         Packs that are\nchecked elsewhere are compared with it, row by row.\n\n",
        engine.run,
        crate::media::minute((engine.now)()),
        engine.fact("program-sha256").unwrap_or_else(|| "not compared".to_owned()),
    );
    for row in ReadAloud::of(&bytes).rows {
        let _ = writeln!(text, "  {}  {}\n     {}", row.number, row.hex.join(" "), row.words.join(" "));
    }
    let _ = write!(
        text,
        "\nSHA-256 of the roster\n  {roster}\n\nCompared and signed by\n\n\n_______________________   _______________________\n"
    );
    Ok(text)
}
