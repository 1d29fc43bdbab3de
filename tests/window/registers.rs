//! The pages of what a hospital keeps: systems with their coverage, obligations, and a register that is changed in the window.

use crate::page::Page;
use crate::people::People;
use crate::played;
use crate::screen::Screen;
use std::path::{Path, PathBuf};
use std::process::Command;
use whole_program::{intact, run, said};

/// The made-up hospital's tables, carried in in rehearsals.
fn hospital(screen: &Screen) -> PathBuf {
    let tables = screen.home.path().join("hospital");
    let make = Path::new(env!("CARGO_MANIFEST_DIR")).join("hospital/make.py");
    let out = Command::new("python3").arg(make).arg(&tables).output().unwrap();
    assert!(out.status.success(), "{}", said(&out));
    for kind in ["agreements", "policies", "safeguards", "systems"] {
        let answers = screen.home.path().join("answers.toml");
        let table = tables.join(format!("{kind}.csv"));
        std::fs::write(&answers, format!("[answers]\n\"keep/file\" = \"{}\"\n", table.display())).unwrap();
        let script = format!("keep-{kind}");
        let out = run(&screen.state(), &["play", &script, "--answers", answers.to_str().unwrap()]);
        assert!(out.status.success(), "{}", said(&out));
    }
    tables
}

/// Each number of the coverage opens the systems that it counts; what is open stands with each; and a register is changed by a
/// table whose differences are seen before anybody signs.
#[test]
fn systems_and_obligations_are_seen_and_changed() {
    played(async {
        let screen = Screen::new();
        let tables = hospital(&screen);
        for dark in [true, false] {
            let tone = if dark { "dark" } else { "light" };
            let page = Page::open(&screen, dark).await;
            page.click("page-systems").await;
            page.until_there("[data-testid=systems-page]").await;
            page.click("of-rehearsal").await;
            page.until_there("[data-testid=coverage]").await;
            assert!(
                page.text("coverage").await.starts_with("0 of 92 systems"),
                "{}",
                page.text("coverage").await
            );
            page.picture(&format!("{tone}-systems")).await;
            page.fits("systems").await;
            assert_eq!(page.inaccessible().await, Vec::<String>::new(), "{tone}");
            page.click("count-all--unknown").await;
            assert!(
                page.text("systems-found").await.starts_with("12 systems"),
                "{}",
                page.text("systems-found").await
            );
            page.click("all-systems").await;
            page.set("coverage-by", "custody").await;
            page.click("count-custody-external-withEphi").await;
            assert!(
                page.text("systems-found").await.starts_with("8 systems"),
                "{}",
                page.text("systems-found").await
            );
            page.click("all-systems").await;
            page.type_into("sought-system", "pacs-main").await;
            assert!(
                page.text("systems-found").await.starts_with("1 system"),
                "{}",
                page.text("systems-found").await
            );
            page.click_first("[data-testid=system-pacs-main] summary").await;
            page.picture(&format!("{tone}-system")).await;
            page.fits("a system").await;
            let middle = "document.querySelector('[data-testid=flow]').scrollIntoView(); return true";
            page.client.execute(middle, Vec::new()).await.unwrap();
            page.picture(&format!("{tone}-key-flow")).await;

            page.click("page-obligations").await;
            page.until_there("[data-testid=agreements] li").await;
            page.picture(&format!("{tone}-obligations")).await;
            page.fits("obligations").await;
            assert_eq!(page.inaccessible().await, Vec::<String>::new(), "{tone}");
            page.click("only-open").await;
            let middle = "document.querySelector('[data-testid=safeguards]').scrollIntoView(); return true";
            page.client.execute(middle, Vec::new()).await.unwrap();
            page.picture(&format!("{tone}-safeguards")).await;
            if dark {
                page.close().await;
                continue;
            }
            // A table with one row changed and one that is gone.
            let changed = tables.join("changed.csv");
            let text = std::fs::read_to_string(tables.join("agreements.csv")).unwrap();
            let lines: Vec<&str> = text.lines().collect();
            std::fs::write(&changed, lines[..lines.len() - 1].join("\n").replace(",yes,", ",no,")).unwrap();
            page.click("keep-agreements").await;
            page.until("review", |s| s.place == "review").await;
            page.click("primary").await;
            page.until("the run", |s| s.place == "run").await;
            let mut people = People::with(changed.clone(), PathBuf::new());
            people.play(&page, |s| s.key.as_deref() == Some("keep/observe")).await;
            let differences = page.everything().await;
            assert!(differences.contains("yes → no") && differences.contains("is listed no longer"));
            page.picture("register-differences").await;
            page.fits("differences").await;
            people.play(&page, |_| false).await;
            let pack = page.text("pack").await;
            assert!(intact(&run(&screen.state(), &["verify", &pack])));
            page.close().await;
        }
    });
}
