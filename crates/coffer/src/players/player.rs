//! People at a terminal: each prompt as lines of text, what is secret typed unseen.

use super::{unseen, words};
use crate::screen::{self, note, say};
use engine::Player;
use protocol::{
    Answer, Ask, Choice, CompareRow, ExceptionReport, Fact, FoundFile, FromRoom, LockedBy, Mode, PinOf,
    Private, PromptView, ReadAloud, ReadRow, Restate, ScanOffer, SharePage, SharePart, SignsWith, Verdict,
    visible,
};
use std::io::{BufRead, Result};
use transcript::count;

/// Shows what needs no answer.
pub(crate) fn tell(message: &FromRoom) {
    match message {
        FromRoom::Recorded { line } => {
            note(format!("{:>4}  {}  {}  {}", line.seq, line.at, line.chain, line.says));
        }
        FromRoom::Progress { progress } if progress.elapsed == 0 => {
            note(words::begun(progress));
        }
        FromRoom::Progress { progress } if progress.elapsed.is_multiple_of(10) => {
            note(words::goes_on(progress));
        }
        _ => {}
    }
}

/// Asks nothing more once nobody sees what is written: the play stops there, and can be resumed.
pub(crate) struct Seen<'p>(pub(crate) &'p mut dyn Player);

impl Player for Seen<'_> {
    fn ask(&mut self, prompt: PromptView) -> Result<Answer> {
        screen::is_there()?;
        self.0.ask(prompt)
    }

    fn show(&mut self, message: FromRoom) {
        self.0.show(message);
    }
}

/// People at a terminal.
#[derive(Default)]
pub(crate) struct Terminal {
    /// Whether they rehearse: every question says so.
    rehearsal: bool,
}

impl Player for Terminal {
    fn ask(&mut self, prompt: PromptView) -> Result<Answer> {
        let step = &prompt.step;
        // The whole heading at a step's first question; after that people know where they are.
        if prompt.begins {
            say("");
            say(words::heading(step, self.rehearsal));
            say(&step.say);
            say(words::acts(step));
            if step.irreversible {
                say(words::NOT_TAKEN_BACK);
            }
            if let Some(expect) = &step.expect {
                say(words::expect(expect));
            }
            if let Some(otherwise) = &step.otherwise {
                say(words::if_not(otherwise));
            }
            say(words::ANY_TIME);
        } else {
            say("");
            say(words::again(step, self.rehearsal));
        }
        if let Some(locked) = &prompt.locked {
            screen::wipe()?;
            say(words::locked(locked));
        }
        if let Some(p) = &prompt.problem {
            say(format!("! {} {} {} [{}]", p.happened, p.unchanged, p.todo, p.code));
        }
        let offered: Vec<String> = prompt.ask.offered().into_iter().map(str::to_owned).collect();
        match answer(prompt.ask)? {
            Typed::Answer(answer) => Ok(answer.as_meant(&offered)),
            Typed::Stop => Ok(Answer::Stop),
            Typed::Exception => Ok(Answer::Exception {
                report: ExceptionReport {
                    expected: line(words::WHAT_WAS_EXPECTED)?,
                    happened: line(words::WHAT_HAPPENED)?,
                },
            }),
        }
    }

    fn show(&mut self, message: FromRoom) {
        if let FromRoom::Run { run } = &message {
            self.rehearsal = run.mode == Mode::Rehearsal;
        }
        tell(&message);
    }
}

/// An answer, or one of the words that may be typed at any question.
enum Typed {
    Answer(Answer),
    Stop,
    Exception,
}

impl Typed {
    fn of(text: &str, make: impl FnOnce() -> Answer) -> Self {
        match text.trim() {
            "!stop" => Self::Stop,
            "!exception" => Self::Exception,
            "!lock" => Self::Answer(Answer::Lock { why: LockedBy::Hand }),
            _ => Self::Answer(make()),
        }
    }
}

