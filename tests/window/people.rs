//! The people of a rehearsal: they answer each question by reading the screen, clicking and typing.

use crate::page::{Page, Seen};
use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;

/// Everybody in the room, with what they brought.
#[derive(Default)]
pub(crate) struct People {
    pub(crate) parameters: PathBuf,
    pub(crate) medium: PathBuf,
    /// Whether they slip once each: a wrong passphrase, a row looked at again, a wrong character, an exception raised.
    pub(crate) slips: bool,
    /// Keep a picture of the first screen of each kind, under this name.
    pub(crate) pictures: Option<&'static str>,
    /// Look at each kind of screen at every size, light and dark.
    pub(crate) at_every_size: bool,
    /// Codes of the problems that were shown, in order.
    pub(crate) problems: Vec<(String, String)>,
    /// What they know themselves, where the screen gives no hints.
    pub(crate) known: Option<Known>,
    /// Answers of their own, by step and kind of question (`bring.1/text`), each given once and in order.
    pub(crate) own: Vec<(&'static str, String)>,
    /// Sheets that custodians bring with them, the first one first.
    pub(crate) brought: VecDeque<Vec<String>>,
    /// Every sheet that was written down here, in order, and its code word where it has one.
    pub(crate) written: Vec<Vec<String>>,
    /// Who signed with a YubiKey, by name.
    pub(crate) by_yubikey: Vec<String>,
    /// Whether they point a hand scanner at the symbol of a sheet instead of typing its rows.
    pub(crate) hand_scanner: bool,
    /// How many questions they answered.
    pub(crate) questions: u32,
    code_word: String,
    passphrases: BTreeMap<String, String>,
    sheet: BTreeMap<u32, String>,
    slipped: Vec<&'static str>,
    pictured: Vec<String>,
}

/// The PIN that holders of a YubiKey choose in rehearsals.
pub(crate) const PRACTICE_PIN: &str = "842613";
/// Steps whose findings are worth a picture of their own.
const PICTURED: [&str; 8] =
    ["preflight/", "report/", "self-test/", "read-wrapping-key/", "prove/", "restore/", "seal/", "program/"];

/// Whose first screen of each kind is held against the rules of axe-core: together they have every kind, light and dark.
const HELD: [&str; 5] = ["light", "commission", "master-key", "key-state-dark", "drill"];

/// Windows that people have, and everything at double size.
const SIZES: [(&str, (u32, u32), f64); 4] = [
    ("1280", (1280, 800), 1.0),
    ("1920", (1920, 1080), 1.0),
    ("1024", (1024, 768), 1.0),
    ("double", (1280, 800), 2.0),
];

/// Whether a row of the slip is what the screen says.
const SAME: &str = r#"
const row = document.querySelector(`[data-testid="row-${arguments[0]}"]`);
if (!row) return null;
const shown = row.parentElement.querySelector('.hex').textContent.replace(/\s/g, '');
const slip = document.querySelectorAll('[data-testid="slip"] tr')[arguments[0] - 1].querySelector('td.mono').textContent;
return shown === slip.replace(/\s/g, '');"#;

/// What people bring to a production ceremony.
pub(crate) struct Known {
    pub(crate) passphrase: String,
    pub(crate) pin: String,
    /// By the step, what its confirmer says.
    pub(crate) restated: BTreeMap<&'static str, String>,
}

impl People {
    /// People who make no mistake.
    pub(crate) fn with(parameters: PathBuf, medium: PathBuf) -> Self {
        Self { parameters, medium, ..Self::default() }
    }

    /// People who make no mistake and need no medium; a picture of each kind of screen is kept under this name.
    pub(crate) fn in_pictures(name: &'static str) -> Self {
        Self { pictures: Some(name), ..Self::default() }
    }

