//! A PDF's structure as poppler reads it: what a screen reader goes by.

use std::process::Command;

/// The structure tree, a line an element with how deep it stands.
pub(crate) struct Structure(Vec<(usize, String)>);

/// What a program of poppler says of a PDF, `a.pdf` in its folder.
pub(crate) fn poppler(program: &str, args: &[&str], pdf: &[u8]) -> String {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("a.pdf"), pdf).unwrap();
    let out = Command::new(program).args(args).current_dir(dir.path()).output().expect(program);
    assert!(out.status.success(), "{program}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}

/// Its text in reading order, pages apart by form feeds.
pub(crate) fn pdf_text(pdf: &[u8]) -> String {
    poppler("pdftotext", &["a.pdf", "-"], pdf)
}

impl Structure {
    pub(crate) fn of(pdf: &[u8]) -> Self {
        let info = poppler("pdfinfo", &["a.pdf"], pdf);
        let says = |name: &str| {
            let line = info.lines().find(|line| line.starts_with(name)).unwrap_or_default();
            line.split_once(':').map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
        };
        assert_eq!(says("Tagged"), "yes");
        assert!(!says("Title").is_empty());
        let tree = poppler("pdfinfo", &["-struct", "a.pdf"], pdf);
        let element = |line: &str| {
            let plain = line.trim_start();
            let word = plain.split([' ', ':']).next().unwrap_or_default();
            (!word.is_empty() && !word.starts_with('/')).then(|| (line.len() - plain.len(), word.to_owned()))
        };
        Self(tree.lines().filter_map(element).collect())
    }

    /// The elements that stand right under the one at this place.
    fn under(&self, at: usize) -> Vec<&str> {
        let (depth, _) = self.0[at];
        let below = self.0[at + 1..].iter().take_while(|(d, _)| *d > depth);
        let least = below.clone().map(|(d, _)| *d).min();
        below.filter(|(d, _)| Some(*d) == least).map(|(_, word)| word.as_str()).collect()
    }

    /// The rules that matter to whoever does not see the page: one title, headings that leave out no level, tables of rows
    /// with heads, lists of items with bodies.
    pub(crate) fn is_whole(&self, what: &str) {
        let headings: Vec<u8> =
            self.0.iter().filter_map(|(_, word)| word.strip_prefix('H')?.parse().ok()).collect();
        assert_eq!(headings.first(), Some(&1), "{what}");
        assert!(!headings[1..].contains(&1), "{what}: two titles");
        for pair in headings.windows(2) {
            assert!(
                pair[1] <= pair[0] + 1,
                "{what}: a heading of level {} after one of level {}",
                pair[1],
                pair[0]
            );
        }
        for (at, (_, word)) in self.0.iter().enumerate() {
            let under = self.under(at);
            match word.as_str() {
                "Table" => {
                    assert!(!under.is_empty() && under.iter().all(|w| *w == "TR"), "{what}: {under:?}");
                    let head = self.0[at + 1..].iter().position(|(_, w)| w == "TR").unwrap() + at + 1;
                    assert!(self.under(head).iter().all(|w| *w == "TH"), "{what}: a table without heads");
                }
                "L" => assert!(!under.is_empty() && under.iter().all(|w| *w == "LI"), "{what}: {under:?}"),
                "LI" => assert_eq!(under, ["Lbl", "LBody"], "{what}"),
                _ => {}
            }
        }
    }
}
