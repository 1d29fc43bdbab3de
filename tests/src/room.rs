//! A player for tests: talks to a real `coffer room` over its pipe, answers as the people of the roster would, and lets
//! a test answer any prompt otherwise.

use protocol::{
    Answer, Ask, CompareRow, FinishedView, FromRoom, Private, Problem, PromptView, ScanOffer, SharePart,
    ToRoom, read_line, write_line,
};
use std::collections::BTreeMap;
use std::io::BufReader;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// Answers a prompt otherwise than the people would; `None` leaves it to them.
pub type Otherwise<'a> = &'a mut dyn FnMut(&PromptView, &Sheet) -> Option<Answer>;

/// What a custodian wrote down.
#[derive(Default)]
pub struct Sheet {
    /// The rows of the share shown last.
    pub rows: Vec<String>,
    /// The code word shown last.
    pub code_word: String,
}

/// A room and the people in it.
pub struct Room {
    command: Command,
    named: Vec<String>,
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
    sheet: Sheet,
    /// The folder for whatever is written to a medium.
    pub medium: String,
    /// The file for import parameters or a receipt.
    pub file: String,
    /// PIN of a token that gives no hint.
    pub pin: String,
    /// Passphrase of people who have no hint.
    pub passphrase: String,
    /// Every problem that a prompt came with: prompt key and the problem.
    pub problems: Vec<(String, Problem)>,
    /// Every row of every share that was shown.
    pub shown: Vec<String>,
    /// Sheets that custodians bring; the last is brought first.
    pub sheets: Vec<Vec<String>>,
    /// Sentences of the record, as they came.
    pub record: Vec<String>,
    /// Work during which the room is killed, by a part of what it says that it does, and so long after that began.
    pub cut: Option<(String, std::time::Duration)>,
    /// Every message of the room, as JSON.
    pub heard: Vec<String>,
}

impl Room {
    /// Starts a room with a state folder of its own.
    pub fn open(state: &Path) -> Self {
        Self::with(state, &[])
    }

    /// The same with a folder that stands for a medium.
    pub fn at_desk(state: &Path, medium: &Path) -> Self {
        let mut command = Command::new(crate::coffer());
        command.arg("--media").arg(medium);
        Self::started(command, state)
    }

    /// The same with a folder that is mounted as a medium, at [`crate::mounted::MEDIUM`].
    pub fn with_medium(state: &Path, medium: &Path) -> Self {
        Self::with_medium_and(state, medium, &[])
    }

    /// The same with settings in the room's environment as well.
    pub fn with_medium_and(state: &Path, medium: &Path, environment: &[(&str, &Path)]) -> Self {
        let mut command = crate::mounted::with_medium(medium, &crate::coffer());
        command.envs(environment.iter().copied());
        Self::started(command, state)
    }

    /// The same with settings in the room's environment.
    pub fn with(state: &Path, environment: &[(&str, &Path)]) -> Self {
        let mut command = Command::new(crate::coffer());
        command.envs(environment.iter().copied());
        Self::started(command, state)
    }

    /// The same with so little memory to lock that there is something to mend, whatever machine this is.
    pub fn to_be_mended(state: &Path, with: &[(&str, &Path)]) -> Self {
        let mut command = Command::new("prlimit");
        command.arg("--memlock=2097152").arg(crate::coffer()).envs(with.iter().copied());
        Self::started(command, state)
    }

    /// The same with roots of its own for attestations.
    pub fn with_roots(state: &Path, roots: &Path) -> Self {
        Self::with_roots_and(state, roots, &[])
    }

    /// The same with settings in the room's environment as well.
    pub fn with_roots_and(state: &Path, roots: &Path, environment: &[(&str, &Path)]) -> Self {
        let mut command = Command::new(crate::coffer());
        command.arg("--attestation-roots").arg(roots).envs(environment.iter().copied());
        Self::started(command, state)
    }

    fn started(mut command: Command, state: &Path) -> Self {
        command.arg("--state").arg(state).arg("room").stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("the room starts");
        let stdin = child.stdin.take();
        let stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut room = Self {
            command,
            named: Vec::new(),
            child,
            stdin,
            stdout,
            sheet: Sheet::default(),
            medium: String::new(),
            file: String::new(),
            pin: String::new(),
            passphrase: String::new(),
            problems: Vec::new(),
            shown: Vec::new(),
            sheets: Vec::new(),
            record: Vec::new(),
            cut: None,
            heard: Vec::new(),
        };
        assert!(matches!(room.message(), FromRoom::Hello { .. }));
        room
    }

    /// Starts the room anew with what a first message names: the page may only choose what the operator named.
    fn naming(&mut self, first: &ToRoom) {
        let mut wanted: Vec<String> = Vec::new();
        if let ToRoom::Start { roster: Some(roster), .. } | ToRoom::Review { roster: Some(roster), .. } =
            first
        {
            wanted.push(format!("--roster={roster}"));
        }
        if let ToRoom::Start { token: Some(token), .. } | ToRoom::Resume { token: Some(token), .. } = first
            && let Some((_, module)) = token.split_once("module-path=")
        {
            wanted.push(format!("--module={}", module.split('&').next().unwrap_or(module)));
        }
        self.names(wanted);
    }

