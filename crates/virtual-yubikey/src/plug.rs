//! A card at one of the reader's two slots: a thread that speaks `vpcd`'s protocol, and the hand that plugs it.
//!
//! The protocol (vsmartcard): two length bytes, then that many bytes. One byte is a control (0 power off, 1 power on,
//! 2 reset, 4 send the ATR); more are a command APDU. Connecting inserts the card, closing removes it.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::card::Card;
use crate::netns;
use crate::state::{Firmware, State};

/// The ATR of a YubiKey 5 over USB.
const ATR: &[u8] =
    b"\x3b\xfd\x13\x00\x00\x81\x31\xfe\x15\x80\x73\xc0\x21\xc0\x57\x59\x75\x62\x69\x4b\x65\x79\x40";
/// `vpcd` listens here for its first slot, and one further for its second.
const FIRST_PORT: u16 = 35_963;
/// How often the thread looks whether the card was pulled.
const GLANCE: Duration = Duration::from_millis(10);

/// When, around a command, the card is pulled.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Moment {
    /// The command never reached it.
    BeforeRunning,
    /// It did what it was told, and the answer was lost.
    BeforeAnswering,
}

struct Slot {
    card: Card,
    plugged: bool,
    /// When it was last pulled out.
    unplugged: Option<Instant>,
    leaving: bool,
    /// How many further commands are answered before the card is pulled, and how.
    pull: Option<(u32, Moment)>,
    /// Commands since it was made.
    commands: u32,
    file: Option<PathBuf>,
    saved: String,
}

impl Slot {
    fn unplug(&mut self) {
        if self.plugged {
            self.plugged = false;
            self.unplugged = Some(Instant::now());
        }
    }

    /// Writes the state when it has changed: next to the file first, so that a crash leaves one or the other.
    fn save(&mut self) {
        let Some(file) = &self.file else { return };
        let now = serde_json::to_string_pretty(&self.card.state).unwrap_or_default();
        if now == self.saved {
            return;
        }
        let new = file.with_extension("new");
        if std::fs::write(&new, &now).and_then(|()| std::fs::rename(&new, file)).is_ok() {
            self.saved = now;
        }
    }
}

/// A virtual YubiKey and the hand that plugs it in, pulls it out and touches it. Dropping it pulls it out.
pub struct Plug {
    reader_slot: u16,
    slot: Arc<Mutex<Slot>>,
    thread: Option<JoinHandle<()>>,
}

impl Plug {
    /// A card for reader slot 0 or 1, not plugged in. Its state is read from `file` if that exists and kept there;
    /// without a file it ends with the value. `namespace` is a process whose network the reader listens in.
    pub(crate) fn new(
        reader_slot: u16,
        firmware: Firmware,
        serial: u32,
        file: Option<PathBuf>,
        namespace: Option<u32>,
    ) -> Result<Self, String> {
        let kept = file.as_ref().and_then(|f| std::fs::read(f).ok());
        let state = match kept {
            Some(json) => serde_json::from_slice(&json).map_err(|e| format!("the card's file: {e}"))?,
            None => State::factory(firmware, serial).ok_or("no attestation chain could be made")?,
        };
        let mut slot = Slot {
            card: Card::new(state),
            plugged: false,
            unplugged: None,
            leaving: false,
            pull: None,
            commands: 0,
            file,
            saved: String::new(),
        };
        slot.save();
        let slot = Arc::new(Mutex::new(slot));
        let shared = Arc::clone(&slot);
        let thread = std::thread::spawn(move || {
            if namespace.is_none_or(|pid| netns::join(pid).is_ok()) {
                serve(&shared, FIRST_PORT + reader_slot);
            }
        });
        Ok(Self { reader_slot, slot, thread: Some(thread) })
    }

    fn slot(&self) -> MutexGuard<'_, Slot> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The reader's slot that it goes into, 0 or 1.
    pub fn reader_slot(&self) -> u16 {
        self.reader_slot
    }

    /// Plugs it in. The reader notices within about a second; [`crate::Desk::insert`] waits for that.
    pub fn insert(&self) {
        self.slot().plugged = true;
    }

    /// Pulls it out.
    pub fn remove(&self) {
        self.slot().unplug();
    }

    /// How long ago it was pulled out, if it was.
    pub(crate) fn unplugged_for(&self) -> Option<Duration> {
        let slot = self.slot();
        if slot.plugged { None } else { slot.unplugged.map(|at| at.elapsed()) }
    }

    /// Puts it back as it came from the factory, as the vendor's own tool would; its attestation key stays.
    pub fn factory_reset(&self) {
        self.slot().card.state.reset();
    }

    /// Pulls it out around the n-th command from now, counted from 1.
    pub fn pull_at(&self, n: u32, moment: Moment) {
        self.slot().pull = Some((n, moment));
    }

    /// Takes [`Self::pull_at`] back.
    pub fn do_not_pull(&self) {
        self.slot().pull = None;
    }

