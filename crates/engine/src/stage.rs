//! What an action may touch, in narrow traits. A helper asks for those that it uses; a [`Stage`] has all of them, and the
//! engine refuses what the action's row does not reach.

use crate::outcome::Outcome;
use crate::past::Past;
use crate::printing::{Printers, Scans};
use crate::shelf::OtherRun;
use crate::surroundings::Workstation;
use crate::words;
use facts::{Form, Named};
use protocol::{Answer, Ask, Problem};
use script::Person;
use secrets::SecretText;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokens::{Token, TokenError, TokenInfo};
use transcript::runs::Runs;

/// Why an action did not come to its outcome.
pub enum Halt {
    /// A refusal or failure that a person decides about.
    Problem(Box<Problem>),
    /// A person stopped, or the player went away.
    Stop,
    /// The step is begun again, by decision.
    Again,
    /// The script goes back, by decision, the way of this id.
    Back(&'static str),
    /// The ceremony is given up, by decision.
    Abandon,
}

impl From<Problem> for Halt {
    fn from(p: Problem) -> Self {
        Self::Problem(Box::new(p))
    }
}

/// Why work on a token did not come to its result.
#[derive(Debug)]
pub enum TokenRefusal {
    /// It was taken away, or stopped answering. It is let go of: doing the step again opens it anew.
    Gone,
    /// It signed everybody out. It is let go of, too.
    SignedOut,
    /// It refused.
    Refused(TokenError),
    /// What it holds or gave is not what it should be.
    Problem(Box<Problem>),
}

impl From<Problem> for TokenRefusal {
    fn from(p: Problem) -> Self {
        Self::Problem(Box::new(p))
    }
}

impl From<TokenError> for TokenRefusal {
    fn from(e: TokenError) -> Self {
        match e {
            TokenError::TokenRemoved => Self::Gone,
            TokenError::NotSignedIn => Self::SignedOut,
            other => Self::Refused(other),
        }
    }
}

impl From<TokenRefusal> for Problem {
    fn from(refusal: TokenRefusal) -> Self {
        match refusal {
            TokenRefusal::Gone => words::token_removed(),
            TokenRefusal::SignedOut => words::token_signed_out(),
            TokenRefusal::Refused(e) => words::token_refused(&e),
            TokenRefusal::Problem(problem) => *problem,
        }
    }
}

impl From<TokenRefusal> for Halt {
    fn from(refusal: TokenRefusal) -> Self {
        Problem::from(refusal).into()
    }
}

/// What one person holds against another source, row by row.
#[derive(Debug, Clone, Copy)]
pub struct Compared<'a> {
    /// What it is ("SHA-256 of the wrapping key").
    pub what: &'a str,
    /// The other source ("the online team's slip").
    pub against: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// The people at the table.
pub trait AskPeople {
    /// Asks; an exception raised instead is recorded and decided, then the same question comes again.
    fn ask(&mut self, ask: Ask, problem: Option<Problem>) -> Result<Answer, Halt>;

    /// One person signs a sentence; what is wrong is recorded and asked again.
    fn signed_by(&mut self, person: &Person, says: &str) -> Result<(), Halt>;

    /// Whether a person proves who they are by what they typed: their passphrase, or the PIN with which their YubiKey then
    /// signs the sentence. A refusal is recorded, and comes back for the person to try again.
    fn proves(
        &mut self,
        person: &Person,
        typed: SecretText,
        says: &str,
        restated: Option<String>,
    ) -> Result<Result<(), Problem>, Halt>;

    /// Raises an exception that the program itself sees, such as a bag number that differs, and has it decided.
    fn raise(&mut self, problem: &Problem, expected: &str) -> Result<(), Halt>;

