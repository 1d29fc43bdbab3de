//! A ceremony played by people at a real terminal (a pseudo-terminal from `script`): what they see, that secrets are
//! not echoed, and that a share leaves neither screen nor scroll-back.

use std::io::{Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;
use whole_program::{coffer, run, said, stand_in};

/// A program on a terminal of its own.
struct Screen {
    child: Child,
    keys: ChildStdin,
    output: Receiver<Vec<u8>>,
    /// Everything the terminal showed.
    all: String,
    /// How far the test has read.
    read: usize,
}

impl Screen {
    fn of(command: &str) -> Self {
        let mut child = Command::new("script")
            .args(["--quiet", "--flush", "--return", "--command", command, "/dev/null"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let keys = child.stdin.take().unwrap();
        let mut from = child.stdout.take().unwrap();
        let (to, output) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(n @ 1..) = from.read(&mut buffer) {
                if to.send(buffer[..n].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self { child, keys, output, all: String::new(), read: 0 }
    }

    /// Waits for one of these texts; gives which one came first, and moves on behind it.
    fn wait_for(&mut self, texts: &[&str]) -> usize {
        loop {
            let rest = &self.all[self.read..];
            let found =
                texts.iter().enumerate().filter_map(|(n, t)| rest.find(t).map(|at| (at + t.len(), n))).min();
            if let Some((end, n)) = found {
                self.read += end;
                return n;
            }
            match self.output.recv_timeout(Duration::from_mins(1)) {
                Ok(bytes) => self.all.push_str(&String::from_utf8_lossy(&bytes)),
                Err(e) => panic!("none of {texts:?} came ({e}); the screen says:\n{}", self.all),
            }
        }
    }

    fn type_line(&mut self, text: &str) {
        self.keys.write_all(format!("{text}\n").as_bytes()).unwrap();
    }

    /// The text between the last wait and the next line end.
    fn rest_of_line(&mut self) -> String {
        let from = self.read;
        self.wait_for(&["\r\n"]);
        self.all[from..self.read].trim().to_owned()
    }
}

#[test]
fn people_play_the_smallest_ceremony_in_a_terminal() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let command = format!("{} --state {} play rehearsal-minimal", coffer().display(), state.display());
    let mut screen = Screen::of(&command);
    let mut rows: Vec<String> = Vec::new();
    let mut next = 0;
    let (mut hint, mut restated) = (String::new(), String::new());
    let (mut wrong_row, mut exception) = (false, false);
    loop {
        let seen = screen.wait_for(&[
            "Press Enter: ",                   // 0
            "(rehearsal: ",                    // 1
            "(rehearsal answer: ",             // 2
            "(rehearsal PIN: ",                // 3
            "Passphrase of ",                  // 4
            "PIN: ",                           // 5
            "Written as 4 of 7: ",             // 6
            "  row ",                          // 7: a row to write down
            "for the rows before: ",           // 8
            "\nRow ",                          // 9: a row to type
            "is the record right? (yes/no): ", // 10
            "Choose by the word in front: ",   // 11
            "Why, in your own words: ",        // 12
            "What was expected: ",             // 13
            "What happened instead: ",         // 14
            "read from the HSM itself: ",      // 15
            "from the witness's own notes: ",  // 16
            "; Enter for ",                    // 17
            "Evidence pack: ",                 // 18
            "or as-it-is: ",                   // 19
        ]);
        match seen {
            0 if !exception && screen.all[..screen.read].contains("step 6 of") => {
                exception = true;
                screen.type_line("!exception");
            }
            0 | 8 | 17 => screen.type_line(""),
            1 | 3 => hint = screen.rest_of_line().trim_end_matches(')').to_owned(),
            2 => restated = screen.rest_of_line().trim_end_matches(')').to_owned(),
            4 => {
                screen.wait_for(&[": "]);
                // At the agreement no hint is given: the passphrase of whoever is named.
                let before = &screen.all[..screen.read];
                let name = before.rsplit("Passphrase of ").next().unwrap().trim_end_matches(": ").to_owned();
                let own = passphrase_of(&name);
                assert!(hint.is_empty() || hint == own || before.contains("I decide"), "{name}: {hint}");
                screen.type_line(&own);
                hint.clear();
            }
            5 => screen.type_line(&std::mem::take(&mut hint)),
            6 | 15 | 16 | 19 => screen.type_line(&restated),
            7 => {
                screen.wait_for(&[":  "]);
                let row = screen.rest_of_line();
                if next > 0 {
                    rows.clear();
                    next = 0;
                }
                rows.push(row);
            }
            9 => {
                screen.wait_for(&[": "]);
                if !std::mem::replace(&mut wrong_row, true) {
                    screen.type_line("AAAA");
                    continue;
                }
                let row = rows[next].clone();
                next += 1;
                screen.type_line(&row);
            }
            10 => screen.type_line("yes"),
            11 => screen.type_line("go-on"),
            12..=14 => screen.type_line("a test of the exception"),
            _ => break,
        }
    }
    let pack = screen.rest_of_line();
    assert!(screen.child.wait().unwrap().success());
    assert!(
        whole_program::intact(&run(&state, &["verify", &pack])),
        "{}",
        said(&run(&state, &["verify", &pack]))
    );
    let all = &screen.all;
    assert!(wrong_row && all.contains("Row 1 does not have 20 characters"), "the short row is named");
    assert!(exception && all.contains("An exception was raised"));
    assert!(
        all.contains("does not say how many tries"),
        "what the token says of its PIN stands before it is asked"
    );
    // Each row of a share was shown once and then wiped from screen and scroll-back; nothing typed was echoed.
    let last = rows.last().unwrap();
    let shown = all.matches(last.as_str()).count();
    assert_eq!(shown, 1, "a typed row is not echoed: {all}");
    // Two rows at a time, so four screens of seven rows.
    assert_eq!(all.matches("\x1b[2J\x1b[3J").count(), 3 * 4);
    assert_eq!(all.matches("135790").count(), 1, "the PIN is only in its hint");
}

fn passphrase_of(name: &str) -> String {
    let roster = include_str!("../../ceremonies/rehearsal-roster.toml");
    let mut lines = roster.lines().skip_while(|l| *l != format!("name = \"{name}\""));
    let found = lines.find_map(|l| l.strip_prefix("rehearsal-passphrase = \""));
    found.unwrap().trim_end_matches('"').to_owned()
}

#[test]
fn a_stick_writes_nothing_on_the_terminal_and_its_file_is_chosen_as_it_is_shown() {
    let dir = tempfile::tempdir().unwrap();
    let medium = tempfile::tempdir().unwrap();
    let (good, _) = stand_in(medium.path(), 3600);
    let name = "a\u{1b}[2K\r  fingerprint: matches\n! OK \u{202e}\u{200b}.json";
    std::fs::rename(good, medium.path().join(name)).unwrap();
    let command = format!(
        "{} --state {} --media {} play byok-aws",
        coffer().display(),
        dir.path().display(),
        medium.path().display()
    );
    let mut screen = Screen::of(&command);
    let mut hint = String::new();
    loop {
        let seen = screen.wait_for(&[
            "Press Enter: ",
            "(rehearsal: ",
            "(rehearsal PIN: ",
            "Passphrase of ",
            "PIN: ",
            "on a medium: ",
            "; Enter for ",
        ]);
        match seen {
            0 | 6 => screen.type_line(""),
            1 | 2 => hint = screen.rest_of_line().trim_end_matches(')').to_owned(),
            3 => {
                screen.wait_for(&[": "]);
                screen.type_line(&std::mem::take(&mut hint));
            }
            4 => screen.type_line(&std::mem::take(&mut hint)),
            _ => break,
        }
    }
    let shown = screen.rest_of_line();
    let (shown, _) = shown.split_once(".json").unwrap();
    assert!(
        shown.ends_with("/a\\u{1b}[2K\\u{d}  fingerprint: matches\\u{a}! OK \\u{202e}\\u{200b}"),
        "{shown}"
    );
    screen.wait_for(&["look for media again: "]);
    let shown = format!("{shown}.json");
    screen.type_line(&shown);
    screen.wait_for(&["Key: arn:aws:kms:"]);
    screen.wait_for(&["Press Enter: "]);
    screen.type_line("!stop");
    screen.wait_for(&["Next: Go on later"]);
    screen.child.wait().unwrap();
    let obeyed = |c: char| protocol::is_unseen(c) && !matches!(c, '\r' | '\n');
    assert!(!screen.all.contains(obeyed), "{:?}", screen.all);
    // A carriage return is the terminal's own, at the end of each line, and nowhere else.
    assert!(!screen.all.replace("\r\n", "").contains('\r'), "{:?}", screen.all);
}
