//! YubiKeys: found, set up, given a key that is attested, and signed with. What a card says is not believed: the key
//! counts as made on a YubiKey when its attestation leads to a pinned root.
#![allow(clippy::doc_markdown, reason = "YubiKey is a product's name, not code")]

use super::{noted, out_of_order, sentence};
use crate::engine::{Engine, Halt, Outcome, memory, not_an_answer};
use crate::plan::Planned;
use crate::store::write_new;
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use data_encoding::BASE64;
use piv::{
    Card, CertificateRequest, Custody, KeyKind, KeyRequest, ManagementKey, ManagementKind, NewSecrets,
    Overwrite, PinRule, PivError, Slot, TouchRule, What,
};
use protocol::{Answer, Ask, Choice, Mode, PinOf, Problem};
use secrets::SecretText;
use std::sync::Arc;
use transcript::{Draft, FileDigest, Kind, Level};

/// The PIN and PUK that a rehearsal proposes: they protect nothing but practice.
const PRACTICE_PIN: &str = "842613";
const PRACTICE_PUK: &str = "60251734";
/// A self-signed certificate only carries the public key; nothing checks its end. Twenty years, in seconds.
const CERTIFICATE_LIFE: u64 = 20 * 365 * 24 * 3600;

fn problem_of(e: &PivError) -> Problem {
    let problem = Problem::new(e.code(), sentence(&e.happened()), e.unchanged(), sentence(e.to_do()));
    if e.again() { problem.can_try_again() } else { problem }
}

fn named(name: &str, step: &Planned) -> String {
    format!("{name}-{}", step.turn)
}

/// The serial number of this turn's YubiKey, as it was found.
fn serial(engine: &Engine<'_>, step: &Planned) -> Result<u32, Problem> {
    engine.fact(&named("yubikey-serial", step)).and_then(|s| s.parse().ok()).ok_or_else(out_of_order)
}

pub(super) fn find(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let taken: Vec<String> =
        (1..step.turn).filter_map(|n| engine.fact(&format!("yubikey-serial-{n}"))).collect();
    let mut problem = None;
    let device = loop {
        let found = piv::list().map_err(|e| problem_of(&e))?;
        let devices: Vec<piv::Device> = found
            .into_iter()
            .filter_map(|f| if let What::YubiKey(device) = f.what { Some(device) } else { None })
            .collect();
        let question =
            format!("Which YubiKey is that of {}? Compare the number printed on it.", step.actor.name);
        let ask = Ask::Choose { question, choices: choices(&devices, &taken) };
        let Answer::Chosen { id } = engine.ask(step, ask, problem.take())? else {
            problem = Some(not_an_answer());
            continue;
        };
        match devices.into_iter().find(|d| d.serial.to_string() == id && !taken.contains(&id)) {
            Some(device) => break device,
            None if id == "look" => {}
            None => problem = Some(not_an_answer()),
        }
    };
    let serial = device.serial.to_string();
    if engine.other_modes_serials.contains(&serial) {
        return Err(Problem::new(
            "token-of-the-other-mode",
            format!("YubiKey {serial} was used in the other mode here."),
            "Nothing was done on it.",
            "Plug in another: one YubiKey never serves rehearsals and production.",
        )
        .into());
    }
    let firmware = device.firmware.to_string();
    let draft = Draft::new(Kind::Outcome)
        .fact(Level::Auditor, &named("yubikey-serial", step), serial.as_str())
        .fact(Level::Public, &named("yubikey-firmware", step), firmware.as_str());
    let facts = vec![noted("Serial number, as it says", serial), noted("Firmware, as it says", firmware)];
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}

/// The YubiKeys that are plugged in, those that can be chosen first.
fn choices(devices: &[piv::Device], taken: &[String]) -> Vec<Choice> {
    let mut choices: Vec<Choice> = devices
        .iter()
        .map(|d| Choice {
            id: d.serial.to_string(),
            title: format!("YubiKey {}", d.serial),
            note: Some(format!("Firmware {}", d.firmware)),
            refused: taken
                .contains(&d.serial.to_string())
                .then(|| "It is another person's in this ceremony.".to_owned()),
        })
        .collect();
    choices.sort_by_key(|c| c.refused.is_some());
    choices.push(Choice {
        id: "look".to_owned(),
        title: "Look again".to_owned(),
        note: Some("After plugging the YubiKey in.".to_owned()),
        refused: None,
    });
    choices
}

