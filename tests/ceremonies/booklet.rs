//! The booklets of every script that ships: each step with its blanks, whole in its structure, on both papers.

use crate::struct_tree::{Structure, pdf_text};
use whole_program::{run, said};

/// A text without its line ends and spaces, which wrapping moves.
fn letters(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[test]
fn every_script_has_a_booklet_with_all_that_it_says() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let ceremonies = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../ceremonies");
    let mut seen = 0;
    for file in std::fs::read_dir(ceremonies).unwrap() {
        let path = file.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let Ok(script) = script::Script::parse(&text) else { continue };
        seen += 1;
        let looks: [&[&str]; 2] = [&[], &["--letter", "--large"]];
        // What is large is looked at in the longest ones.
        let long =
            ["byok-plan", "change-plan-custodians", "destroy", "byok-other"].contains(&script.name.as_str());
        for (n, look) in looks.into_iter().enumerate().take(if long { 2 } else { 1 }) {
            let out = dir.path().join(format!("{}-{n}.pdf", script.name));
            let all = [&["print", &script.name, "--pdf", out.to_str().unwrap()], look].concat();
            let done = run(&state, &all);
            assert!(done.status.success(), "{}: {}", script.name, said(&done));
            let pdf = std::fs::read(&out).unwrap();
            Structure::of(&pdf).is_whole(&script.name);
            let text = pdf_text(&pdf);
            let pages: Vec<&str> = text.split('\u{c}').filter(|page| !page.trim().is_empty()).collect();
            let hash = script::hex(&script::script_hash(&std::fs::read_to_string(&path).unwrap()));
            for (page, number) in pages.iter().zip(1..) {
                assert!(page.contains(&format!("page {number} of {}", pages.len())), "{}", script.name);
                assert!(page.contains(&hash[..8]), "{}", script.name);
            }
            let read = letters(&text);
            // What no parameter changes stands there word by word.
            let fixed = |text: &str| (!text.contains('{')).then(|| letters(text));
            for step in script.acts.iter().flat_map(|act| &act.steps) {
                let why = fixed(&step.why);
                for says in [fixed(&step.say), why].into_iter().flatten() {
                    assert!(read.contains(&says), "{}: {says}", script.name);
                }
                for more in [&step.expect, &step.otherwise].into_iter().flatten().filter_map(|t| fixed(t)) {
                    assert!(read.contains(&more), "{}: {more}", script.name);
                }
            }
            for part in
                ["Sign-in sheet", "Exception sheet 2", "Note sheet", "At a stop", "Zulu", "Wrapped backup"]
            {
                assert!(text.contains(part), "{}: {part}", script.name);
            }
        }
        // Nothing is written over.
        let out = dir.path().join(format!("{}-0.pdf", script.name));
        let again = run(&state, &["print", &script.name, "--pdf", out.to_str().unwrap()]);
        assert_eq!(again.status.code(), Some(2));
    }
    assert!(seen > 40, "{seen}");
}

