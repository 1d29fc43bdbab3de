//! A person is enrolled with a YubiKey of their own: two keys are made on it, one that signs and one that opens what is
//! encrypted to them.

use super::{enrolled, words};
use crate::yubikey::card;
use crate::yubikey::words::{MADE_ON_THE_YUBIKEY, ORIGIN, copyable, rules};
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use data_encoding::HEXLOWER;
use engine::words::{observed, out_of_order, piv as problem_of};
use engine::{Cue, Halt, Outcome, Stage};
use piv::{
    AttestedKey, Card, CertificateRequest, Device, KeyFacts, KeyKind, KeyRequest, Origin, Overwrite, PinRule,
    PivError, Roots, Slot, TouchRule,
};
use script::{OwnYubiKey, P256Key};
use secrets::SecretText;
use serde_json::json;

/// What a YubiKey showed.
struct Shown {
    sign: AttestedKey,
    opens: AttestedKey,
    replaced: usize,
    /// Of the record's head, which only who holds the YubiKey and its PIN can sign.
    signature: Vec<u8>,
    head: String,
}

pub(super) fn enrolled_with(cue: Cue<'_>, stage: &mut dyn Stage, device: &Device) -> Result<Outcome, Halt> {
    let shown = made_on(cue, stage, device.serial)?;
    let (Some(sign_key), Some(box_key)) =
        (P256Key::of(&shown.sign.facts.public_key), P256Key::of(&shown.opens.facts.public_key))
    else {
        return Err(out_of_order().into());
    };
    let own = OwnYubiKey { serial: device.serial, sign_key, box_key: Some(box_key) };
    recorded(cue, stage, device, &own, &shown)
}

/// The two keys, made on it or found there, and a signature with the first.
fn made_on(cue: Cue<'_>, stage: &mut dyn Stage, serial: u32) -> Result<Shown, Halt> {
    let factory = Card::open(serial).and_then(|mut c| c.factory_secrets()).map_err(|e| problem_of(&e))?;
    let (pin, puk) = if factory.is_empty() {
        (card::pin(cue, stage, serial)?, None)
    } else {
        let (pin, puk) = card::new_secrets(cue, stage)?;
        (pin, Some(puk))
    };
    let touch = match cue.plan.value("touch-rule") {
        "never" => TouchRule::Never,
        "cached" => TouchRule::Cached,
        _ => TouchRule::Always,
    };
    let again = stage.attempts() > 1;
    let head = card::head(&stage.past())?;
    let (now, roots) = (u64::try_from(stage.now()).unwrap_or(0), stage.attestation_roots()?);
    let name = format!("{} {}", cue.step.actor.id, cue.plan.mode.word());
    card::with(stage, serial, words::MAKING_TWO_KEYS, words::HALF_A_MINUTE, move |card| {
        let replaced = if let Some(puk) = &puk {
            card::replace_factory_secrets(card, &pin, puk)?.len()
        } else {
            card.authenticate_with_pin(&pin)?;
            0
        };
        let make = Make { name: &name, touch, now, again };
        let sign = key_in(card, Slot::Signature, PinRule::Always, &pin, &roots, &make)?;
        let opens = key_in(card, Slot::KeyManagement, PinRule::Once, &pin, &roots, &make)?;
        let signature = card.sign(Slot::Signature, Some(&pin), head.as_bytes())?;
        Ok(Shown { sign, opens, replaced, signature, head })
    })
}

