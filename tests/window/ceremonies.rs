//! Ceremonies besides the first one, in the window: what each asks is shown, typed, clicked and refused as people do it.

use crate::page::Page;
use crate::people::People;
use crate::screen::{Screen, kill};
use crate::{folder, played};
use fantoccini::key::Key;
use std::path::{Path, PathBuf};
use whole_program::backup::made;
use whole_program::two_yubikeys::TwoYubiKeys;
use whole_program::{files, run, said};

/// Opens Review, decides these parameters, and begins.
async fn begin(screen: &Screen, page: &Page, script: &str, parameters: &[(&str, &str)]) {
    page.click(&format!("rehearse-{script}")).await;
    page.until("review", |s| s.place == "review").await;
    for (name, value) in parameters {
        page.set(&format!("parameter-{name}"), value).await;
    }
    started(page).await;
    // What was decided is what is played, however fast one field followed another.
    page.until("the run", |s| s.place == "run").await;
    let record = std::fs::read_to_string(newest_run(screen).join("transcript.jsonl")).unwrap();
    for (name, value) in parameters {
        assert!(record.contains(&format!("\"{name}\":\"{value}\"")), "{name} is not {value}: {record}");
    }
}

/// The run that was begun last: their names begin with the time.
fn newest_run(screen: &Screen) -> PathBuf {
    let runs = std::fs::read_dir(screen.state().join("rehearsal/runs")).unwrap();
    runs.map(|run| run.unwrap().path()).max().unwrap()
}

/// Presses Begin until nothing that was just changed is still being looked at.
async fn started(page: &Page) {
    let begun = std::time::Instant::now();
    while page.look().await.place == "review" {
        if begun.elapsed().as_secs() > 20 {
            page.picture("failed").await;
            panic!("the ceremony does not begin: {:?}", page.text_if_there("problem").await);
        }
        page.click_if_there("primary").await;
        tokio::time::sleep(std::time::Duration::from_millis(150)).await;
    }
}

/// Plays to the end, and gives the closed pack, which holds.
async fn to_the_end(page: &Page, people: &mut People, screen: &Screen) -> PathBuf {
    let end = people.play(page, |_| false).await;
    assert_eq!(end.place, "finished");
    assert!(people.own.is_empty(), "nobody asked for {:?}", people.own);
    assert!(page.text("finished-state").await.contains("Closed"), "{}", page.everything().await);
    assert!(page.text("verdict").await.contains("Everything that was checked holds"));
    let pack = PathBuf::from(page.text("pack").await);
    let out = run(&screen.state(), &["verify", pack.to_str().unwrap()]);
    assert!(whole_program::intact(&out) && said(&out).contains("follows the script"), "{}", said(&out));
    page.click("home").await;
    page.until("home", |s| s.place == "home").await;
    pack
}

fn codes(people: &People) -> Vec<&str> {
    people.problems.iter().map(|(code, _)| code.as_str()).collect()
}

fn own(answers: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    answers.iter().map(|(question, answer)| (*question, (*answer).to_owned())).collect()
}

#[test]
fn a_token_is_reported_on_and_a_key_is_made_with_dice_and_locked_sheets() {
    played(async {
        let screen = Screen::new();
        let page = Page::open(&screen, false).await;
        let mut people = People::in_pictures("token-check");
        begin(&screen, &page, "token-check", &[]).await;
        people.play(&page, |s| s.key.as_deref().is_some_and(|k| k.starts_with("report/observe"))).await;
        let report =
            page.client.find(fantoccini::Locator::Css("table.facts")).await.unwrap().text().await.unwrap();
        let at = |words: &str| report.find(words).unwrap_or_else(|| panic!("no {words:?} in {report}"));
        // What can be done with each kind of key stands before the single trials, and what is lacking before what works.
        assert!(at("Backup of aes-256") < at("absent:") && at("absent:") < at("works:"), "{report}");
        to_the_end(&page, &mut people, &screen).await;

        let mut people = People::in_pictures("master-key");
        // Seventeen times one to six is made up, and is told from throws.
        people.own = own(&[("wrap-backup/new-secret", &"123456".repeat(17))]);
        let values =
            [("threshold", "2"), ("shares", "3"), ("dice", "yes"), ("sheets", "printed-with-codeword")];
        begin(&screen, &page, "master-key-hsm", &values).await;
        to_the_end(&page, &mut people, &screen).await;
        assert_eq!(codes(&people), ["dice-refused"]);
        assert!(!page.everything().await.contains("123456123456"), "throws are left in the page");

        // What a script declares is asked like everything else; a patient's number is refused.
        let mut people = People::in_pictures("break-glass");
        people.own =
            own(&[("declare/text", "For patient 123-45-6789"), ("declare/text", "The import fails")]);
        begin(&screen, &page, "break-glass", &[]).await;
        to_the_end(&page, &mut people, &screen).await;
        assert_eq!(codes(&people), ["names-a-patient"]);
        page.close().await;
    });
}