#[test]
fn forms_have_a_slip_where_something_is_fetched_and_a_label_for_each_bag() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let print = |script: &str, what: &str, name: &str, more: &[&str]| {
        let out = dir.path().join(name);
        let done = run(&state, &[&["print", script, what, out.to_str().unwrap()], more].concat());
        (done.status.code(), said(&done), out)
    };
    for (name, more) in [("a4.pdf", &[][..]), ("letter.pdf", &["--letter"])] {
        let (code, says, out) = print("byok-aws", "--forms", name, more);
        assert_eq!(code, Some(0), "{says}");
        let pdf = std::fs::read(out).unwrap();
        Structure::of(&pdf).is_whole(name);
        let text = pdf_text(&pdf);
        assert!(text.contains("Slip of the online team") && text.contains("get-parameters-for-import"));
        assert_eq!(text.matches("At a stop").count(), 3);
        for n in 1..=5 {
            assert!(text.contains(&format!("Share {n} of 5")), "{n}");
        }
        assert!(text.contains("North campus") && text.contains("Bag number"));
    }
    let (code, says, out) = print("leaver", "--forms", "leaver.pdf", &[]);
    assert_eq!(code, Some(0), "{says}");
    let text = pdf_text(&std::fs::read(out).unwrap());
    assert!(!text.contains("Slip of the online team") && !text.contains("Bag number"));

    let sites = ["--set", "shares=10", "--set", "sites-needed=2", "--set", "threshold=2"];
    for (script, folder, more, says) in [
        ("rehearsal-minimal", "sheets", &[][..], "Any 2 of the 3 shares"),
        ("byok-aws", "of-sites", &sites[..], "of this site's"),
    ] {
        let (code, told, out) = print(script, "--sheets", folder, more);
        assert_eq!(code, Some(0), "{told}");
        let mut files: Vec<_> = std::fs::read_dir(&out).unwrap().map(|e| e.unwrap().path()).collect();
        files.sort();
        assert!(files.len() >= 3);
        for file in files {
            let text = pdf_text(&std::fs::read(file).unwrap());
            assert!(text.contains(says) && text.contains("Bag number"), "{text}");
        }
        assert_eq!(print(script, "--sheets", folder, more).0, Some(2), "nothing is written over");
    }
    assert_eq!(print("leaver", "--sheets", "none", &[]).0, Some(2));
}

/// The program may write where it was told to, and nowhere else of anybody's: each of several places counts.
#[test]
fn papers_go_to_as_many_places_as_are_named() {
    let dir = tempfile::tempdir().unwrap();
    let [temporary, one, other, third] = ["temporary", "one", "other", "third"].map(|name| {
        let folder = dir.path().join(name);
        std::fs::create_dir(&folder).unwrap();
        folder
    });
    let print = || {
        let mut command = std::process::Command::new(whole_program::coffer());
        command.env("TMPDIR", &temporary).arg("--state").arg(temporary.join("state"));
        command.args(["print", "rehearsal-minimal", "--pdf"]).arg(one.join("booklet.pdf"));
        command.arg("--forms").arg(other.join("forms.pdf")).arg("--sheets").arg(third.join("sheets"));
        command.output().unwrap()
    };
    let done = print();
    assert!(done.status.success(), "{}", said(&done));
    for file in [one.join("booklet.pdf"), other.join("forms.pdf"), third.join("sheets/share-3-of-3.pdf")] {
        assert!(std::fs::read(&file).unwrap().starts_with(b"%PDF"), "{}", file.display());
    }
    assert_eq!(print().status.code(), Some(2), "nothing is written over");
    // An empty folder is something, too.
    let empty = third.join("empty");
    std::fs::create_dir(&empty).unwrap();
    let refused = run(&temporary, &["print", "rehearsal-minimal", "--sheets", empty.to_str().unwrap()]);
    assert_eq!(refused.status.code(), Some(2), "{}", said(&refused));
    assert_eq!(std::fs::read_dir(empty).unwrap().count(), 0);
}

/// Where custodians bring older shares before new ones are handed out, the sheets and labels are those of the new ones.
#[test]
fn sheets_and_labels_are_of_the_shares_that_are_handed_out() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    for script in ["change-custodian", "change-plan-custodians", "recover", "back-up-again", "byok-plan"] {
        let (sheets, forms) = (dir.path().join(script), dir.path().join(format!("{script}.pdf")));
        let done = run(
            &state,
            &["print", script, "--sheets", sheets.to_str().unwrap(), "--forms", forms.to_str().unwrap()],
        );
        assert!(done.status.success(), "{script}: {}", said(&done));
        let many = std::fs::read_dir(sheets).unwrap().count();
        let text = pdf_text(&std::fs::read(forms).unwrap());
        assert_eq!(text.matches("Bag number").count(), many, "{script}");
        for n in 1..=many {
            assert_eq!(text.matches(&format!("Share {n} of {many}")).count(), 1, "{script}");
        }
    }
    // A drill brings shares and hands none out.
    let out = dir.path().join("drill.pdf");
    let done = run(&state, &["print", "drill", "--forms", out.to_str().unwrap()]);
    assert!(done.status.success(), "{}", said(&done));
    assert!(!pdf_text(&std::fs::read(out).unwrap()).contains("Bag number"));
}
