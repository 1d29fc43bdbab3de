//! What every action with a YubiKey shares: choosing it, its PIN, its factory's secrets, and what is kept as evidence.
#![allow(clippy::doc_markdown, reason = "YubiKey is a product's name, not code")]

use super::sentence;
use crate::engine::{Engine, Halt, memory, not_an_answer};
use crate::plan::Planned;
use crate::store::write_new;
use aws_lc_rs::rand::SystemRandom;
use data_encoding::BASE64;
use piv::{
    AttestedKey, Card, Custody, ManagementKey, ManagementKind, NewSecrets, PinRule, PivError, TouchRule, What,
};
use protocol::{Answer, Ask, Choice, Mode, PinOf, Problem};
use secrets::SecretText;
use transcript::{Draft, FileDigest, count};

/// The PIN and PUK that a rehearsal proposes: they protect nothing but practice.
const PRACTICE_PIN: &str = "842613";
const PRACTICE_PUK: &str = "60251734";

pub(crate) fn problem_of(e: &PivError) -> Problem {
    let problem = Problem::new(e.code(), sentence(&e.happened()), e.unchanged(), sentence(e.to_do()));
    if e.again() { problem.can_try_again() } else { problem }
}

/// The YubiKeys that are plugged in.
pub(super) fn plugged_in() -> Result<Vec<piv::Device>, PivError> {
    let only = |f: piv::Found| if let What::YubiKey(device) = f.what { Some(device) } else { None };
    Ok(piv::list()?.into_iter().filter_map(only).collect())
}

/// Has a YubiKey chosen by its printed number; those whose numbers are `taken` cannot be.
pub(super) fn choose(
    engine: &mut Engine<'_>,
    step: &Planned,
    question: &str,
    taken: &[String],
) -> Result<piv::Device, Halt> {
    let mut problem = None;
    loop {
        let devices = plugged_in().map_err(|e| problem_of(&e))?;
        let mut choices = choices(&devices, taken);
        choices.push(look_again());
        let ask = Ask::Choose { question: question.to_owned(), choices };
        let Answer::Chosen { id } = engine.ask(step, ask, problem.take())? else {
            problem = Some(not_an_answer());
            continue;
        };
        match devices.into_iter().find(|d| d.serial.to_string() == id && !taken.contains(&id)) {
            Some(device) => {
                of_this_mode(engine, &id)?;
                return Ok(device);
            }
            None if id == "look" => {}
            None => problem = Some(not_an_answer()),
        }
    }
}

/// One YubiKey never serves rehearsals and production.
pub(super) fn of_this_mode(engine: &Engine<'_>, serial: &str) -> Result<(), Problem> {
    if !engine.other_modes_serials.iter().any(|other| other == serial) {
        return Ok(());
    }
    Err(Problem::new(
        "token-of-the-other-mode",
        format!("YubiKey {serial} was used in the other mode here."),
        "Nothing was done on it.",
        "Plug in another: one YubiKey never serves rehearsals and production.",
    ))
}

/// The YubiKeys that are plugged in, those that can be chosen first.
pub(super) fn choices(devices: &[piv::Device], taken: &[String]) -> Vec<Choice> {
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
    choices
}

/// To look for YubiKeys once more.
pub(super) fn look_again() -> Choice {
    Choice {
        id: "look".to_owned(),
        title: "Look again".to_owned(),
        note: Some("After plugging the YubiKey in.".to_owned()),
        refused: None,
    }
}

/// Works with a YubiKey in a thread of its own.
pub(super) fn with<T: Send>(
    engine: &mut Engine<'_>,
    step: &Planned,
    serial: u32,
    doing: &str,
    usual: &str,
    job: impl FnOnce(&mut Card) -> Result<T, PivError> + Send,
) -> Result<T, Halt> {
    engine.wait_for(step, doing, usual, move || {
        Card::open(serial).and_then(|mut card| job(&mut card)).map_err(|e| problem_of(&e))
    })
}

/// A new PIN and a new PUK, each typed twice.
pub(super) fn new_secrets(engine: &mut Engine<'_>, step: &Planned) -> Result<(SecretText, SecretText), Halt> {
    const RULE: &str =
        "Six to eight characters, digits where other programs are to take it; not the factory's.";
    let pin = new_secret(engine, step, "New PIN of the YubiKey", RULE, PRACTICE_PIN, |_| None)?;
    let puk = new_secret(engine, step, "New PUK, which unblocks the PIN", RULE, PRACTICE_PUK, |_| None)?;
    Ok((pin, puk))
}

