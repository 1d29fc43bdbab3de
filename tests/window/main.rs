//! Ceremonies in the real window: its own screen, WebKitGTK, the room as its own process, driven by clicks and keys.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod page;
mod people;
mod screen;

use page::Page;
use people::People;
use screen::Screen;
use std::path::{Path, PathBuf};
use whole_program::{run, said};

fn played<T>(test: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(test)
}

/// A reply of get-parameters-for-import, as a disposable key on this machine would have it.
fn parameters(folder: &Path) -> PathBuf {
    let key = byok::Disposable::generate(4096).unwrap();
    let arn = "arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-4000-8000-000000000000";
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let until = i64::try_from(now).unwrap() + 24 * 3600;
    let path = folder.join("import-parameters.json");
    std::fs::write(&path, byok::stand_in_reply(key.spki(), arn, until, b"rehearsal import token")).unwrap();
    path
}

fn folder(screen: &Screen, name: &str) -> PathBuf {
    let path = screen.home.path().join(name);
    std::fs::create_dir(&path).unwrap();
    path
}

#[test]
fn a_rehearsal_is_played_in_the_window_from_review_to_evidence() {
    played(async {
        let screen = Screen::new();
        let medium = folder(&screen, "medium");
        let mut people = People::with(parameters(&medium), medium.clone());
        people.slips = true;
        people.pictures = Some("light");
        let page = Page::open(&screen, false).await;
        page.picture("light-home").await;
        page.click("rehearse-byok-aws").await;
        page.until("review", |s| s.place == "review").await;
        assert_eq!(page.text("mode").await, "REHEARSAL");
        page.picture("light-review").await;
        page.click("primary").await;

        let end = people.play(&page, |_| false).await;
        assert_eq!(end.place, "finished");
        assert!(page.text("finished-state").await.contains("Closed"), "{}", page.everything().await);
        assert!(page.text("verdict").await.contains("Everything that was checked holds"));
        page.picture("light-finished").await;

        // Each slip was shown for what it was.
        let codes: Vec<&str> = people.problems.iter().map(|(code, _)| code.as_str()).collect();
        assert_eq!(codes, ["wrong-passphrase", "share-refused"]);
        let words = &people.problems.last().unwrap().1;
        assert!(words.contains("row 3, character 6"), "{words}");

        // No custodian's rows are left in the page.
        let left = page.everything().await;
        for row in people.rows() {
            assert!(!left.contains(row), "a row of a share is still in the page");
        }

        let copy = folder(&screen, "auditor");
        page.type_into("path", copy.to_str().unwrap()).await;
        page.click("export").await;
        assert!(page.text("exported").await.contains("read back"));
        let pack = page.text("pack").await;
        page.click("home").await;
        page.until("home", |s| s.place == "home").await;

        // The closed run opens again from the list.
        let run_id = Path::new(&pack).parent().unwrap().file_name().unwrap().to_str().unwrap().to_owned();
        page.click(&format!("open-{run_id}")).await;
        page.until("evidence", |s| s.place == "evidence").await;
        assert!(page.text("verdict").await.contains("Everything that was checked holds"));
        page.picture("light-evidence").await;
        page.close().await;

        let exported = std::fs::read_dir(&copy).unwrap().next().unwrap().unwrap().path();
        for pack in [Path::new(&pack), &exported] {
            let out = run(&screen.state(), &["verify", pack.to_str().unwrap()]);
            assert!(out.status.success(), "{}", said(&out));
        }
        assert!(medium.join("EncryptedKeyMaterial.bin").is_file() || walks_to(&medium, "EncryptedKeyMaterial.bin"));
    });
}

fn walks_to(folder: &Path, name: &str) -> bool {
    whole_program::files(folder).iter().any(|f| f.file_name().is_some_and(|n| n == name))
}
