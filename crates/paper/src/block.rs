//! What documents are made of: headings, texts, facts, tables, steps, signatures.

use std::borrow::Cow;

/// A column of a table.
#[derive(Debug, Clone)]
pub struct Column<'a> {
    /// Its head.
    pub head: Cow<'a, str>,
    /// Its share of the width; the shares of all columns are added up.
    pub share: u8,
    /// Whether its values are compared character by character, and set in a fixed width.
    pub fixed: bool,
}

impl<'a> Column<'a> {
    /// A column of text with that share of the width.
    pub fn new(head: impl Into<Cow<'a, str>>, share: u8) -> Self {
        Self { head: head.into(), share, fixed: false }
    }

    /// The same, of values that are compared character by character.
    #[must_use]
    pub fn fixed(self) -> Self {
        Self { fixed: true, ..self }
    }
}

/// A step of a script, as it is read on the day.
#[derive(Debug, Clone)]
pub struct Step<'a> {
    /// Its number, as in `2.7`.
    pub number: Cow<'a, str>,
    /// Who acts, and who confirms if anyone.
    pub who: Cow<'a, str>,
    /// The imperative sentence.
    pub what: Cow<'a, str>,
    /// Why, and what to expect; may be empty.
    pub why: Cow<'a, str>,
    /// What is written by hand, each with a line to write on.
    pub blanks: Vec<Cow<'a, str>>,
}

/// A box of a picture, with the box that its arrow comes from.
#[derive(Debug, Clone)]
pub struct FlowBox<'a> {
    /// What stands in bold above.
    pub head: Cow<'a, str>,
    /// What stands below.
    pub text: Cow<'a, str>,
    /// The place, in the picture's list, of the box that it comes from. It stands before this one.
    pub from: Option<usize>,
}

/// A picture of what came from what: boxes from left to right, with arrows. Nobody needs to see it: `said` says the same.
#[derive(Debug, Clone)]
pub struct Flow<'a> {
    /// The boxes; each after the one that it comes from.
    pub boxes: Vec<FlowBox<'a>>,
    /// What a screen reader reads instead.
    pub said: Cow<'a, str>,
}

/// A label to cut out and stick on.
#[derive(Debug, Clone)]
pub struct Label<'a> {
    /// What stands in bold above.
    pub head: Cow<'a, str>,
    /// What stands below, line by line.
    pub text: Cow<'a, str>,
    /// What is written on it by hand, each with a line.
    pub blanks: Vec<Cow<'a, str>>,
}

/// A part of a document.
#[derive(Debug, Clone)]
pub enum Block<'a> {
    /// A heading of level 1 to 3.
    Heading(u8, Cow<'a, str>),
    /// A paragraph; line ends are kept.
    Text(Cow<'a, str>),
    /// Points, each with a dash before it.
    List(Vec<Cow<'a, str>>),
    /// Lines of a program or a file, in a fixed width.
    Fixed(Cow<'a, str>),
    /// What is set apart by a frame: what must not be passed over.
    Framed(Cow<'a, str>),
    /// A picture. One that is higher than a page is left off: the text beside it says the same.
    Flow(Flow<'a>),
    /// What follows begins a page.
    NewPage,
    /// Names and values, one below the other.
    Facts(Vec<(Cow<'a, str>, Cow<'a, str>)>),
    /// A table; its head is repeated on every page.
    Table(Vec<Column<'a>>, Vec<Vec<Cow<'a, str>>>),
    /// A step with a box to tick and a blank for the time.
    Step(Step<'a>),
    /// Lines to write on: what is written, and on how many lines.
    Blanks(Vec<(Cow<'a, str>, u8)>),
    /// Labels to cut out, two beside each other.
    Labels(Vec<Label<'a>>),
    /// Blanks to sign on, each with a name; kept together.
    Signatures(Vec<Cow<'a, str>>),
}
