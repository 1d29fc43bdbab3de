//! `make-yubikey-key`: makes a key on the YubiKey and has it attested. What a card says is not believed: the key counts as
//! made on a YubiKey when its attestation leads to a pinned root.

use super::{card, request, words};
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use data_encoding::HEXLOWER;
use engine::words::{observed, out_of_order};
use engine::{Action, Cue, Halt, Outcome, Past, Room, Stage};
use facts::Named as _;
use piv::{AttestedKey, Card, CertificateRequest, KeyRequest, Overwrite, PivError, Roots};
use script::{Hands, Reach, Row};
use transcript::{Entry, Kind};

/// Makes the key that the plan asks for.
pub(crate) struct MakeYubiKeyKey;

impl Action for MakeYubiKeyKey {
    fn row(&self) -> &'static Row {
        const {
            &Row {
                name: "make-yubikey-key",
                needs: &[&super::YUBIKEY_SET_UP],
                makes: &[&super::YUBIKEY_KEY],
                states_of_turn: &[
                    facts::YUBIKEY_KEY_KIND.stem(),
                    facts::YUBIKEY_SLOT.stem(),
                    facts::YUBIKEY_PUBLIC_KEY_SHA256.stem(),
                    facts::YUBIKEY_ORIGIN.stem(),
                    facts::YUBIKEY_RULES.stem(),
                    facts::YUBIKEY_ROOT_SHA256.stem(),
                    facts::YUBIKEY_COPYABLE.stem(),
                    facts::YUBIKEY_FOUND_AFTER_INTERRUPTION.stem(),
                ],
                opens: &[&super::YUBIKEY_SIGNED],
                hands: Hands::Two,
                reach: &[Reach::Card],
                irreversible: true,
                ..Row::PLAIN
            }
        }
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        let serial = request::serial(cue, &stage.past())?;
        let pin = card::pin(cue, stage, serial)?;
        let request = request::key(cue, Overwrite::Nothing)?;
        // Begun again after a pull, what was left unfinished may be overwritten: the slot was empty before.
        let request =
            if was_empty(cue, &stage.past()) {
                KeyRequest { overwrite: Overwrite::Unfinished, ..request }
            } else {
                let slot = request.slot;
                card::with(stage, serial, words::LOOKING_AT_THE_SLOT, words::A_FEW_SECONDS, move |card| {
                    match card.key(slot)? {
                        Some(_) => Err(PivError::SlotTaken { slot }),
                        None => Ok(()),
                    }
                })?;
                let note = Outcome::new()
                    .fact(&facts::NOTE, words::slot_is_empty(slot))
                    .fact(&facts::SLOT_SEEN_EMPTY, slot.to_string());
                stage.note(note)?;
                request
            };
        let now = u64::try_from(stage.now()).unwrap_or(0);
        let mut number = [0; 16];
        SystemRandom::new().fill(&mut number).map_err(|_| out_of_order())?;
        let name = format!("{} {} {}", cue.plan.value("key-label"), cue.plan.mode.word(), cue.step.turn);
        let roots = stage.attestation_roots()?;
        let doing = words::making_a_key(request.kind);
        let made = card::with(stage, serial, &doing, words::HOW_LONG_A_KEY, move |card| {
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
                not_after: now + card::CERTIFICATE_LIFE,
            };
            let certificate = card.self_signed(request.slot, Some(&pin), &says)?;
            card.write_certificate(request.slot, &certificate)?;
            Ok(Made { attested, certificate, found: false })
        })?;
        recorded(cue, stage, request, &made)
    }
}

/// Whether an earlier attempt at this step saw the slot empty, so that what is in it now was made by this step.
fn was_empty(cue: Cue<'_>, past: &Past<'_>) -> bool {
    let of_step = |e: &&Entry| e.kind == Kind::Note && e.step.as_ref() == Some(&cue.step.id);
    past.entries.iter().filter(of_step).any(|e| facts::SLOT_SEEN_EMPTY.within(e).is_some())
}

/// A key made on the card, with all that shows it.
struct Made {
    attested: AttestedKey,
    certificate: Vec<u8>,
    /// An earlier attempt had come to its end on the card, and the card was pulled before that could be recorded.
    found: bool,
}

/// What an earlier attempt finished on the card. Unlike a key in an HSM it can be taken over: the attestation shows
/// that this YubiKey made it, so nobody can know it.
fn finished(card: &mut Card, request: KeyRequest, roots: &Roots, now: u64) -> Result<Option<Made>, PivError> {
    if request.overwrite == Overwrite::Nothing || card.key(request.slot)?.is_none() {
        return Ok(None);
    }
    let Some(certificate) = card.read_certificate(request.slot)? else { return Ok(None) };
    let attested = card.attest(request.slot, roots, now)?;
    let key = &attested.facts;
    let as_asked = (key.kind, key.pin, key.touch) == (request.kind, request.pin, request.touch);
    Ok(as_asked.then_some(Made { attested, certificate, found: true }))
}

fn recorded(cue: Cue<'_>, stage: &mut dyn Stage, request: KeyRequest, made: &Made) -> Result<Outcome, Halt> {
    let (turn, key) = (cue.step.turn, &made.attested.facts);
    let digest = script::sha256_hex(&key.public_key);
    let rules = words::rules(request.pin, request.touch);
    let firmware = made.attested.attested.firmware;
    let copied = firmware.lets_copy(key.kind);
    let mut outcome = Outcome::new()
        .fact(&facts::YUBIKEY_KEY_KIND.of(turn), key.kind.to_string())
        .fact(&facts::YUBIKEY_SLOT.of(turn), key.slot.to_string())
        .fact(&facts::YUBIKEY_PUBLIC_KEY_SHA256.of(turn), digest.as_str())
        .fact(&facts::YUBIKEY_ORIGIN.of(turn), words::MADE_ON_THE_YUBIKEY)
        .fact(&facts::YUBIKEY_RULES.of(turn), rules.as_str())
        .fact(&facts::YUBIKEY_ROOT_SHA256.of(turn), HEXLOWER.encode(&made.attested.attested.root_sha256))
        .fact(&facts::YUBIKEY_COPYABLE.of(turn), if copied { "yes" } else { "no" })
        .fact(&facts::YUBIKEY_FOUND_AFTER_INTERRUPTION.of(turn), made.found);
    let mut files = card::evidence(&made.attested, "").to_vec();
    files.push(("certificate.pem".to_owned(), card::pem("CERTIFICATE", &made.certificate)));
    for (name, text) in files {
        outcome = card::kept(cue, stage, outcome, &name, text.as_bytes())?;
    }
    Ok(outcome
        .shows(observed(words::KEY, words::kind_in_slot(key.kind, key.slot)))
        .shows(observed(words::RULES, rules))
        .shows(observed(words::ORIGIN, words::MADE_ON_THE_YUBIKEY))
        .shows(observed(words::PUBLIC_KEY_SHA256, digest))
        .showing(words::copyable(firmware, key.kind)))
}
