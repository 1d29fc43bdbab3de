//! What an action is to the checker, to the engine and to whoever reads a script: one row, a constant beside the action.

use facts::AnyFact;

/// Something a step needs or makes. Two are the same when their names are.
pub struct Material {
    /// Its name, unique.
    pub name: &'static str,
    /// What people call it, to stand after "needs".
    pub says: &'static str,
    /// Where it is.
    pub life: Life,
    /// What it was made from or for: made anew, that leaves nothing of this one.
    pub hangs_on: &'static [&'static Material],
    /// Facts of it, by name, that a confirmer may restate once it is made.
    pub tells: &'static [&'static str],
}

/// Where a material is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Life {
    /// In the record, or in a device: a resumed run finds it.
    Record,
    /// In the room's locked memory: gone when the process ends. The script then goes back to the step that makes it.
    Room,
}

impl Material {
    /// One that the record tells of.
    pub const fn recorded(name: &'static str, says: &'static str) -> Self {
        Self { name, says, life: Life::Record, hangs_on: &[], tells: &[] }
    }

    /// A secret that lives in the room's memory alone.
    pub const fn in_room(name: &'static str, says: &'static str) -> Self {
        Self { name, says, life: Life::Room, hangs_on: &[], tells: &[] }
    }

    /// Which is void once one of these is made anew.
    #[must_use]
    pub const fn hanging_on(self, on: &'static [&'static Self]) -> Self {
        Self { hangs_on: on, ..self }
    }

    /// Of which a confirmer may restate these facts.
    #[must_use]
    pub const fn telling(self, tells: &'static [&'static str]) -> Self {
        Self { tells, ..self }
    }

    /// Whether it lives in the room's memory alone.
    pub fn is_of_room(&self) -> bool {
        self.life == Life::Room
    }

    /// Whether it is void once one of these is made anew, directly or through others.
    fn falls_with(&self, made: &[&'static Self]) -> bool {
        self.hangs_on.iter().any(|on| on.is_in(made) || on.falls_with(made))
    }

    /// Whether it is one of these.
    pub fn is_in(&self, list: &[&'static Self]) -> bool {
        list.iter().any(|m| m == &self)
    }
}

impl PartialEq for Material {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Material {}

/// An obligation that an action opens. `{}` in both texts stands for the step's turn, or for the number of each share.
pub struct Owed {
    /// Its id in the record.
    pub id: &'static str,
    /// What is owed, in a sentence.
    pub says: &'static str,
    /// How many of it there are.
    pub each: Each,
}

/// How many obligations of a kind an outcome opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Each {
    /// One.
    Once,
    /// One for the step's turn.
    Turn,
    /// One for each share of the plan's set.
    Share,
}

impl Owed {
    /// The id for one turn or share.
    pub fn id(&self, number: u8) -> String {
        self.id.replace("{}", &number.to_string())
    }

    /// The sentence for one turn or share.
    pub fn says(&self, number: u8) -> String {
        self.says.replace("{}", &number.to_string())
    }

    /// The numbers that an outcome of this turn opens.
    pub fn numbers(&self, turn: u8, shares: u8) -> std::ops::RangeInclusive<u8> {
        match self.each {
            Each::Once | Each::Turn => turn..=turn,
            Each::Share => 1..=shares,
        }
    }
}

/// Which obligations an outcome closes, of those that are open.
pub enum Closes {
    /// That of the step's own turn, or the only one.
    Own(&'static Owed),
    /// That of every turn there was.
    All(&'static Owed),
}

impl Closes {
    /// The kind.
    pub fn owed(&self) -> &'static Owed {
        match self {
            Self::Own(owed) | Self::All(owed) => owed,
        }
    }
}

/// How many people an action takes, and when they sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hands {
    /// One person may do it, and signs before it.
    One,
    /// One person may do it, and signs inside it.
    OneInside,
    /// Two people in different roles, who both sign before it.
    Two,
    /// Two people in different roles, who each sign inside it, after their own look.
    TwoInside,
    /// Everyone who takes part signs inside it.
    Everyone,
}

impl Hands {
    /// Whether one person may never do it alone.
    pub fn are_two(self) -> bool {
        matches!(self, Self::Two | Self::TwoInside)
    }

    /// Whether they sign before it.
    pub fn sign_before(self) -> bool {
        matches!(self, Self::One | Self::Two)
    }
}

/// What an action may touch beside the people and the record. The engine refuses the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// The token, after its PIN.
    Token,
    /// A YubiKey.
    Card,
    /// Media that people put in.
    Media,
    /// Printers, and what reads scans.
    Printer,
    /// Other ceremonies' records and packs.
    Shelf,
}