    /// Starts the room anew with these arguments, where it was not started with them: before it is sent anything.
    pub fn names(&mut self, mut wanted: Vec<String>) {
        wanted.retain(|argument| !self.named.contains(argument));
        if wanted.is_empty() {
            return;
        }
        self.stdin = None;
        self.child.wait().expect("ends");
        self.child = self.command.args(&wanted).spawn().expect("the room starts");
        self.named.extend(wanted);
        self.stdin = self.child.stdin.take();
        self.stdout = BufReader::new(self.child.stdout.take().expect("a pipe"));
        assert!(matches!(self.message(), FromRoom::Hello { .. }));
    }

    /// Sends one message.
    pub fn send(&mut self, message: &ToRoom) {
        write_line(self.stdin.as_mut().expect("an open room"), message).expect("the room reads");
    }

    /// The next message.
    pub fn message(&mut self) -> FromRoom {
        let message: FromRoom =
            read_line(&mut self.stdout).expect("a known message").expect("the room goes on");
        self.heard.push(serde_json::to_string(&message).expect("JSON"));
        message
    }

    /// The next message; none where the room ended in the middle of it, or before it.
    pub fn message_or_end(&mut self) -> Option<FromRoom> {
        read_line(&mut self.stdout).ok().flatten()
    }

    /// Sends one message to a room that may have ended.
    pub fn try_send(&mut self, message: &ToRoom) {
        let _ = write_line(self.stdin.as_mut().expect("an open room"), message);
    }

    /// The room's process.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// Ends the room as a pulled plug would.
    pub fn kill(mut self) {
        self.child.kill().expect("is killed");
        self.child.wait().expect("ends");
    }

    /// Begins a rehearsal of a shipped script with these parameters.
    pub fn rehearse(
        &mut self,
        script: &str,
        parameters: &[(&str, &str)],
        otherwise: Otherwise<'_>,
    ) -> FinishedView {
        let parameters: BTreeMap<_, _> =
            parameters.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        self.play(
            &ToRoom::Start {
                script: script.to_owned(),
                mode: protocol::Mode::Rehearsal,
                parameters,
                roster: None,
                token: None,
            },
            otherwise,
        )
    }

    /// Sends a first message and plays to the end. A refusal of the first message panics with its code.
    pub fn play(&mut self, first: &ToRoom, otherwise: Otherwise<'_>) -> FinishedView {
        match self.try_play(first, otherwise) {
            Ok(finished) => finished,
            Err(problem) => panic!("refused: {problem}"),
        }
    }

    /// Sends a first message and plays to the end, or to the room's refusal.
    pub fn try_play(&mut self, first: &ToRoom, otherwise: Otherwise<'_>) -> Result<FinishedView, Problem> {
        self.naming(first);
        self.send(first);
        loop {
            match self.message() {
                FromRoom::Prompt { prompt } => {
                    let id = prompt.id;
                    let answer = self.answer(prompt, otherwise);
                    self.send(&ToRoom::Answer { prompt: id, answer });
                }
                FromRoom::Finished { finished } => return Ok(finished),
                FromRoom::Refused { problem } => return Err(problem),
                FromRoom::Recorded { line } => self.record.push(line.says),
                FromRoom::Progress { progress } => {
                    let Some((_, after)) =
                        self.cut.take_if(|(doing, _)| progress.doing.contains(doing.as_str()))
                    else {
                        continue;
                    };
                    std::thread::sleep(after);
                    self.child.kill().expect("is killed");
                    self.child.wait().expect("ends");
                    return Err(Problem::new("cut", "The room was killed.", "", ""));
                }
                _ => {}
            }
        }
    }

    /// Sends a first message as it stands, and has every prompt answered like this, to the end. A refusal of the message
    /// panics.
    pub fn asked(&mut self, first: &ToRoom, answer: &mut dyn FnMut(PromptView) -> Answer) -> FinishedView {
        self.send(first);
        loop {
            match self.message() {
                FromRoom::Prompt { prompt } => {
                    let id = prompt.id;
                    let answer = answer(prompt);
                    self.send(&ToRoom::Answer { prompt: id, answer });
                }
                FromRoom::Finished { finished } => return finished,
                FromRoom::Refused { problem } => panic!("refused: {problem}"),
                _ => {}
            }
        }
    }

