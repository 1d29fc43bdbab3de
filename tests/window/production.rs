//! A production ceremony in the window, on SoftHSM: no hint, no hatching, and no folder that is not a medium.

use crate::page::Page;
use crate::people::{Known, People};
use crate::screen::{Screen, built};
use crate::{folder, parameters, played, walks_to};
use std::collections::BTreeMap;
use std::path::Path;
use whole_program::mounted::{MEDIUM, line_with_medium};
use whole_program::production::{PASSPHRASE, roster};
use whole_program::said;

const PIN: &str = "123456";

/// A SoftHSM token below this screen's home, as its own tool makes it; gives its serial number.
fn token(screen: &Screen) -> String {
    let home = screen.home.path();
    let (conf, tokens) = (home.join(".config/softhsm2"), home.join("tokens"));
    std::fs::create_dir_all(&conf).unwrap();
    std::fs::create_dir(&tokens).unwrap();
    let text = format!("directories.tokendir = {}\nobjectstore.backend = file\n", tokens.display());
    std::fs::write(conf.join("softhsm2.conf"), text).unwrap();
    let tool = |args: &[&str]| {
        let out = screen.command("softhsm2-util").env_remove("SOFTHSM2_CONF").args(args).output().unwrap();
        assert!(out.status.success(), "{}", said(&out));
        said(&out)
    };
    tool(&["--init-token", "--free", "--label", "hospital", "--so-pin", "87654321", "--pin", PIN]);
    let slots = tool(&["--show-slots"]);
    let serial = slots.lines().find_map(|line| line.trim().strip_prefix("Serial number:")).unwrap();
    serial.trim().to_owned()
}

#[test]
fn a_production_ceremony_gives_no_hints_and_takes_no_folder_for_a_medium() {
    played(async {
        let screen = Screen::new();
        let serial = token(&screen);
        let home = screen.home.path().to_owned();
        let medium = folder(&screen, "medium");
        // Rosters and modules are named by whoever starts the window; the page only chooses.
        let people = roster(&home, 5);
        // Production takes a medium that the system shows as one.
        let start = format!("#!/bin/sh\n{}", line_with_medium(&medium, &built("cofferdam-e2e")));
        let start = whole_program::write(&home, "start", start.as_bytes());
        std::fs::set_permissions(&start, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
        let page = Page::open_by(&screen, false, &start, &["--roster", &people]).await;
        page.click("prepare-byok-aws").await;
        page.until("review", |s| s.place == "review").await;
        page.set("roster", &people).await;
        let token =
            format!("pkcs11:token=hospital;serial={serial}?module-path=/usr/lib/softhsm/libsofthsm2.so");
        page.until_there(&format!("[data-testid=token] option[value='{token}']")).await;
        page.set("token", &token).await;
        // Looking again takes nothing away that was chosen.
        page.click("token-look").await;
        page.picture("production-choose").await;
        page.fits("with an HSM chosen").await;
        page.find("parameter-wrapping-algorithm").await.select_by_value("RSAES_OAEP_SHA_1").await.unwrap();
        // Pressing Begin out of a changed field begins nothing that nobody has looked at, and says so.
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        page.find("parameter-key-label").await.send_keys("-2").await.unwrap();
        page.click("primary").await;
        assert!(page.text("changed").await.contains("checked anew"));
        page.picture("production-review").await;
        page.click("primary").await;

        let mut people = People::with(parameters(&medium), MEDIUM.into());
        people.pictures = Some("production");
        people.known = Some(Known {
            passphrase: PASSPHRASE.to_owned(),
            pin: PIN.to_owned(),
            restated: BTreeMap::from([
                ("generate", serial[serial.len() - 4..].to_owned()),
                ("split", "3 of 5".to_owned()),
                ("wrap", "0000".to_owned()),
                ("seal", "sealed".to_owned()),
            ]),
        });
        let asked = people.play(&page, |s| s.kind.as_deref() == Some("folder")).await;
        assert_eq!(page.text("mode").await, "PRODUCTION");
        assert!(people.problems.is_empty(), "{:?}", people.problems);

        page.type_into("path", home.to_str().unwrap()).await;
        page.click("primary").await;
        let refused = page.after(asked.id.unwrap()).await;
        assert_eq!(refused.problem.as_deref(), Some("not-a-medium"), "{:?}", refused.words);
        page.picture("production-not-a-medium").await;

        people.known.as_mut().unwrap().restated.insert("close", last_six(&home));
        let end = people.play(&page, |_| false).await;
        assert_eq!(end.place, "finished");
        assert!(page.text("finished-state").await.contains("Closed"), "{}", page.everything().await);
        assert!(page.text("verdict").await.contains("Everything that was checked holds"));
        page.picture("production-finished").await;
        page.close().await;
        assert!(walks_to(&medium, "EncryptedKeyMaterial.bin"));
        let rehearsed =
            std::fs::read_dir(home.join("state/cofferdam/rehearsal/runs")).map_or(0, Iterator::count);
        assert_eq!(rehearsed, 0);
    });
}

/// The last six characters of the check value, as the confirmer reads them from the slip.
fn last_six(home: &Path) -> String {
    let record = whole_program::files(&home.join("state/cofferdam/production/runs"))
        .into_iter()
        .find(|file| file.ends_with("transcript.jsonl"))
        .unwrap();
    let text = std::fs::read_to_string(record).unwrap();
    let (_, after) = text.split_once("\"check-value\":\"").unwrap();
    let value = after.split('"').next().unwrap();
    value[value.len() - 6..].to_owned()
}