fn answer(ask: Ask) -> Result<Typed> {
    match ask {
        Ask::Begin { button } => enter(&words::press_enter(&button)),
        Ask::Observe { facts, button, .. } => {
            observed(&facts);
            enter(&words::press_enter(&button))
        }
        Ask::Sign { name, purpose, button, restate, hint, yubikey, .. } => {
            sign(&name, &purpose, button.as_deref(), restate, hint, yubikey.as_ref())
        }
        Ask::Pin { of, says, hint, .. } => pin(&of, &says, hint),
        Ask::NewSecret { name, what, rule, hint } => {
            say(words::new_secret(&name, &what, &rule));
            if let Some(hint) = hint {
                say(format!("(rehearsal: {hint})"));
            }
            let typed = unseen::typed(&format!("{what}: "))?;
            Ok(secret(typed, |text| Answer::Secret { text }))
        }
        Ask::Choose { question, choices } => {
            let id = chosen(&question, &choices)?;
            Ok(Typed::of(&id, || Answer::Chosen { id: id.clone() }))
        }
        Ask::Text { question, example, suggested } => {
            let text = line(&words::such_as(&question, &example, suggested.as_deref()))?;
            let text = if text.is_empty() { suggested.unwrap_or_default() } else { text };
            Ok(Typed::of(&text, || Answer::Text { text: text.clone() }))
        }
        Ask::File { question, found, .. } => {
            on_media(&found);
            path(&question)
        }
        Ask::Folder { question, found, writes } => {
            for f in &found {
                say(format!("  medium: {f}"));
            }
            if !writes.is_empty() {
                say(words::will_be_written(&writes));
            }
            path(&question)
        }
        Ask::Compare { name, what, against, value, .. } => compare(&name, &what, &against, &value),
        Ask::ShowShare { page } => show_row(&page),
        Ask::EnterShare { part: SharePart::CodeWord, .. } => {
            say(words::TYPE_THE_CODE_WORD);
            typed_share("Code word: ", None)
        }
        Ask::EnterShare { row, rows, index, scan, .. } => {
            match index {
                Some(n) => say(words::type_the_share(n)),
                None => say(words::TYPE_YOUR_SHARE),
            }
            if let Some(scan) = scan.as_ref().filter(|_| row == 1) {
                say(words::scan_it(&scan.extensions));
                on_media(&scan.found);
                if let Some(path) = &scan.handed {
                    say(words::handed(path));
                }
            }
            typed_share(&words::row_of(row, rows), scan.as_ref())
        }
        Ask::Decide { question, choices } => {
            let id = chosen(&question, &choices)?;
            if id == "!stop" || id == "stop" {
                return Ok(Typed::Stop);
            }
            Ok(Typed::Answer(Answer::Decided { id, reason: line(words::WHY)? }))
        }
        Ask::Agree { name, summary, yubikey, .. } => agree(&name, &summary, yubikey.as_ref()),
    }
}

/// A row, a symbol's text or a code word, unseen; `<` goes back, and `=` with a path reads a scan.
fn typed_share(what: &str, scan: Option<&ScanOffer>) -> Result<Typed> {
    let text = unseen::typed(what)?;
    if text.trim() == "<" {
        return Ok(Typed::Answer(Answer::Back));
    }
    if let Some(path) = text.trim().strip_prefix('=').filter(|_| scan.is_some()) {
        return Ok(Typed::Answer(Answer::Path { path: path.trim().to_owned() }));
    }
    Ok(secret(text, |text| Answer::Secret { text }))
}

fn sign(
    name: &str,
    purpose: &str,
    button: Option<&str>,
    restate: Option<Restate>,
    hint: Option<String>,
    yubikey: Option<&SignsWith>,
) -> Result<Typed> {
    say(words::signs(name, purpose));
    if let Some(button) = button {
        say(words::comes_of_it(button));
    }
    let mut restated = None;
    if let Some(fact) = restate {
        if let Some(hint) = fact.hint {
            say(words::rehearsal_answer(&hint));
        }
        let text = line(&fact.question)?;
        if text.starts_with('!') {
            return Ok(Typed::of(&text, || Answer::Go));
        }
        restated = Some(text);
    }
    if let Some(hint) = hint {
        say(format!("(rehearsal: {hint})"));
    }
    let passphrase = proof(name, yubikey)?;
    Ok(secret(passphrase, |passphrase| Answer::Signature { passphrase, restated }))
}

fn pin(of: &PinOf, says: &str, hint: Option<String>) -> Result<Typed> {
    say(format!("{}, {}, serial number {}", of.label, of.model, of.serial));
    say(says);
    if let Some(hint) = hint {
        say(format!("(rehearsal PIN: {hint})"));
    }
    let typed = unseen::typed("PIN: ")?;
    Ok(secret(typed, |text| Answer::Secret { text }))
}

fn compare(name: &str, what: &str, against: &str, value: &ReadAloud) -> Result<Typed> {
    say(words::compares(name, what, against));
    let mut rows = Vec::new();
    for row in &value.rows {
        read_row(row);
        match yes_or_no("The same?")? {
            YesNo::Yes => rows.push(CompareRow { number: row.number, same: true }),
            YesNo::No => rows.push(CompareRow { number: row.number, same: false }),
            YesNo::Word(word) => return Ok(Typed::of(&word, || Answer::Go)),
        }
    }
    Ok(Typed::Answer(Answer::Compared { rows }))
}

/// A row of what is read aloud: in hexadecimal, and as words.
pub(crate) fn read_row(row: &ReadRow) {
    say(format!("  {}  {}", row.number, row.hex.join(" ")));
    say(format!("     {}", row.words.join(" ")));
}

