//! A locked screen: what it showed is gone, two people unlock it, and the same question is there again.

use crate::begin;
use crate::page::Page;
use crate::people::People;
use crate::played;
use crate::screen::Screen;
use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use fantoccini::key::Key;

/// Presses Ctrl and a letter.
async fn with_control(page: &Page, letter: char) {
    let control = char::from(Key::Control);
    let keys = KeyActions::new("keys".into())
        .then(KeyAction::Down { value: control })
        .then(KeyAction::Down { value: letter })
        .then(KeyAction::Up { value: letter })
        .then(KeyAction::Up { value: control });
    page.client.perform_actions(keys).await.unwrap();
}

/// Two people unlock it; a passphrase that is not theirs does not.
async fn unlock(page: &Page, wrong_first: bool) {
    page.text("locked").await;
    let mut people = People::with("".into(), "".into());
    people.slips = wrong_first;
    let seen = people.play(page, |s| s.locked.is_none()).await;
    assert_eq!(seen.place, "run");
    assert_eq!(people.problems.len(), usize::from(wrong_first), "{:?}", people.problems);
}

#[test]
fn a_screen_is_locked_at_every_kind_of_question_and_two_people_unlock_it() {
    played(async {
        let screen = Screen::new();
        let page = Page::open(&screen, false).await;
        begin(&page, "rehearsal-minimal").await;
        let mut people = People::with("".into(), "".into());
        let mut kinds: Vec<String> = Vec::new();
        let mut wrong = true;
        loop {
            let seen =
                people.play(&page, |s| s.kind.as_ref().is_some_and(|kind| !kinds.contains(kind))).await;
            if seen.place == "finished" {
                break;
            }
            let kind = seen.kind.clone().unwrap();
            let before = (seen.key.clone(), page.text("where").await);
            // A row that is in sight is not in the page any more.
            let row = if kind == "show-share" {
                page.click("reveal").await;
                Some(page.text("share-row").await)
            } else {
                None
            };
            with_control(&page, 'l').await;
            page.text("locked").await;
            if let Some(row) = &row {
                assert!(!page.everything().await.contains(row.trim()), "a row is in a locked page");
            }
            if wrong {
                page.until("who unlocks", |s| s.locked.is_some() && s.id.is_some()).await;
                page.picture("locked").await;
                page.fits("a locked screen").await;
                assert_eq!(page.inaccessible().await, Vec::<String>::new());
            }
            unlock(&page, std::mem::take(&mut wrong)).await;
            let after = page.until("the question again", |s| s.kind.as_deref() == Some(&kind)).await;
            let stem = |key: &Option<String>| {
                key.as_deref().map(|k| k.split('/').take(2).collect::<Vec<_>>().join("/"))
            };
            assert_eq!(stem(&after.key), stem(&before.0), "{kind}");
            assert_eq!(page.text("where").await, before.1, "{kind}");
            if let Some(row) = row {
                page.click("reveal").await;
                assert_eq!(page.text("share-row").await, row, "another row than before");
                page.click("reveal").await;
            }
            kinds.push(kind);
        }
        assert!(kinds.len() >= 8, "{kinds:?}");
        let pack = page.text("pack").await;
        let record = std::fs::read_to_string(std::path::Path::new(&pack).join("transcript.jsonl")).unwrap();
        assert_eq!(record.matches("the screen was locked by hand").count(), kinds.len());
        assert_eq!(record.matches("the screen was unlocked by two people").count(), kinds.len());
        let out = whole_program::run(&screen.state(), &["verify", &pack]);
        assert!(whole_program::intact(&out), "{}", whole_program::said(&out));
        page.close().await;
    });
}

/// Nobody has to think of it.
#[test]
fn a_ceremony_that_nobody_attends_locks_itself() {
    played(async {
        let screen = Screen::new();
        std::fs::create_dir_all(screen.state()).unwrap();
        let settings = r#"{"size":100,"theme":"system","moreContrast":false,"idleMinutes":1}"#;
        std::fs::write(screen.state().join("settings.json"), settings).unwrap();
        let page = Page::open(&screen, false).await;
        // A minute of this page is four seconds.
        let faster = "const own = window.setTimeout.bind(window); window.setTimeout = (f, ms, ...more) => own(f, ms / 15, ...more); return true";
        page.client.execute(faster, Vec::new()).await.unwrap();
        begin(&page, "rehearsal-minimal").await;
        page.until("a question", |s| s.id.is_some()).await;
        let begun = std::time::Instant::now();
        while page.text_if_there("locked").await.is_none() {
            assert!(begun.elapsed().as_secs() < 30, "it is not locked after its minute");
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        page.until("who unlocks", |s| s.id.is_some()).await;
        assert!(page.text("locked").await.contains("Nobody had touched"), "{}", page.text("locked").await);
        unlock(&page, false).await;
        page.close().await;
    });
}
