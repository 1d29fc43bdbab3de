//! Words that are used at the table, as the page `docs/glossary.md` has them.

use protocol::visible;

const PAGE: &str = include_str!("../../../docs/glossary.md");

/// Every word with what it means here, in the order of the page.
pub(crate) fn all() -> impl Iterator<Item = (String, String)> {
    let cells =
        PAGE.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |")?.split_once(" | "));
    let rows = cells.filter(|(word, _)| *word != "Word" && !word.starts_with("--"));
    rows.map(|(word, means)| (plain(word), plain(means)))
}

/// A cell without its marks: code, stress and links.
pub(crate) fn plain(cell: &str) -> String {
    let mut text = String::with_capacity(cell.len());
    let mut rest = cell;
    while let Some((before, link)) = rest.split_once('[') {
        text.push_str(before);
        let split = link.split_once("](").and_then(|(label, to)| Some((label, to.split_once(')')?.1)));
        let (label, after) = split.unwrap_or(("[", link));
        text.push_str(label);
        rest = after;
    }
    text.push_str(rest);
    visible(&text.replace(['`', '*'], "")).into_owned()
}

#[cfg(test)]
mod tests {
    use super::all;

    #[test]
    fn every_word_of_the_page_is_read_without_its_marks() {
        let words: Vec<_> = all().collect();
        let lines = super::PAGE.lines().filter(|line| line.starts_with("| ")).count();
        assert_eq!(words.len(), lines - 1, "all lines but the head");
        assert!(words.iter().all(|(w, m)| !w.is_empty() && !m.contains(['`', '*', '[', ']', '|'])));
        assert!(words.iter().any(|(w, m)| w == "Bundle" && m.contains("See the format.")));
    }
}
