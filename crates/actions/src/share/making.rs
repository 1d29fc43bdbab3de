//! The making of one custodian's sheet: its page, its code word, and its rows on the screen.

use crate::share::code_word;
use crate::share::words::{self, paper_problem, share_problem};
use documents::page;
use documents::sheet::{Opens, SheetOf};
use engine::printing::Queue;
use engine::words::out_of_order;
use engine::{AskPeople, Cue, Halt, Machine, Outcome, Recall, Stage};
use paper::{PaperError, When};
use protocol::{Answer, Ask, Private, ROWS_AT_ONCE, SharePage, SharePart, ShareRow};
use script::Dealing;
use secrets::SecretText;
use shares::{Cost, SealedShare, SetId, Share};
use zeroize::Zeroizing;

/// What the script says of its sheets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::share) enum Sheets {
    /// Every row is written by hand.
    Written,
    /// Printed.
    Printed,
    /// Printed locked with a code word that is written by hand, so that no printer has seen all of it.
    PrintedWithCodeWord,
}

impl Sheets {
    fn of(cue: Cue<'_>) -> Self {
        match cue.plan.value("sheets") {
            "printed" => Self::Printed,
            "printed-with-codeword" => Self::PrintedWithCodeWord,
            _ => Self::Written,
        }
    }
}

/// How the sheet at hand came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Made {
    /// By hand.
    ByHand,
    /// By a printer.
    Printed(Queue),
    /// Handed out as a file, in a rehearsal.
    Handed(String),
}

impl Made {
    /// Whether the sheet has a symbol that can be scanned.
    pub(crate) fn is_scannable(&self, cue: Cue<'_>) -> bool {
        !matches!(self, Self::ByHand) && cue.plan.value("qr") != "no"
    }
}

/// The making of one custodian's sheet, as often as it takes.
pub(crate) struct Making<'s> {
    pub(in crate::share) cue: Cue<'s>,
    pub(in crate::share) share: &'s Share,
    pub(in crate::share) dealing: &'s Dealing,
    pub(in crate::share) sheets: Sheets,
    pub(in crate::share) locked: Option<(SealedShare, SecretText)>,
    /// The printer whose test page was found good.
    pub(crate) tried: Option<String>,
    /// How many copies went to a printer.
    pub(crate) copies: u32,
}

impl<'s> Making<'s> {
    /// Of this share, where this printer was tried before.
    pub(crate) fn of(cue: Cue<'s>, share: &'s Share, dealing: &'s Dealing, tried: Option<String>) -> Self {
        Self { cue, share, dealing, sheets: Sheets::of(cue), locked: None, tried, copies: 0 }
    }

