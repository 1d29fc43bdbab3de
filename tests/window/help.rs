//! Help and words: one key away on every page, read from `docs/glossary.md`.

use crate::page::Page;
use crate::played;
use crate::screen::Screen;
use fantoccini::key::Key;

#[test]
fn words_are_one_key_away_and_the_question_is_there_again_afterwards() {
    played(async {
        let screen = Screen::new();
        let page = Page::open(&screen, false).await;
        // A page of its own begins with its heading.
        page.click("page-devices").await;
        page.text("devices").await;
        let heading = "return document.activeElement.tagName";
        assert_eq!(page.client.execute(heading, Vec::new()).await.unwrap(), "H1");
        // Who presses on before a page has been filled is taken where they pressed last.
        let presses = "for (const n of ['devices', 'keys', 'home', 'custody', 'devices', 'home']) document.querySelector(`[data-testid=page-${n}]`).click(); return null";
        page.client.execute(presses, Vec::new()).await.unwrap();
        page.until("home", |s| s.place == "home").await;

        // What is sought among the ceremonies.
        page.type_into("sought-ceremony", "custodian leaves").await;
        page.type_into("sought-ceremony", " no such words").await;
        assert!(page.everything().await.contains("Clear the field to see all"));
        page.set("sought-ceremony", "smallest").await;
        page.click("rehearse-rehearsal-minimal").await;
        page.until("review", |s| s.place == "review").await;
        page.click("primary").await;
        let seen = page.until("a question", |s| s.id.is_some()).await;

        page.press(Key::F1).await;
        page.until_dialog("help", true).await;
        let help = page.text("help").await;
        assert!(help.contains("Confirmer") && help.contains("Keys"), "{help}");
        page.type_into("sought", "bag").await;
        assert!(page.text("help").await.contains("tamper-evident"));
        page.fits("the help").await;
        assert_eq!(page.inaccessible().await, Vec::<String>::new());
        page.picture("help").await;
        page.press(Key::Escape).await;
        page.until_dialog("help", false).await;
        assert_eq!(page.look().await, seen);

        // A word that is marked is looked for; a question mark that is typed is typed.
        let mark = "getSelection().selectAllChildren(document.querySelector('[data-testid=where] span')); return null";
        page.client.execute(mark, Vec::new()).await.unwrap();
        page.press(Key::F1).await;
        page.until_dialog("help", true).await;
        let sought = "return document.querySelector('[data-testid=sought]').value";
        assert_eq!(page.client.execute(sought, Vec::new()).await.unwrap(), "Look at the machine");
        page.click("help-close").await;
        page.until_dialog("help", false).await;
        page.click("raise").await;
        page.type_into("exception-expected", "Is it so?").await;
        page.until_dialog("help", false).await;
        page.click("open-help").await;
        page.until_dialog("help", true).await;
        page.close().await;
    });
}