    /// The answer to a prompt: otherwise, or as the people would.
    pub fn answer(&mut self, prompt: PromptView, otherwise: Otherwise<'_>) -> Answer {
        if let Some(answer) = preflight(&prompt) {
            return answer;
        }
        if let Some(problem) = &prompt.problem {
            self.problems.push((prompt.key.clone(), problem.clone()));
            assert!(self.problems.len() < 100, "the same problem again and again: {problem}");
        }
        if let Ask::ShowShare { page } = &prompt.ask
            && page.part == SharePart::CodeWord
        {
            page.row.text.expose().clone_into(&mut self.sheet.code_word);
        } else if let Ask::ShowShare { page } = &prompt.ask {
            if page.row.number == 1 {
                self.sheet.rows.clear();
            }
            for row in std::iter::once(&page.row).chain(&page.next) {
                self.sheet.rows.push(row.text.expose().to_owned());
                self.shown.push(row.text.expose().to_owned());
            }
        }
        if let Some(answer) = otherwise(&prompt, &self.sheet) {
            return answer;
        }
        let signed = |hint: Option<String>| Private::new(hint.unwrap_or_else(|| self.passphrase.clone()));
        match prompt.ask {
            Ask::Begin { .. } | Ask::Observe { .. } | Ask::ShowShare { .. } => Answer::Go,
            Ask::Sign { restate, hint, .. } => {
                Answer::Signature { passphrase: signed(hint), restated: restate.and_then(|r| r.hint) }
            }
            Ask::Pin { hint, .. } => {
                Answer::Secret { text: Private::new(hint.unwrap_or_else(|| self.pin.clone())) }
            }
            Ask::File { .. } => Answer::Path { path: self.file.clone() },
            Ask::Folder { .. } => Answer::Path { path: self.medium.clone() },
            Ask::Compare { value, .. } => Answer::Compared {
                rows: value.rows.iter().map(|r| CompareRow { number: r.number, same: true }).collect(),
            },
            Ask::EnterShare { part: SharePart::CodeWord, .. } => {
                Answer::Secret { text: Private::new(self.sheet.code_word.clone()) }
            }
            // A sheet that was handed out as a file is read as if it were a scan.
            Ask::EnterShare { scan: Some(ScanOffer { handed: Some(path), .. }), .. } => Answer::Path { path },
            Ask::EnterShare { row, index, .. } => {
                if index.is_none() && row == 1 {
                    self.sheet.rows = self.sheets.pop().unwrap_or_default();
                }
                let n = usize::try_from(row).expect("a small number") - 1;
                let text = self.sheet.rows.get(n).cloned().unwrap_or_default();
                Answer::Secret { text: Private::new(text) }
            }
            Ask::Agree { person, .. } => {
                Answer::Agreement { agrees: true, reason: None, passphrase: signed(hint_of(&person)) }
            }
            Ask::Decide { .. } => Answer::Stop,
            Ask::NewSecret { hint, .. } => Answer::Secret { text: signed(hint) },
            // The first choice that there is, is the ordinary one.
            Ask::Choose { choices, .. } => {
                let ordinary = choices.iter().find(|c| c.refused.is_none()).unwrap_or(&choices[0]);
                Answer::Chosen { id: ordinary.id.clone() }
            }
            Ask::Text { suggested: Some(text), .. } => Answer::Text { text },
            Ask::Text { .. } => panic!("no answer for {}", prompt.key),
        }
    }
}

impl Room {
    /// The sheets of the shares shown so far, in their order, as far as they were not shown twice.
    pub fn sheets_shown(&self) -> Vec<Vec<String>> {
        self.shown.chunks(7).map(<[String]>::to_vec).collect()
    }
}

/// What people answer before anybody has signed in, in every ceremony, and when one goes on: their watch shows the time, and a
/// machine that tests run on is mended nowhere. Tests of that step itself answer it themselves, by their own room.
fn preflight(prompt: &PromptView) -> Option<Answer> {
    let at_preflight = prompt.step.id == "preflight";
    let code = prompt.problem.as_ref().map(|p| p.code.as_str());
    match (&prompt.ask, code) {
        (Ask::Text { .. }, _) if at_preflight => Some(Answer::Text { text: a_watch() }),
        (Ask::Decide { .. }, Some("workstation-to-mend")) => Some(go_on("a machine for tests")),
        (Ask::Decide { .. }, Some("roster-not-enrolled")) if at_preflight => Some(go_on("people for tests")),
        _ => None,
    }
}

fn go_on(reason: &str) -> Answer {
    Answer::Decided { id: "go-on".into(), reason: reason.into() }
}

/// What a watch shows now, in UTC.
pub fn a_watch() -> String {
    let now = time::OffsetDateTime::now_utc();
    format!("{:02}:{:02}", now.hour(), now.minute())
}

/// The fictional people's passphrases, for the one prompt that gives no hint.
pub fn hint_of(person: &str) -> Option<String> {
    let roster = include_str!("../../ceremonies/rehearsal-roster.toml");
    let mut lines = roster.lines().skip_while(|l| *l != format!("id = \"{person}\""));
    lines
        .find_map(|l| l.strip_prefix("rehearsal-passphrase = \""))
        .map(|rest| rest.trim_end_matches('"').to_owned())
}

impl Drop for Room {
    fn drop(&mut self) {
        self.stdin = None;
        let _ = self.child.wait();
    }
}