    /// Answers from this question on, until the end or until a question that `stop` names.
    pub(crate) async fn play(&mut self, page: &Page, stop: impl Fn(&Seen) -> bool) -> Seen {
        let mut seen = page.until("a question", |s| s.id.is_some() || s.place == "finished").await;
        while seen.place != "finished" && !stop(&seen) {
            let id = seen.id.unwrap();
            self.questions += 1;
            // What is to be mended on a machine that tests run on is another each time.
            let of_machine = seen.problem.as_deref() == Some("workstation-to-mend");
            if let (Some(code), Some(words), false) = (&seen.problem, &seen.words, of_machine) {
                self.problems.push((code.clone(), words.clone()));
            }
            self.keep_picture(page, &seen).await;
            self.answer(page, &seen).await;
            seen = page.after(id).await;
        }
        seen
    }

    /// The rows that the last custodian wrote.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &str> {
        self.sheet.values().map(String::as_str)
    }

    /// An answer of their own to this question, if one is left.
    fn own(&mut self, key: &str) -> Option<String> {
        let stem = key.split('/').take(2).collect::<Vec<_>>().join("/");
        let at = self.own.iter().position(|(question, _)| *question == stem)?;
        Some(self.own.remove(at).1)
    }

    async fn answer(&mut self, page: &Page, seen: &Seen) {
        let key = seen.key.clone().unwrap();
        let kind = seen.kind.as_deref().unwrap();
        if let Some(own) = self.own(&key) {
            return self.give(page, kind, &own).await;
        }
        if self.practised(page, kind).await {
            return;
        }
        match kind {
            "new-secret" => {
                let hint = page.text("hint").await;
                self.give(page, kind, &hint).await;
            }
            "choose" => {
                page.click_first("[name=choice]:not(:disabled)").await;
                page.click("primary").await;
            }
            "observe" if key.starts_with("generate/") && self.slips_now("exception") => {
                page.click("raise").await;
                page.type_into("exception-expected", "The lamp of the HSM is green").await;
                page.type_into("exception-happened", "It was amber for a moment").await;
                page.picture("exception").await;
                page.click("exception-send").await;
            }
            "text" if self.known.is_some() && key.starts_with("preflight/") => {
                page.type_into("text", &whole_program::room::a_watch()).await;
                page.click("primary").await;
            }
            "text" if self.known.is_some() => {
                page.type_into("text", "A 0012345").await;
                page.click("primary").await;
            }
            // For a text, what the page proposes in a rehearsal stands in the field already.
            "begin" | "observe" | "text" => page.click("primary").await,
            "sign" => self.sign(page, key.split(['/', '.']).next().unwrap()).await,
            "pin" => {
                let pin = match &self.known {
                    Some(known) => known.pin.clone(),
                    None => page.text("hint").await,
                };
                page.type_into("pin", &pin).await;
                page.click("primary").await;
            }
            "file" => {
                page.type_into("path", self.parameters.to_str().unwrap()).await;
                page.click("primary").await;
            }
            "folder" => {
                page.type_into("path", self.medium.to_str().unwrap()).await;
                page.click("primary").await;
            }
            "compare" => {
                for row in 1..=8 {
                    if page.text_if_there(&format!("row-{row}")).await.is_some() {
                        page.click(&format!("row-{row}")).await;
                    }
                }
                if page.text_if_there("signer").await.is_some() {
                    return self.sign(page, key.split(['/', '.']).next().unwrap()).await;
                }
                page.click("primary").await;
            }
            "show-share" => self.write_rows(page).await,
            "enter-share" if page.text("share-label").await.starts_with("Code word") => {
                let word = self.code_word.clone();
                self.give(page, kind, &word).await;
            }
            "enter-share"
                if !key.starts_with("bring.") && page.text_if_there("read-scan").await.is_some() =>
            {
                page.click("read-scan").await;
                // What a rehearsal handed out stands in the field already.
                page.text("handed").await;
                self.keep(page, "scan").await;
                page.click("primary").await;
            }
            "enter-share" => self.type_row(page, &key).await,
            "decide" => {
                // What differed on a slip of practice is done again.
                let differed = seen.problem.as_deref() == Some("value-differs");
                page.click(if differed { "choice-again" } else { "choice-go-on" }).await;
                page.type_into("reason", "The lamp is green and the serial number is the same").await;
                page.click("primary").await;
            }
            "agree" => {
                let button = page.text("primary").await;
                let name = button.trim_start_matches("Sign the record as ").trim().to_owned();
                page.click("choice-yes").await;
                page.type_into("passphrase", self.passphrases.get(&name).expect("signed in before")).await;
                page.click("primary").await;
            }
            other => panic!("nobody answers {other} in this test"),
        }
    }

