//! The witness display beside the first window: what everybody may see is on it, what only one person may see never, and no
//! command of the program is reachable from it.

use crate::begin;
use crate::leaving::{closes, presses_the_cross};
use crate::page::Page;
use crate::people::People;
use crate::played;
use crate::screen::{Screen, built, start};
use fantoccini::wd::WindowHandle;

/// What a page that wants in would try: every command by name, and reports what came of each.
const TRIES: &str = r"
const done = arguments[arguments.length - 1];
const all = ['open', 'poll', 'send', 'restart_room', 'zoom', 'theme', 'witness', 'close', 'plugin:event|listen', 'plugin:window|close', 'plugin:webview|create_webview_window'];
const of = { poll: { page: 1 }, send: { message: { type: 'home' } }, zoom: { factor: 2 }, theme: { dark: true }, witness: { show: false } };
const invoke = window.__TAURI_INTERNALS__?.invoke;
if (!invoke) done(['no way to ask']);
else Promise.all(all.map((name) => Promise.race([
  invoke(name, of[name] ?? {}).then(() => `${name} was answered`, (error) => (String(error).includes('not allowed') ? null : `${name}: ${error}`)),
  new Promise((late) => setTimeout(() => late(`${name} was taken`), 5000)),
]))).then((found) => done(found.filter((one) => one !== null)));
";

async fn other_window(page: &Page) -> WindowHandle {
    let own = page.client.window().await.unwrap();
    for _ in 0..200 {
        let all = page.client.windows().await.unwrap();
        if let Some(other) = all.into_iter().find(|handle| *handle != own) {
            return other;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("no second window was opened");
}

async fn words_on(page: &Page, window: &WindowHandle) -> String {
    page.client.switch_to_window(window.clone()).await.unwrap();
    let text = page.client.execute("return document.body.innerText", Vec::new()).await.unwrap();
    text.as_str().unwrap_or_default().to_owned()
}

#[test]
fn everybody_sees_where_the_ceremony_stands_and_nobody_elses_row() {
    played(async {
        let screen = Screen::new();
        let page = Page::open(&screen, false).await;
        let own = page.client.window().await.unwrap();
        page.click("witness").await;
        let witness = other_window(&page).await;
        let begun = std::time::Instant::now();
        while !words_on(&page, &witness).await.contains("Witness display") {
            assert!(begun.elapsed().as_secs() < 20, "the display shows nothing");
        }
        // It takes no part.
        let tried = page.client.execute_async(TRIES, Vec::new()).await.unwrap();
        assert_eq!(tried, serde_json::json!([]), "a command was reachable");

        page.client.switch_to_window(own.clone()).await.unwrap();
        begin(&page, "rehearsal-minimal").await;
        let mut people = People::with("".into(), "".into());
        for (what, told, picture) in [
            ("sign", "signs", "witness-signs"),
            ("observe", "reads what was found", "witness-findings"),
            ("show-share", "blank on purpose", "witness-private"),
            ("enter-share", "blank on purpose", ""),
            ("agree", "says whether the record is right", ""),
        ] {
            let seen = people.play(&page, |s| s.kind.as_deref() == Some(what)).await;
            assert_eq!(seen.kind.as_deref(), Some(what));
            let row = if what == "show-share" {
                page.click("reveal").await;
                Some(page.text("share-row").await)
            } else {
                None
            };
            let words = words_on(&page, &witness).await;
            assert!(words.contains(told) && words.contains("REHEARSAL"), "{what}: {words}");
            let everything = page.everything().await;
            assert!(
                row.is_none_or(|row| !everything.contains(row.trim())),
                "a row is on the witness display"
            );
            // Nothing is smaller than what is read from across a table.
            let small = "return [...document.querySelectorAll('main *')].filter((e) => e.innerText && getComputedStyle(e).fontSize.replace('px', '') < 28 && getComputedStyle(e).clipPath === 'none').map((e) => e.outerHTML.slice(0, 120))";
            let small = page.client.execute(small, Vec::new()).await.unwrap();
            assert_eq!(small, serde_json::json!([]), "{what}");
            assert_eq!(page.inaccessible().await, Vec::<String>::new(), "{what}");
            if !picture.is_empty() {
                page.picture(picture).await;
            }
            page.client.switch_to_window(own.clone()).await.unwrap();
        }
        page.close().await;
    });
}

/// Where there is a second monitor, the display of the program as it ships fills it, whichever of the two the first window is on.
#[test]
fn the_display_fills_the_monitor_that_the_first_window_is_not_on() {
    for (first, other) in [(1, "1920x1080+0+0  +1280+0"), (2, "1280x800+0+0  +0+0")] {
        let screen = Screen::with_two_monitors(first);
        let _window = start(&mut screen.command(built("cofferdam")));
        crate::over_accessibility(&screen, &["press:toggle button=Witness display"]);
        let begun = std::time::Instant::now();
        loop {
            let tree = screen.command("xwininfo").args(["-root", "-tree"]).output().unwrap();
            let tree = String::from_utf8_lossy(&tree.stdout).into_owned();
            let display = tree.lines().find(|line| line.contains("witness display"));
            if display.is_some_and(|line| line.trim_end().ends_with(other)) {
                break;
            }
            assert!(begun.elapsed().as_secs() < 20, "with the first window on monitor {first}: {tree}");
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
    }
}

/// The display of a window that is gone keeps nothing open.
#[test]
fn the_program_ends_with_its_first_window() {
    played(async {
        let screen = Screen::new();
        let page = Page::open(&screen, false).await;
        page.click("witness").await;
        other_window(&page).await;
        let process = page.process();
        presses_the_cross(&screen);
        closes(process).await;
    });
}