/// What is handed out to each person of a role, for the rules of custody.
#[derive(Debug, Clone, Copy)]
pub struct HandsOut {
    /// The parameter that says how many of them are needed.
    pub needed: &'static str,
    /// Whether sites may count, and not people alone.
    pub over_sites: bool,
}

/// One action's row.
#[expect(clippy::struct_excessive_bools, reason = "a row of a table; each column is a question of its own")]
pub struct Row {
    /// The name scripts use.
    pub name: &'static str,
    /// What it needs.
    pub needs: &'static [&'static Material],
    /// What it makes.
    pub makes: &'static [&'static Material],
    /// What is not there any more after it, beside what hangs on what it makes, and unless it makes it.
    pub uses_up: &'static [&'static Material],
    /// Whether it leaves nothing secret in the room's memory but what it makes.
    pub empties_room: bool,
    /// Obligations its outcome opens.
    pub opens: &'static [&'static Owed],
    /// Obligations its outcome closes.
    pub closes: &'static [Closes],
    /// Facts that its outcome has to state. One that is missing, or has another form or level, is a departure.
    pub states: &'static [&'static dyn AnyFact],
    /// The same for facts that stand once for each turn, by what their names begin with.
    pub states_of_turn: &'static [&'static str],
    /// The same for facts that stand once for each person, of the actor.
    pub states_of_actor: &'static [&'static str],
    /// Where what it states depends on how it went: of each of these choices one list is stated whole.
    pub states_one_of: &'static [&'static [&'static [&'static dyn AnyFact]]],
    /// Of its notes, those that state the first fact of a list state all of it.
    pub notes: &'static [&'static [&'static dyn AnyFact]],
    /// How many people it takes, and when they sign.
    pub hands: Hands,
    /// Whether the first thing that it does is to ask somebody: its step then needs no button of its own to begin.
    pub asks_first: bool,
    /// What people sign inside it: each sentence, or how it begins.
    pub says: &'static [&'static str],
    /// What it may touch.
    pub reach: &'static [Reach],
    /// What it hands out to each of several people.
    pub hands_out: Option<HandsOut>,
    /// Whether it cannot be taken back.
    pub irreversible: bool,
    /// Whether only the actor may look.
    pub private: bool,
    /// Whether it names the key that signs the record: from then on what is done has to be signed.
    pub names_signer: bool,
    /// Whether the record ends with it.
    pub ends: bool,
    /// Whether it records what its step of the script declares.
    pub records: bool,
}

impl Row {
    /// A row that needs, makes and touches nothing; one person signs before it.
    pub const PLAIN: Self = Self {
        name: "",
        needs: &[],
        makes: &[],
        uses_up: &[],
        empties_room: false,
        opens: &[],
        closes: &[],
        states: &[],
        states_of_turn: &[],
        states_of_actor: &[],
        states_one_of: &[],
        notes: &[],
        hands: Hands::One,
        asks_first: false,
        says: &[],
        reach: &[],
        hands_out: None,
        irreversible: false,
        private: false,
        names_signer: false,
        ends: false,
        records: false,
    };

    /// Whether it leaves nothing of this material, were it there before it.
    pub fn takes(&self, material: &'static Material) -> bool {
        material.is_in(self.uses_up)
            || material.falls_with(self.makes)
            || (self.empties_room && material.is_of_room())
    }

    /// Whether the material is not there any more after it.
    pub fn leaves_none_of(&self, material: &'static Material) -> bool {
        self.takes(material) && !material.is_in(self.makes)
    }

    /// Whether it needs the material.
    pub fn needs(&self, material: &'static Material) -> bool {
        material.is_in(self.needs)
    }

    /// Whether it makes the material.
    pub fn makes(&self, material: &'static Material) -> bool {
        material.is_in(self.makes)
    }
}

impl std::fmt::Debug for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Row").field(&self.name).finish()
    }
}
