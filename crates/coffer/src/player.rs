//! People at a terminal: each prompt as lines of text, what is secret typed unseen.

use ceremony::Player;
use protocol::{
    Answer, Ask, Choice, CompareRow, ExceptionReport, Fact, FromRoom, PinOf, Private, PromptView, ReadAloud,
    Restate, ScanOffer, SharePage, SharePart, SignsWith, Verdict,
};
use std::io::{BufRead, Result, Write};

/// Clears the screen and the scroll-back, so that the next person does not see what was there.
const CLEAR: &str = "\x1b[2J\x1b[3J\x1b[H";

/// Shows what needs no answer.
pub(crate) fn tell(message: &FromRoom) {
    match message {
        FromRoom::Recorded { line } => {
            eprintln!("{:>4}  {}  {}  {}", line.seq, line.at, line.chain, line.says);
        }
        FromRoom::Progress { progress } if progress.elapsed == 0 => {
            eprintln!("      {} (usually {}). {}", progress.doing, progress.usual, progress.keep);
        }
        FromRoom::Progress { progress } if progress.elapsed.is_multiple_of(10) => {
            eprintln!("      {}: {} seconds so far", progress.doing, progress.elapsed);
        }
        _ => {}
    }
}

/// People at a terminal.
pub(crate) struct Terminal;