/// An emergency is talked through, a script approved, a key restored beside its backup, and then declared compromised.
#[test]
fn an_exercise_is_held_and_a_key_goes_on_and_is_stopped() {
    played(async {
        let screen = Screen::new();
        let medium = folder(&screen, "medium");
        let here = made(&screen.state(), "rehearsal-minimal", &[]);
        let page = Page::open_with(&screen, true, &["--media", medium.to_str().unwrap()]).await;

        let mut people = People::in_pictures("tabletop");
        people.own = own(&[("inject-1/text", "Two people stay with the bag"), ("inject-1/text", "None.")]);
        begin(&screen, &page, "tabletop-torn-bag", &[]).await;
        let seen = people.play(&page, |s| s.key.as_deref() == Some("inject-1/observe")).await;
        assert_eq!(seen.place, "run");
        let told = page.everything().await;
        assert!(
            told.contains("It is Wednesday, ten in the morning") && told.contains("10 minutes"),
            "{told}"
        );
        page.fits("the story is read aloud").await;
        page.picture("tabletop-inject").await;
        to_the_end(&page, &mut people, &screen).await;

        let mut people = People::in_pictures("approve-script");
        begin(&screen, &page, "approve-script", &[]).await;
        to_the_end(&page, &mut people, &screen).await;

        let mut people = People::with(PathBuf::new(), here.pack.clone());
        people.pictures = Some("replicate");
        people.brought = here.sheets[..2].iter().cloned().collect();
        people.own = own(&[
            ("bring.1/text", "B 1"),
            ("bring.2/text", "B 2"),
            ("reseal.1/text", "N 1"),
            ("reseal.2/text", "N 2"),
        ]);
        begin(&screen, &page, "replicate", &[("custodians", "2")]).await;
        to_the_end(&page, &mut people, &screen).await;
        assert!(codes(&people).is_empty(), "{:?}", people.problems);

        let mut people = People::with(PathBuf::new(), medium.clone());
        people.pictures = Some("compromise");
        begin(&screen, &page, "compromise", &[]).await;
        to_the_end(&page, &mut people, &screen).await;
        assert!(files(&medium).iter().any(|f| f.ends_with("INSTRUCTIONS.txt")), "{:?}", files(&medium));
        page.close().await;

        // A key that can come to no state any more stands there, says why, and nobody can choose it.
        for (dark, picture) in [(true, "key-state-dark"), (false, "key-state-light")] {
            let page = Page::open(&screen, dark).await;
            begin(&screen, &page, "key-state", &[]).await;
            let mut people = People::in_pictures(picture);
            people.play(&page, |s| s.key.as_deref().is_some_and(|key| key.starts_with("state/choose"))).await;
            let told = page.everything().await;
            assert!(told.contains("Cannot be chosen: By the records here it can come to none"), "{told}");
            page.fits("a key that cannot be chosen").await;
            page.picture(picture).await;
            page.close().await;
        }
    });
}

/// A key exchange key as the provider would send it, on a medium.
fn kek(medium: &Path) -> PathBuf {
    let key = whole_program::wrapping_key(3072);
    let target = byok::Target::AzureKeyVault;
    let soon = time::OffsetDateTime::now_utc().unix_timestamp() + 24 * 3600;
    let sent = byok::of(target).usual_stand_in(byok::KeyType::P256, key, soon).unwrap();
    let path = medium.join(sent.file_name);
    std::fs::write(&path, sent.bytes).unwrap();
    path
}

