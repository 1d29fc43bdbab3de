//! The card between the reader and its applications: chaining, SELECT, and the little of the OTP and Management
//! applications that clients ask for.

use std::collections::BTreeMap;

use crate::apdu::{self, Command, Sw};
use crate::state::State;
use crate::tlv::encode;

const PIV: [u8; 5] = [0xa0, 0, 0, 3, 8];
const OTP: [u8; 7] = [0xa0, 0, 0, 5, 0x27, 0x20, 0x01];
const MANAGEMENT: [u8; 8] = [0xa0, 0, 0, 5, 0x27, 0x47, 0x11, 0x17];
/// The most data that a chain of commands may add up to.
const CHAIN_LIMIT: usize = 4096;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Application {
    Piv,
    Otp,
    Management,
}

/// What is forgotten when power or the application changes.
#[derive(Default)]
pub(crate) struct Session {
    pub(crate) pin_verified: bool,
    /// True only while the command right after a good VERIFY runs, for PIN policy "always".
    pub(crate) pin_just_verified: bool,
    pub(crate) management: bool,
    pub(crate) witness: Option<Vec<u8>>,
    pub(crate) challenge: Option<Vec<u8>>,
}

/// A card with power.
pub(crate) struct Card {
    pub(crate) state: State,
    pub(crate) session: Session,
    application: Option<Application>,
    chain: Vec<u8>,
    answer: Vec<u8>,
    /// Whether a finger touches the contact when asked.
    pub(crate) touch: bool,
    /// How often it was touched.
    pub(crate) touched: u32,
    /// Status words that the next commands get instead of an answer; 9000 lets one through.
    pub(crate) forced: Vec<Sw>,
    /// Answers, by instruction, that stand in for the true ones once so many true ones have been given.
    pub(crate) lies: BTreeMap<u8, (u32, Vec<u8>)>,
}

impl Card {
    pub(crate) fn new(state: State) -> Self {
        Self {
            state,
            session: Session::default(),
            application: None,
            chain: vec![],
            answer: vec![],
            touch: true,
            touched: 0,
            forced: vec![],
            lies: BTreeMap::new(),
        }
    }

    /// Power is cut, or the reader resets the card.
    pub(crate) fn power_off(&mut self) {
        self.session = Session::default();
        self.application = None;
        self.chain.clear();
        self.answer.clear();
    }

    /// One command APDU in, one response APDU out.
    pub(crate) fn transmit(&mut self, bytes: &[u8]) -> Vec<u8> {
        let word = |sw: Sw| sw.to_be_bytes().to_vec();
        let Some(command) = Command::parse(bytes) else { return word(apdu::WRONG_LENGTH) };
        if command.ins == 0xc0 {
            return self.rest_of_answer(command.expected.min(256)); // GET RESPONSE
        }
        if self.chain.len() + command.data.len() > CHAIN_LIMIT {
            self.chain.clear();
            return word(apdu::WRONG_LENGTH);
        }
        self.chain.extend_from_slice(command.data);
        if command.is_chained() {
            return word(apdu::SUCCESS);
        }
        let data = std::mem::take(&mut self.chain);
        self.answer.clear();
        if !self.forced.is_empty() {
            let forced = self.forced.remove(0);
            if forced != apdu::SUCCESS {
                return word(forced);
            }
        }
        match self.lies.get_mut(&command.ins) {
            Some((0, lie)) => {
                self.answer = lie.clone();
                return self.rest_of_answer(command.expected);
            }
            Some((truths, _)) => *truths -= 1,
            None => {}
        }
        let just_verified = std::mem::take(&mut self.session.pin_just_verified);
        match self.run(&command, &data, just_verified) {
            Ok(answer) => {
                self.answer = answer;
                self.rest_of_answer(command.expected)
            }
            Err(sw) => word(sw),
        }
    }

    /// As much of the answer as the reader takes, then 9000, or 61xx when there is more.
    fn rest_of_answer(&mut self, most: usize) -> Vec<u8> {
        let now = most.min(self.answer.len());
        let mut out: Vec<u8> = self.answer.drain(..now).collect();
        match self.answer.len() {
            0 => out.extend(apdu::SUCCESS.to_be_bytes()),
            left => out.extend([0x61, u8::try_from(left).unwrap_or(0)]),
        }
        out
    }

    fn run(&mut self, command: &Command<'_>, data: &[u8], just_verified: bool) -> Result<Vec<u8>, Sw> {
        if command.ins == 0xa4 {
            return if command.p1 == 4 { self.select(data) } else { Err(apdu::INCORRECT_P1P2) };
        }
        let State { firmware, serial, .. } = self.state;
        match (self.application, command.ins, command.p1) {
            (Some(Application::Piv), ..) => self.piv(command, data, just_verified),
            (Some(Application::Otp), 0x01, 0x10) => Ok(serial.to_be_bytes().to_vec()),
            (Some(Application::Otp), 0x01, 0x13) | (Some(Application::Management), 0x1d, 0) => {
                Ok(self.device_information())
            }
            (Some(Application::Otp), 0x03, 0) => Ok([&firmware.0[..], &[0, 0, 0]].concat()),
            (Some(Application::Management), 0x1d, _) => Err(apdu::INCORRECT_P1P2),
            _ => Err(apdu::UNKNOWN_INSTRUCTION),
        }
    }

    fn select(&mut self, id: &[u8]) -> Result<Vec<u8>, Sw> {
        let application = if id.starts_with(&PIV) {
            Application::Piv
        } else if id == MANAGEMENT {
            Application::Management
        } else if id.starts_with(&OTP) {
            Application::Otp
        } else {
            return Err(apdu::NOT_FOUND);
        };
        self.session = Session::default();
        self.application = Some(application);
        Ok(match application {
            // Application property template, SP 800-73-4 part 2, 3.1.1.
            Application::Piv => encode(
                0x61,
                &[encode(0x4f, &[0, 0, 0x10, 0, 1, 0]), encode(0x79, &encode(0x4f, &PIV))].concat(),
            ),
            Application::Management => {
                format!("Virtual mgr - FW version {}", self.state.firmware).into_bytes()
            }
            Application::Otp => [&self.state.firmware.0[..], &[0, 0, 0]].concat(),
        })
    }

    /// The Management application's device information: a length byte and elements.
    fn device_information(&self) -> Vec<u8> {
        let elements = [
            encode(0x01, &[0x02, 0x3b]), // applications over USB
            encode(0x02, &self.state.serial.to_be_bytes()),
            encode(0x03, &[0x00, 0x10]), // enabled over USB: PIV
            encode(0x04, &[1]),          // form factor: USB-A, full size
            encode(0x05, &self.state.firmware.0),
            encode(0x06, &[0, 0]),
            encode(0x07, &[15]),
            encode(0x08, &[0]),
            encode(0x0a, &[0]), // configuration not locked
        ]
        .concat();
        // About forty bytes, as all elements are fixed.
        [&[u8::try_from(elements.len()).unwrap_or(0)][..], &elements].concat()
    }
}
