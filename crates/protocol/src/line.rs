//! The line protocol between the room and a player in another process.

use crate::view::{
    DevicesView, EstateView, ExportedView, FinishedView, HomeView, LedgerView, Mode, PlacesView,
    ProgressView, PromptView, RecordLine, RecordView, ReviewView, RunView, Settings, VerifyView,
};
use crate::visible::Shown;
use crate::{Answer, Problem, words};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::collections::BTreeMap;
use std::io::{self, BufRead, Read, Write};
use zeroize::{Zeroize, Zeroizing};

/// Raised whenever a message changes its meaning; both sides refuse another version.
pub const PROTOCOL_VERSION: u32 = 8;

/// The longest line either side reads, in bytes.
pub const LINE_LIMIT: u64 = 4 * 1024 * 1024;

/// What a player sends.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum ToRoom {
    /// What is there? Answered by [`FromRoom::Home`].
    Home,
    /// Show a script as it would be played. Answered by [`FromRoom::Review`].
    Review { script: String, mode: Mode, parameters: BTreeMap<String, String>, roster: Option<String> },
    /// Begin a ceremony. Answered by [`FromRoom::Run`] and the first [`FromRoom::Prompt`].
    Start {
        script: String,
        mode: Mode,
        parameters: BTreeMap<String, String>,
        /// One of [`ReviewView::rosters`] by its id; the fictional one in a rehearsal when absent, and else the one
        /// enrolled last.
        roster: Option<String>,
        /// PKCS#11 URI (RFC 7512) of a listed device, or of one in a module that the room lists; the embedded token in a
        /// rehearsal when absent.
        token: Option<String>,
    },
    /// Begin a rehearsal on the embedded token, for which all is made that others would bring: what a cloud would send, media, an
    /// earlier ceremony. Answered as [`ToRoom::Start`] is, once it is made.
    Practise { script: String, parameters: BTreeMap<String, String>, roster: Option<String> },
    /// Go on with a ceremony that was stopped. The token is the one it was begun with where none is named.
    Resume { run: String, token: Option<String> },
    /// Answer the prompt of this id.
    Answer { prompt: u64, answer: Answer },
    /// What is plugged in? Answered by [`FromRoom::Devices`].
    Devices,
    /// Send everything about the current state again: the page was reloaded.
    Again,
    /// Check a pack, a transcript or a bundle. Answered by [`FromRoom::Verified`].
    Verify {
        path: String,
        /// The fingerprint of the signer that it has to be: 64 hex digits, spaces and colons between them do not count.
        signer: Option<String>,
    },
    /// Write what is printed before the day, the booklet, forms and blank sheets, into a new folder in this one. Answered by
    /// [`FromRoom::Exported`].
    Papers {
        script: String,
        mode: Mode,
        parameters: BTreeMap<String, String>,
        roster: Option<String>,
        folder: String,
        /// On US Letter instead of A4.
        letter: bool,
    },
    /// What do the records of one mode tell? Answered by [`FromRoom::Ledger`].
    Ledger { mode: Mode },
    /// What registers of one mode do people keep? Answered by [`FromRoom::Estate`].
    Estate { mode: Mode },
    /// Write the days of production as a calendar file (RFC 5545) into this folder. Answered by [`FromRoom::Exported`].
    Calendar { folder: String },
    /// Read a record or a pack, entry by entry. Answered by as many [`FromRoom::Record`] as it takes.
    Read { path: String },
    /// What is there to choose a file or folder from? A folder of a medium, or none for the media and the packs made here.
    /// Answered by [`FromRoom::Places`], in the middle of a ceremony too.
    Browse { folder: Option<String> },
    /// Look whether the YubiKeys of [`PromptView::watches`] are still there. Where one that was is not, the screen is locked;
    /// nothing is answered else.
    Look,
    /// How is the window set, or set it so. Answered by [`FromRoom::Settings`], in the middle of a ceremony too.
    Settings { change: Option<Settings> },
    /// Copy a closed run's pack into a folder and re-read it. Answered by [`FromRoom::Exported`].
    Export { run: String, folder: String },
}

/// What the room sends.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum FromRoom {
    /// First line of every room.
    Hello { protocol: u32, version: String },
    /// What is there.
    Home { home: HomeView },
    /// A script as it would be played.
    Review { review: ReviewView },
    /// The frame changed: a step begun or done, an obligation opened or closed.
    Run { run: RunView },
    /// A question. It replaces the one before.
    Prompt { prompt: PromptView },
    /// Long work goes on; no question is open meanwhile.
    Progress { progress: ProgressView },
    /// The transcript grew; acknowledged only after it was flushed to the disk.
    Recorded { line: RecordLine },
    /// The run ended or was stopped.
    Finished { finished: FinishedView },
    /// What is plugged in.
    Devices { devices: DevicesView },
    /// A card or a reader came or went, at any moment after somebody asked what is plugged in.
    Plugged,
    /// Findings of the verifier.
    Verified { verified: VerifyView },
    /// What the records tell.
    Ledger { ledger: LedgerView },
    /// The registers that people keep.
    Estate { estate: EstateView },
    /// A part of a record.
    Record { record: RecordView },
    /// What there is to choose from.
    Places { places: PlacesView },
    /// How the window is set.
    Settings { settings: Settings },
    /// The pack was copied.
    Exported { exported: ExportedView },
    /// A request was refused; nothing changed.
    Refused { problem: Problem },
}

