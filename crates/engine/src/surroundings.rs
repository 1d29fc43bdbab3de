//! What a play stands on and how it ends: the people's player, the devices, the machine.

use crate::clock::Newest;
use crate::media::Media;
use crate::printing::{Printers, Scans};
use protocol::{Answer, FromRoom, Problem, PromptView};
use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::Arc;
use transcript::Clock;

/// Shows prompts to people and hands back their answers: the window, the terminal or an answers file.
pub trait Player {
    /// Asks and waits. An error ends the room; the ceremony can be resumed.
    fn ask(&mut self, prompt: PromptView) -> std::io::Result<Answer>;
    /// Shows; nothing is answered.
    fn show(&mut self, message: FromRoom);
}

/// Opens the token that the run uses.
pub type OpenToken = Box<dyn FnMut() -> Result<Box<dyn tokens::Token>, Problem> + Send>;

/// What a play stands on, passed in so that the engine itself reads no clock, device or environment.
pub struct Surroundings {
    /// Wall and monotonic time for the record.
    pub clock: Box<dyn Clock>,
    /// The time in Unix seconds, for what expires.
    pub now: fn() -> i64,
    /// The newest entry of any record in the state folder, of either mode.
    pub newest_record: Option<Newest>,
    /// Opens the token.
    pub open_token: OpenToken,
    /// The token's address (RFC 7512), where one was named: kept, so that a resumed run finds it.
    pub token_uri: Option<String>,
    /// The SHA-256 of the module's file that opens it, in lower-case hex.
    pub module_sha256: Option<String>,
    /// Serial numbers of tokens that a run of the other mode used: refused in this one.
    pub other_modes_serials: Vec<String>,
    /// What lies on the media.
    pub media: Box<dyn Media>,
    /// The printers of this workstation.
    pub printers: Arc<dyn Printers>,
    /// What reads scans of sheets.
    pub scans: Arc<dyn Scans>,
    /// The roots that a YubiKey's attestation has to lead to.
    pub attestation_roots: piv::Roots,
    /// What is known of the machine and the program's file.
    pub workstation: Workstation,
    /// The program's name, version and hash of itself: self-reported, and recorded as that.
    pub program: String,
}

/// The machine that a ceremony is played on, as the program sees it.
#[derive(Debug, Clone, Default)]
pub struct Workstation {
    /// What was looked at on it.
    pub checks: Vec<Check>,
    /// The program's own file.
    pub program_file: PathBuf,
    /// Its SHA-256, self-read; none where it cannot be read.
    pub program_sha256: Option<[u8; 32]>,
    /// The texts of the scripts that can be played on it: those that ship, and those named when the program was started.
    pub scripts: Vec<Cow<'static, str>>,
}

impl Workstation {
    /// What is to be mended, a sentence each.
    pub fn to_mend(&self) -> Vec<String> {
        self.checks.iter().filter_map(|check| check.mend.clone()).collect()
    }
}

/// One thing of the machine that a production ceremony should find in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What it is.
    pub what: &'static str,
    /// How it should be.
    pub expected: &'static str,
    /// How it is.
    pub found: String,
    /// How it is mended, in a sentence; none where it is in order.
    pub mend: Option<String>,
}

/// How a play ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// Closed, with an evidence pack in this folder.
    Closed(PathBuf),
    /// Given up by decision; with its record, signed, in this folder where the signing key was at hand.
    Abandoned(Option<PathBuf>),
    /// Stopped; it can be resumed.
    Stopped,
}

/// What is left of [`Surroundings`] once the journal has the clock.
pub(crate) struct Rest {
    pub(crate) now: fn() -> i64,
    pub(crate) open_token: OpenToken,
    pub(crate) other_modes_serials: Vec<String>,
    pub(crate) media: Box<dyn Media>,
    pub(crate) printers: Arc<dyn Printers>,
    pub(crate) scans: Arc<dyn Scans>,
    pub(crate) attestation_roots: piv::Roots,
    pub(crate) workstation: Workstation,
}

impl Surroundings {
    pub(crate) fn split(self) -> (Box<dyn Clock>, Rest) {
        let rest = Rest {
            now: self.now,
            open_token: self.open_token,
            other_modes_serials: self.other_modes_serials,
            media: self.media,
            printers: self.printers,
            scans: self.scans,
            attestation_roots: self.attestation_roots,
            workstation: self.workstation,
        };
        (self.clock, rest)
    }
}
