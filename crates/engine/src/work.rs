//! Long work in a thread of its own, and the token that most of it is for.

use crate::ask;
use crate::core::At;
use crate::outcome::Outcome;
use crate::signer::TokenSigner;
use crate::stage::{Halt, TokenRefusal};
use crate::words;
use data_encoding::BASE64;
use protocol::{Answer, Ask, FromRoom, Mode, Problem, ProgressView};
use script::Reach;
use secrets::SecretText;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};
use tokens::{Token, TokenError, TokenInfo, rehearsal};
use transcript::{Journal, Kind, Signer};

/// The PIN of the embedded token, which protects nothing but practice.
pub const REHEARSAL_PIN: &str = "135790";

/// How often work that goes on is shown.
const SHOWN_EVERY: Duration = Duration::from_secs(1);
/// How often work that goes on is recorded, in times shown.
const RECORDED_EVERY: u32 = 10;
/// The choice to use a token that is not the practice one.
const PRACTICE: &str = "practice";

impl At<'_, '_> {
    /// Whether the row of this step's action reaches that far.
    pub(crate) fn reaches(&self, reach: Reach) -> Result<(), Problem> {
        let row = self.step.action;
        if row.reach.contains(&reach) { Ok(()) } else { Err(words::out_of_reach(row.name)) }
    }

    /// Does long work on the open token. One that was pulled, or that signed everybody out, is let go of: doing the step
    /// again opens it anew.
    pub(crate) fn works_on_token(
        &mut self,
        doing: &str,
        usual: &str,
        job: &mut (dyn FnMut(&mut dyn Token) -> Result<(), TokenRefusal> + Send),
    ) -> Result<(), Halt> {
        self.reaches(Reach::Token)?;
        self.unlocks()?;
        let Some(mut token) = self.core.token.take() else { return Err(words::out_of_order().into()) };
        let mut result = Ok(());
        let (lent, out) = (&mut token, &mut result);
        self.holds_on(doing, usual, Box::new(move || *out = job(lent.as_mut())))?;
        if !matches!(result, Err(TokenRefusal::Gone | TokenRefusal::SignedOut)) {
            self.core.token = Some(token);
        }
        Ok(result?)
    }

    /// Does long work in a thread of its own, and shows and records meanwhile that it goes on.
    pub(crate) fn holds_on(
        &mut self,
        doing: &str,
        usual: &str,
        job: Box<dyn FnOnce() + Send + '_>,
    ) -> Result<(), Halt> {
        let (done, waited_for) = channel::<()>();
        let began = Instant::now();
        let mut heartbeat = Ok(());
        let result = std::thread::scope(|scope| {
            let worker = scope.spawn(move || {
                // Dropped at the end of the work, also when it panics: that is what wakes the loop below.
                let _done = done;
                job();
            });
            let mut ticks = 0;
            loop {
                self.core.player.show(FromRoom::Progress {
                    progress: ProgressView {
                        doing: doing.to_owned(),
                        elapsed: u32::try_from(began.elapsed().as_secs()).unwrap_or(u32::MAX),
                        usual: usual.to_owned(),
                        keep: words::DO_NOT_UNPLUG.to_owned(),
                    },
                });
                match waited_for.recv_timeout(SHOWN_EVERY) {
                    Err(RecvTimeoutError::Timeout) => {}
                    Ok(()) | Err(RecvTimeoutError::Disconnected) => break,
                }
                ticks += 1;
                if ticks % RECORDED_EVERY == 0 && heartbeat.is_ok() {
                    let note = Outcome::new()
                        .fact(&facts::NOTE, words::SIGN_OF_LIFE)
                        .fact(&facts::SECONDS, began.elapsed().as_secs());
                    heartbeat = self.note(note);
                }
            }
            worker.join()
        });
        heartbeat?;
        result.map_err(|_| words::broke_off().into())
    }

    /// The open token; opened and unlocked on first use in this process, and again after it was pulled.
    pub(crate) fn unlocks(&mut self) -> Result<(), Halt> {
        if self.core.token.is_some() {
            return Ok(());
        }
        let mut token = (self.core.open_token)()?;
        let info = token.info().clone();
        self.is_the_right_one(&info)?;
        self.is_meant_for_practice(&info)?;
        let mut problem = None;
        loop {
            let practice = self.plan.mode == Mode::Rehearsal && rehearsal::is_rehearsal(&info);
            if info.pin_pad {
                // The PIN is typed on the device itself and never reaches this computer.
                let ask = Ask::Observe {
                    facts: vec![words::has_keypad()],
                    button: words::SIGN_IN_ON_IT.to_owned(),
                    done: false,
                };
                self.asks(ask, problem.take())?;
                let none = SecretText::new(String::new()).map_err(words::memory)?;
                match token.log_in(&none) {
                    Ok(()) => break,
                    Err(e) => return Err(TokenRefusal::from(e).into()),
                }
            }
            let state = token.pin_state();
            let ask = Ask::Pin {
                of: protocol::PinOf {
                    label: info.label.clone(),
                    model: format!("{} {}", info.manufacturer, info.model),
                    serial: info.serial.clone(),
                },
                says: state.sentence(),
                tries_left: state.tries_left(),
                hint: practice.then(|| REHEARSAL_PIN.to_owned()),
            };
            let Answer::Secret { text } = self.asks(ask, problem.take())? else {
                problem = Some(words::not_an_answer());
                continue;
            };
            let pin = SecretText::new(text.into_text()).map_err(words::memory)?;
            // Nothing is sent: with it whoever read the manual could have put keys in.
            if self.plan.mode == Mode::Production && tokens::factory::is_factory_pin(&info, &pin) {
                self.note_that(words::PIN_OF_THE_FACTORY)?;
                problem = Some(words::factory_pin(&info.model));
                continue;
            }
            match token.log_in(&pin) {
                Ok(()) => break,
                Err(e @ TokenError::WrongPin { .. }) => {
                    self.note_that(words::PIN_REFUSED)?;
                    problem = Some(words::wrong_pin(words::sentence(&e.to_string())));
                }
                Err(e) => return Err(TokenRefusal::from(e).into()),
            }
        }
        self.core.token = Some(token);
        Ok(())
    }