/// Works with this turn's YubiKey in a thread of its own.
fn with_card<T: Send>(
    engine: &mut Engine<'_>,
    step: &Planned,
    doing: &str,
    usual: &str,
    job: impl FnOnce(&mut Card) -> Result<T, PivError> + Send,
) -> Result<T, Halt> {
    let serial = serial(engine, step)?;
    engine.wait_for(step, doing, usual, move || {
        Card::open(serial).and_then(|mut card| job(&mut card)).map_err(|e| problem_of(&e))
    })
}

/// A new secret, typed twice.
fn new_secret(
    engine: &mut Engine<'_>,
    step: &Planned,
    what: &str,
    practice: &str,
) -> Result<SecretText, Halt> {
    let hint = (engine.plan.mode == Mode::Rehearsal).then(|| practice.to_owned());
    let mut problem = None;
    loop {
        let mut typed = Vec::new();
        for again in ["", ", once more"] {
            let ask = Ask::NewSecret {
                name: step.actor.name.clone(),
                what: format!("{what}{again}"),
                rule:
                    "Six to eight characters, digits where other programs are to take it; not the factory's."
                        .to_owned(),
                hint: hint.clone(),
            };
            let Answer::Secret { text } = engine.ask(step, ask, problem.take())? else {
                problem = Some(not_an_answer());
                break;
            };
            typed.push(SecretText::new(text.into_text()).map_err(memory)?);
        }
        match typed.as_slice() {
            [first, second] if first.expose() == second.expose() => return Ok(typed.swap_remove(0)),
            [_, _] => {
                problem = Some(
                    Problem::new(
                        "not-the-same",
                        "The two are not the same.",
                        "Nothing was changed on the YubiKey.",
                        "Type it twice again.",
                    )
                    .can_try_again(),
                );
            }
            _ => {}
        }
    }
}

pub(super) fn set_up(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let pin = new_secret(engine, step, "New PIN of the YubiKey", PRACTICE_PIN)?;
    let puk = new_secret(engine, step, "New PUK, which unblocks the PIN", PRACTICE_PUK)?;
    let doing = "Replacing the factory's PIN, PUK and management key";
    let replaced = with_card(engine, step, doing, "a few seconds", move |card| {
        // One that was set up by an attempt that was cut off keeps its management key under the same PIN.
        if card.factory_secrets()?.is_empty() {
            card.authenticate_with_pin(&pin)?;
            return Ok(Vec::new());
        }
        let kind = ManagementKind::preferred(card.firmware());
        let management = ManagementKey::generate(kind, &SystemRandom::new())?;
        let new = NewSecrets { pin: &pin, puk: &puk, management: &management, custody: Custody::UnderThePin };
        card.set_up(&new).map(|done| done.replaced)
    })?;
    let words: Vec<String> = replaced.iter().map(ToString::to_string).collect();
    let said = if words.is_empty() { "none was left from the factory".to_owned() } else { words.join(", ") };
    let draft = Draft::new(Kind::Outcome)
        .fact(Level::Public, &named("yubikey-factory-secrets-replaced", step), said.as_str())
        .fact(Level::Public, "management-key", "random, kept on the YubiKey under its PIN");
    Ok(Outcome { draft: Some(draft), facts: vec![noted("Replaced", said)], ..Outcome::default() })
}

