//! The pages of what a hospital keeps: systems with their coverage, obligations, and a register that is changed in the window.

use crate::page::{Page, Seen};
use crate::people::People;
use crate::played;
use crate::screen::Screen;
use std::path::PathBuf;
use whole_program::hospital::{carry_in, hospital, tests_folder};
use whole_program::{intact, run, said};

/// The made-up hospital's tables, carried in in rehearsals.
fn carried_in(screen: &Screen) -> PathBuf {
    let tables = hospital(screen.home.path(), &[]);
    for kind in ["agreements", "policies", "safeguards", "systems"] {
        let out = carry_in(&screen.state(), kind, &tables.join(format!("{kind}.csv")));
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
        let tables = carried_in(&screen);
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
            // Another table first: what is wrong with it is seen, and nothing of it is taken.
            let mut people = People::with(changed.clone(), PathBuf::new());
            let wrong = tests_folder().join("hospital/bad/agreements-expires-before-signed.csv");
            people.own = vec![("keep/file", wrong.display().to_string())];
            let at_table = |s: &Seen| s.key.as_deref().is_some_and(|key| key.starts_with("keep/observe"));
            let faults = people.play(&page, at_table).await;
            page.picture("register-faults").await;
            page.fits("faults").await;
            let said = page.everything().await;
            assert!(said.contains("Line 3") && said.contains("is before"));
            page.click("primary").await;
            page.after(faults.id.unwrap()).await;
            page.picture("register-refused").await;
            people.play(&page, at_table).await;
            let codes: Vec<&str> = people.problems.iter().map(|(code, _)| code.as_str()).collect();
            assert_eq!(codes, ["register-table"]);
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