    /// Before a rehearsal touches a token that is not the practice one, people say that they mean it: from then on this
    /// workstation refuses it in production.
    fn is_meant_for_practice(&mut self, info: &TokenInfo) -> Result<(), Halt> {
        let seen = self.core.past().newest(&facts::TOKEN_SERIAL).is_some();
        if self.plan.mode == Mode::Production || rehearsal::is_rehearsal(info) || seen {
            return Ok(());
        }
        let ask = Ask::Choose {
            question: words::not_the_practice_token(&info.label, &info.serial),
            choices: vec![
                words::choice(PRACTICE, words::USE_IT_FOR_REHEARSALS, None),
                words::choice(ask::STOP, words::STOP_WITHOUT_IT, None),
            ],
        };
        match self.asks(ask, None)? {
            Answer::Chosen { id } if id == PRACTICE => Ok(()),
            _ => Err(Halt::Stop),
        }
    }

    /// Refuses a token of the other mode, and one that is not the one this ceremony began with.
    fn is_the_right_one(&self, info: &TokenInfo) -> Result<(), Problem> {
        if self.plan.mode == Mode::Production && rehearsal::is_rehearsal(info) {
            return Err(words::rehearsal_token());
        }
        if self.core.other_modes_serials.contains(&info.serial) {
            return Err(match self.plan.mode {
                Mode::Rehearsal => words::token_of_production(&info.serial),
                Mode::Production => words::token_of_a_rehearsal(&info.serial),
            });
        }
        for action in self.repertoire.of(self.plan) {
            action.may_use(self.plan, info)?;
        }
        match self.core.past().newest(&facts::TOKEN_SERIAL) {
            Some(begun_with) if begun_with != info.serial => {
                Err(words::another_token(&info.serial, &begun_with))
            }
            _ => Ok(()),
        }
    }

    /// Signs what was recorded since the last signature, from the signing-key step on: before each step, where a token
    /// that was pulled is opened again for it.
    pub(super) fn sign_step(&mut self) -> Result<(), Halt> {
        if self.is_signed() { Ok(()) } else { self.checkpoint() }
    }

    /// Signs the record as it stands.
    pub(crate) fn checkpoint(&mut self) -> Result<(), Halt> {
        self.with_signer(|journal, signer| journal.checkpoint(signer).map(|_| ()).map_err(words::journal))
    }

    /// The same at once, where the token is at hand: what is acknowledged is signed. Where it is not, because it was
    /// pulled or is at work, the next signature covers it; until then a resume cuts it off.
    pub(crate) fn sign_now(&mut self) {
        if !self.is_signed() && self.core.token.is_some() {
            let _ = self.checkpoint();
        }
    }

    fn is_signed(&self) -> bool {
        let past = self.core.past();
        !past.says(&facts::SIGNING_KEY_SHA256)
            || past.entries.last().is_some_and(|e| e.kind == Kind::Checkpoint)
    }

    /// The public half of the workstation's signing key, as the token has it: base64 of DER. None is made.
    pub(crate) fn signing_key(&mut self) -> Result<String, Halt> {
        self.unlocks()?;
        let mode = self.plan.mode;
        let Some(token) = self.core.token.as_mut() else { return Err(words::out_of_order().into()) };
        Ok(BASE64.encode(TokenSigner::of(token.as_mut(), mode, false)?.public_key()))
    }

    /// Lends the journal and the workstation's signing key, which has to be the one that the record names: a token that
    /// lost it must not silently get another.
    pub(crate) fn with_signer<T>(
        &mut self,
        sign: impl FnOnce(&mut Journal, &mut TokenSigner<'_>) -> Result<T, Problem>,
    ) -> Result<T, Halt> {
        self.unlocks()?;
        let recorded = self.core.past().newest(&facts::SIGNING_KEY_SHA256);
        let mode = self.plan.mode;
        let Some(token) = self.core.token.as_mut() else { return Err(words::out_of_order().into()) };
        let mut signer = TokenSigner::of(token.as_mut(), mode, recorded.is_none())?;
        let here = script::sha256_hex(signer.public_key());
        if recorded.as_ref().is_some_and(|r| *r != here) {
            return Err(words::another_signing_key().into());
        }
        let done = sign(&mut self.core.journal, &mut signer);
        if signer.removed() {
            self.core.token = None;
            return Err(words::token_removed().into());
        }
        let done = done?;
        self.remember();
        Ok(done)
    }
}