/// Room for any message that can hold a secret: a buffer that never grows leaves no copy behind.
const ROOM: usize = 16 * 1024;

/// A buffered reader whose buffer forgets what was read from it: PINs and rows of shares pass through here.
pub struct WipedReader<R> {
    from: R,
    buffer: Zeroizing<Vec<u8>>,
    at: usize,
    end: usize,
}

impl<R: Read> WipedReader<R> {
    /// Reads from `from`, which should not buffer itself.
    pub fn new(from: R) -> Self {
        Self { from, buffer: Zeroizing::new(vec![0; ROOM]), at: 0, end: 0 }
    }
}

impl<R: Read> Read for WipedReader<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let have = self.fill_buf()?;
        let n = have.len().min(to.len());
        to[..n].copy_from_slice(&have[..n]);
        self.consume(n);
        Ok(n)
    }
}

impl<R: Read> BufRead for WipedReader<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at == self.end {
            self.at = 0;
            self.end = self.from.read(&mut self.buffer)?;
        }
        Ok(&self.buffer[self.at..self.end])
    }

    fn consume(&mut self, amount: usize) {
        let to = (self.at + amount).min(self.end);
        self.buffer[self.at..to].zeroize();
        self.at = to;
    }
}

/// Reads one message. `None` at the end of the stream; a line that is too long or no message is an error.
pub fn read_line<T: DeserializeOwned>(from: &mut impl BufRead) -> io::Result<Option<T>> {
    let mut line = Zeroizing::new(Vec::with_capacity(ROOM));
    from.take(LINE_LIMIT).read_until(b'\n', &mut line)?;
    if line.is_empty() {
        return Ok(None);
    }
    if line.last() != Some(&b'\n') {
        return Err(io::Error::new(io::ErrorKind::InvalidData, words::CUT_OFF));
    }
    // The parser's own message can quote the line, and a line can hold a PIN: say only where.
    serde_json::from_slice(&line)
        .map(Some)
        .map_err(|e| io::Error::new(io::ErrorKind::InvalidData, words::unknown_message(e.column())))
}

/// Writes one message and flushes it.
pub fn write_line<T: Serialize>(to: &mut impl Write, message: &T) -> io::Result<()> {
    let mut line = Zeroizing::new(Vec::with_capacity(ROOM));
    serde_json::to_writer(&mut *line, message)?;
    ended(to, &mut line)
}

/// Writes one message of the room and flushes it. What people cannot see in any of its texts is written as an escape
/// ([`crate::visible`]), line breaks too, except in the fields that have lines of their own: no page has to see to that.
pub fn write_shown(to: &mut impl Write, message: &FromRoom) -> io::Result<()> {
    let mut line = Zeroizing::new(Vec::with_capacity(ROOM));
    message.serialize(&mut serde_json::Serializer::with_formatter(&mut *line, Shown::default()))?;
    ended(to, &mut line)
}

fn ended(to: &mut impl Write, line: &mut Zeroizing<Vec<u8>>) -> io::Result<()> {
    line.push(b'\n');
    to.write_all(line)?;
    to.flush()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Private;

    fn round_trip(message: &ToRoom) -> ToRoom {
        let mut bytes = Vec::new();
        write_line(&mut bytes, message).expect("writes");
        read_line(&mut bytes.as_slice()).expect("reads").expect("is there")
    }

    #[test]
    fn messages_survive_the_pipe() {
        let message = ToRoom::Answer {
            prompt: 7,
            answer: Answer::Signature {
                passphrase: Private::new("a b".into()),
                restated: Some("3 of 5".into()),
            },
        };
        assert_eq!(round_trip(&message), message);
        assert_eq!(round_trip(&ToRoom::Home), ToRoom::Home);
    }

    #[test]
    fn the_buffer_forgets_what_was_read() {
        let mut bytes = Vec::new();
        let secret =
            ToRoom::Answer { prompt: 1, answer: Answer::Secret { text: Private::new("8642".into()) } };
        write_line(&mut bytes, &secret).expect("writes");
        write_line(&mut bytes, &ToRoom::Home).expect("writes");
        let mut from = WipedReader::new(bytes.as_slice());
        assert_eq!(read_line::<ToRoom>(&mut from).expect("reads"), Some(secret));
        assert!(!from.buffer.windows(4).any(|w| w == b"8642"));
        assert_eq!(read_line::<ToRoom>(&mut from).expect("reads"), Some(ToRoom::Home));
        assert_eq!(read_line::<ToRoom>(&mut from).expect("ends"), None);
    }

    #[test]
    fn an_error_does_not_quote_the_line() {
        let line = b"{\"type\":\"answer\",\"prompt\":1,\"answer\":{\"kind\":\"secret\",\"text\":123456}}\n";
        let error = read_line::<ToRoom>(&mut line.as_slice()).expect_err("is refused").to_string();
        assert!(!error.contains("123456"), "{error}");
    }

    #[test]
    fn a_cut_line_and_an_unknown_field_are_refused() {
        assert!(read_line::<ToRoom>(&mut b"{\"type\":\"home\"}".as_slice()).is_err());
        assert!(
            read_line::<ToRoom>(&mut b"{\"type\":\"verify\",\"path\":\"p\",\"x\":1}\n".as_slice()).is_err()
        );
        assert!(read_line::<ToRoom>(&mut b"{\"type\":\"nonsense\"}\n".as_slice()).is_err());
        assert!(read_line::<ToRoom>(&mut b"".as_slice()).expect("an end").is_none());
    }
}