    /// Answers with what was made for practice, where the screen has something.
    async fn practised(&mut self, page: &Page, kind: &str) -> bool {
        if page.text_if_there("practice").await.is_none() {
            return false;
        }
        self.keep(page, "practice").await;
        if kind == "compare" && page.text_if_there("slip").await.is_some() {
            self.keep(page, "slip").await;
            for row in 1..=8 {
                let same = page.client.execute(SAME, vec![row.into()]).await.unwrap();
                if same == serde_json::Value::Bool(true) {
                    page.click(&format!("row-{row}")).await;
                }
            }
            if page.text_if_there("signer").await.is_some() {
                self.sign(page, "compare").await;
                return true;
            }
        } else if page.text_if_there("use-practice").await.is_some() {
            page.click("use-practice").await;
        } else if kind == "choose" {
            let title = page.text("practice-text").await;
            page.click_first(&format!("input[name=choice][data-title='{title}']")).await;
        } else {
            return false;
        }
        page.click("primary").await;
        true
    }

    /// Gives this answer to a question of this kind.
    async fn give(&mut self, page: &Page, kind: &str, answer: &str) {
        match kind {
            "choose" => page.click(&format!("choice-{answer}")).await,
            "decide" => {
                page.click(&format!("choice-{answer}")).await;
                page.type_into("reason", "As the witness has seen it").await;
            }
            "new-secret" | "text" | "pin" => page.type_into(kind, answer).await,
            "file" | "folder" => page.type_into("path", answer).await,
            "sign" => page.type_into("passphrase", answer).await,
            "enter-share" => page.type_into("share-row", answer).await,
            other => panic!("nobody has an answer of their own for {other}"),
        }
        page.click("primary").await;
    }

    async fn sign(&mut self, page: &Page, step: &str) {
        let passphrase = match &self.known {
            Some(known) => {
                for hint in ["hint", "restate-hint"] {
                    assert_eq!(page.text_if_there(hint).await, None, "production gives a hint at {step}");
                }
                if page.text_if_there("restated").await.is_some() {
                    page.type_into("restated", &known.restated[step]).await;
                }
                known.passphrase.clone()
            }
            None if page.text_if_there("signs-with").await.is_some() => PRACTICE_PIN.to_owned(),
            None => page.text("hint").await,
        };
        let name = page.text("signer").await;
        if page.text_if_there("signs-with").await.is_some() {
            self.by_yubikey.push(name.clone());
        }
        if let Some(fact) = page.text_if_there("restate-hint").await {
            page.type_into("restated", &fact).await;
        }
        if self.slips_now("passphrase") {
            page.type_into("passphrase", "not the passphrase").await;
        } else {
            page.type_into("passphrase", &passphrase).await;
        }
        self.passphrases.insert(name, passphrase);
        page.click("primary").await;
    }

    /// The row is not in the page until the custodian uncovers it.
    async fn write_rows(&mut self, page: &Page) {
        let label = page.text("share-label").await;
        if label.starts_with("Code word") {
            page.click("reveal").await;
            self.code_word = page.text("share-row").await;
            self.keep(page, "code-word-shown").await;
            page.click("primary").await;
            return;
        }
        let row = number(&label);
        if self.slips_now("blank") {
            // Blank at first, uncovered, blank again.
            assert_eq!(page.text_if_there("share-row").await, None);
            page.picture("share-blank").await;
            page.click("reveal").await;
            page.text("share-row").await;
            page.click("reveal").await;
            assert_eq!(page.text_if_there("share-row").await, None);
        }
        if row == 3 && self.slips_now("row-before") {
            page.click("back").await;
            return;
        }
        if page.text_if_there("share-row").await.is_none() {
            page.click("reveal").await;
        }
        let mut rows = vec![page.text("share-row").await];
        rows.extend(page.text_if_there("share-row-2").await);
        if row == 1 {
            self.written.push(Vec::new());
        }
        if let Some(sheet) = self.written.last_mut() {
            sheet.truncate(usize::try_from(row).unwrap() - 1);
            sheet.extend(rows.iter().cloned());
        }
        if self.pictures.is_some() && !self.pictured.contains(&"share-shown".to_owned()) {
            self.pictured.push("share-shown".to_owned());
            page.picture("share-shown").await;
        }
        self.sheet.extend((row..).zip(rows));
        page.click("primary").await;
    }