fn recorded(
    cue: Cue<'_>,
    stage: &mut dyn Stage,
    device: &Device,
    own: &OwnYubiKey,
    shown: &Shown,
) -> Result<Outcome, Halt> {
    let person = &cue.step.actor;
    let serial = device.serial.to_string();
    let digest = script::sha256_hex(own.sign_key.spki());
    let rules = rules(shown.sign.facts.pin, shown.sign.facts.touch);
    let enrolled = json!({
        "with": "yubikey",
        "serial": serial,
        "firmware": device.firmware.to_string(),
        "sign-key-sha256": digest,
        "box-key-sha256": script::sha256_hex(&shown.opens.facts.public_key),
        "origin": MADE_ON_THE_YUBIKEY,
        "rules": rules,
        "attestation-root-sha256": HEXLOWER.encode(&shown.sign.attested.root_sha256),
        "can-be-copied": device.firmware.lets_copy(KeyKind::P256),
        "factory-secrets-replaced": shown.replaced,
    });
    let mut outcome = Outcome::new()
        .fact(&facts::ENROLLED.of(&person.id), enrolled)
        // So that this workstation knows it as one of this mode.
        .fact(&facts::YUBIKEY_SERIAL.of(cue.step.turn), serial);
    let mut files = card::evidence(&shown.sign, "sign-").to_vec();
    files.extend(card::evidence(&shown.opens, "box-"));
    files.push(("possession.txt".to_owned(), shown.head.clone()));
    for (name, text) in files {
        outcome = card::kept(cue, stage, outcome, &format!("{}-{name}", person.id), text.as_bytes())?;
    }
    outcome = card::kept(cue, stage, outcome, &format!("{}-possession.sig", person.id), &shown.signature)?;
    let outcome = enrolled::kept(cue.plan, stage, person, outcome, &own.line())?;
    Ok(outcome
        .shows(observed(words::SIGNS_WITH, words::yubikey_in_slot(own.serial, Slot::Signature)))
        .shows(observed(words::RULES_OF_THE_SIGNING_KEY, rules))
        .shows(observed(words::SIGNING_KEY_SHA256, digest))
        .shows(observed(ORIGIN, words::BOTH_MADE_ON_THE_YUBIKEY))
        .shows(observed(words::POSSESSION, words::IT_SIGNED_THE_HEAD))
        .showing(copyable(device.firmware, KeyKind::P256)))
}

/// With what a key is made.
struct Make<'a> {
    name: &'a str,
    touch: TouchRule,
    now: u64,
    /// Whether an earlier attempt may have left a key unfinished.
    again: bool,
}

/// Whether a key that is there will do: one that is used without a touch or a PIN signs for whoever is at the computer.
fn is_as_strict(key: &KeyFacts, pin: PinRule, touch: TouchRule) -> bool {
    let made_there = key.kind == KeyKind::P256 && key.origin == Origin::Generated;
    made_there && key.pin >= pin && key.touch >= touch
}

/// The P-256 key in a slot, attested: the one that is there, if the YubiKey made it with rules at least as strict,
/// or a new one.
fn key_in(
    card: &mut Card,
    slot: Slot,
    rule: PinRule,
    pin: &SecretText,
    roots: &Roots,
    make: &Make<'_>,
) -> Result<AttestedKey, PivError> {
    let there = card.key(slot)?;
    let usable = |key: &KeyFacts| is_as_strict(key, rule, make.touch);
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
        not_after: make.now + card::CERTIFICATE_LIFE,
    };
    let certificate = card.self_signed(slot, Some(pin), &says)?;
    card.write_certificate(slot, &certificate)?;
    Ok(attested)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_asks_less_than_it_should_is_not_taken_over() {
        let key = |pin, touch| KeyFacts {
            slot: Slot::Signature,
            kind: KeyKind::P256,
            origin: Origin::Generated,
            pin,
            touch,
            public_key: Vec::new(),
        };
        let wanted = (PinRule::Always, TouchRule::Cached);
        for (pin, touch, will_do) in [
            (PinRule::Always, TouchRule::Always, true),
            (PinRule::Always, TouchRule::Cached, true),
            (PinRule::Always, TouchRule::Never, false),
            (PinRule::Once, TouchRule::Always, false),
            (PinRule::Never, TouchRule::Always, false),
        ] {
            assert_eq!(is_as_strict(&key(pin, touch), wanted.0, wanted.1), will_do, "{pin:?} {touch:?}");
        }
        let imported = KeyFacts { origin: Origin::Imported, ..key(PinRule::Always, TouchRule::Always) };
        let other = KeyFacts { kind: KeyKind::P384, ..key(PinRule::Always, TouchRule::Always) };
        assert!(!is_as_strict(&imported, wanted.0, wanted.1) && !is_as_strict(&other, wanted.0, wanted.1));
    }
}
