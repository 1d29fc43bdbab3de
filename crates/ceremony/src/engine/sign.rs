//! People sign: with a passphrase, which this workstation checks, or with their own YubiKey, whose signature stands in
//! the record for everybody to check.

use super::{Engine, Halt, memory, not_an_answer};
use crate::approval::{self, Statement};
use crate::plan::Planned;
use crate::roster::{OwnYubiKey, Person};
use crate::script;
use piv::{Card, PivError, Slot};
use protocol::{Answer, Ask, Mode, Problem, Restate, SignsWith};
use secrets::SecretText;
use transcript::{Draft, Kind, Level, count};

impl Engine<'_> {
    /// One person signs, and a confirmer restates a fact; what is wrong is recorded and asked again.
    pub(crate) fn signed_by(
        &mut self,
        step: &Planned,
        person: &Person,
        purpose: &str,
        restate: Option<&script::Restate>,
    ) -> Result<(), Halt> {
        let expected = restate.map(|r| self.restated(step, r)).transpose()?;
        let mut problem = None;
        loop {
            let hint = |text: &String| (self.plan.mode == Mode::Rehearsal).then(|| text.clone());
            let ask = Ask::Sign {
                person: person.id.clone(),
                name: person.name.clone(),
                purpose: purpose.to_owned(),
                restate: restate
                    .zip(expected.as_ref())
                    .map(|(r, expected)| Restate { question: r.ask.clone(), hint: hint(expected) }),
                hint: person.rehearsal_passphrase.clone(),
                yubikey: signs_with(person),
            };
            let Answer::Signature { passphrase, restated } = self.ask(step, ask, problem.take())? else {
                problem = Some(not_an_answer());
                continue;
            };
            let typed = SecretText::new(passphrase.into_text()).map_err(memory)?;
            let says = |text: &str| text.split_whitespace().collect::<String>().to_lowercase();
            let differs =
                expected.as_ref().is_some_and(|e| says(e) != says(restated.as_deref().unwrap_or_default()));
            // Nobody's key signs what they restated wrongly.
            if differs && (person.yubikey.is_some() || person.signs_with(&typed)) {
                self.note_of(step, person, "a confirmer restated a fact differently")?;
                problem = Some(restated_differs(person));
                continue;
            }
            match self.proves(step, person, typed, purpose, restated)? {
                Ok(()) => return Ok(()),
                Err(refusal) => problem = Some(refusal),
            }
        }
    }

    /// Whether the person proves who they are by what they typed: their passphrase, or the PIN with which their YubiKey
    /// then signs the sentence. A refusal is recorded, and comes back for the person to try again.
    pub(crate) fn proves(
        &mut self,
        step: &Planned,
        person: &Person,
        typed: SecretText,
        says: &str,
        restated: Option<String>,
    ) -> Result<Result<(), Problem>, Halt> {
        let Some(yubikey) = &person.yubikey else {
            if person.signs_with(&typed) {
                return Ok(Ok(()));
            }
            self.note_of(step, person, "a sign-in passphrase was refused")?;
            return Ok(Err(wrong_passphrase(person)));
        };
        let statement = Statement {
            step: step.id.clone(),
            person: person.id.clone(),
            says: says.to_owned(),
            restated,
            ..Statement::new(self.plan.mode.word(), &self.run, &self.journal.head())
        }
        .text();
        let (own, signed) = (yubikey.clone(), statement.clone());
        let doing = format!("YubiKey {} signs for {}. Touch it when it blinks", own.serial, person.name);
        let signature =
            self.hold(step, &doing, "seconds; a touch is waited for up to 15 seconds", move || {
                sign(&own, &typed, signed.as_bytes())
            })?;
        match signature {
            Ok(signature) if approval::is_by(person, &statement, &signature) => {
                let note = self.placed(approval::noted(person, &statement, &signature), step, false);
                self.append(note)?;
                Ok(Ok(()))
            }
            Ok(_) => Ok(Err(another_key(person, yubikey))),
            Err(e) => {
                self.note_of(step, person, &format!("a YubiKey did not sign: {}", e.code()))?;
                let problem = crate::act::piv_problem(&e);
                if problem.again { Ok(Err(problem)) } else { Err(problem.into()) }
            }
        }
    }

    fn note_of(&mut self, step: &Planned, person: &Person, note: &str) -> Result<(), Problem> {
        let note = Draft::new(Kind::Note).fact(Level::Public, "note", note).fact(
            Level::Auditor,
            "person",
            person.id.as_str(),
        );
        self.append(self.placed(note, step, false))
    }

    /// What the confirmer has to say, from the script's text or from the record.
    fn restated(&self, step: &Planned, restate: &script::Restate) -> Result<String, Problem> {
        if let Some(text) = &restate.is {
            return Ok(text.clone());
        }
        // A fact of this turn's own, where the step is played once for each of several people.
        let own = |name: &String| self.fact(&format!("{name}-{}", step.turn)).or_else(|| self.fact(name));
        let fact = restate.of.as_ref().and_then(own).ok_or_else(crate::act::out_of_order)?;
        let skip = restate.last.map_or(0, |last| fact.chars().count().saturating_sub(last));
        Ok(fact.chars().skip(skip).collect())
    }
}

/// What a person who signs with a YubiKey is told, with the tries that are left where it is plugged in.
pub(crate) fn signs_with(person: &Person) -> Option<SignsWith> {
    let own = person.yubikey.as_ref()?;
    let tries = Card::open(own.serial).and_then(|mut card| card.pin_tries_left());
    let says = match tries {
        Ok(tries) => format!(
            "{} left before it blocks its PIN. After the button, touch it when it blinks: it waits for about 15 \
             seconds.",
            count(tries, "try is", "tries are")
        ),
        Err(e) => {
            let (what, todo) = (crate::act::sentence(&e.happened()), crate::act::sentence(e.to_do()));
            format!("{what} {todo}")
        }
    };
    Some(SignsWith { serial: own.serial.to_string(), says })
}

fn sign(own: &OwnYubiKey, pin: &SecretText, message: &[u8]) -> Result<Vec<u8>, PivError> {
    let mut card = Card::open(own.serial)?;
    card.sign(Slot::Signature, Some(pin), message)
}

pub(crate) fn wrong_passphrase(person: &Person) -> Problem {
    Problem::new(
        "wrong-passphrase",
        format!("That is not the passphrase of {}.", person.name),
        "Nothing was done; the attempt is in the record.",
        "Type it again. Passphrases tell capital letters from small ones.",
    )
    .can_try_again()
}

fn another_key(person: &Person, own: &OwnYubiKey) -> Problem {
    Problem::new(
        "not-their-key",
        format!(
            "YubiKey {} signed, but not with the key that the roster names for {}.",
            own.serial, person.name
        ),
        "The signature does not count.",
        "Raise an exception: the key in slot 9C was replaced since this person was enrolled.",
    )
    .can_try_again()
}

fn restated_differs(person: &Person) -> Problem {
    Problem::new(
        "restated-differs",
        format!("What {} restated is not what is about to be done.", person.name),
        "Nothing was done; the difference is in the record.",
        "Look at the script, the device or the slip itself, not at another person's screen, and answer again. If it \
         still differs, raise an exception.",
    )
    .can_try_again()
}