impl Player for Terminal {
    fn ask(&mut self, prompt: PromptView) -> Result<Answer> {
        let step = &prompt.step;
        // The whole heading at a step's first question; after that people know where they are.
        if let Ask::Begin { .. } = prompt.ask {
            println!("\n{}, step {} of {}", step.act, step.number, step.of);
            println!("{}", step.say);
            let confirms =
                step.confirmer.as_ref().map_or(String::new(), |c| format!(" {} confirms.", c.name));
            println!("{} acts.{confirms} {}", step.actor.name, step.why);
            if step.irreversible {
                println!("This cannot be taken back.");
            }
            if let Some(expect) = &step.expect {
                println!("Expect: {expect}");
            }
            if let Some(otherwise) = &step.otherwise {
                println!("If not: {otherwise}");
            }
            println!("(at any question: !exception raises an exception, !stop stops here)");
        } else {
            println!("\nStep {} of {}", step.number, step.of);
        }
        if let Some(p) = &prompt.problem {
            println!("! {} {} {} [{}]", p.happened, p.unchanged, p.todo, p.code);
        }
        match answer(prompt.ask)? {
            Typed::Answer(answer) => Ok(answer),
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
            println!("{name}: {what}. {rule}");
            if let Some(hint) = hint {
                println!("(rehearsal: {hint})");
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
            for f in &found {
                println!("  on a medium: {}  {} bytes, {}", f.path, f.size, f.changed);
            }
            path(&question)
        }
        Ask::Folder { question, found, writes } => {
            for f in &found {
                println!("  medium: {f}");
            }
            if !writes.is_empty() {
                println!("  will be written there: {}", writes.join(", "));
            }
            path(&question)
        }
        Ask::Compare { name, what, against, value, .. } => compare(&name, &what, &against, &value),
        Ask::ShowShare { page } => show_row(&page),
        Ask::EnterShare { part: SharePart::CodeWord, .. } => {
            println!(
                "Type the code word that is written on the sheet; it is not shown. Type < to begin again."
            );
            typed_share("Code word: ", None)
        }
        Ask::EnterShare { row, rows, index, scan, .. } => {
            let again = "the share, or make its sheet, again";
            match index {
                Some(n) => {
                    println!("Type share {n} from the sheet; it is not shown. Type < to see {again}.");
                }
                None => {
                    println!("Type your share from the sheet; it is not shown. Type < to begin it again.");
                }
            }
            if let Some(scan) = scan.as_ref().filter(|_| row == 1) {
                println!(
                    "A hand scanner may type the square on the sheet. To read a scan ({}), type = and its path.",
                    scan.extensions.join(", ")
                );
                for f in &scan.found {
                    println!("  on a medium: {}  {} bytes, {}", f.path, f.size, f.changed);
                }
                if let Some(path) = &scan.handed {
                    println!("  the rehearsal's sheet: {path}");
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
    println!("{name} signs: {purpose}");
    let mut restated = None;
    if let Some(fact) = restate {
        if let Some(hint) = fact.hint {
            println!("(rehearsal answer: {hint})");
        }
        let text = line(&fact.question)?;
        if text.starts_with('!') {
            return Ok(Typed::of(&text, || Answer::Go));
        }
        restated = Some(text);
    }
    if let Some(hint) = hint {
        println!("(rehearsal: {hint})");
    }
    let passphrase = proof(name, yubikey)?;
    Ok(secret(passphrase, |passphrase| Answer::Signature { passphrase, restated }))
}

fn pin(of: &PinOf, says: &str, hint: Option<String>) -> Result<Typed> {
    println!("{}, {}, serial number {}\n{says}", of.label, of.model, of.serial);
    if let Some(hint) = hint {
        println!("(rehearsal PIN: {hint})");
    }
    let typed = crate::unseen::typed("PIN: ")?;
    Ok(secret(typed, |text| Answer::Secret { text }))
}

fn compare(name: &str, what: &str, against: &str, value: &ReadAloud) -> Result<Typed> {
    println!("{name} compares. {what}, against {against}:");
    let mut rows = Vec::new();
    for row in &value.rows {
        println!("  {}  {}\n     {}", row.number, row.hex.join(" "), row.words.join(" "));
        match yes_or_no("The same?")? {
            YesNo::Yes => rows.push(CompareRow { number: row.number, same: true }),
            YesNo::No => rows.push(CompareRow { number: row.number, same: false }),
            YesNo::Word(word) => return Ok(Typed::of(&word, || Answer::Go)),
        }
    }
    Ok(Typed::Answer(Answer::Compared { rows }))
}

fn show_row(page: &SharePage) -> Result<Typed> {
    println!("{} alone.", page.custodian);
    if page.part == SharePart::CodeWord {
        println!(
            "Write the code word on the sheet, in the blank beside \"Code word\". No printer has seen it."
        );
        println!("  code word of share {}:  {}", page.index, page.row.text.expose());
        let text = line("Press Enter when it is written")?;
        print!("{CLEAR}");
        std::io::stdout().flush()?;
        return Ok(Typed::of(&text, || Answer::Go));
    }
    if page.row.number == 1 {
        println!("Write at the top of the sheet:");
        println!("  Set {}   Share {} of {}", page.set, page.index, page.count);
        println!("  {}", page.needs);
        println!("Then each row, character by character, as it comes.");
    } else {
        println!("Share {} of {}, set {}.", page.index, page.count, page.set);
    }
    println!("  row {} of {}:  {}", page.row.number, page.rows, page.row.text.expose());
    let text = line("Press Enter when it is written, or type < for the row before")?;
    print!("{CLEAR}");
    std::io::stdout().flush()?;
    Ok(Typed::of(&text, || if text.trim() == "<" { Answer::Back } else { Answer::Go }))
}

/// What a person signs with, typed unseen: the passphrase, or the PIN of their YubiKey.
fn proof(name: &str, yubikey: Option<&SignsWith>) -> Result<String> {
    let Some(own) = yubikey else { return crate::unseen::typed(&format!("Passphrase of {name}: ")) };
    println!("{name} signs with YubiKey {}. {}", own.serial, own.says);
    crate::unseen::typed("PIN of the YubiKey: ")
}

fn agree(name: &str, summary: &[String], yubikey: Option<&SignsWith>) -> Result<Typed> {
    for s in summary {
        println!("  {s}");
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
            _ => println!("Type yes or no."),
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
        println!("  {}: {}{expected}{verdict}", f.name, f.observed);
    }
}

fn chosen(question: &str, choices: &[Choice]) -> Result<String> {
    println!("{question}");
    for c in choices {
        println!("  {}  {}", c.id, c.title);
        for more in c.note.iter().chain(&c.refused) {
            println!("      {more}");
        }
    }
    loop {
        let word = line("Choose by the word in front")?;
        if word.starts_with('!') || choices.iter().any(|c| c.id == word) {
            return Ok(word);
        }
        println!("{word:?} is not one of the words above.");
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
    print!("{what}: ");
    std::io::stdout().flush()?;
    let mut text = String::new();
    if std::io::stdin().lock().read_line(&mut text)? == 0 {
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    }
    Ok(text.trim().to_owned())
}