#[test]
fn a_key_is_brought_to_azure_and_an_older_one_is_drilled_and_recovered() {
    played(async {
        let screen = Screen::new();
        let medium = folder(&screen, "medium");
        let elsewhere = tempfile::tempdir().unwrap();
        let state = screen.state();
        // Two keys with their sheets: one was made here, and one in a token that is lost.
        let here = made(&state, "rehearsal-minimal", &[]);
        let lost = made(elsewhere.path(), "rehearsal-minimal", &[]);
        let page = Page::open_with(&screen, true, &["--media", medium.to_str().unwrap()]).await;

        let mut people = People::with(kek(&medium), medium.clone());
        people.pictures = Some("azure");
        people.hand_scanner = true;
        let vault = "https://hospital.vault.azure.net";
        // What the online team's tool prints where it is not asked for JSON.
        let table = medium.join("kek.txt");
        std::fs::write(&table, "Name        Kty\n----------  -------\nKEKforBYOK  RSA-HSM\n").unwrap();
        people.own = own(&[
            ("read-wrapping-key/file", table.to_str().unwrap()),
            ("read-wrapping-key/text", "not an address"),
            ("read-wrapping-key/text", "records-2027"),
            ("read-wrapping-key/text", vault),
        ]);
        begin(&screen, &page, "byok-azure", &[("key-spec", "ec-p256"), ("threshold", "2"), ("shares", "3")])
            .await;
        let pack = to_the_end(&page, &mut people, &screen).await;
        assert_eq!(codes(&people), ["wrong-file", "stated-malformed"]);
        assert!(files(&medium).iter().any(|f| f.to_string_lossy().ends_with(".byok")), "{}", pack.display());

        // The drill: a sheet of another set first, then a share in another bag than it was sealed in.
        let mut people = People::with(PathBuf::new(), here.pack.clone());
        people.pictures = Some("drill");
        people.brought = [&lost.sheets[0], &here.sheets[0], &here.sheets[1]].into_iter().cloned().collect();
        people.own = own(&[("bring.1/text", "b 1"), ("bring.2/text", "B 3"), ("bring.2/decide", "go-on")]);
        begin(&screen, &page, "drill", &[("custodians", "2")]).await;
        let seen =
            people.play(&page, |s| s.key.as_deref().is_some_and(|k| k.starts_with("prove/sign"))).await;
        assert_eq!(seen.place, "run");
        assert_eq!(codes(&people), ["share-refused", "another-bag"], "{:?}", people.problems);
        assert!(people.own.is_empty(), "{:?}", people.own);

        // The room is killed: what was typed is nowhere, and every share is brought again.
        kill(page.room());
        page.until("the end of the room", |s| s.place == "ended").await;
        page.click("restart-room").await;
        page.until("home", |s| s.place == "home").await;
        page.click_first("[data-testid^=resume-]").await;
        people.brought = here.sheets[..2].iter().cloned().collect();
        people.hand_scanner = true;
        people.own = own(&[("bring.1/text", "B 1"), ("bring.2/text", "B 2")]);
        to_the_end(&page, &mut people, &screen).await;
        for row in here.sheets[..2].iter().flatten() {
            assert!(!page.everything().await.contains(row), "a row of a share is still in the page");
        }

        // The lost token's key comes back into the one of this screen.
        let mut people = People::with(PathBuf::new(), lost.pack.clone());
        people.pictures = Some("recover");
        people.hand_scanner = true;
        people.brought = lost.sheets[..2].iter().cloned().collect();
        people.own = own(&[("bring.1/text", "B 1"), ("bring.2/text", "B 2"), ("settle/choose", "destroyed")]);
        begin(&screen, &page, "recover", &[("bringing", "2"), ("threshold", "2"), ("shares", "3")]).await;
        let pack = to_the_end(&page, &mut people, &screen).await;
        assert!(codes(&people).is_empty(), "{:?}", people.problems);
        let value = |pack: &Path, name: &str| whole_program::pack::fact(pack, name);
        assert_eq!(value(&pack, "restored-check-value"), value(&lost.pack, "check-value"));
        page.close().await;
    });
}

