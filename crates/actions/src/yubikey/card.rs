//! What every action with a YubiKey shares: choosing it, its PIN, its factory's secrets, and what is kept as evidence.

use super::words;
use aws_lc_rs::rand::SystemRandom;
use data_encoding::BASE64;
use engine::words::{memory, not_an_answer, out_of_order, piv as problem_of};
use engine::{AskPeople, Cue, Halt, Keep, KeepRecord, Outcome, Past, Tokens, Work, WorkWith};
use piv::{
    AttestedKey, Card, Custody, Device, FactorySecret, Found, ManagementKey, ManagementKind, NewSecrets,
    PivError, What,
};
use protocol::{Answer, Ask, Choice, Mode, PinOf, Problem};
use secrets::SecretText;
use transcript::{FileDigest, Head};

/// The PIN and PUK that a rehearsal proposes: they protect nothing but practice.
const PRACTICE_PIN: &str = "842613";
const PRACTICE_PUK: &str = "60251734";

/// A self-signed certificate only carries the public key; nothing checks its end. Twenty years, in seconds.
pub(crate) const CERTIFICATE_LIFE: u64 = 20 * 365 * 24 * 3600;

/// The choice to look for YubiKeys once more.
pub(crate) const LOOK: &str = "look";

/// The YubiKeys that are plugged in.
pub(crate) fn plugged_in() -> Result<Vec<Device>, PivError> {
    let only = |f: Found| if let What::YubiKey(device) = f.what { Some(device) } else { None };
    Ok(piv::list()?.into_iter().filter_map(only).collect())
}

/// Has a YubiKey chosen by its printed number; those whose numbers are `taken` cannot be.
pub(super) fn choose(
    on: &mut (impl AskPeople + Tokens + ?Sized),
    question: &str,
    taken: &[String],
) -> Result<Device, Halt> {
    let mut problem = None;
    loop {
        let devices = plugged_in().map_err(|e| problem_of(&e))?;
        let mut choices = choices(&devices, taken);
        choices.push(look_again());
        let ask = Ask::Choose { question: question.to_owned(), choices };
        let Answer::Chosen { id } = on.ask(ask, problem.take())? else {
            problem = Some(not_an_answer());
            continue;
        };
        match devices.into_iter().find(|d| d.serial.to_string() == id && !taken.contains(&id)) {
            Some(device) => {
                of_this_mode(on, &id)?;
                return Ok(device);
            }
            None if id == LOOK => {}
            None => problem = Some(not_an_answer()),
        }
    }
}

/// One YubiKey never serves rehearsals and production.
pub(crate) fn of_this_mode(on: &(impl Tokens + ?Sized), serial: &str) -> Result<(), Problem> {
    let other = on.other_modes_serials().iter().any(|other| other == serial);
    if other { Err(words::of_the_other_mode(serial)) } else { Ok(()) }
}

/// The YubiKeys that are plugged in, those that can be chosen first.
pub(crate) fn choices(devices: &[Device], taken: &[String]) -> Vec<Choice> {
    let mut choices: Vec<Choice> = devices
        .iter()
        .map(|d| Choice {
            id: d.serial.to_string(),
            title: words::yubikey(d.serial),
            note: Some(words::firmware(d.firmware)),
            refused: taken.contains(&d.serial.to_string()).then(|| words::ANOTHER_PERSONS.to_owned()),
        })
        .collect();
    choices.sort_by_key(|c| c.refused.is_some());
    choices
}

/// To look for YubiKeys once more.
pub(crate) fn look_again() -> Choice {
    Choice {
        id: LOOK.to_owned(),
        title: words::LOOK_AGAIN.to_owned(),
        note: Some(words::AFTER_PLUGGING_IN.to_owned()),
        refused: None,
    }
}

/// Works with a YubiKey in a thread of its own.
pub(crate) fn with<T: Send>(
    on: &mut (impl Work + ?Sized),
    serial: u32,
    doing: &str,
    usual: &str,
    job: impl FnOnce(&mut Card) -> Result<T, PivError> + Send,
) -> Result<T, Halt> {
    on.wait_for(doing, usual, move || {
        Card::open(serial).and_then(|mut card| job(&mut card)).map_err(|e| problem_of(&e))
    })
}

