//! People at a terminal: each prompt as lines of text, what is secret typed unseen.

use crate::screen::{self, note, say};
use ceremony::Player;
use protocol::{
    Answer, Ask, Choice, CompareRow, ExceptionReport, Fact, FoundFile, FromRoom, PinOf, Private, PromptView,
    ReadAloud, ReadRow, Restate, ScanOffer, SharePage, SharePart, SignsWith, Verdict, visible,
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
            note(format!("      {} (usually {}). {}", progress.doing, progress.usual, progress.keep));
        }
        FromRoom::Progress { progress } if progress.elapsed.is_multiple_of(10) => {
            note(format!(
                "      {}: {} so far",
                progress.doing,
                count(progress.elapsed, "second", "seconds")
            ));
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
pub(crate) struct Terminal;

impl Player for Terminal {
    fn ask(&mut self, prompt: PromptView) -> Result<Answer> {
        let step = &prompt.step;
        // The whole heading at a step's first question; after that people know where they are.
        if let Ask::Begin { .. } = prompt.ask {
            say("");
            say(format!("{}, step {} of {}", step.act, step.number, step.of));
            say(&step.say);
            let confirms =
                step.confirmer.as_ref().map_or(String::new(), |c| format!(" {} confirms.", c.name));
            say(format!("{} acts.{confirms} {}", step.actor.name, step.why));
            if step.irreversible {
                say("This cannot be taken back.");
            }
            if let Some(expect) = &step.expect {
                say(format!("Expect: {expect}"));
            }
            if let Some(otherwise) = &step.otherwise {
                say(format!("If not: {otherwise}"));
            }
            say("(at any question: !exception raises an exception, !stop stops here)");
        } else {
            say("");
            say(format!("Step {} of {}", step.number, step.of));
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
                    expected: line("What was expected")?,
                    happened: line("What happened instead")?,
                },
            }),
        }
    }

    fn show(&mut self, message: FromRoom) {
        tell(&message);
    }
}

/// An answer, or one of the two words that may be typed at any question.
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
            _ => Self::Answer(make()),
        }
    }
}

fn answer(ask: Ask) -> Result<Typed> {
    match ask {
        Ask::Begin { button } => enter(&format!("Press Enter: {button}")),
        Ask::Observe { facts, button } => {
            observed(&facts);
            enter(&format!("Press Enter: {button}"))
        }
        Ask::Sign { name, purpose, restate, hint, yubikey, .. } => {
            sign(&name, &purpose, restate, hint, yubikey.as_ref())
        }
        Ask::Pin { of, says, hint, .. } => pin(&of, &says, hint),
        Ask::NewSecret { name, what, rule, hint } => {
            say(format!("{name}: {what}. {rule}"));
            if let Some(hint) = hint {
                say(format!("(rehearsal: {hint})"));
            }
            let typed = crate::unseen::typed(&format!("{what}: "))?;
            Ok(secret(typed, |text| Answer::Secret { text }))
        }
        Ask::Choose { question, choices } => {
            let id = chosen(&question, &choices)?;
            Ok(Typed::of(&id, || Answer::Chosen { id: id.clone() }))
        }
        Ask::Text { question, example, suggested } => {
            let offer = suggested.as_ref().map_or(String::new(), |s| format!("; Enter for {s}"));
            let text = line(&format!("{question} (such as {example}{offer})"))?;
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
                say(format!("  will be written there: {}", writes.join(", ")));
            }
            path(&question)
        }
        Ask::Compare { name, what, against, value, .. } => compare(&name, &what, &against, &value),
        Ask::ShowShare { page } => show_row(&page),
        Ask::EnterShare { part: SharePart::CodeWord, .. } => {
            say("Type the code word that is written on the sheet; it is not shown. Type < to begin again.");
            typed_share("Code word: ", None)
        }
        Ask::EnterShare { row, rows, index, scan, .. } => {
            let again = "the share, or make its sheet, again";
            match index {
                Some(n) => {
                    say(format!("Type share {n} from the sheet; it is not shown. Type < to see {again}."));
                }
                None => {
                    say("Type your share from the sheet; it is not shown. Type < to begin it again.");
                }
            }
            if let Some(scan) = scan.as_ref().filter(|_| row == 1) {
                say(format!(
                    "A hand scanner may type the square on the sheet. To read a scan ({}), type = and its path.",
                    scan.extensions.join(", ")
                ));
                on_media(&scan.found);
                if let Some(path) = &scan.handed {
                    say(format!("  the rehearsal's sheet: {path}"));
                }
            }
            typed_share(&format!("Row {row} of {rows}: "), scan.as_ref())
        }
        Ask::Decide { question, choices } => {
            let id = chosen(&question, &choices)?;
            if id == "!stop" || id == "stop" {
                return Ok(Typed::Stop);
            }
            Ok(Typed::Answer(Answer::Decided { id, reason: line("Why, in your own words")? }))
        }
        Ask::Agree { name, summary, yubikey, .. } => agree(&name, &summary, yubikey.as_ref()),
    }
}