    /// Whether it is plugged in.
    pub fn is_plugged(&self) -> bool {
        self.slot().plugged
    }

    /// Whether a finger touches it when it asks.
    pub fn touch(&self, touches: bool) {
        self.slot().card.touch = touches;
    }

    /// How often it was touched.
    pub fn touched(&self) -> u32 {
        self.slot().card.touched
    }

    /// How many commands reached it.
    pub fn commands(&self) -> u32 {
        self.slot().commands
    }

    /// Status words that the next commands get instead of an answer; 9000 lets one through.
    pub fn force(&self, status_words: &[u16]) {
        self.slot().card.forced = status_words.to_vec();
    }

    /// From now on gives this answer, with success, to every command of one instruction; none for the truth again.
    pub fn lie(&self, instruction: u8, answer: Option<Vec<u8>>) {
        let lies = &mut self.slot().card.lies;
        match answer {
            Some(answer) => drop(lies.insert(instruction, (0, answer))),
            None => drop(lies.remove(&instruction)),
        }
    }

    /// The same after so many more true answers to that instruction.
    pub fn lie_after(&self, truths: u32, instruction: u8, answer: Vec<u8>) {
        self.slot().card.lies.insert(instruction, (truths, answer));
    }

    /// Its serial number.
    pub fn serial(&self) -> u32 {
        self.slot().card.state.serial
    }

    /// The certificate of the root that its attestations lead to, DER.
    pub fn root_certificate(&self) -> Vec<u8> {
        let hex = self.slot().card.state.root_certificate.clone();
        data_encoding::HEXLOWER.decode(hex.as_bytes()).unwrap_or_default()
    }

    /// What is on it, in a line for people.
    pub fn describe(&self) -> String {
        let slot = self.slot();
        let state = &slot.card.state;
        let keys: Vec<String> = state.keys.keys().map(|s| format!("{s:x}")).collect();
        format!(
            "serial={} firmware={} plugged={} pin_left={} puk_left={} touched={} commands={} keys={}",
            state.serial,
            state.firmware,
            slot.plugged,
            state.pin.left,
            state.puk.left,
            slot.card.touched,
            slot.commands,
            keys.join(",")
        )
    }
}

impl Drop for Plug {
    fn drop(&mut self) {
        self.slot().leaving = true;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Connects whenever the card is plugged in, until the hand lets go.
fn serve(shared: &Mutex<Slot>, port: u16) {
    let slot = || shared.lock().unwrap_or_else(PoisonError::into_inner);
    while !slot().leaving {
        if !slot().plugged {
            std::thread::sleep(GLANCE);
            continue;
        }
        if let Ok(stream) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)) {
            // An error here is the reader going away; the card then waits for it to come back.
            let _ = converse(shared, stream);
            slot().card.power_off();
        }
        std::thread::sleep(GLANCE);
    }
}

fn converse(shared: &Mutex<Slot>, mut stream: TcpStream) -> std::io::Result<()> {
    let slot = || shared.lock().unwrap_or_else(PoisonError::into_inner);
    stream.set_nodelay(true)?;
    loop {
        stream.set_read_timeout(Some(GLANCE))?;
        loop {
            if !slot().plugged || slot().leaving {
                return Ok(());
            }
            match stream.peek(&mut [0; 2]) {
                Ok(0) => return Ok(()),
                Ok(_) => break,
                Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
                Err(e) => return Err(e),
            }
        }
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        // The driver writes length and message apart and holds the second back until the first is acknowledged.
        netns::acknowledge_at_once(&stream);
        let mut len = [0; 2];
        stream.read_exact(&mut len)?;
        let mut message = vec![0; usize::from(u16::from_be_bytes(len))];
        stream.read_exact(&mut message)?;
        let answer = match message[..] {
            [0..=2] => {
                slot().card.power_off();
                continue;
            }
            [4] => ATR.to_vec(),
            [] | [_] => continue,
            _ => match command(&mut slot(), &message) {
                Some(answer) => answer,
                None => return Ok(()),
            },
        };
        let len = u16::try_from(answer.len()).unwrap_or(u16::MAX);
        stream.write_all(&[&len.to_be_bytes()[..], &answer].concat())?;
    }
}

/// Runs one command; none when the card is pulled instead of answering.
fn command(slot: &mut Slot, bytes: &[u8]) -> Option<Vec<u8>> {
    slot.commands += 1;
    let pulled = match &mut slot.pull {
        Some((1, moment)) => Some(*moment),
        Some((n, _)) => {
            *n -= 1;
            None
        }
        None => None,
    };
    if pulled.is_some() {
        slot.pull = None;
        slot.unplug();
    }
    if pulled == Some(Moment::BeforeRunning) {
        return None;
    }
    let answer = slot.card.transmit(bytes);
    slot.save();
    pulled.is_none().then_some(answer)
}