    async fn type_row(&mut self, page: &Page, key: &str) {
        let row = number(&page.text("share-label").await);
        if key.starts_with("bring.") && row == 1 {
            let next = self.brought.pop_front().expect("a sheet that somebody brings");
            self.sheet = (1..).zip(next).collect();
        }
        if self.hand_scanner && row == 1 {
            page.type_into("share-row", &symbol(&self.sheet)).await;
            page.click("primary").await;
            return;
        }
        let written = self.sheet.get(&row).expect("written before").clone();
        if row == 3 && self.slips_now("row") {
            page.type_into("share-row", &with_a_typo(&written)).await;
        } else {
            page.type_into("share-row", &written).await;
        }
        if page.text_if_there("share-row-2").await.is_some() {
            let next = self.sheet.get(&(row + 1)).expect("written before").clone();
            page.type_into("share-row-2", &next).await;
        }
        page.click("primary").await;
    }

    /// True once for each kind of slip.
    fn slips_now(&mut self, what: &'static str) -> bool {
        let now = self.slips && !self.slipped.contains(&what);
        if now {
            self.slipped.push(what);
        }
        now
    }

    async fn keep_picture(&mut self, page: &Page, seen: &Seen) {
        if self.pictures.is_none() {
            return;
        }
        let kind = seen.kind.clone().unwrap_or_default();
        let name = if seen.problem.is_some() { format!("{kind}-refused") } else { kind };
        if name == "observe" && seen.key.as_deref().is_some_and(|k| k.starts_with("rebuild/")) {
            self.keep(page, "rebuild").await;
        }
        self.keep(page, &name).await;
        // Long reports are their own kind of screen, and so is what only one step asks.
        if seen.kind.as_deref() == Some("observe")
            && seen.key.as_deref().is_some_and(|k| PICTURED.iter().any(|step| k.starts_with(step)))
        {
            let step = seen.key.as_deref().unwrap_or_default().split(['/', '.']).next().unwrap_or_default();
            self.keep(page, &format!("observe-{step}")).await;
        }
    }

    /// Keeps one picture under this name.
    async fn keep(&mut self, page: &Page, name: &str) {
        let Some(prefix) = self.pictures else { return };
        if !self.pictured.iter().any(|p| p == name) {
            page.picture(&format!("{prefix}-{name}")).await;
            self.pictured.push(name.to_owned());
            page.fits(name).await;
            if self.at_every_size {
                for (size, (width, height), factor) in SIZES {
                    for (tone, dark) in [("light", false), ("dark", true)] {
                        page.size(width, height).await;
                        page.looks(factor, dark).await;
                        let name = format!("{prefix}-{name}-{size}-{tone}");
                        page.picture(&name).await;
                        page.fits(&name).await;
                    }
                }
                page.size(1280, 800).await;
                page.looks(1.0, false).await;
            }
            if HELD.contains(&prefix) {
                assert_eq!(page.inaccessible().await, Vec::<String>::new(), "{prefix}-{name}");
            }
        }
    }
}

/// What a hand scanner types for a sheet, all at once: the rows without their spaces.
fn symbol(sheet: &BTreeMap<u32, String>) -> String {
    sheet.values().flat_map(|row| row.split_whitespace()).collect()
}

/// "Row 3 of 7" → 3
fn number(label: &str) -> u32 {
    label.split(|c: char| !c.is_ascii_digit()).find_map(|w| w.parse().ok()).expect("a row has a number")
}

/// The sixth character replaced by another of the alphabet.
pub(crate) fn with_a_typo(row: &str) -> String {
    let mut at = 0;
    row.chars()
        .map(|c| {
            at += usize::from(!c.is_whitespace());
            if at == 6 && !c.is_whitespace() { if c == '7' { '8' } else { '7' } } else { c }
        })
        .collect()
}
