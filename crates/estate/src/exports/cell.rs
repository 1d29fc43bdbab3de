//! Cells that no spreadsheet runs.

/// A text as a cell. Where a spreadsheet would take it for a formula, because it begins with `=`, `+`, `-` or `@`, or with a
/// tab or a carriage return before one, an apostrophe stands before it: the mark by which spreadsheets know text.
pub(super) fn inert(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

/// The same in one line: what ends a line, and other control characters, become a space.
pub(crate) fn line(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    inert(&plain.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// A table of cells (RFC 4180), as every register is written.
pub(super) fn csv(heading: &[&str], rows: &[Vec<String>]) -> Vec<u8> {
    let names: Vec<String> = heading.iter().map(|&name| name.to_owned()).collect();
    crate::write(&names, rows.iter().map(Vec::as_slice))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_begins_as_a_formula_does() {
        for text in ["=1+1", "+1", "-1", "- cmd|' /C calc'!A0", "@SUM(1)", "\t=1", "\r=1"] {
            assert_eq!(inert(text), format!("'{text}"));
            assert!(!line(text).starts_with(['=', '+', '-', '@']), "{text:?}");
        }
        assert_eq!(inert("a=1"), "a=1");
        assert_eq!(line("\n =1\u{7}\r\nb "), "'=1 b");
        assert_eq!(csv(&["a"], &[vec![line("x, \"y\"")]]), b"a\r\n\"x, \"\"y\"\"\"\r\n");
    }
}
