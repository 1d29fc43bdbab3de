//! Import scripts: one list of steps, written for POSIX shell and for Windows `PowerShell` 5.1 or later.
//!
//! A word reaches a script only if every character of it is harmless in both; anything else is a mistake of ours and
//! the script is not written.

mod words;

use crate::ByokError;
use crate::moment::iso;
use std::fmt::Write as _;
use words::{DONE, EXPIRED, FAILED, NOTHING};

/// What is allowed in a word besides letters and digits. No quote, dollar, backtick, semicolon, space or newline.
const HARMLESS: &[u8] = b"._:/@=,+-[]()~";

/// One argument of a command.
#[derive(Clone)]
pub(crate) enum Word {
    /// As it is.
    Is(String),
    /// The one line of a file of the bundle.
    LineOf(&'static str),
    /// What an earlier step kept under this name.
    Kept(&'static str),
}

impl From<&str> for Word {
    fn from(text: &str) -> Self {
        Self::Is(text.to_owned())
    }
}
impl From<String> for Word {
    fn from(text: String) -> Self {
        Self::Is(text)
    }
}

/// Where a command's output goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Output {
    /// To the screen.
    Shown,
    /// To the end of `receipt.json`.
    Receipt,
    /// Under a name for later steps.
    Kept(&'static str),
}

/// One thing the script does.
pub(crate) enum Step {
    /// Runs a command; the script ends if it fails.
    Run(Vec<Word>, Output),
    /// Waits, in seconds.
    Wait(u16),
    /// Says a fixed sentence.
    Say(&'static str),
}

/// Makes a command: literals are split at their spaces, and what is not a literal is one word.
macro_rules! run {
    (@add $to:ident) => {};
    (@add $to:ident $text:literal $(, $($rest:tt)*)?) => {
        $to.extend($text.split(' ').map($crate::script::Word::from));
        $crate::script::run!(@add $to $($($rest)*)?);
    };
    (@add $to:ident $word:expr $(, $($rest:tt)*)?) => {
        $to.push($crate::script::Word::from($word));
        $crate::script::run!(@add $to $($($rest)*)?);
    };
    ($output:expr, $($words:tt)+) => {{
        let mut words = Vec::new();
        $crate::script::run!(@add words $($words)+);
        $crate::script::Step::Run(words, $output)
    }};
}
pub(crate) use run;

/// What an import script does.
pub(crate) struct Script<'a> {
    /// "Imports the wrapped key into …".
    pub(crate) title: String,
    /// Until when the import parameters hold, Unix seconds.
    pub(crate) until: Option<i64>,
    /// Files to check first, with their SHA-256 in hexadecimal.
    pub(crate) files: Vec<(&'a str, String)>,
    /// In order.
    pub(crate) steps: &'a [Step],
    /// Refuses to import anything.
    pub(crate) rehearsal: bool,
}

impl Script<'_> {
    /// `import.sh`.
    pub(crate) fn shell(&self) -> Result<String, ByokError> {
        let mut s = format!("#!/bin/sh\n# {}\n", self.heading());
        s.push_str("set -eu\ncd -- \"$(dirname -- \"$0\")\"\n");
        if self.rehearsal {
            let _ = writeln!(s, "echo '{NOTHING}' >&2\nexit 1");
            return Ok(s);
        }
        if let Some(until) = self.until {
            let _ = writeln!(
                s,
                "if [ \"$(date -u +%s)\" -ge {until} ]; then\n    echo '{EXPIRED}' >&2\n    exit 1\nfi"
            );
        }
        // macOS has shasum instead.
        s.push_str("check='sha256sum -c -'\ncommand -v sha256sum >/dev/null || check='shasum -a 256 -c -'\n$check <<'END'\n");
        for (name, digest) in &self.files {
            check(name)?;
            let _ = writeln!(s, "{digest}  {name}");
        }
        s.push_str("END\n: > receipt.json\n");
        for step in self.steps {
            match step {
                Step::Say(text) => {
                    let _ = writeln!(s, "echo '{text}'");
                }
                Step::Wait(seconds) => {
                    let _ = writeln!(s, "sleep {seconds}");
                }
                Step::Run(words, output) => {
                    let mut line = String::new();
                    for word in words {
                        // Every option begins a line.
                        match word {
                            _ if line.is_empty() => {}
                            Word::Is(text) if text.starts_with('-') => line.push_str(" \\\n    "),
                            _ => line.push(' '),
                        }
                        match word {
                            Word::Is(text) => line.push_str(&quoted(text)?),
                            Word::LineOf(file) => {
                                let _ = write!(line, "\"$(cat '{file}')\"");
                            }
                            Word::Kept(name) => {
                                let _ = write!(line, "\"${name}\"");
                            }
                        }
                    }
                    match output {
                        Output::Shown => s.push_str(&line),
                        Output::Receipt => {
                            let _ = write!(s, "{line} >> receipt.json");
                        }
                        Output::Kept(name) => {
                            let _ = write!(s, "{name}=$({line})");
                        }
                    }
                    s.push('\n');
                }
            }
        }
        let _ = writeln!(s, "cat receipt.json\necho '{DONE}'");
        Ok(s)
    }

    /// `import.ps1`.
    pub(crate) fn powershell(&self) -> Result<String, ByokError> {
        let mut s = format!(
            "# {}\n$ErrorActionPreference = 'Stop'\nSet-Location -LiteralPath $PSScriptRoot\n",
            self.heading()
        );
        if self.rehearsal {
            let _ = writeln!(s, "throw '{NOTHING}'");
            return Ok(s);
        }
        if let Some(until) = self.until {
            let _ = writeln!(
                s,
                "if ([DateTimeOffset]::UtcNow.ToUnixTimeSeconds() -ge {until}) {{ throw '{EXPIRED}' }}"
            );
        }
        for (name, digest) in &self.files {
            check(name)?;
            s.push_str(&words::same_file(name, digest));
        }
        s.push_str("$receipt = @()\n");
        for step in self.steps {
            match step {
                Step::Say(text) => {
                    let _ = writeln!(s, "'{text}'");
                }
                Step::Wait(seconds) => {
                    let _ = writeln!(s, "Start-Sleep -Seconds {seconds}");
                }
                Step::Run(words, output) => {
                    match output {
                        Output::Shown => {}
                        Output::Receipt => s.push_str("$receipt += "),
                        Output::Kept(name) => {
                            let _ = write!(s, "${name} = ");
                        }
                    }
                    for (at, word) in words.iter().enumerate() {
                        if at > 0 {
                            s.push(' ');
                        }
                        match word {
                            Word::Is(text) => s.push_str(&quoted(text)?),
                            Word::LineOf(file) => {
                                let _ = write!(s, "((Get-Content -Raw -LiteralPath '{file}').Trim())");
                            }
                            Word::Kept(name) => {
                                let _ = write!(s, "${name}");
                            }
                        }
                    }
                    let _ = writeln!(s, "\nif ($LASTEXITCODE -ne 0) {{ throw '{FAILED}' }}");
                }
            }
        }
        let _ = writeln!(s, "$receipt | Out-File -FilePath receipt.json -Encoding ascii\n'{DONE}'");
        Ok(s)
    }

    fn heading(&self) -> String {
        match self.until {
            Some(until) => words::valid_until(&self.title, &iso(until)),
            None => self.title.clone(),
        }
    }
}

/// Refuses a word with a character that means something to a shell, and an empty one.
pub(crate) fn check(word: &str) -> Result<(), ByokError> {
    let harmless = |b: u8| b.is_ascii_alphanumeric() || HARMLESS.contains(&b);
    if word.is_empty() || !word.bytes().all(harmless) {
        return Err(ByokError::TextNotPlain("a word of a command"));
    }
    Ok(())
}

/// The word, in quotes where a shell would not take it bare.
fn quoted(word: &str) -> Result<String, ByokError> {
    check(word)?;
    Ok(in_quotes(word))
}

/// The same of a word that [`check`] has let through.
pub(crate) fn in_quotes(word: &str) -> String {
    let bare = word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if bare { word.to_owned() } else { format!("'{word}'") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_harmless_words_reach_a_script() {
        let with = |word: &str, file: &str| {
            let steps = [run![Output::Shown, "aws", word]];
            let files = vec![(file, "00".repeat(32))];
            let script =
                Script { title: "T.".to_owned(), until: None, files, steps: &steps, rehearsal: false };
            (script.shell().is_ok(), script.powershell().is_ok())
        };
        assert_eq!(with("--key-id", "a.bin"), (true, true));
        for bad in [
            "", "a b", "a'b", "a\"b", "$a", "`a`", "a;b", "a\nb", "a|b", "a&b", "a>b", "ä", "{a}", "a%b",
            "a\\b",
        ] {
            assert_eq!(with(bad, "a.bin"), (false, false), "{bad:?}");
            assert_eq!(with("a", bad), (false, false), "{bad:?}");
        }
    }
}
