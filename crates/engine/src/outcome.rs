//! What an action found, or has to note on its way.

use facts::{Form, Named};
use protocol::Fact;
use transcript::{Draft, FileDigest, Kind, Level};

/// Facts and files for the record, and what people see of them. The same for the outcome of a step and for a note that
/// comes before it.
#[derive(Debug)]
pub struct Outcome {
    draft: Draft,
    shows: Vec<Fact>,
}

impl Default for Outcome {
    fn default() -> Self {
        Self::new()
    }
}

impl Outcome {
    /// One that says nothing yet.
    pub fn new() -> Self {
        Self { draft: Draft::new(Kind::Outcome), shows: Vec::new() }
    }

    /// Says a fact, at the level that its declaration gives it.
    #[must_use]
    pub fn fact<F: Form>(mut self, fact: &impl Named<F>, value: impl Into<F::Value>) -> Self {
        self.draft = self.draft.fact(fact.level(), &fact.called(), F::write(value.into()));
        self
    }

    /// Says a fact that the script declares, which has a dot in its name and so is none of the program's own.
    #[must_use]
    pub fn declared(mut self, level: Level, name: &str, value: serde_json::Value) -> Self {
        self.draft = self.draft.fact(level, name, value);
        self
    }

    /// Names a file of the run's folder, which belongs to the record from then on.
    #[must_use]
    pub fn file(mut self, file: FileDigest) -> Self {
        self.draft = self.draft.file(file);
        self
    }

    /// Settles an obligation that is not of the step's own row: a set that became void, say. For notes alone.
    #[must_use]
    pub fn closes(mut self, id: &str) -> Self {
        self.draft = self.draft.closes(id);
        self
    }

    /// Shows people something that was found.
    #[must_use]
    pub fn shows(mut self, fact: Fact) -> Self {
        self.shows.push(fact);
        self
    }

    /// Shows people what was found.
    #[must_use]
    pub fn showing(mut self, facts: impl IntoIterator<Item = Fact>) -> Self {
        self.shows.extend(facts);
        self
    }

    /// Says and shows what another one does, too.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.draft = self.draft.and(other.draft);
        self.shows.extend(other.shows);
        self
    }

    pub(crate) fn into_parts(self, kind: Kind) -> (Draft, Vec<Fact>) {
        (self.draft.of_kind(kind), self.shows)
    }
}