/// A new PIN and a new PUK, each typed twice.
pub(crate) fn new_secrets(
    cue: Cue<'_>,
    on: &mut (impl AskPeople + ?Sized),
) -> Result<(SecretText, SecretText), Halt> {
    let pin = new_secret(cue, on, words::NEW_PIN, words::RULE_OF_A_PIN, PRACTICE_PIN, |_| None)?;
    let puk = new_secret(cue, on, words::NEW_PUK, words::RULE_OF_A_PIN, PRACTICE_PUK, |_| None)?;
    Ok((pin, puk))
}

/// A new secret, typed twice; asked for again where `unfit` says why it will not do.
pub(crate) fn new_secret(
    cue: Cue<'_>,
    on: &mut (impl AskPeople + ?Sized),
    what: &str,
    rule: &str,
    practice: &str,
    unfit: impl Fn(&SecretText) -> Option<Problem>,
) -> Result<SecretText, Halt> {
    let hint = (cue.plan.mode == Mode::Rehearsal).then(|| practice.to_owned());
    let mut problem = None;
    loop {
        let mut typed = Vec::new();
        for what in [what.to_owned(), words::once_more(what)] {
            let (name, rule) = (cue.step.actor.name.clone(), rule.to_owned());
            let ask = Ask::NewSecret { name, what, rule, hint: hint.clone() };
            let Answer::Secret { text } = on.ask(ask, problem.take())? else {
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
            [_, _] => problem = Some(words::not_the_same()),
            _ => {}
        }
    }
}

/// Replaces what everybody knows, and gives what was replaced. A YubiKey whose secrets are its holder's already has to
/// take their PIN: one that was set up by an attempt that was cut off keeps its management key under it.
pub(crate) fn replace_factory_secrets(
    card: &mut Card,
    pin: &SecretText,
    puk: &SecretText,
) -> Result<Vec<FactorySecret>, PivError> {
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
pub(crate) fn pin(cue: Cue<'_>, on: &mut (impl AskPeople + ?Sized), serial: u32) -> Result<SecretText, Halt> {
    let tries = Card::open(serial).and_then(|mut card| card.pin_tries_left()).map_err(|e| problem_of(&e))?;
    let mut problem = None;
    loop {
        let ask = Ask::Pin {
            of: PinOf {
                label: words::yubikey(serial),
                model: words::held_by(&cue.step.actor.name),
                serial: serial.to_string(),
            },
            says: words::tries_left(tries),
            tries_left: Some(u32::from(tries)),
            hint: (cue.plan.mode == Mode::Rehearsal).then(|| PRACTICE_PIN.to_owned()),
        };
        if let Answer::Secret { text } = on.ask(ask, problem.take())? {
            return Ok(SecretText::new(text.into_text()).map_err(memory)?);
        }
        problem = Some(not_an_answer());
    }
}

/// The head of the record so far, as a card signs it: one line.
pub(crate) fn head(past: &Past<'_>) -> Result<String, Problem> {
    let last = past.entries.last().ok_or_else(out_of_order)?;
    Ok(Head { entries: last.seq, chain: last.chain }.text())
}

/// The files that show where a key was made, each with its name, which `of` begins.
pub(crate) fn evidence(made: &AttestedKey, of: &str) -> [(String, String); 4] {
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

/// Writes a file of this turn into the run's folder, and names it in the outcome.
pub(crate) fn kept(
    cue: Cue<'_>,
    on: &mut (impl Keep + KeepRecord + ?Sized),
    outcome: Outcome,
    name: &str,
    bytes: &[u8],
) -> Result<Outcome, Problem> {
    let name = format!("yubikey-{}-{}-{name}", cue.step.turn, on.past().entries.len());
    on.keep(&name, bytes)?;
    Ok(outcome.file(FileDigest::of(name, bytes)))
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
