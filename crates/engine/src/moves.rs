//! What an action says of itself beside its row: what its outcome moves, what becomes void, how it will use the token, what
//! it made.

use crate::outcome::Outcome;
use crate::stage::TokenRefusal;
use protocol::{Fact, Problem};
use script::{Closes, Plan, Planned, Row};
use tokens::Token;
use transcript::Obligation;

/// What an outcome opens and closes.
#[derive(Debug, Default)]
pub struct Moves {
    /// Obligations, each with its sentence.
    pub opens: Vec<Obligation>,
    /// Ids.
    pub closes: Vec<String>,
}

impl Moves {
    /// What a row says of a step.
    pub fn of(row: &Row, plan: &Plan, step: &Planned) -> Self {
        let opens = row.opens.iter().flat_map(|owed| {
            let numbers = owed.numbers(step.turn, plan.number("shares"));
            numbers.map(|n| Obligation { id: owed.id(n), says: owed.says(n) })
        });
        let closes = row.closes.iter().flat_map(|closes| match closes {
            Closes::Own(owed) => vec![owed.id(step.turn)],
            Closes::All(owed) => (1..=u8::MAX).map(|n| owed.id(n)).collect(),
        });
        Self { opens: opens.collect(), closes: closes.collect() }
    }
}

/// What becomes void when the script goes back.
#[derive(Debug, Default)]
pub struct Void {
    /// What is owed for it.
    pub owes: Vec<Obligation>,
    /// Files of the run's folder that are removed, by recorded name.
    pub removes: Vec<String>,
}

/// How a step will use the token.
pub struct Asks {
    /// The way that was chosen: facts for the record of the self-test, and what people see.
    pub says: Outcome,
    /// What has to be tried beside what the trials tried.
    pub trial: Option<Trial>,
}

/// What tries something on a token; gives what people see of it.
pub type Tries = Box<dyn FnOnce(&mut dyn Token) -> Result<Fact, TokenRefusal> + Send>;

/// One more trial on throw-away keys.
pub struct Trial {
    /// What it is, for people.
    pub doing: String,
    /// Tries it; gives what people see of it.
    pub tries: Tries,
    /// The problem where the token itself refuses it.
    pub refused: Box<dyn FnOnce(Problem) -> Problem + Send>,
}

/// Something that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// What it is, for people.
    pub name: &'static str,
    /// Its value.
    pub value: String,
    /// Whether everyone is asked to agree to it at the end.
    pub agreed: bool,
}

impl Made {
    /// What everyone agrees to at the end.
    pub fn agreed(name: &'static str, value: Option<String>) -> Option<Self> {
        value.map(|value| Self { name, value, agreed: true })
    }

    /// What the end page shows.
    pub fn shown(name: &'static str, value: Option<String>) -> Option<Self> {
        value.map(|value| Self { name, value, agreed: false })
    }
}