    /// One person compares a value with another source on a blank list: whether they found every row the same.
    fn finds_the_same(&mut self, person: &Person, of: &Compared<'_>) -> Result<bool, Halt>;

    /// The same, and who found every row the same signs that.
    fn signs_the_same(&mut self, person: &Person, of: &Compared<'_>, says: &str) -> Result<bool, Halt>;
}

/// The record, as far as it goes.
pub trait KeepRecord {
    /// What it says.
    fn past(&self) -> Past<'_>;

    /// Notes something before the outcome: it is in the record before the next thing is begun.
    fn note(&mut self, note: Outcome) -> Result<(), Problem>;

    /// Notes many things at once: they are in the record, flushed and signed together, before the next thing is begun.
    fn note_all(&mut self, notes: Vec<Outcome>) -> Result<(), Problem>;

    /// How often this step was begun, this time included.
    fn attempts(&self) -> usize;
}

/// Reading facts, for whatever keeps a record.
pub trait Recall {
    /// The newest value of a fact.
    fn newest<F: Form>(&self, fact: &impl Named<F>) -> Option<F::Value>;

    /// The same, refused where an earlier step did not record it: the checker makes that impossible.
    fn need<F: Form>(&self, fact: &impl Named<F>) -> Result<F::Value, Problem>;
}

impl<S: KeepRecord + ?Sized> Recall for S {
    fn newest<F: Form>(&self, fact: &impl Named<F>) -> Option<F::Value> {
        self.past().newest(fact)
    }

    fn need<F: Form>(&self, fact: &impl Named<F>) -> Result<F::Value, Problem> {
        self.past().need(fact)
    }
}

/// The run's own folder.
pub trait Keep {
    /// Where it is.
    fn folder(&self) -> &Path;

    /// Writes a new file into it and sees it on the disk. The record has to name it for it to belong there.
    fn keep(&mut self, name: &str, bytes: &[u8]) -> Result<(), Problem>;

    /// The same for many files: they are all on the disk when this returns.
    fn keep_all(&mut self, files: &[(String, Vec<u8>)]) -> Result<(), Problem>;

    /// A file of it by its recorded name, exactly as the record has it: what lies on a disk can be changed between two
    /// steps.
    fn kept(&self, name: &str) -> Result<Vec<u8>, Problem>;

    /// The same where many files are read: `recorded` is what [`Past::files`] gave.
    fn kept_of(
        &self,
        recorded: &std::collections::BTreeMap<String, String>,
        name: &str,
    ) -> Result<Vec<u8>, Problem>;
}

/// Long work in a thread of its own: people see every second how long it has taken, and the record shows every ten that
/// the room was alive.
pub trait Work {
    /// Does it. A job that panics is a problem.
    fn hold_on(&mut self, doing: &str, usual: &str, job: Box<dyn FnOnce() + Send + '_>) -> Result<(), Halt>;
}

/// The ceremony's token. [`script::Reach::Token`].
pub trait Tokens {
    /// Opens and unlocks it on first use in this process, and again after it was pulled.
    fn unlock(&mut self) -> Result<TokenInfo, Halt>;

    /// Long work on it.
    fn with_token(
        &mut self,
        doing: &str,
        usual: &str,
        job: &mut (dyn FnMut(&mut dyn Token) -> Result<(), TokenRefusal> + Send),
    ) -> Result<(), Halt>;

    /// Signs the record as it stands with the workstation's key on it, made there where the record names none yet, and has
    /// the token remember the record.
    fn sign_record(&mut self) -> Result<Signed, Halt>;

    /// A workstation card that says this, with the workstation's key in it and signed by it.
    fn sign_card(&mut self, says: &str) -> Result<String, Halt>;

    /// Serial numbers of tokens that a run of the other mode used.
    fn other_modes_serials(&self) -> &[String];
}

/// What came of the first signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// SHA-256 of the public half of the workstation's key (DER `SubjectPublicKeyInfo`), lower-case hex.
    pub key_sha256: String,
    /// Its `CKA_ID`, where the token says it.
    pub key_id: Option<Vec<u8>>,
    /// What the token says of it, attribute by attribute: made there, sensitive, never extractable, extractable.
    pub key_says: [(&'static str, Option<bool>); 4],
    /// Whether the token keeps the newest head of this record.
    pub remembers: bool,
    /// How many lists of ended ceremonies the token remembers that are not this workstation's.
    pub other_lists: u64,
    /// How many lines of this workstation's list neither this key, nor one that a ceremony before them commissioned, signed.
    pub lines_by_others: u64,
}

/// Work that gives a result.
pub trait WorkWith {
    /// Long work on the token.
    fn work<T: Send>(
        &mut self,
        doing: &str,
        usual: &str,
        job: impl FnOnce(&mut dyn Token) -> Result<T, TokenRefusal> + Send,
    ) -> Result<T, Halt>
    where
        Self: Tokens;

    /// Long work without it.
    fn hold<T: Send>(&mut self, doing: &str, usual: &str, job: impl FnOnce() -> T + Send) -> Result<T, Halt>
    where
        Self: Work;

    /// Long work without it that may be refused.
    fn wait_for<T: Send>(
        &mut self,
        doing: &str,
        usual: &str,
        job: impl FnOnce() -> Result<T, Problem> + Send,
    ) -> Result<T, Halt>
    where
        Self: Work,
    {
        Ok(self.hold(doing, usual, job)??)
    }
}

impl<S: ?Sized> WorkWith for S {
    fn work<T: Send>(
        &mut self,
        doing: &str,
        usual: &str,
        job: impl FnOnce(&mut dyn Token) -> Result<T, TokenRefusal> + Send,
    ) -> Result<T, Halt>
    where
        Self: Tokens,
    {
        let (mut job, mut out) = (Some(job), None);
        self.with_token(doing, usual, &mut |token| {
            if let Some(job) = job.take() {
                out = Some(job(token)?);
            }
            Ok(())
        })?;
        Ok(out.ok_or_else(words::broke_off)?)
    }

    fn hold<T: Send>(&mut self, doing: &str, usual: &str, job: impl FnOnce() -> T + Send) -> Result<T, Halt>
    where
        Self: Work,
    {
        let mut out = None;
        let lent = &mut out;
        self.hold_on(doing, usual, Box::new(move || *lent = Some(job())))?;
        Ok(out.ok_or_else(words::broke_off)?)
    }
}

/// Media that people put in. [`script::Reach::Media`].
pub trait Media: AskPeople {
    /// The top folders of the media that are in.
    fn roots(&self) -> Vec<PathBuf>;

    /// Asks for a file with one of these endings until a path is answered. What is there is a plain file then; whether
    /// something is there is not known.
    fn file_of_medium(
        &mut self,
        question: &str,
        endings: &[&str],
        problem: Option<Problem>,
    ) -> Result<PathBuf, Halt>;

    /// Asks for a folder until a path is answered; `writes` is what will be written into it, where something is.
    fn folder_of_medium(
        &mut self,
        question: &str,
        writes: &[&str],
        problem: Option<Problem>,
    ) -> Result<PathBuf, Halt>;
}

/// Printers and scanners. [`script::Reach::Printer`].
pub trait Paper {
    /// The print service; refused where the row does not reach it.
    fn printers(&self) -> Result<Arc<dyn Printers>, Problem>;

    /// What reads scans.
    fn scans(&self) -> Result<Arc<dyn Scans>, Problem>;

    /// Files on media that could be scans, by their endings.
    fn scans_on_media(&self, endings: &[&str]) -> Vec<protocol::FoundFile>;
}

/// YubiKeys. [`script::Reach::Card`].
pub trait Cards {
    /// The roots that a YubiKey's attestation has to lead to.
    fn attestation_roots(&self) -> Result<Arc<piv::Roots>, Problem>;
}

/// Where people, or the key that signs, come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A ceremony on this workstation's list of ended ones commissioned them, this run.
    Ceremony(String),
    /// This ceremony does.
    ThisOne,
    /// None has commissioned any here in this mode.
    NothingBefore,
    /// Some that were enrolled once; a later ceremony enrolled others in their place.
    Replaced,
    /// Others than those that one commissioned.
    Elsewhere,
    /// Nobody can tell: the record of this run, which is on the list of those that ended, is not there as it ended.
    Unknown(String),
}

/// Other ceremonies on this workstation. [`script::Reach::Shelf`]. Their records are offers, never the truth.
pub trait Shelf {
    /// The other runs of this mode, by their folder's name.
    fn other_runs(&self) -> Result<Vec<OtherRun>, Problem>;

    /// This mode's list of ended ceremonies.
    fn ended(&self) -> Result<Runs, Problem>;

    /// Those on this mode's list of ended ceremonies whose record is not there as it ended.
    fn without_record(&self) -> Result<Vec<String>, Problem>;

    /// Who enrolled the people of this plan.
    fn roster_from(&self) -> Result<Origin, Problem>;

    /// Who commissioned the key that signs this record, by the digest of its public half.
    fn signer_from(&self, key_sha256: &str) -> Result<Origin, Problem>;

    /// Where the rosters that ceremonies of this mode enrolled are kept.
    fn rosters(&self) -> Result<PathBuf, Problem>;
}

/// The machine.
pub trait Machine {
    /// What is known of it and of the program's file.
    fn workstation(&self) -> &Workstation;

    /// The time in Unix seconds, for what expires.
    fn now(&self) -> i64;
}

/// All of it.
pub trait Stage:
    AskPeople + KeepRecord + Keep + Work + Tokens + Media + Paper + Cards + Shelf + Machine
{
}

impl<S> Stage for S where
    S: AskPeople + KeepRecord + Keep + Work + Tokens + Media + Paper + Cards + Shelf + Machine
{
}