fn show_row(page: &SharePage) -> Result<Typed> {
    say(words::alone(page));
    if page.part == SharePart::CodeWord {
        say(words::WRITE_THE_CODE_WORD);
        private(words::code_word_shown(page))?;
        let text = line(words::WHEN_WRITTEN)?;
        screen::wipe()?;
        return Ok(Typed::of(&text, || Answer::Go));
    }
    if page.row.number == 1 {
        say(words::WRITE_AT_THE_TOP);
        words::at_the_top(page).iter().for_each(say);
        say(words::THEN_EACH_ROW);
    } else {
        say(words::which_share(page));
    }
    for row in std::iter::once(&page.row).chain(&page.next) {
        private(words::row_shown(page, row))?;
    }
    let text = line(words::WHEN_ROW_WRITTEN)?;
    screen::wipe()?;
    Ok(Typed::of(&text, || if text.trim() == "<" { Answer::Back } else { Answer::Go }))
}

/// A line that only one person may see; this text of it is wiped.
fn private(line: String) -> Result<()> {
    let line = secrets::SecretText::new(line).map_err(std::io::Error::other)?;
    say(line.expose());
    Ok(())
}

/// What a person signs with, typed unseen: the passphrase, or the PIN of their YubiKey.
fn proof(name: &str, yubikey: Option<&SignsWith>) -> Result<String> {
    let Some(own) = yubikey else { return unseen::typed(&words::passphrase_of(name)) };
    say(words::signs_with(name, own));
    unseen::typed(words::PIN_OF_YUBIKEY)
}

fn agree(name: &str, summary: &[String], yubikey: Option<&SignsWith>) -> Result<Typed> {
    for s in summary {
        say(format!("  {s}"));
    }
    let agrees = match yes_or_no(&words::is_it_right(name))? {
        YesNo::Yes => true,
        YesNo::No => false,
        YesNo::Word(word) => return Ok(Typed::of(&word, || Answer::Go)),
    };
    let reason = if agrees { None } else { Some(line(words::WHAT_IS_NOT_RIGHT)?) };
    let passphrase = proof(name, yubikey)?;
    Ok(secret(passphrase, |passphrase| Answer::Agreement { agrees, reason, passphrase }))
}

enum YesNo {
    Yes,
    No,
    /// One of the words that may be typed at any question.
    Word(String),
}

/// Anything but a clear yes or no is asked again: a slip of a finger must not become a disagreement in the record.
fn yes_or_no(question: &str) -> Result<YesNo> {
    loop {
        let text = line(&format!("{question} (yes/no)"))?;
        match text.to_lowercase().as_str() {
            "y" | "yes" => return Ok(YesNo::Yes),
            "n" | "no" => return Ok(YesNo::No),
            word if word.starts_with('!') => return Ok(YesNo::Word(text)),
            _ => say(words::TYPE_YES_OR_NO),
        }
    }
}

fn observed(facts: &[Fact]) {
    for f in facts {
        let expected = f.expected.as_ref().map_or(String::new(), |e| format!(" (expected {e})"));
        let verdict = match f.verdict {
            Verdict::Matches => ": matches",
            Verdict::Differs => ": DIFFERS",
            Verdict::NotProvable => words::CANNOT_BE_SHOWN,
            Verdict::Noted => "",
        };
        say(format!("  {}: {}{expected}{verdict}", f.name, f.observed));
    }
}

fn chosen(question: &str, choices: &[Choice]) -> Result<String> {
    say(question);
    for c in choices {
        say(format!("  {}  {}", c.id, c.title));
        for more in c.note.iter().chain(&c.refused) {
            say(format!("      {more}"));
        }
    }
    loop {
        let word = line(words::CHOOSE)?;
        if word.starts_with('!') {
            return Ok(word);
        }
        if choices.iter().any(|c| c.id == word || visible(&c.id) == word) {
            return Ok(word);
        }
        say(words::not_one_of_them(&word));
    }
}

fn on_media(found: &[FoundFile]) {
    for f in found {
        say(format!("  on a medium: {}  {}, {}", f.path, count(f.size, "byte", "bytes"), f.changed));
    }
}

fn path(question: &str) -> Result<Typed> {
    line(&words::path_or_enter(question)).map(|path| Typed::of(&path, || Answer::Path { path: path.clone() }))
}

fn enter(what: &str) -> Result<Typed> {
    line(what).map(|text| Typed::of(&text, || Answer::Go))
}

/// Hands a secret on; the words that may be typed at any question are no secrets.
fn secret(text: String, make: impl FnOnce(Private) -> Answer) -> Typed {
    match text.trim() {
        "!stop" => Typed::Stop,
        "!exception" => Typed::Exception,
        "!lock" => Typed::Answer(Answer::Lock { why: LockedBy::Hand }),
        _ => Typed::Answer(make(Private::new(text))),
    }
}

fn line(what: &str) -> Result<String> {
    screen::ask(&format!("{what}: "))?;
    let mut text = String::new();
    if std::io::stdin().lock().read_line(&mut text)? == 0 {
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    }
    Ok(text.trim().to_owned())
}