/// This turn's PIN, after the tries that are left were shown.
fn pin(engine: &mut Engine<'_>, step: &Planned) -> Result<SecretText, Halt> {
    let serial = serial(engine, step)?;
    let tries = Card::open(serial).and_then(|mut card| card.pin_tries_left()).map_err(|e| problem_of(&e))?;
    let mut problem = None;
    loop {
        let ask = Ask::Pin {
            of: PinOf {
                label: format!("YubiKey {serial}"),
                model: format!("held by {}", step.actor.name),
                serial: serial.to_string(),
            },
            says: format!("{tries} tries are left before the YubiKey blocks its PIN."),
            tries_left: Some(u32::from(tries)),
            hint: (engine.plan.mode == Mode::Rehearsal).then(|| PRACTICE_PIN.to_owned()),
        };
        if let Answer::Secret { text } = engine.ask(step, ask, problem.take())? {
            return Ok(SecretText::new(text.into_text()).map_err(memory)?);
        }
        problem = Some(not_an_answer());
    }
}

/// The key that the plan asks for. Begun again after a pull, what was left unfinished may be overwritten.
fn request(engine: &Engine<'_>, again: bool) -> Result<KeyRequest, Problem> {
    let value = |name: &str| engine.plan.value(name);
    let kind = KeyKind::MADE.into_iter().find(|k| k.to_string() == value("key-kind"));
    let slot = u8::from_str_radix(value("slot"), 16).ok().and_then(Slot::from_reference);
    let pin = match value("pin-rule") {
        "always" => Some(PinRule::Always),
        "once" => Some(PinRule::Once),
        _ => None,
    };
    let touch = match value("touch-rule") {
        "always" => Some(TouchRule::Always),
        "cached" => Some(TouchRule::Cached),
        "never" => Some(TouchRule::Never),
        _ => None,
    };
    match (kind, slot, pin, touch) {
        (Some(kind), Some(slot), Some(pin), Some(touch)) => {
            let overwrite = if again { Overwrite::Unfinished } else { Overwrite::Nothing };
            Ok(KeyRequest { slot, kind, pin, touch, overwrite })
        }
        _ => Err(out_of_order()),
    }
}

/// A key made on the card, with all that shows it.
struct Made {
    attested: piv::AttestedKey,
    certificate: Vec<u8>,
    /// An earlier attempt had come to its end on the card, and the card was pulled before that could be recorded.
    found: bool,
}

/// What an earlier attempt finished on the card. Unlike a key in an HSM it can be taken over: the attestation shows
/// that this YubiKey made it, so nobody can know it.
fn finished(
    card: &mut Card,
    request: KeyRequest,
    roots: &piv::Roots,
    now: u64,
) -> Result<Option<Made>, PivError> {
    if request.overwrite == Overwrite::Nothing || card.key(request.slot)?.is_none() {
        return Ok(None);
    }
    let Some(certificate) = card.read_certificate(request.slot)? else { return Ok(None) };
    let attested = card.attest(request.slot, roots, now)?;
    let key = &attested.facts;
    let as_asked = (key.kind, key.pin, key.touch) == (request.kind, request.pin, request.touch);
    Ok(as_asked.then_some(Made { attested, certificate, found: true }))
}