    /// How the sheet came about, as the record says it.
    pub(crate) fn words(&self, made: &Made) -> &'static str {
        match (made, self.locked.is_some()) {
            (Made::ByHand, _) => words::BY_HAND,
            (Made::Printed(_), false) => words::PRINTED,
            (Made::Printed(_), true) => words::PRINTED_LOCKED,
            (Made::Handed(_), false) => words::HANDED_OUT,
            (Made::Handed(_), true) => words::HANDED_OUT_LOCKED,
        }
    }

    /// Adds how the sheet came about.
    pub(crate) fn written(&self, made: &Made, outcome: Outcome) -> Outcome {
        let mut outcome = outcome.fact(&facts::SHEET, self.words(made));
        if self.copies > 0 {
            outcome = outcome.fact(&facts::COPIES_PRINTED, self.copies);
        }
        match made {
            Made::Printed(queue) => outcome.fact(&facts::PRINTER, words::printer(queue)),
            _ => outcome,
        }
    }

    /// Whether the card is locked with a code word.
    pub(in crate::share) fn has_code_word(&self) -> bool {
        self.sheets == Sheets::PrintedWithCodeWord
    }

    /// The sheet's PDF, whose bytes are wiped after use.
    pub(in crate::share) fn pdf(&mut self, stage: &dyn Stage) -> Result<Zeroizing<Vec<u8>>, Halt> {
        let share = self.share;
        if !self.has_code_word() {
            let symbol = share.qr().map_err(|e| share_problem(&e))?;
            return self.page(stage, &share.rows(), &symbol, false);
        }
        if self.locked.is_none() {
            let cost = if share.rehearsal() { Cost::LEAST } else { Cost::USUAL };
            let word = code_word::fresh()?;
            let sealed = share.seal(&word, cost).map_err(|e| share_problem(&e))?;
            self.locked = Some((sealed, word));
        }
        let (sealed, _) = self.locked.as_ref().ok_or_else(out_of_order)?;
        let symbol = sealed.qr().map_err(|e| share_problem(&e))?;
        self.page(stage, &sealed.rows(), &symbol, true)
    }

    fn page(
        &self,
        stage: &dyn Stage,
        rows: &[Zeroizing<String>],
        symbol: &(Zeroizing<String>, u32),
        locked: bool,
    ) -> Result<Zeroizing<Vec<u8>>, Halt> {
        let keys = stage.newest(&facts::PLAN_KEYS);
        let label = stage.newest(&facts::KEY_LABEL).unwrap_or_default();
        let file = stage.newest(&facts::WRAPPED_BACKUP).unwrap_or_default();
        let rows: Vec<&str> = rows.iter().map(|r| r.as_str()).collect();
        let share = self.share;
        let of = SheetOf {
            when: when(stage).map_err(|e| paper_problem(&e))?,
            number: self.cue.step.turn,
            threshold: share.threshold(),
            dealing: self.dealing,
            set: &share.set().to_string(),
            set_words: &protocol::words_of(share.set().as_bytes()).join(" "),
            custodian: &self.cue.step.actor,
            opens: match &keys {
                Some(keys) => Opens::Plan { keys },
                None => Opens::Key { label: &label, file: &file },
            },
            rows: &rows,
            symbol: (symbol.0.as_str(), symbol.1),
            rehearsal: share.rehearsal(),
            locked,
        };
        documents::sheet::sheet(self.cue.plan, &of).map_err(|e| paper_problem(&e).into())
    }

    /// Shows the code word, for the custodian to write on the sheet.
    pub(in crate::share) fn code_word(&self, people: &mut (impl AskPeople + ?Sized)) -> Result<(), Halt> {
        let Some((sealed, word)) = &self.locked else { return Ok(()) };
        loop {
            let row = ShareRow { number: 1, text: Private::new(word.expose().to_owned()) };
            let page = self.shown(sealed.set(), SharePart::CodeWord, (row, None), 1);
            if people.ask(Ask::ShowShare { page }, None)? == Answer::Go {
                return Ok(());
            }
        }
    }

    /// Shows the share a few rows at a time: neither the pipe nor the page ever holds all of it.
    pub(in crate::share) fn by_hand(&self, people: &mut (impl AskPeople + ?Sized)) -> Result<(), Halt> {
        let rows = self.share.rows();
        let many = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        let (mut at, at_once) = (0, at_once(many));
        let row = |at: usize| {
            let text = rows.get(at)?;
            let number = u32::try_from(at + 1).unwrap_or(u32::MAX);
            Some(ShareRow { number, text: Private::new(text.to_string()) })
        };
        while let Some(first) = row(at) {
            let next = row(at + 1).filter(|_| at_once > 1);
            let page = self.shown(self.share.set(), SharePart::Row, (first, next), many);
            match people.ask(Ask::ShowShare { page }, None)? {
                Answer::Go => at += at_once,
                Answer::Back => at = at.saturating_sub(at_once),
                // A row is shown again rather than passed over.
                _ => {}
            }
        }
        Ok(())
    }

    fn shown(
        &self,
        set: SetId,
        part: SharePart,
        shown: (ShareRow, Option<ShareRow>),
        rows: u32,
    ) -> SharePage {
        let (row, next) = shown;
        let turn = self.cue.step.turn;
        SharePage {
            custodian: self.cue.step.actor.name.clone(),
            index: u32::from(turn),
            set: set.to_string(),
            count: u32::from(self.dealing.count()),
            needs: self.dealing.needs_with(turn),
            part,
            row,
            next,
            rows,
        }
    }
}

/// How many of so many rows are on the screen at once: never all of them.
pub(in crate::share) fn at_once(rows: u32) -> usize {
    usize::try_from(ROWS_AT_ONCE.min(rows.saturating_sub(1)).max(1)).unwrap_or(1)
}

/// The moment, as a page has it.
pub(in crate::share) fn when(machine: &(impl Machine + ?Sized)) -> Result<When, PaperError> {
    let now = time::OffsetDateTime::from_unix_timestamp(machine.now()).map_err(|_| PaperError::Date)?;
    Ok(page::when(now))
}
