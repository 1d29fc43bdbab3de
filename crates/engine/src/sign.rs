//! People sign: with a passphrase, which this workstation checks, or with their own YubiKey, whose signature stands in
//! the record for everybody to check.

use crate::approval::{self, Statement};
use crate::core::At;
use crate::memory::mode_of;
use crate::outcome::Outcome;
use crate::refused;
use crate::stage::{Halt, WorkWith};
use crate::words;
use piv::{Card, PivError, Slot};
use protocol::{Answer, Ask, Mode, Problem, Restate, SignsWith};
use script::{Hands, OwnYubiKey, Person};
use secrets::SecretText;
use transcript::Entry;

/// How often somebody mistypes before it is slowed down.
const FREE_TRIES: u32 = 3;
/// How long the first try after that waits, in seconds; each further one waits twice as long.
const FIRST_WAIT: u64 = 5;
/// The longest wait, in seconds.
const LONGEST_WAIT: u64 = 60;

impl At<'_, '_> {
    /// One person signs, and a confirmer restates a fact; what is wrong is recorded and asked again. The button says what
    /// comes of it, and else who signs.
    pub(crate) fn signs(
        &mut self,
        person: &Person,
        purpose: &str,
        restate: Option<&script::Restate>,
        button: Option<&str>,
    ) -> Result<(), Halt> {
        self.signs_after(person, purpose, restate, button, None)
    }

    /// One person signs with what they typed beside an answer; they are asked by themselves where it is not there, or not
    /// theirs.
    pub(crate) fn signs_with_what_they_typed(
        &mut self,
        person: &Person,
        typed: Option<SecretText>,
        says: &str,
    ) -> Result<(), Halt> {
        match typed.map(|typed| self.proof(person, typed, says, None)).transpose()? {
            Some(Ok(())) => Ok(()),
            Some(Err(refusal)) => self.signs_after(person, says, None, None, Some(refusal)),
            None => self.signs(person, says, None, None),
        }
    }

    fn signs_after(
        &mut self,
        person: &Person,
        purpose: &str,
        restate: Option<&script::Restate>,
        button: Option<&str>,
        mut problem: Option<Problem>,
    ) -> Result<(), Halt> {
        let of_record = |r| restated(r, self.core.journal.entries(), self.step.turn);
        let expected = restate.map(|r| of_record(r).ok_or_else(words::out_of_order)).transpose()?;
        loop {
            let hint = |text: &String| (self.plan.mode == Mode::Rehearsal).then(|| text.clone());
            let ask = Ask::Sign {
                person: person.id.clone(),
                name: person.name.clone(),
                purpose: purpose.to_owned(),
                button: button.map(str::to_owned),
                restate: restate
                    .zip(expected.as_ref())
                    .map(|(r, expected)| Restate { question: r.ask.clone(), hint: hint(expected) }),
                hint: person.rehearsal_passphrase.clone(),
                yubikey: signs_with(person),
            };
            let Answer::Signature { passphrase, restated } = self.asks(ask, problem.take())? else {
                problem = Some(words::not_an_answer());
                continue;
            };
            let typed = SecretText::new(passphrase.into_text()).map_err(words::memory)?;
            let differs =
                expected.as_ref().is_some_and(|e| !same(e, restated.as_deref().unwrap_or_default()));
            // Nobody's key signs what they restated wrongly.
            if differs && (person.yubikey.is_some() || person.signs_with(&typed)) {
                self.note_of(person, words::RESTATED_DIFFERENTLY)?;
                problem = Some(words::restated_differs(&person.name));
                continue;
            }
            match self.proof(person, typed, purpose, restated)? {
                Ok(()) => return Ok(()),
                Err(refusal) => problem = Some(refusal),
            }
        }
    }

