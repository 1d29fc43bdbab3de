//! Rehearsals from Home, with nothing brought: what others would bring is made, and each question says what to answer with.

use crate::page::Page;
use crate::people::People;
use crate::played;
use crate::screen::Screen;
use std::path::{Path, PathBuf};
use whole_program::{intact, run, said};

/// Begins a ceremony from Home with all that others would bring.
async fn practised(page: &Page, script: &str) {
    page.click(&format!("rehearse-{script}")).await;
    page.until("review", |s| s.place == "review").await;
    page.click("practise").await;
    page.until("the run", |s| s.place == "run").await;
}

/// Plays it to its end, and gives its pack, which holds.
async fn to_the_end(screen: &Screen, page: &Page, people: &mut People) -> PathBuf {
    let end = people.play(page, |_| false).await;
    assert_eq!(end.place, "finished");
    assert!(page.text("finished-state").await.contains("Closed"), "{}", page.everything().await);
    let pack = PathBuf::from(page.text("pack").await);
    let out = run(&screen.state(), &["verify", pack.to_str().unwrap()]);
    assert!(intact(&out), "{}", said(&out));
    page.click("home").await;
    page.until("home", |s| s.place == "home").await;
    pack
}

fn nobody_brings_anything() -> People {
    People::with(PathBuf::new(), PathBuf::new())
}

/// The slip of the online team differs in one row; who sees it says so, and the step is begun again with a right one.
#[test]
fn a_key_is_brought_to_a_cloud_from_home_with_nothing_in_hand() {
    played(async {
        let screen = Screen::new();
        let page = Page::open(&screen, false).await;
        practised(&page, "byok-aws").await;
        let mut people = nobody_brings_anything();
        people.pictures = Some("practice");
        people.play(&page, |s| s.kind.as_deref() == Some("decide")).await;
        assert!(page.text("problem").await.contains("differ"), "{}", page.text("problem").await);
        page.picture("practice-slip-differs").await;
        people.own.push(("compare/decide", "again".into()));
        let pack = to_the_end(&screen, &page, &mut people).await;
        let record = std::fs::read_to_string(pack.join("transcript.jsonl")).unwrap();
        assert_eq!(record.matches("\"kind\":\"failed\"").count(), 1);
        page.close().await;
    });
}

/// An earlier ceremony is played first, and its sheets are there to be read from.
#[test]
fn a_drill_is_held_from_home_with_nothing_in_hand() {
    played(async {
        let screen = Screen::new();
        let page = Page::open(&screen, false).await;
        // A workstation that has nothing says what comes first.
        assert!(page.text("first").await.contains("Commission this workstation"));
        assert_eq!(page.text_if_there("due").await, None);
        assert_eq!(page.inaccessible().await, Vec::<String>::new());
        page.picture("home-first").await;
        practised(&page, "drill").await;
        let mut people = nobody_brings_anything();
        let pack = to_the_end(&screen, &page, &mut people).await;
        assert!(Path::new(&pack).join("certificate.pdf").is_file());
        // What there is now, and what is due, each with the ceremony that settles it.
        let due = page.text("due").await;
        assert!(due.contains("The next drill of the set") && due.contains("Due"), "{due}");
        let keys = page.text("keys").await;
        assert!(keys.contains("aes-256") && keys.contains("cmac-aes:"), "{keys}");
        page.fits("Home with its ledger").await;
        assert_eq!(page.inaccessible().await, Vec::<String>::new());
        page.picture("home-ledger").await;
        // One press leads from what is due to its preparation; what is played then is told by the key's own page,
        // and its evidence is one more press away.
        page.click_first("[data-testid=due] button").await;
        page.until("review", |s| s.place == "review").await;
        page.click("practise").await;
        page.until("the run", |s| s.place == "run").await;
        let next = to_the_end(&screen, &page, &mut nobody_brings_anything()).await;
        assert_ne!(next, pack);
        page.click("page-keys").await;
        page.until_there("[data-testid^=key-]").await;
        page.click_first("[data-testid^=evidence-]").await;
        page.until("evidence", |s| s.place == "evidence").await;
        assert!(page.text("verdict").await.contains("Everything that was checked holds"));
        page.close().await;
    });
}

/// Each ceremony is rehearsed from Home with nothing in hand, and its pack holds.
#[test]
#[ignore = "half an hour: make soak plays it"]
#[expect(clippy::print_stderr, reason = "whoever waits sees how far it is")]
fn every_ceremony_is_rehearsed_from_home_with_nothing_in_hand() {
    let scripts = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../ceremonies")).unwrap();
    let mut names: Vec<String> = scripts
        .filter_map(|file| file.unwrap().file_name().to_str()?.strip_suffix(".toml").map(str::to_owned))
        .filter(|name| !NOT_PLAYED.contains(&name.as_str()))
        .collect();
    names.sort();
    for name in names {
        eprintln!("rehearsed from Home: {name}");
        played(async {
            let screen = Screen::new();
            let page = Page::open(&screen, false).await;
            practised(&page, &name).await;
            let mut people = nobody_brings_anything();
            people.own.push(("compare/decide", "again".into()));
            to_the_end(&screen, &page, &mut people).await;
            page.close().await;
        });
    }
}

/// Files of that folder which are no ceremony; and the one whose keys are made on YubiKeys, which nothing stands in for: the tests of
/// `ceremonies` play it with virtual ones.
const NOT_PLAYED: [&str; 3] = ["example-answers", "rehearsal-roster", "master-key-yubikey"];

/// Every kind of question of a long ceremony, at every size, light and dark: nothing leaves its box and no word is broken.
#[test]
#[ignore = "minutes: make soak looks at it"]
fn every_kind_of_question_fits_at_every_size() {
    played(async {
        let screen = Screen::new();
        let page = Page::open(&screen, false).await;
        practised(&page, "byok-aws").await;
        let mut people = nobody_brings_anything();
        people.pictures = Some("sizes");
        people.at_every_size = true;
        people.own.push(("compare/decide", "again".into()));
        to_the_end(&screen, &page, &mut people).await;
        page.close().await;
    });
}
