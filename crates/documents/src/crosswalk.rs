//! The HIPAA crosswalk, as the page `docs/hipaa-crosswalk.md` has it: the page is the data, and the binder is made of it.

mod words;

use crate::glossary::plain;

const PAGE: &str = include_str!("../../../docs/hipaa-crosswalk.md");

/// One provision.
pub(crate) struct Row {
    /// Its number, what it is about, and whether it is required (R) or addressable (A).
    pub(crate) provision: String,
    /// What in a ceremony or its record speaks to it.
    pub(crate) speaks: String,
    /// What the organisation must still do.
    pub(crate) still: String,
    /// The scripts that ship and that the row names.
    pub(crate) scripts: Vec<String>,
}

/// Every provision of the page, in its order.
pub(crate) fn rows() -> Vec<Row> {
    PAGE.lines().filter(|line| line.starts_with("| 164.")).filter_map(row).collect()
}

fn row(line: &str) -> Option<Row> {
    let mut cells = line.strip_prefix("| ")?.strip_suffix(" |")?.split(" | ");
    let (provision, speaks, still) = (cells.next()?, cells.next()?, cells.next()?);
    let named = speaks.split("ceremonies/").skip(1).filter_map(|rest| rest.split_once(".toml"));
    let mut scripts: Vec<String> = named.map(|(name, _)| name.to_owned()).collect();
    scripts.dedup();
    Some(Row { provision: plain(provision), speaks: plain(speaks), still: plain(still), scripts })
}

/// What the page says of where the rule's text is from, and of which day.
pub(crate) fn sources() -> Vec<String> {
    let (_, after) = PAGE.split_once(words::CHECKED).unwrap_or_default();
    let (part, _) = after.split_once("\n## ").unwrap_or((after, ""));
    let points = part.split("\n- ").skip(1);
    points
        .map(|point| {
            plain(&point.split_whitespace().collect::<Vec<_>>().join(" ")).replace(['*', '<', '>'], "")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{PAGE, rows, sources};

    #[test]
    fn every_row_of_the_page_is_read() {
        let all = rows();
        assert_eq!(all.len(), PAGE.lines().filter(|line| line.starts_with("| 164.")).count());
        for section in ["164.308", "164.310", "164.312", "164.316", "164.402", "164.414"] {
            assert!(all.iter().any(|row| row.provision.starts_with(section)), "{section}");
        }
        assert!(all.iter().all(|row| !row.speaks.is_empty() && !row.still.is_empty()));
        let drills = all.iter().find(|row| row.provision.contains("(a)(7)(ii)(D)"));
        assert!(drills.is_some_and(|row| row.scripts.contains(&"drill".to_owned())));
        assert!(sources().iter().any(|says| says.contains("7 October 2026")), "{:?}", sources());
    }
}