    /// Whether the person proves who they are by what they typed: their passphrase, or the PIN with which their YubiKey
    /// then signs the sentence. A refusal is recorded, and comes back for the person to try again.
    pub(crate) fn proof(
        &mut self,
        person: &Person,
        typed: SecretText,
        says: &str,
        restated: Option<String>,
    ) -> Result<Result<(), Problem>, Halt> {
        let Some(yubikey) = &person.yubikey else {
            self.slows_down(person)?;
            if person.signs_with(&typed) {
                // Where everyone is asked, the record says of each that they were there; an approval by a YubiKey says it too.
                if self.step.action.hands == Hands::Everyone {
                    self.note_of(person, words::SIGNED_WITH_PASSPHRASE)?;
                }
                return Ok(Ok(()));
            }
            refused::note(mode_of(&self.core.folder), (self.core.now)(), &person.id);
            self.note_of(person, words::PASSPHRASE_REFUSED)?;
            return Ok(Err(words::wrong_passphrase(&person.name)));
        };
        let statement = Statement {
            step: self.step.id.clone(),
            person: person.id.clone(),
            says: says.to_owned(),
            restated,
            ..Statement::new(self.plan.mode.word(), &self.core.run, &self.core.journal.head())
        }
        .text();
        let (own, signed) = (yubikey.clone(), statement.clone());
        let doing = words::yubikey_signs(own.serial, &person.name);
        let signature = self.hold(&doing, words::A_TOUCH, move || sign(&own, &typed, signed.as_bytes()))?;
        match signature {
            Ok(signature) if approval::is_by(person, &statement, &signature) => {
                self.note(approval::noted(person, &statement, &signature))?;
                self.core.signed_with.push(yubikey.serial);
                Ok(Ok(()))
            }
            Ok(_) => Ok(Err(words::not_their_key(yubikey.serial, &person.name))),
            Err(e) => {
                self.note_of(person, &words::yubikey_did_not_sign(e.code()))?;
                let problem = words::piv(&e);
                if problem.again { Ok(Err(problem)) } else { Err(problem.into()) }
            }
        }
    }

    /// After some passphrases that were not this person's, each further one waits, longer every time.
    fn slows_down(&mut self, person: &Person) -> Result<(), Halt> {
        let here = self.core.past().refused_sign_ins().get(&person.id).copied().unwrap_or_default();
        let refused = here.max(refused::lately(mode_of(&self.core.folder), (self.core.now)(), &person.id));
        let Some(over) = refused.checked_sub(FREE_TRIES) else { return Ok(()) };
        let seconds = FIRST_WAIT.saturating_mul(1 << over.min(6)).min(LONGEST_WAIT);
        self.hold(&words::waits_before_trying(&person.name), &words::seconds(seconds), move || {
            std::thread::sleep(std::time::Duration::from_secs(seconds));
        })
    }

    fn note_of(&mut self, person: &Person, note: &str) -> Result<(), Problem> {
        self.note(Outcome::new().fact(&facts::NOTE, note).fact(&facts::PERSON, person.id.as_str()))
    }
}

/// What the confirmer has to say before this entry comes, from the script's text or from the record; none where the record
/// does not say it.
pub(crate) fn restated(restate: &script::Restate, before: &[Entry], turn: u8) -> Option<String> {
    if let Some(text) = &restate.is {
        return Some(text.clone());
    }
    // A fact of this turn's own, where the step is played once for each of several people.
    let newest = |name: &str| before.iter().rev().find_map(|e| e.value(name)?.as_str().map(str::to_owned));
    let name = restate.of.as_ref()?;
    let fact = newest(&format!("{name}-{turn}")).or_else(|| newest(name))?;
    let skip = restate.last.map_or(0, |last| fact.chars().count().saturating_sub(last));
    Some(fact.chars().skip(skip).collect())
}

/// Whether two restatements say the same: capitals and spaces do not count.
pub(crate) fn same(one: &str, other: &str) -> bool {
    let says = |text: &str| text.split_whitespace().collect::<String>().to_lowercase();
    says(one) == says(other)
}

/// What a person who signs with a YubiKey is told, with the tries that are left where it is plugged in.
pub fn signs_with(person: &Person) -> Option<SignsWith> {
    let own = person.yubikey.as_ref()?;
    let tries = Card::open(own.serial).and_then(|mut card| card.pin_tries_left());
    let says = match tries {
        Ok(tries) => words::tries_left(tries),
        Err(e) => words::sentences(&e),
    };
    Some(SignsWith { serial: own.serial.to_string(), says })
}

fn sign(own: &OwnYubiKey, pin: &SecretText, message: &[u8]) -> Result<Vec<u8>, PivError> {
    let mut card = Card::open(own.serial)?;
    card.sign(Slot::Signature, Some(pin), message)
}