/// A row, a symbol's text or a code word, unseen; `<` goes back, and `=` with a path reads a scan.
fn typed_share(what: &str, scan: Option<&ScanOffer>) -> Result<Typed> {
    let text = crate::unseen::typed(what)?;
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
    restate: Option<Restate>,
    hint: Option<String>,
    yubikey: Option<&SignsWith>,
) -> Result<Typed> {
    say(format!("{name} signs: {purpose}"));
    let mut restated = None;
    if let Some(fact) = restate {
        if let Some(hint) = fact.hint {
            say(format!("(rehearsal answer: {hint})"));
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
    let typed = crate::unseen::typed("PIN: ")?;
    Ok(secret(typed, |text| Answer::Secret { text }))
}

fn compare(name: &str, what: &str, against: &str, value: &ReadAloud) -> Result<Typed> {
    say(format!("{name} compares. {what}, against {against}:"));
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
    say(format!("{} alone.", page.custodian));
    if page.part == SharePart::CodeWord {
        say("Write the code word on the sheet, in the blank beside \"Code word\". No printer has seen it.");
        private(format!("  code word of share {}:  {}", page.index, page.row.text.expose()))?;
        let text = line("Press Enter when it is written")?;
        screen::wipe()?;
        return Ok(Typed::of(&text, || Answer::Go));
    }
    if page.row.number == 1 {
        say("Write at the top of the sheet:");
        say(format!("  Set {}   Share {} of {}", page.set, page.index, page.count));
        say(format!("  {}", page.needs));
        say("Then each row, character by character, as it comes.");
    } else {
        say(format!("Share {} of {}, set {}.", page.index, page.count, page.set));
    }
    private(format!("  row {} of {}:  {}", page.row.number, page.rows, page.row.text.expose()))?;
    let text = line("Press Enter when it is written, or type < for the row before")?;
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
    let Some(own) = yubikey else { return crate::unseen::typed(&format!("Passphrase of {name}: ")) };
    say(format!("{name} signs with YubiKey {}. {}", own.serial, own.says));
    crate::unseen::typed("PIN of the YubiKey: ")
}

fn agree(name: &str, summary: &[String], yubikey: Option<&SignsWith>) -> Result<Typed> {
    for s in summary {
        say(format!("  {s}"));
    }
    let agrees = match yes_or_no(&format!("{name}: is the record right?"))? {
        YesNo::Yes => true,
        YesNo::No => false,
        YesNo::Word(word) => return Ok(Typed::of(&word, || Answer::Go)),
    };
    let reason = if agrees { None } else { Some(line("What is not right")?) };
    let passphrase = proof(name, yubikey)?;
    Ok(secret(passphrase, |passphrase| Answer::Agreement { agrees, reason, passphrase }))
}

enum YesNo {
    Yes,
    No,
    /// One of the two words that may be typed at any question.
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
            _ => say("Type yes or no."),
        }
    }
}

fn observed(facts: &[Fact]) {
    for f in facts {
        let expected = f.expected.as_ref().map_or(String::new(), |e| format!(" (expected {e})"));
        let verdict = match f.verdict {
            Verdict::Matches => ": matches",
            Verdict::Differs => ": DIFFERS",
            Verdict::NotProvable => ": cannot be shown here",
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
        let word = line("Choose by the word in front")?;
        if word.starts_with('!') {
            return Ok(word);
        }
        if choices.iter().any(|c| c.id == word || visible(&c.id) == word) {
            return Ok(word);
        }
        say(format!("\"{word}\" is not one of the words above."));
    }
}

fn on_media(found: &[FoundFile]) {
    for f in found {
        say(format!("  on a medium: {}  {}, {}", f.path, count(f.size, "byte", "bytes"), f.changed));
    }
}

fn path(question: &str) -> Result<Typed> {
    let path = line(&format!("{question} Path, or Enter alone to look for media again"))?;
    Ok(Typed::of(&path, || Answer::Path { path: path.clone() }))
}

fn enter(what: &str) -> Result<Typed> {
    let text = line(what)?;
    Ok(Typed::of(&text, || Answer::Go))
}

/// Hands a secret on; the two words are no secrets.
fn secret(text: String, make: impl FnOnce(Private) -> Answer) -> Typed {
    match text.trim() {
        "!stop" => Typed::Stop,
        "!exception" => Typed::Exception,
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