pub(super) fn make_key(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let pin = pin(engine, step)?;
    let request = request(engine, engine.attempts(step) > 1 && !engine.failed_with(step, "piv-slot-taken"))?;
    let now = u64::try_from((engine.now)()).unwrap_or(0);
    let mut number = [0; 16];
    SystemRandom::new().fill(&mut number).map_err(|_| out_of_order())?;
    let name = format!("{} {} {}", engine.plan.value("key-label"), engine.plan.mode.word(), step.turn);
    let roots = Arc::clone(&engine.attestation_roots);
    let doing = format!("Making a {} key on the YubiKey. Touch it when it blinks", request.kind);
    let usual = "seconds; RSA-4096 can take a minute or more";
    let made = with_card(engine, step, &doing, usual, move |card| {
        card.authenticate_with_pin(&pin)?;
        if let Some(made) = finished(card, request, &roots, now)? {
            return Ok(made);
        }
        card.generate(&request)?;
        let attested = card.attest(request.slot, &roots, now)?;
        let says = CertificateRequest {
            common_name: &name,
            serial: number,
            not_before: now,
            not_after: now + CERTIFICATE_LIFE,
        };
        let certificate = card.self_signed(request.slot, Some(&pin), &says)?;
        card.write_certificate(request.slot, &certificate)?;
        Ok(Made { attested, certificate, found: false })
    })?;
    let key = &made.attested.facts;
    let digest = crate::digest::hex(&crate::digest::sha256(&key.public_key));
    let origin = "made on the YubiKey; its attestation leads to a pinned root";
    let mut draft = Draft::new(Kind::Outcome)
        .fact(Level::Public, &named("yubikey-key-kind", step), key.kind.to_string())
        .fact(Level::Public, &named("yubikey-slot", step), key.slot.to_string())
        .fact(Level::Public, &named("yubikey-public-key-sha256", step), digest.as_str())
        .fact(Level::Public, &named("yubikey-origin", step), origin)
        .fact(Level::Public, &named("yubikey-rules", step), rules(request))
        .fact(Level::Public, &named("yubikey-found-after-interruption", step), made.found);
    let chain = &made.attested.attested.chain;
    let between = chain.get(1..chain.len().saturating_sub(1)).unwrap_or_default();
    let files = [
        ("attestation.pem", pem("CERTIFICATE", &made.attested.attestation)),
        ("attestation-chain.pem", between.iter().map(|der| pem("CERTIFICATE", der)).collect()),
        ("attestation-root.pem", chain.last().map(|der| pem("CERTIFICATE", der)).unwrap_or_default()),
        ("certificate.pem", pem("CERTIFICATE", &made.certificate)),
        ("public-key.pem", pem("PUBLIC KEY", &key.public_key)),
    ];
    for (name, text) in files {
        draft = kept(engine, step, draft, name, text.as_bytes())?;
    }
    let facts = vec![
        noted("Key", format!("{} in slot {}", key.kind, key.slot)),
        noted("Rules", rules(request)),
        noted("Origin", origin),
        noted("Public key, SHA-256", digest),
    ];
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}

/// Writes a file of this turn into the run's folder, and names it in the draft.
fn kept(
    engine: &Engine<'_>,
    step: &Planned,
    draft: Draft,
    name: &str,
    bytes: &[u8],
) -> Result<Draft, Problem> {
    let name = format!("yubikey-{}-{}-{name}", step.turn, engine.journal.head().entries);
    write_new(&engine.folder.join(&name), bytes)?;
    let sha256 = crate::digest::hex(&crate::digest::sha256(bytes));
    Ok(draft.file(FileDigest { sha256, size: bytes.len() as u64, name }))
}

fn rules(request: KeyRequest) -> String {
    let pin = match request.pin {
        PinRule::Never => "never",
        PinRule::Once => "once a session",
        PinRule::Always => "before each use",
    };
    let touch = match request.touch {
        TouchRule::Never => "never",
        TouchRule::Always => "before each use",
        TouchRule::Cached => "good for 15 seconds",
    };
    format!("PIN {pin}, touch {touch}")
}

/// RFC 7468.
fn pem(label: &str, der: &[u8]) -> String {
    let mut out = format!("-----BEGIN {label}-----\n");
    for line in BASE64.encode(der).as_bytes().chunks(64) {
        out.push_str(&String::from_utf8_lossy(line));
        out.push('\n');
    }
    out + &format!("-----END {label}-----\n")
}

/// The record so far, approved with the key that was made: shows that the key works, and who held it.
pub(super) fn sign(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let pin = pin(engine, step)?;
    let slot = request(engine, false)?.slot;
    let message = engine.journal.head().text();
    let signed = message.clone();
    let doing = "Signing the record with the YubiKey. Touch it when it blinks";
    // The signature is verified under the key on the card before it comes back.
    let signature = with_card(engine, step, doing, "seconds", move |card| {
        card.sign(slot, Some(&pin), signed.as_bytes())
    })?;
    let draft =
        Draft::new(Kind::Outcome).fact(Level::Public, &named("yubikey-approval", step), message.as_str());
    let draft = kept(engine, step, draft, "approval.txt", message.as_bytes())?;
    let draft = kept(engine, step, draft, "approval.sig", &signature)?;
    let facts = vec![noted("Signed", "the head of the record, with the key made on this YubiKey")];
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}
