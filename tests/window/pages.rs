//! The pages beside the ceremonies: keys, custody, people, days, evidence with a record that is read, settings.

use crate::page::Page;
use crate::played;
use crate::screen::Screen;
use whole_program::{run, said};

/// A key that was made in a rehearsal, and drilled, as each page tells of it; light and dark, small and at double size.
#[test]
fn the_pages_tell_of_a_key_from_its_making_to_its_evidence() {
    played(async {
        let screen = Screen::new();
        let out = screen.home.path().join("pack");
        let made = run(&screen.state(), &["rehearse", "byok-aws", "--out", out.to_str().unwrap()]);
        assert!(made.status.success(), "{}", said(&made));
        for dark in [false, true] {
            let page = Page::open(&screen, dark).await;
            let tone = if dark { "dark" } else { "light" };

            page.click("page-keys").await;
            page.until_there("[data-testid^=key-]").await;
            let keys = page.everything().await;
            for told in ["aws-master", "256 bits", "Where it is", "Evidence", "At providers"] {
                assert!(keys.contains(told), "{told}: {keys}");
            }
            judged(&page, &format!("{tone}-keys")).await;

            page.click("page-custody").await;
            page.until_there("[data-testid^=set-]").await;
            let custody = page.everything().await;
            assert!(custody.contains("3 of 5") && custody.contains("rebuild the key"), "{custody}");
            assert!(custody.contains("Cannot rebuild it alone; the rest can without it"), "{custody}");
            judged(&page, &format!("{tone}-custody")).await;

            page.click("page-people").await;
            page.until_there("[data-testid=people-page]").await;
            judged(&page, &format!("{tone}-people")).await;

            page.click("page-days").await;
            page.until_there("[data-testid=month]").await;
            assert!(page.text("dues").await.contains("receipt"), "{}", page.text("dues").await);
            page.click("month-after").await;
            judged(&page, &format!("{tone}-days")).await;
            let folder = screen.home.path().join(format!("calendar-{tone}"));
            std::fs::create_dir(&folder).unwrap();
            page.type_into("calendar-folder", folder.to_str().unwrap()).await;
            page.click("calendar").await;
            assert!(page.text("calendar-written").await.contains("cofferdam-dues.ics"));
            assert!(
                std::fs::read_to_string(folder.join("cofferdam-dues.ics"))
                    .unwrap()
                    .contains("BEGIN:VCALENDAR")
            );

            page.click("page-packs").await;
            page.type_into("pack-path", "/nowhere/at/all").await;
            page.click("read").await;
            let problem = page.text("problem").await;
            assert!(problem.contains("There is no record to read at /nowhere/at/all"), "{problem}");
            judged(&page, &format!("{tone}-packs")).await;
            page.type_into("pack-path", out.to_str().unwrap()).await;
            page.click("read").await;
            page.until_there("[data-testid=entry-1]").await;
            page.type_into("sought-entry", "check value").await;
            page.click_first("[data-testid^=entry-]").await;
            assert!(page.text("entry").await.contains("cmac-aes"), "{}", page.text("entry").await);
            judged(&page, &format!("{tone}-record")).await;
            page.set("only", "otherwise").await;
            assert!(page.text("found").await.starts_with("0 entries"), "{}", page.text("found").await);
            page.click("verify-read").await;
            page.until("evidence", |s| s.place == "evidence").await;

            page.click("page-settings").await;
            judged(&page, &format!("{tone}-settings")).await;
            page.close().await;
        }
    });
}

/// Nothing is too wide, too small or without a name; a picture is kept for somebody to look at.
async fn judged(page: &Page, name: &str) {
    page.picture(name).await;
    page.fits(name).await;
    assert_eq!(page.inaccessible().await, Vec::<String>::new(), "{name}");
}

/// What is set is there again in the next window, and more than a click away from a ceremony it changes nothing.
#[test]
fn settings_are_kept_from_window_to_window() {
    played(async {
        let screen = Screen::new();
        let page = Page::open(&screen, false).await;
        page.click("page-settings").await;
        page.click("theme-dark").await;
        page.click("contrast").await;
        page.set("idle", "15").await;
        page.set("size", "125").await;
        page.set("dates", "de").await;
        let dark = "return matchMedia('(prefers-color-scheme: dark)').matches && document.documentElement.classList.contains('contrast')";
        until_so(&page, dark).await;
        page.picture("settings-dark-more-contrast").await;
        page.close().await;
        let kept = std::fs::read_to_string(screen.state().join("settings.json")).unwrap();
        assert!(kept.contains("\"idleMinutes\":15") && kept.contains("\"size\":125"), "{kept}");
        assert!(kept.contains("\"dates\":\"de\""), "{kept}");
        let page = Page::open(&screen, false).await;
        until_so(&page, dark).await;
        // The driver does not know where things lie on a page of another size.
        let press = "document.querySelector('[data-testid=page-days]').click(); return true";
        page.client.execute(press, Vec::new()).await.unwrap();
        until_so(&page, "return document.querySelector('[data-testid=month] th')?.abbr === 'Montag'").await;
        page.close().await;
    });
}

