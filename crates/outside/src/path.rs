//! Paths as people have them: dragged into a terminal, pasted from a file manager, typed with a `~`.
//!
//! What lies at the text as it stands is always meant. Only where nothing does are the other readings tried, one by one,
//! and the first that leads to something is taken: a file manager's address (RFC 8089), one word with a shell's quotes or
//! backslashes (POSIX.1-2024, XCU 2.2), the home folder.

use std::borrow::Cow;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};

/// The path that a person means by a text. Where nothing lies at any reading, the text without white space around it, or
/// what it says if it is an address, for the message that follows.
pub fn meant(text: &str) -> PathBuf {
    let home = std::env::var_os("HOME").filter(|h| !h.is_empty()).map(PathBuf::from);
    meant_from(text, home.as_deref())
}

/// The same for a path from the command line, where a shell has not read it already: `--roster=~/people.toml`.
pub fn meant_path(path: &Path) -> Cow<'_, Path> {
    match path.to_str() {
        Some(text) => Cow::Owned(meant(text)),
        None => Cow::Borrowed(path),
    }
}

fn meant_from(text: &str, home: Option<&Path>) -> PathBuf {
    let there = |path: &Path| path.symlink_metadata().is_ok();
    let as_it_is = PathBuf::from(text);
    if there(&as_it_is) {
        return as_it_is;
    }
    let trimmed = text.trim();
    let word = one_word(trimmed);
    let mut readings = vec![PathBuf::from(trimmed)];
    for text in [Some(trimmed), word.as_deref()].into_iter().flatten() {
        readings.extend(address(text));
        readings.extend(below_home(text, home));
    }
    readings.extend(word.map(PathBuf::from));
    if let Some(found) = readings.iter().find(|path| there(path)) {
        return found.clone();
    }
    // Nothing is there: the message names what was asked for.
    let said = address(trimmed).or_else(|| below_home(trimmed, home)).or_else(|| unquoted(trimmed));
    said.unwrap_or_else(|| PathBuf::from(trimmed))
}

/// `file:///a%20b`, `file://localhost/a%20b` and `file:/a%20b`.
fn address(text: &str) -> Option<PathBuf> {
    let (scheme, rest) = text.split_once(':')?;
    if !scheme.eq_ignore_ascii_case("file") {
        return None;
    }
    let path = match rest.strip_prefix("//") {
        Some(with_host) => with_host.strip_prefix("localhost").unwrap_or(with_host),
        None => rest,
    };
    if !path.starts_with('/') {
        return None;
    }
    let bytes = percent_decoded(path).filter(|bytes| !bytes.contains(&0))?;
    Some(PathBuf::from(OsString::from_vec(bytes)))
}

/// The bytes that an address spells with percent signs (RFC 3986, 2.1); `None` where one is not followed by two
/// hexadecimal digits.
pub fn percent_decoded(text: &str) -> Option<Vec<u8>> {
    let mut decoded = Vec::new();
    let mut left = text.bytes();
    while let Some(b) = left.next() {
        if b == b'%' {
            let high = char::from(left.next()?).to_digit(16)?;
            let low = char::from(left.next()?).to_digit(16)?;
            decoded.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            decoded.push(b);
        }
    }
    Some(decoded)
}

fn below_home(text: &str, home: Option<&Path>) -> Option<PathBuf> {
    let rest = text.strip_prefix('~')?;
    let below = if rest.is_empty() { "" } else { rest.strip_prefix('/')? };
    Some(home?.join(below))
}

/// What stands between two quotes of one kind.
fn unquoted(text: &str) -> Option<PathBuf> {
    let within = |quote: char| text.strip_prefix(quote)?.strip_suffix(quote).filter(|t| !t.is_empty());
    within('\'').or_else(|| within('"')).map(PathBuf::from)
}

/// The one word that a shell would read, without its quotes and backslashes; `None` for two words, which may be two
/// files, and for a quote that is not closed.
fn one_word(text: &str) -> Option<String> {
    let mut word = String::new();
    let mut left = text.chars();
    while let Some(c) = left.next() {
        match c {
            '\\' => word.push(left.next()?),
            '\'' => loop {
                match left.next()? {
                    '\'' => break,
                    c => word.push(c),
                }
            },
            '"' => loop {
                match left.next()? {
                    '"' => break,
                    '\\' => match left.next()? {
                        c @ ('"' | '\\' | '$' | '`') => word.push(c),
                        c => word.extend(['\\', c]),
                    },
                    c => word.push(c),
                }
            },
            c if c.is_whitespace() => return None,
            c => word.push(c),
        }
    }
    (!word.is_empty() && word != text).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_taken_as_a_terminal_drags_it_and_a_file_manager_copies_it() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("it's my 100% file.json");
        std::fs::write(&file, "").unwrap();
        let (at, home) = (dir.path().display(), Some(dir.path()));
        for text in [
            format!("{at}/it's my 100% file.json"),
            format!("{at}/it's my 100% file.json "),
            format!("  {at}/it's my 100% file.json\r\n"),
            format!("'{at}/it'\\''s my 100% file.json' "),
            format!("\"{at}/it's my 100% file.json\""),
            format!("{at}/it\\'s\\ my\\ 100%\\ file.json"),
            format!("file://{at}/it's%20my%20100%25%20file.json"),
            format!("file://localhost{at}/it%27s%20my%20100%25%20file.json\n"),
            format!("FILE:{at}/it's%20my%20100%25%20file.json"),
            format!("'file://{at}/it%27s%20my%20100%25%20file.json'"),
            "~/it's my 100% file.json".to_owned(),
            "\"~/it's my 100% file.json\"".to_owned(),
        ] {
            assert_eq!(meant_from(&text, home), file, "{text:?}");
        }
        assert_eq!(meant_from("~", home), dir.path());
    }

    #[test]
    fn what_lies_at_the_very_text_is_meant_before_anything_else() {
        let dir = tempfile::tempdir().unwrap();
        let at = dir.path().display();
        let (quoted, plain) = (dir.path().join("a\\ b "), dir.path().join("a b"));
        std::fs::write(&plain, "").unwrap();
        assert_eq!(meant_from(&format!("{at}/a\\ b "), None), plain);
        std::fs::write(&quoted, "").unwrap();
        assert_eq!(meant_from(&format!("{at}/a\\ b "), None), quoted);
    }

    #[test]
    fn two_paths_in_one_line_are_not_guessed_at_and_what_is_not_there_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let at = dir.path().display();
        std::fs::write(dir.path().join("a"), "").unwrap();
        std::fs::write(dir.path().join("b"), "").unwrap();
        let two = format!("{at}/a {at}/b");
        assert_eq!(meant_from(&two, None), PathBuf::from(&two));
        assert_eq!(meant_from(&format!("'{at}/c' "), None), dir.path().join("c"));
        assert_eq!(meant_from("file:///no%20where", None), PathBuf::from("/no where"));
        // A broken address, or one of another machine, stays what it is.
        for text in ["file:///%zz", "file:///a%00b", "file://server/share/a", "file:a", "~other/a", "'", ""] {
            assert_eq!(meant_from(text, Some(dir.path())), PathBuf::from(text), "{text:?}");
        }
    }
}
