//! The token: opening it, long work on it in a thread of its own, and the signature at each act's end.

use super::ask::not_an_answer;
use super::{Engine, Halt, journal_problem, memory};
use crate::act;
use crate::plan::Planned;
use protocol::{Answer, Ask, Choice, Fact, FromRoom, Mode, Problem, ProgressView, Verdict};
use secrets::SecretText;
use std::path::PathBuf;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};
use tokens::{Token, TokenError, TokenInfo, rehearsal};
use transcript::{Draft, Journal, Kind, Level, Signer};

/// The PIN of the embedded token, which protects nothing but practice.
pub const REHEARSAL_PIN: &str = "135790";

/// The note that shows in the record that the room was alive while it waited for a device.
pub(crate) const SIGN_OF_LIFE: &str = "the work goes on";

/// How often work that goes on is shown.
const SHOWN_EVERY: Duration = Duration::from_secs(1);
/// How often work that goes on is recorded, in times shown.
const RECORDED_EVERY: u32 = 10;

impl Engine<'_> {
    /// Does long work on the open token in a thread of its own. Meanwhile the players see how long it has taken, and
    /// the record shows every ten seconds that the room was alive. A token that was pulled is let go of: doing the
    /// step again opens it anew.
    pub(crate) fn work<T: Send>(
        &mut self,
        step: &Planned,
        doing: &str,
        usual: &str,
        job: impl FnOnce(&mut dyn Token) -> Result<T, Problem> + Send,
    ) -> Result<T, Halt> {
        self.unlock(step)?;
        let Some(mut token) = self.token.take() else { return Err(act::out_of_order().into()) };
        let lent = &mut token;
        let result = self.wait_for(step, doing, usual, move || job(lent.as_mut()));
        let lost = ["token-removed", "token-signed-out", "internal"];
        let gone = matches!(&result, Err(Halt::Problem(p)) if lost.contains(&p.code.as_str()));
        if !gone {
            self.token = Some(token);
        }
        result
    }

    /// Does long work that may be refused, as [`Engine::hold`] does.
    pub(crate) fn wait_for<T: Send>(
        &mut self,
        step: &Planned,
        doing: &str,
        usual: &str,
        job: impl FnOnce() -> Result<T, Problem> + Send,
    ) -> Result<T, Halt> {
        Ok(self.hold(step, doing, usual, job)??)
    }

    /// Does long work in a thread of its own, and shows and records meanwhile that it goes on.
    pub(crate) fn hold<T: Send>(
        &mut self,
        step: &Planned,
        doing: &str,
        usual: &str,
        job: impl FnOnce() -> T + Send,
    ) -> Result<T, Halt> {
        let (done, waited_for) = channel::<()>();
        let began = Instant::now();
        let mut heartbeat = Ok(());
        let result = std::thread::scope(|scope| {
            let worker = scope.spawn(move || {
                // Dropped at the end of the work, also when it panics: that is what wakes the loop below.
                let _done = done;
                job()
            });
            let mut ticks = 0;
            loop {
                self.player.show(FromRoom::Progress {
                    progress: ProgressView {
                        doing: doing.to_owned(),
                        elapsed: u32::try_from(began.elapsed().as_secs()).unwrap_or(u32::MAX),
                        usual: usual.to_owned(),
                        keep: "Do not unplug the device or the power.".to_owned(),
                    },
                });
                match waited_for.recv_timeout(SHOWN_EVERY) {
                    Err(RecvTimeoutError::Timeout) => {}
                    Ok(()) | Err(RecvTimeoutError::Disconnected) => break,
                }
                ticks += 1;
                if ticks % RECORDED_EVERY == 0 && heartbeat.is_ok() {
                    let note = Draft::new(Kind::Note).fact(Level::Public, "note", SIGN_OF_LIFE).fact(
                        Level::Public,
                        "seconds",
                        began.elapsed().as_secs(),
                    );
                    heartbeat = self.append(self.placed(note, step, false));
                }
            }
            worker.join()
        });
        heartbeat?;
        result.map_err(|_| {
            Problem::new(
                "internal",
                "The work on the device broke off inside this program.",
                "The record shows the step as not done.",
                "Stop, resume the ceremony, and report this with the record.",
            )
            .into()
        })
    }

    /// The open token; opened and unlocked on first use in this process, and again after it was pulled.
    pub(crate) fn unlock(&mut self, step: &Planned) -> Result<(), Halt> {
        if self.token.is_some() {
            return Ok(());
        }
        let mut token = (self.open_token)()?;
        let info = token.info().clone();
        self.is_the_right_one(&info)?;
        self.is_meant_for_practice(step, &info)?;
        let mut problem = None;
        loop {
            let practice = self.plan.mode == Mode::Rehearsal && rehearsal::is_rehearsal(&info);
            if info.pin_pad {
                // The PIN is typed on the device itself and never reaches this computer.
                let facts = vec![Fact {
                    name: "The device has a keypad".to_owned(),
                    expected: None,
                    observed: "type the PIN on the device after pressing the button".to_owned(),
                    verdict: Verdict::Noted,
                }];
                self.ask(
                    step,
                    Ask::Observe { facts, button: "Sign in on the device".to_owned() },
                    problem.take(),
                )?;
                let none = SecretText::new(String::new()).map_err(memory)?;
                match token.log_in(&none) {
                    Ok(()) => break,
                    Err(e) => return Err(act::token_problem(&e).into()),
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
            let Answer::Secret { text } = self.ask(step, ask, problem.take())? else {
                problem = Some(not_an_answer());
                continue;
            };
            let pin = SecretText::new(text.into_text()).map_err(memory)?;
            match token.log_in(&pin) {
                Ok(()) => break,
                Err(e @ TokenError::WrongPin { .. }) => {
                    let note = Draft::new(Kind::Note).fact(Level::Public, "note", "the token refused a PIN");
                    self.append(self.placed(note, step, false))?;
                    problem = Some(
                        Problem::new(
                            "wrong-pin",
                            act::sentence(&e.to_string()),
                            "Nothing was done; the attempt is in the record.",
                            "Check the PIN before you try again: some tokens lock after a few wrong ones.",
                        )
                        .can_try_again(),
                    );
                }
                Err(e) => return Err(act::token_problem(&e).into()),
            }
        }
        self.token = Some(token);
        Ok(())
    }

    /// Before a rehearsal touches a token that is not the practice one, people say that they mean it: from then on this
    /// workstation refuses it in production.
    fn is_meant_for_practice(&mut self, step: &Planned, info: &TokenInfo) -> Result<(), Halt> {
        let seen = self.fact("token-serial").is_some();
        if self.plan.mode == Mode::Production || rehearsal::is_rehearsal(info) || seen {
            return Ok(());
        }
        let choice = |id: &str, title: &str| Choice {
            id: id.to_owned(),
            title: title.to_owned(),
            note: None,
            refused: None,
        };
        let ask = Ask::Choose {
            question: format!(
                "{} with the serial number {} is not the practice token. Once it was used in a rehearsal, this \
                 workstation refuses it in production. Use it?",
                info.label, info.serial
            ),
            choices: vec![
                choice("practice", "Use it for rehearsals from now on"),
                choice("stop", "Stop here; nothing was done on it"),
            ],
        };
        match self.ask(step, ask, None)? {
            Answer::Chosen { id } if id == "practice" => Ok(()),
            _ => Err(Halt::Stop),
        }
    }

    /// Refuses a token of the other mode, and one that is not the one this ceremony began with.
    fn is_the_right_one(&self, info: &TokenInfo) -> Result<(), Problem> {
        if self.plan.mode == Mode::Production && rehearsal::is_rehearsal(info) {
            return Err(Problem::new(
                "rehearsal-token",
                "The embedded rehearsal token is not trusted in production.",
                "Nothing was done on it.",
                "Put in the production HSM and begin again with its PKCS#11 URI.",
            ));
        }
        if self.other_modes_serials.contains(&info.serial) {
            return Err(Problem::new(
                "token-of-the-other-mode",
                format!(
                    "The token with the serial number {} was used in {} here.",
                    info.serial,
                    if self.plan.mode == Mode::Rehearsal { "production" } else { "a rehearsal" }
                ),
                "Nothing was done on it.",
                "Put in another token: one token never serves both.",
            ));
        }
        if self.plan.steps.iter().any(|s| s.action.name == "restore-key") {
            act::may_receive(&self.plan, info)?;
        }
        let begun_with = self.fact("token-serial");
        if begun_with.as_ref().is_some_and(|s| *s != info.serial) {
            return Err(Problem::new(
                "another-token",
                format!(
                    "The token in the reader has the serial number {}; this ceremony began with {}.",
                    info.serial,
                    begun_with.unwrap_or_default()
                ),
                "Nothing was done on it.",
                "Put the first token back, then begin this step again.",
            )
            .can_try_again());
        }
        Ok(())
    }

    /// Signs the record at the end of an act: before the first step of the next one, so that a crash in between is
    /// made good on resume. From the signing-key step on.
    pub(super) fn sign_act(&mut self, step: &Planned) -> Result<(), Halt> {
        let first = self.plan.steps.iter().position(|s| s.act == step.act);
        let here = self.plan.steps.iter().position(|s| s.id == step.id);
        let last_signed = self.journal.entries().iter().rposition(|e| e.kind == Kind::Checkpoint);
        let acted = self.journal.entries().iter().rposition(|e| e.kind == Kind::Outcome);
        if first != here || self.fact("signing-key-sha256").is_none() || last_signed > acted {
            return Ok(());
        }
        self.with_signer(step, |journal, signer| {
            journal.checkpoint(signer).map(|_| ()).map_err(journal_problem)
        })?;
        self.show_record();
        Ok(())
    }

    /// Lends the journal and the workstation's signing key, which has to be the one that the record names: a token that
    /// lost it must not silently get another.
    pub(crate) fn with_signer<T>(
        &mut self,
        step: &Planned,
        sign: impl FnOnce(&mut Journal, &mut dyn Signer) -> Result<T, Problem>,
    ) -> Result<T, Halt> {
        self.unlock(step)?;
        let recorded = self.fact("signing-key-sha256");
        let mode = self.plan.mode;
        let Some(token) = self.token.as_mut() else { return Err(act::out_of_order().into()) };
        let mut signer = act::TokenSigner::of(token.as_mut(), mode, recorded.is_none())?;
        let here = crate::digest::sha256_hex(signer.public_key());
        if recorded.as_ref().is_some_and(|r| *r != here) {
            return Err(Problem::new(
                "another-signing-key",
                "The signing key in the token is not the one that this record names.",
                "Nothing was signed.",
                "Stop and find out who changed the token. The record goes on only with its own key.",
            )
            .into());
        }
        let done = sign(&mut self.journal, &mut signer);
        if signer.removed() {
            self.token = None;
            return Err(act::token_problem(&TokenError::TokenRemoved).into());
        }
        Ok(done?)
    }

    /// Where the evidence pack goes.
    pub(crate) fn pack_folder(&self) -> PathBuf {
        let name = if self.ended_as(Kind::Abandoned) { "abandoned-evidence" } else { "evidence" };
        self.folder.join(format!("{}-{name}", self.plan.mode.word()))
    }
}
