//! What a hospital keeps beside its keys: the systems that hold patients' data, agreements with business associates,
//! policies, decisions about safeguards, answers to questionnaires, and incidents. Rows come in as tables that people
//! make, are held against the register of keys, and go out in the formats that other tools read.
//!
//! Nothing here decides whether a law is met: it counts what rows say, and names what they leave open.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test that cannot go on has failed"))]

mod changes;
mod column;
mod coverage;
mod estate;
pub mod exports;
pub mod flow;
mod patient;
mod questions;
mod retention;
mod rules;
mod safeguards;
mod table;
mod words;

pub use changes::{Changes, Differs, Row, changes, changes_text};
pub use column::{Column, Form, says_something};
pub use coverage::{Count, Coverage, coverage};
pub use estate::{Agreement, Custody, Encryption, Estate, Incident, Kept, Policy, System};
pub use patient::names_a_patient;
pub use questions::{Answered, Question, questionnaire, questionnaire_table, questions};
pub use retention::{Retained, record_until, retention};
pub use rules::{Known, check, lies_with_its_data};
pub use safeguards::{Decided, Safeguard, safeguards, worksheet};
pub use table::{LARGEST, MOST_FAULTS, alike, read, write};