#[test]
fn people_are_enrolled_with_yubikeys_sign_with_them_and_make_keys_on_them() {
    let Some(keys) = TwoYubiKeys::new() else { return };
    played(async {
        let screen = Screen::new();
        let medium = folder(&screen, "medium");
        let roots =
            ["--attestation-roots", keys.roots.to_str().unwrap(), "--media", medium.to_str().unwrap()];
        let page = Page::open_with(&screen, false, &roots).await;

        // Two who do not type the same twice, and a YubiKey that is somebody else's already.
        let mut people = People::with(PathBuf::new(), medium.clone());
        people.pictures = Some("commission");
        people.own = own(&[
            ("enrol-administrator.1/choose", "30000001"),
            ("enrol-administrator.1/new-secret", "846213"),
            ("enrol-witness.1/choose", "20000002"),
            ("enrol-officer.1/choose", "passphrase"),
            ("enrol-custodian.1/choose", "passphrase"),
            ("enrol-custodian.2/choose", "passphrase"),
            ("enrol-custodian.3/choose", "passphrase"),
        ]);
        begin(&screen, &page, "commission-workstation", &[("custodians", "3")]).await;
        let at_witness = |s: &crate::page::Seen| s.key.as_deref() == Some("enrol-witness.1/choose");
        people.play(&page, at_witness).await;
        let taken = page.find("choice-30000001").await.attr("disabled").await.unwrap();
        assert!(taken.is_some(), "one YubiKey is offered to two people");
        page.picture("commission-choose-taken").await;
        to_the_end(&page, &mut people, &screen).await;
        assert_eq!(codes(&people), ["not-the-same"]);
        let enrolled = files(&screen.state().join("rehearsal/rosters"));
        assert_eq!(enrolled.len(), 1, "{enrolled:?}");

        // The next ceremony is signed with them; one that is not plugged in is asked for.
        keys.desk.remove(&keys.first).unwrap();
        let mut people = People::in_pictures("yubikey-sign");
        page.click("rehearse-rehearsal-minimal").await;
        page.until("review", |s| s.place == "review").await;
        page.set("roster", enrolled[0].to_str().unwrap()).await;
        started(&page).await;
        let refused = |s: &crate::page::Seen| s.problem.is_some();
        let seen = people.play(&page, refused).await;
        assert!(
            ["piv-no-such-card", "piv-another-card"].contains(&seen.problem.as_deref().unwrap()),
            "{seen:?}"
        );
        page.picture("yubikey-sign-unplugged").await;
        keys.desk.insert(&keys.first).unwrap();
        // Ada and Wim come first; Olga, the third to sign in, has a passphrase.
        let by_passphrase = |s: &crate::page::Seen| s.key.as_deref() == Some("attend/sign/3");
        people.play(&page, by_passphrase).await;
        assert_eq!(people.by_yubikey.last().map(String::as_str), Some("Wim Okafor"));
        page.click("stop").await;
        page.click("leave").await;
        page.until("the end", |s| s.place == "finished").await;
        page.click("home").await;
        page.until("home", |s| s.place == "home").await;

        // Keys that stay on YubiKeys, with cards as they come from the factory. One is plugged in late.
        keys.factory_reset();
        keys.desk.remove(&keys.second).unwrap();
        let mut people = People::in_pictures("yubikey");
        people.own = own(&[("find.1/choose", "30000001"), ("find.2/choose", "look")]);
        begin(&screen, &page, "master-key-yubikey", &[]).await;
        let second = |s: &crate::page::Seen| s.key.as_deref() == Some("find.2/choose/2");
        people.play(&page, second).await;
        keys.desk.insert(&keys.second).unwrap();
        people.own =
            own(&[("find.2/choose", "look"), ("find.2/choose", "20000002"), ("make.1/decide", "again")]);
        let make = |s: &crate::page::Seen| s.key.as_deref().is_some_and(|k| k.starts_with("make.1/sign"));
        people.play(&page, make).await;
        // Pulled while its key is made: asked for, plugged in, done again.
        keys.first.pull_at(9, virtual_yubikey::Moment::BeforeRunning);
        let asked = people.play(&page, |s| s.kind.as_deref() == Some("decide")).await;
        assert!(asked.problem.as_deref().is_some_and(|code| code.starts_with("piv-")), "{asked:?}");
        page.picture("yubikey-pulled").await;
        keys.first.do_not_pull();
        keys.desk.insert(&keys.first).unwrap();
        to_the_end(&page, &mut people, &screen).await;
        page.close().await;
    });
    keys.desk.close();
}