async fn until_so(page: &Page, script: &str) {
    let begun = std::time::Instant::now();
    while page.client.execute(script, Vec::new()).await.unwrap() != true {
        assert!(begun.elapsed().as_secs() < 20, "in vain: {script}");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

/// A long record: its rows are drawn as they come into sight, and it opens fast.
#[test]
fn ten_thousand_entries_are_scrolled_without_being_drawn() {
    played(async {
        let screen = Screen::new();
        let long = screen.home.path().join("transcript.jsonl");
        whole_program::forged::long_record(&long, 10_000);
        let page = Page::open(&screen, false).await;
        page.click("page-packs").await;
        page.type_into("pack-path", long.to_str().unwrap()).await;
        page.click("read").await;
        page.until_there("[data-testid=entry-1]").await;
        until_so(
            &page,
            "return document.querySelector('[data-testid=found]').textContent.startsWith('10000 ')",
        )
        .await;
        let drawn = "return document.querySelectorAll('[data-testid^=entry-]').length";
        let rows = page.client.execute(drawn, Vec::new()).await.unwrap().as_u64().unwrap();
        assert!((10..80).contains(&rows), "{rows} rows are drawn");
        let end = "document.querySelector('.list').scrollTo({ top: 1e9 }); return true";
        page.client.execute(end, Vec::new()).await.unwrap();
        page.until_there("[data-testid=entry-10000]").await;
        let rows = page.client.execute(drawn, Vec::new()).await.unwrap().as_u64().unwrap();
        assert!((10..80).contains(&rows), "{rows} rows are drawn at the end");
        page.picture("record-of-ten-thousand").await;
        page.close().await;
    });
}

/// The pages that stand beside one another, each with what says that it is there.
const PAGES: [(&str, &str); 9] = [
    ("keys", "[data-testid=keys-page]"),
    ("custody", "[data-testid=custody-page]"),
    ("people", "[data-testid=people-page]"),
    ("days", "[data-testid=month]"),
    ("systems", "[data-testid=systems-page]"),
    ("obligations", "[data-testid=obligations-page]"),
    ("packs", "[data-testid=packs-page]"),
    ("settings", "[data-testid=settings-page]"),
    ("home", "[data-testid=workstation]"),
];

/// Every word 40 % longer, as other languages are.
const LONGER: &str = r"
const walk = document.createTreeWalker(document.querySelector('.inside'), NodeFilter.SHOW_TEXT);
while (walk.nextNode()) {
  const node = walk.currentNode;
  if (!node.parentElement.closest('.mono, option, script, style')) node.textContent = node.textContent.replace(/[A-Za-z]{3,}/g, (word) => word + 'onsjes'.slice(0, Math.ceil(word.length * 0.4)));
}
return true;";

/// At 400 % of a window 1280 wide, which is 320 pixels of the page, and with words that are 40 % longer, nothing is cut off and
/// nothing needs scrolling sideways (WCAG 2.2, 1.4.10).
#[test]
fn every_page_fits_at_four_times_the_size_and_with_longer_words() {
    played(async {
        let screen = Screen::new();
        let out = screen.home.path().join("pack");
        let made = run(&screen.state(), &["rehearse", "byok-aws", "--out", out.to_str().unwrap()]);
        assert!(made.status.success(), "{}", said(&made));
        let page = Page::open(&screen, false).await;
        for (name, there) in PAGES {
            page.click(&format!("page-{name}")).await;
            page.until_there(there).await;
            page.client.execute(LONGER, Vec::new()).await.unwrap();
            page.fits(&format!("{name} with longer words")).await;
            page.picture(&format!("longer-{name}")).await;
            page.client.refresh().await.unwrap();
            page.until("home", |s| s.place == "home").await;
        }
        page.click("page-settings").await;
        page.set("size", "250").await;
        page.size(800, 600).await;
        until_so(&page, "return innerWidth <= 330").await;
        for (name, there) in PAGES {
            // The driver's pointer does not know of the size; the keyboard and the page do.
            let press = format!("document.querySelector('[data-testid=page-{name}]').click(); return true");
            page.client.execute(&press, Vec::new()).await.unwrap();
            page.until_there(there).await;
            page.fits(&format!("{name} at 400 %")).await;
            page.picture(&format!("four-times-{name}")).await;
        }
        page.close().await;
    });
}

/// A file is chosen from what there is on media, and a pack from those made here; nothing is typed.
#[test]
fn what_is_on_media_and_what_was_made_here_is_chosen_from_a_list() {
    played(async {
        let screen = Screen::new();
        let stick = screen.home.path().join("stick");
        std::fs::create_dir_all(stick.join("for-the-auditor")).unwrap();
        let out = screen.home.path().join("pack");
        let made = run(&screen.state(), &["rehearse", "rehearsal-minimal", "--out", out.to_str().unwrap()]);
        assert!(made.status.success(), "{}", said(&made));
        let media = format!("--media={}", stick.display());
        let page = Page::open_with(&screen, false, &[&media]).await;
        page.click("page-packs").await;
        page.click("pack-path-choose").await;
        page.until_there("[data-testid=pack-path-place]").await;
        page.picture("choose").await;
        assert_eq!(page.inaccessible().await, Vec::<String>::new());
        let made_here = "[...document.querySelectorAll('[data-testid=pack-path-place]')].find((b) => b.textContent.includes('a pack made here')).click(); return true";
        page.client.execute(made_here, Vec::new()).await.unwrap();
        page.click("check").await;
        page.until("evidence", |s| s.place == "evidence").await;

        page.click("page-days").await;
        page.until_there("[data-testid=month]").await;
        page.click("calendar-folder-choose").await;
        page.click("calendar-folder-place").await;
        page.until_there("[data-testid=calendar-folder-this]").await;
        page.click("calendar-folder-place").await;
        until_so(&page, "return document.querySelector('dialog[open] .mono')?.textContent.endsWith('for-the-auditor') ?? false").await;
        page.click("calendar-folder-this").await;
        page.click("calendar").await;
        page.text("calendar-written").await;
        assert!(stick.join("for-the-auditor/cofferdam-dues.ics").is_file());
        page.close().await;
    });
}
