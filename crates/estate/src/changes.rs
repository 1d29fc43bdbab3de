//! What a table changes in a register, row by row.

use facts::NONE;
use register::{KeptRow, kept_line};
use std::fmt::Write as _;

/// A row of a table that was read: the line that it begins on, and its values under the declared columns, the id first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The line in the file, from 1; 0 where it was typed.
    pub line: u64,
    /// Its values.
    pub values: Vec<String>,
}

impl Row {
    /// What tells it from others.
    pub fn id(&self) -> &str {
        self.values.first().map_or("", String::as_str)
    }
}

/// A column's name, and its value before and after.
pub type Differs = (String, String, String);

/// What becomes of a register.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Changes {
    /// Rows that are new, or listed again.
    pub added: Vec<Row>,
    /// Rows of which something is another, with what.
    pub changed: Vec<(Row, Vec<Differs>)>,
    /// Ids of rows that are listed no longer.
    pub left: Vec<String>,
}

impl Changes {
    /// Whether nothing changes.
    pub fn are_none(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty() && self.left.is_empty()
    }

    /// The rows that a record has to hold: new and changed ones.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.added.iter().chain(self.changed.iter().map(|(row, _)| row))
    }

    /// Every change in one text, from which the digest is made that two people sign: `+` and `~` with the row as a line of JSON,
    /// `-` with the id that is listed no longer.
    pub fn text(&self, columns: &[String]) -> String {
        let added = self.added.iter().map(|row| ('+', row.values.as_slice()));
        let changed = self.changed.iter().map(|(row, _)| ('~', row.values.as_slice()));
        changes_text(columns, added.chain(changed), self.left.iter().map(String::as_str))
    }
}

/// The same of rows with their signs, and of ids that are listed no longer.
pub fn changes_text<'r>(
    columns: &[String],
    rows: impl Iterator<Item = (char, &'r [String])>,
    left: impl Iterator<Item = &'r str>,
) -> String {
    let mut text = String::new();
    for (sign, values) in rows {
        let _infallible = writeln!(text, "{sign} {}", kept_line(columns, values));
    }
    for id in left {
        let _infallible = writeln!(text, "- {id}");
    }
    text
}

/// What `after`, a whole register by id, changes of what is kept, which is by id too. Where `whole` is false, rows that are not
/// named stay.
pub fn changes(
    kept_columns: &[String],
    kept: &[KeptRow],
    columns: &[String],
    after: Vec<Row>,
    whole: bool,
) -> Changes {
    let mut found = Changes::default();
    let mut listed = kept.iter().filter(|row| row.left.is_none()).peekable();
    let mut leave = |id: &str| {
        if whole {
            found.left.push(id.to_owned());
        }
    };
    let (mut added, mut changed) = (Vec::new(), Vec::new());
    for row in after {
        while let Some(gone) = listed.next_if(|kept| kept.id.as_str() < row.id()) {
            leave(&gone.id);
        }
        match listed.next_if(|kept| kept.id == row.id()) {
            None => added.push(row),
            Some(before) => {
                let differs: Vec<Differs> = columns
                    .iter()
                    .enumerate()
                    .filter_map(|(at, name)| {
                        let after = row.values.get(at).map_or(NONE, String::as_str);
                        let before = before.text(kept_columns, name);
                        (before != after).then(|| (name.clone(), before.to_owned(), after.to_owned()))
                    })
                    .collect();
                if !differs.is_empty() {
                    changed.push((row, differs));
                }
            }
        }
    }
    for gone in listed {
        leave(&gone.id);
    }
    (found.added, found.changed) = (added, changed);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(id: &str, values: &[&str], left: bool) -> KeptRow {
        KeptRow {
            kind: "system".into(),
            id: id.into(),
            values: [id].iter().chain(values).map(|v| (*v).to_owned()).collect(),
            since: "2026-01-01T00:00:00Z".into(),
            changed: "2026-01-01T00:00:00Z".into(),
            run: "r".into(),
            left: left.then(|| "2026-02-01T00:00:00Z".to_owned()),
        }
    }

    fn row(values: &[&str]) -> Row {
        Row { line: 2, values: values.iter().map(|v| (*v).to_owned()).collect() }
    }

    #[test]
    fn rows_are_new_changed_or_listed_no_longer() {
        let columns: Vec<String> = ["id", "name"].map(str::to_owned).to_vec();
        let is = [
            kept("a", &["A"], false),
            kept("b", &["B"], false),
            kept("c", &["C"], true),
            kept("d", &["D"], false),
        ];
        let after = vec![row(&["a", "A"]), row(&["b", "Bee"]), row(&["c", "C"]), row(&["e", "E"])];
        let found = changes(&columns, &is, &columns, after, true);
        assert_eq!(found.added.iter().map(Row::id).collect::<Vec<_>>(), ["c", "e"], "a row is listed again");
        assert_eq!(found.changed[0].1, [("name".to_owned(), "B".to_owned(), "Bee".to_owned())]);
        assert_eq!(found.left, ["d"]);
        assert_eq!(
            found.text(&columns),
            "+ {\"id\":\"c\",\"name\":\"C\"}\n+ {\"id\":\"e\",\"name\":\"E\"}\n~ {\"id\":\"b\",\"name\":\"Bee\"}\n- d\n"
        );
        let some = changes(&columns, &is, &columns, vec![row(&["b", "Bee"])], false);
        assert!(some.left.is_empty() && some.added.is_empty() && some.changed.len() == 1);
        // A column that is new and says nothing changes nothing.
        let wider: Vec<String> = ["id", "name", "ward"].map(str::to_owned).to_vec();
        let unchanged = vec![row(&["a", "A", "none"]), row(&["b", "B", "none"]), row(&["d", "D", "none"])];
        assert!(changes(&columns, &is, &wider, unchanged, true).are_none());
    }
}