/// What has the keyboard, by its test's name or id, and whether that can be seen.
const FOCUSED: &str = "const e = document.activeElement; const s = getComputedStyle(e);
return [e.dataset.testid || e.id || e.tagName, e.tagName === 'H1' || e.tagName === 'H2' || (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2)];";

/// Presses the tabulator until this has the keyboard. Everything on the way has to show that it has it.
async fn tab_to(page: &Page, name: &str) {
    let mut passed = Vec::new();
    while passed.len() < 120 {
        page.press(Key::Tab).await;
        let at: (String, bool) =
            serde_json::from_value(page.client.execute(FOCUSED, Vec::new()).await.unwrap()).unwrap();
        assert!(at.1 || at.0 == "BODY", "{} has the keyboard, and nobody can see it", at.0);
        if at.0 == name {
            return;
        }
        passed.push(at.0);
    }
    panic!("{name} is not reached by keyboard: {passed:?}");
}

/// All at once: what a key did has not come back from the room when the next is pressed.
async fn press_with_control(page: &Page, keys: &str) {
    let element = page.client.active_element().await.unwrap();
    let keys = format!("{}{keys}{}", char::from(Key::Control), char::from(Key::Null));
    element.send_keys(&keys).await.unwrap();
}

#[test]
fn a_ceremony_is_found_and_begun_by_keyboard_and_every_page_fits_at_double_size() {
    played(async {
        let screen = Screen::new();
        let page = Page::open(&screen, false).await;
        page.picture("home-groups").await;
        tab_to(&page, "to-try-a-backup").await;
        page.press(Key::Enter).await;
        page.picture("home-try-a-backup").await;
        tab_to(&page, "rehearse-drill").await;
        page.press(Key::Enter).await;
        page.until("review", |s| s.place == "review").await;
        tab_to(&page, "primary").await;
        page.press(Key::Enter).await;
        page.until("the first step", |s| s.id.is_some()).await;
        tab_to(&page, "primary").await;
        page.press(Key::Enter).await;
        // What the program sees of the machine, and the time that a rehearsal's watch shows.
        for kind in ["observe", "text"] {
            page.until("the machine", |s| s.kind.as_deref() == Some(kind)).await;
            tab_to(&page, "primary").await;
            page.press(Key::Enter).await;
        }
        page.until("the sign-in", |s| s.kind.as_deref() == Some("sign")).await;
        tab_to(&page, "passphrase").await;
        let hint = page.text("hint").await;
        page.client.active_element().await.unwrap().send_keys(&hint).await.unwrap();
        let first = page.look().await;
        page.press(Key::Enter).await;
        page.after(first.id.unwrap()).await;

        // A window of 1280 by 800 at double size is a page of 640 by 400.
        press_with_control(&page, "+++++").await;
        let begun = std::time::Instant::now();
        while page.client.execute("return innerWidth;", Vec::new()).await.unwrap() != 640 {
            assert!(begun.elapsed().as_secs() < 20, "the page is not at double size");
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        page.picture("double-sign").await;
        page.fits("a step at double size").await;
        // By keyboard: the driver does not know where things lie on a page of another size.
        tab_to(&page, "stop").await;
        page.press(Key::Enter).await;
        page.text("lost").await;
        page.fits("the question before a stop, at double size").await;
        // Enter on what has the keyboard goes on; to stop takes a step more.
        page.press(Key::Enter).await;
        tab_to(&page, "stop").await;
        page.press(Key::Enter).await;
        tab_to(&page, "leave").await;
        page.press(Key::Enter).await;
        page.until("the end", |s| s.place == "finished").await;
        tab_to(&page, "home").await;
        page.press(Key::Enter).await;
        page.until("home", |s| s.place == "home").await;
        page.picture("double-home").await;
        page.fits("Home at double size").await;
        tab_to(&page, "rehearse-master-key-hsm").await;
        page.press(Key::Enter).await;
        page.until("review", |s| s.place == "review").await;
        page.picture("double-review").await;
        page.fits("Review at double size").await;
        page.close().await;
    });
}
