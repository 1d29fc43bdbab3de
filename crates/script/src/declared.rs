//! What a step of a script records that the program itself knows nothing of: its fields, and what is due after it.

use serde::Deserialize;

/// What a step records.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Declared {
    /// What kind of thing it is: each fact is called `<kind>.<field>`, and the register files it under the kind.
    pub kind: String,
    /// What is asked, in this order.
    pub fields: Vec<Field>,
    /// What is due afterwards, in another ceremony.
    #[serde(default)]
    pub due: Vec<DueAfter>,
    /// What is read aloud before the questions, in an exercise: the record says how long the answers took.
    pub inject: Option<String>,
    /// How many minutes the exercise allows for them.
    pub minutes: Option<u16>,
}

/// One thing that is asked.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Field {
    /// Its name.
    pub name: String,
    /// The question.
    pub ask: String,
    /// What the answer has to be.
    pub form: FieldForm,
    /// The answers to choose from, of a choice.
    #[serde(default)]
    pub choices: Vec<String>,
    /// An answer as it might be, of a text or a number.
    pub example: Option<String>,
    /// The most characters of a text; 400 where absent.
    pub most: Option<usize>,
    /// Whether there may be nothing to say; a text, a key and so on may always be `none`.
    #[serde(default)]
    pub optional: bool,
    /// Who may read the answer in the pack: anybody, or an auditor.
    #[serde(default)]
    pub level: Reader,
}

/// What an answer has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FieldForm {
    /// Text of one line or more.
    Text,
    /// One of the field's choices.
    Choice,
    /// A day as `2027-10-01`.
    Day,
    /// A number from 0.
    Number,
    /// One of the people of the roster, by id.
    Person,
    /// A key that the register knows, by its check value; or none.
    Key,
    /// Something that is due by the register, by its id, which this settles; or nothing.
    Due,
    /// A bag that the register knows, by its number; or none.
    Bag,
    /// A token that the register knows, by its serial number; or none.
    Token,
    /// A set of shares that the register knows; or none.
    Set,
    /// A script that can be played here: its name, version and the SHA-256 of its file.
    Script,
    /// A policy that is in effect by the register: its id, version and SHA-256; or none.
    Policy,
}

/// Who may read an answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reader {
    /// Anybody who has the pack.
    Public,
    /// An auditor.
    #[default]
    Auditor,
}

/// Something that is due after it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DueAfter {
    /// What it is called, the same in every list: `review {reason}` names fields.
    pub id: String,
    /// What has to be done, in a sentence, which may name fields.
    pub says: String,
    /// How many days after the day of the record, or after the day in the field `from`.
    pub within_days: u16,
    /// The field of a day that is counted from.
    pub from: Option<String>,
    /// Whether it is counted from the last day of that day's calendar year.
    #[serde(default)]
    pub year_end: bool,
}

impl Field {
    /// The most characters of a text.
    pub fn longest(&self) -> usize {
        self.most.unwrap_or(400)
    }

    /// What its fact is called.
    pub fn fact(&self, kind: &str) -> String {
        format!("{kind}.{}", self.name)
    }
}

/// The fields that a text names in braces.
pub fn named(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0))
}
