//! YubiKeys: found, set up, given a key that is attested, and signed with. What a card says is not believed: the key
//! counts as made on a YubiKey when its attestation leads to a pinned root.
#![allow(clippy::doc_markdown, reason = "YubiKey is a product's name, not code")]

use super::{card, noted, out_of_order};
use crate::engine::{Engine, Halt, Outcome};
use crate::plan::Planned;
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use piv::{Card, CertificateRequest, KeyKind, KeyRequest, Overwrite, PinRule, PivError, Slot, TouchRule};
use protocol::Problem;
use std::sync::Arc;
use transcript::{Draft, Kind, Level};

/// A self-signed certificate only carries the public key; nothing checks its end. Twenty years, in seconds.
const CERTIFICATE_LIFE: u64 = 20 * 365 * 24 * 3600;

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
    let question = format!("Which YubiKey is that of {}? Compare the number printed on it.", step.actor.name);
    let device = card::choose(engine, step, &question, &taken)?;
    let serial = device.serial.to_string();
    let firmware = device.firmware.to_string();
    let draft = Draft::new(Kind::Outcome)
        .fact(Level::Auditor, &named("yubikey-serial", step), serial.as_str())
        .fact(Level::Public, &named("yubikey-firmware", step), firmware.as_str());
    let facts = vec![noted("Serial number, as it says", serial), noted("Firmware, as it says", firmware)];
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}

pub(super) fn set_up(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let (pin, puk) = card::new_secrets(engine, step)?;
    let doing = "Replacing the factory's PIN, PUK and management key";
    let serial = serial(engine, step)?;
    let replaced = card::with(engine, step, serial, doing, "a few seconds", move |card| {
        card::replace_factory_secrets(card, &pin, &puk)
    })?;
    let words: Vec<String> = replaced.iter().map(ToString::to_string).collect();
    let said = if words.is_empty() { "none was left from the factory".to_owned() } else { words.join(", ") };
    let draft = Draft::new(Kind::Outcome)
        .fact(Level::Public, &named("yubikey-factory-secrets-replaced", step), said.as_str())
        .fact(Level::Public, "management-key", "random, kept on the YubiKey under its PIN");
    Ok(Outcome { draft: Some(draft), facts: vec![noted("Replaced", said)], ..Outcome::default() })
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
    let serial = serial(engine, step)?;
    let pin = card::pin(engine, step, serial)?;
    let request = request(engine, engine.attempts(step) > 1 && !engine.failed_with(step, "piv-slot-taken"))?;
    let now = u64::try_from((engine.now)()).unwrap_or(0);
    let mut number = [0; 16];
    SystemRandom::new().fill(&mut number).map_err(|_| out_of_order())?;
    let name = format!("{} {} {}", engine.plan.value("key-label"), engine.plan.mode.word(), step.turn);
    let roots = Arc::clone(&engine.attestation_roots);
    let doing = format!("Making a {} key on the YubiKey. Touch it when it blinks", request.kind);
    let usual = "seconds; RSA-4096 can take a minute or more";
    let made = card::with(engine, step, serial, &doing, usual, move |card| {
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
    let digest = crate::digest::sha256_hex(&key.public_key);
    let origin = "made on the YubiKey; its attestation leads to a pinned root";
    let mut draft = Draft::new(Kind::Outcome)
        .fact(Level::Public, &named("yubikey-key-kind", step), key.kind.to_string())
        .fact(Level::Public, &named("yubikey-slot", step), key.slot.to_string())
        .fact(Level::Public, &named("yubikey-public-key-sha256", step), digest.as_str())
        .fact(Level::Public, &named("yubikey-origin", step), origin)
        .fact(Level::Public, &named("yubikey-rules", step), card::rules(request.pin, request.touch))
        .fact(Level::Public, &named("yubikey-found-after-interruption", step), made.found);
    let mut files = card::evidence(&made.attested, "").to_vec();
    files.push(("certificate.pem".to_owned(), card::pem("CERTIFICATE", &made.certificate)));
    for (name, text) in files {
        draft = card::kept(engine, step, draft, &name, text.as_bytes())?;
    }
    let facts = vec![
        noted("Key", format!("{} in slot {}", key.kind, key.slot)),
        noted("Rules", card::rules(request.pin, request.touch)),
        noted("Origin", origin),
        noted("Public key, SHA-256", digest),
    ];
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}

/// The record so far, approved with the key that was made: shows that the key works, and who held it.
pub(super) fn sign(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let serial = serial(engine, step)?;
    let pin = card::pin(engine, step, serial)?;
    let slot = request(engine, false)?.slot;
    let message = engine.journal.head().text();
    let signed = message.clone();
    let doing = "Signing the record with the YubiKey. Touch it when it blinks";
    // The signature is verified under the key on the card before it comes back.
    let signature = card::with(engine, step, serial, doing, "seconds", move |card| {
        card.sign(slot, Some(&pin), signed.as_bytes())
    })?;
    let draft =
        Draft::new(Kind::Outcome).fact(Level::Public, &named("yubikey-approval", step), message.as_str());
    let draft = card::kept(engine, step, draft, "approval.txt", message.as_bytes())?;
    let draft = card::kept(engine, step, draft, "approval.sig", &signature)?;
    let facts = vec![noted("Signed", "the head of the record, with the key made on this YubiKey")];
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}