/// A new secret, typed twice; asked for again where `unfit` says why it will not do.
pub(super) fn new_secret(
    engine: &mut Engine<'_>,
    step: &Planned,
    what: &str,
    rule: &str,
    practice: &str,
    unfit: impl Fn(&SecretText) -> Option<Problem>,
) -> Result<SecretText, Halt> {
    let hint = (engine.plan.mode == Mode::Rehearsal).then(|| practice.to_owned());
    let mut problem = None;
    loop {
        let mut typed = Vec::new();
        for again in ["", ", once more"] {
            let ask = Ask::NewSecret {
                name: step.actor.name.clone(),
                what: format!("{what}{again}"),
                rule: rule.to_owned(),
                hint: hint.clone(),
            };
            let Answer::Secret { text } = engine.ask(step, ask, problem.take())? else {
                problem = Some(not_an_answer());
                break;
            };
            typed.push(SecretText::new(text.into_text()).map_err(memory)?);
        }
        match typed.as_slice() {
            [first, second] if first.expose() == second.expose() => match unfit(first) {
                None => return Ok(typed.swap_remove(0)),
                Some(why) => problem = Some(why.can_try_again()),
            },
            [_, _] => {
                problem = Some(
                    Problem::new(
                        "not-the-same",
                        "The two are not the same.",
                        "Nothing was changed.",
                        "Type it twice again.",
                    )
                    .can_try_again(),
                );
            }
            _ => {}
        }
    }
}

/// Replaces what everybody knows, and gives what was replaced. A YubiKey whose secrets are its holder's already has to
/// take their PIN: one that was set up by an attempt that was cut off keeps its management key under it.
pub(super) fn replace_factory_secrets(
    card: &mut Card,
    pin: &SecretText,
    puk: &SecretText,
) -> Result<Vec<piv::FactorySecret>, PivError> {
    if card.factory_secrets()?.is_empty() {
        card.authenticate_with_pin(pin)?;
        return Ok(Vec::new());
    }
    let kind = ManagementKind::preferred(card.firmware());
    let management = ManagementKey::generate(kind, &SystemRandom::new())?;
    let new = NewSecrets { pin, puk, management: &management, custody: Custody::UnderThePin };
    card.set_up(&new).map(|done| done.replaced)
}

/// A YubiKey's PIN, after the tries that are left were shown.
pub(super) fn pin(engine: &mut Engine<'_>, step: &Planned, serial: u32) -> Result<SecretText, Halt> {
    let tries = Card::open(serial).and_then(|mut card| card.pin_tries_left()).map_err(|e| problem_of(&e))?;
    let mut problem = None;
    loop {
        let ask = Ask::Pin {
            of: PinOf {
                label: format!("YubiKey {serial}"),
                model: format!("held by {}", step.actor.name),
                serial: serial.to_string(),
            },
            says: count(tries, "try is", "tries are") + " left before the YubiKey blocks its PIN.",
            tries_left: Some(u32::from(tries)),
            hint: (engine.plan.mode == Mode::Rehearsal).then(|| PRACTICE_PIN.to_owned()),
        };
        if let Answer::Secret { text } = engine.ask(step, ask, problem.take())? {
            return Ok(SecretText::new(text.into_text()).map_err(memory)?);
        }
        problem = Some(not_an_answer());
    }
}

/// The files that show where a key was made, each with its name, which `of` begins.
pub(super) fn evidence(made: &AttestedKey, of: &str) -> [(String, String); 4] {
    let chain = &made.attested.chain;
    let between = chain.get(1..chain.len().saturating_sub(1)).unwrap_or_default();
    [
        ("attestation.pem", pem("CERTIFICATE", &made.attestation)),
        ("attestation-chain.pem", between.iter().map(|der| pem("CERTIFICATE", der)).collect()),
        ("attestation-root.pem", chain.last().map(|der| pem("CERTIFICATE", der)).unwrap_or_default()),
        ("public-key.pem", pem("PUBLIC KEY", &made.facts.public_key)),
    ]
    .map(|(name, text)| (format!("{of}{name}"), text))
}

/// Writes a file of this turn into the run's folder, and names it in the draft.
pub(super) fn kept(
    engine: &Engine<'_>,
    step: &Planned,
    draft: Draft,
    name: &str,
    bytes: &[u8],
) -> Result<Draft, Problem> {
    let name = format!("yubikey-{}-{}-{name}", step.turn, engine.journal.head().entries);
    write_new(&engine.folder.join(&name), bytes)?;
    let sha256 = crate::digest::sha256_hex(bytes);
    Ok(draft.file(FileDigest { sha256, size: bytes.len() as u64, name }))
}

/// The rules of a key, in words.
pub(super) fn rules(pin: PinRule, touch: TouchRule) -> String {
    let pin = match pin {
        PinRule::Never => "never",
        PinRule::Once => "once a session",
        PinRule::Always => "before each use",
    };
    let touch = match touch {
        TouchRule::Never => "never",
        TouchRule::Always => "before each use",
        TouchRule::Cached => "good for 15 seconds",
    };
    format!("PIN {pin}, touch {touch}")
}

/// RFC 7468.
pub(super) fn pem(label: &str, der: &[u8]) -> String {
    let mut out = format!("-----BEGIN {label}-----\n");
    for line in BASE64.encode(der).as_bytes().chunks(64) {
        out.push_str(&String::from_utf8_lossy(line));
        out.push('\n');
    }
    out + &format!("-----END {label}-----\n")
}
