//! The page in the window, seen and touched as a person does it: by what stands there, with clicks and keys.

use crate::screen::{Driver, Screen, built, children, pictures};
use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use fantoccini::elements::Element;
use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde::Deserialize;
use std::path::Path;
use std::time::{Duration, Instant};

/// Nothing in a rehearsal takes longer, on a busy machine either.
const PATIENCE: Duration = Duration::from_mins(1);

/// What stands on the screen.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Seen {
    /// home, review, run, finished, evidence, ended or nothing yet.
    pub(crate) place: String,
    /// The open question's key and id, and its kind.
    pub(crate) key: Option<String>,
    pub(crate) id: Option<u64>,
    pub(crate) kind: Option<String>,
    /// The code of the problem shown, and all its words.
    pub(crate) problem: Option<String>,
    pub(crate) words: Option<String>,
    /// Whether the screen says who is called to it.
    pub(crate) handed: bool,
    /// Whether the screen is locked.
    pub(crate) locked: Option<bool>,
}

const LOOK: &str = r#"
const t = (n) => document.querySelector(`[data-testid="${n}"]`);
const key = t('prompt-key');
const ask = document.querySelector('[data-testid^="ask-"]');
const place = t('ended') ? 'ended' : t('finished') ? 'finished' : t('evidence') ? 'evidence' : key ? 'run'
  : document.querySelector('[data-testid^="rehearse-"]') ? 'home' : t('print') ? 'review' : '';
return {
  place, key: key ? key.textContent : null, id: key ? Number(key.dataset.id) : null,
  kind: ask ? ask.dataset.testid.slice(4) : null,
  handed: t('take-over') !== null, locked: t('locked') ? true : null,
  problem: t('problem-code') ? t('problem-code').textContent : null, words: t('problem') ? t('problem').textContent : null,
};"#;

const WRONG: &str = r"
const wrong = [];
for (const e of document.querySelectorAll('body, .scroll, main, nav, aside, header')) {
  if (e.scrollWidth > e.clientWidth + 1) wrong.push(`${e.tagName} is ${e.scrollWidth} wide in ${e.clientWidth}`);
}
for (const e of document.querySelectorAll('button, input, select, textarea, summary')) {
  const box = e.getBoundingClientRect();
  if (box.width > 0 && (box.height < 23.5 || box.width < 23.5)) wrong.push(`${e.outerHTML} is ${box.width} by ${box.height}`);
}
for (const e of document.querySelectorAll('p, li, td, th, h1, h2, h3, button, label, legend, dd, dt')) {
  if (e.clientWidth > 0 && e.scrollWidth > e.clientWidth + 1 && !e.closest('.hidden')) wrong.push(`the text leaves its box: ${e.textContent.slice(0, 80)}`);
}
// A word or a number goes to the next line whole; names of algorithms and paths are longer than a line may be.
const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
const range = document.createRange();
while (walk.nextNode()) {
  const node = walk.currentNode;
  if (!node.parentElement.checkVisibility() || node.parentElement.closest('script, style, option, .hidden')) continue;
  for (const run of node.data.matchAll(/\S+/g)) {
    const word = /^[(“‘]?([\p{L}\p{N}’]{2,20})[,.;:!?)”’]*$/u.exec(run[0]);
    if (!word) continue;
    const from = run.index + run[0].indexOf(word[1]);
    range.setStart(node, from);
    range.setEnd(node, from + word[1].length);
    const lines = new Set([...range.getClientRects()].filter((r) => r.width > 0).map((r) => Math.round(r.top)));
    if (lines.size > 1) wrong.push(`a word is broken: ${word[1]}, in ${node.data.slice(0, 80)}`);
  }
}
return wrong;";

/// What the rules of axe-core find, which stands before this: the page's policy lets no text become a program.
const RULES: &str = r"
const done = arguments[arguments.length - 1];
axe.run(document, { resultTypes: ['violations'] }).then(
  (found) => done(found.violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.html.slice(0, 200)} ${n.failureSummary}`))),
  (error) => done([`axe: ${error}`]),
);";

pub(crate) struct Page {
    pub(crate) client: Client,
    pub(crate) driver: Driver,
    /// How often something was pressed.
    pub(crate) presses: std::cell::Cell<u32>,
}

impl Page {
    /// Starts the window and waits for Home.
    pub(crate) async fn open(screen: &Screen, dark: bool) -> Self {
        Self::open_with(screen, dark, &[]).await
    }

    /// The same, with arguments for the window.
    pub(crate) async fn open_with(screen: &Screen, dark: bool, args: &[&str]) -> Self {
        Self::open_by(screen, dark, &built("cofferdam-e2e"), args).await
    }

    /// The same, started by a program that becomes the window.
    pub(crate) async fn open_by(screen: &Screen, dark: bool, program: &Path, args: &[&str]) -> Self {
        let driver = Driver::new(screen, dark);
        let capabilities = serde_json::json!({
            "browserName": "wry",
            "webkitgtk:browserOptions": { "binary": program, "args": args },
        });
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities.as_object().unwrap().clone())
            .connect(&format!("http://127.0.0.1:{}", driver.port))
            .await
            .unwrap();
        let page = Self { client, driver, presses: std::cell::Cell::default() };
        page.until("home", |s| s.place == "home").await;
        page
    }

    /// A file in the engine's own plain window, as somebody opens it in a browser.
    pub(crate) async fn of_a_file(screen: &Screen, dark: bool, file: &Path) -> Self {
        let driver = Driver::new(screen, dark);
        let found = ["4.1", "4.0"].map(|v| format!("/usr/lib/x86_64-linux-gnu/webkit2gtk-{v}/MiniBrowser"));
        let browser = found.iter().find(|path| Path::new(path).is_file()).expect("WebKitGTK's MiniBrowser");
        let capabilities = serde_json::json!({
            "webkitgtk:browserOptions": { "binary": browser, "args": ["--automation"] },
        });
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities.as_object().unwrap().clone())
            .connect(&format!("http://127.0.0.1:{}", driver.port))
            .await
            .unwrap();
        client.goto(&format!("file://{}", file.display())).await.unwrap();
        Self { client, driver, presses: std::cell::Cell::default() }
    }

    /// The window's own process.
    pub(crate) fn process(&self) -> u32 {
        children(self.driver.process.0.id(), "cofferdam").first().copied().expect("the window runs")
    }

    /// The room's process.
    pub(crate) fn room(&self) -> u32 {
        children(self.process(), "coffer").first().copied().expect("the room runs")
    }

    pub(crate) async fn look(&self) -> Seen {
        serde_json::from_value(self.client.execute(LOOK, Vec::new()).await.unwrap()).unwrap()
    }

    /// Looks until it is so.
    pub(crate) async fn until(&self, what: &str, is: impl Fn(&Seen) -> bool) -> Seen {
        let begun = Instant::now();
        loop {
            let seen = self.look().await;
            if is(&seen) {
                return seen;
            }
            if begun.elapsed() > PATIENCE {
                self.picture("failed").await;
                panic!("waited in vain for {what}; on the screen: {seen:?}");
            }
            tokio::time::sleep(Duration::from_millis(15)).await;
        }
    }

    /// The question after the one with this id, or the end.
    pub(crate) async fn after(&self, id: u64) -> Seen {
        let next = |s: &Seen| s.handed || s.place == "finished" || s.id.is_some_and(|now| now != id);
        let mut seen = self.until("the next question", next).await;
        if seen.handed {
            self.click("take-over").await;
            seen = self.until("the next question", |s| !s.handed && next(s)).await;
        }
        seen
    }

    /// The element that tests know by this name.
    pub(crate) async fn find(&self, name: &str) -> Element {
        let css = format!("[data-testid=\"{name}\"]");
        match self.client.wait().at_most(Duration::from_secs(20)).for_element(Locator::Css(&css)).await {
            Ok(element) => element,
            Err(error) => {
                self.picture("failed").await;
                panic!("{name} is not on the screen: {error}; {:?}", self.look().await);
            }
        }
    }

    pub(crate) async fn click(&self, name: &str) {
        self.presses.set(self.presses.get() + 1);
        let element = self.find(name).await;
        // As a person scrolls; the driver only does where no part of the element is in sight.
        let script = "document.querySelector(`[data-testid=\"${arguments[0]}\"]`)?.scrollIntoView({ block: 'nearest' });";
        self.client.execute(script, vec![name.into()]).await.unwrap();
        if let Err(error) = element.click().await {
            self.picture("failed").await;
            panic!("{name} cannot be clicked: {error}; {:?}", self.look().await);
        }
    }

    /// Clicks an element that may not be there, or may go before the click comes.
    pub(crate) async fn click_if_there(&self, name: &str) {
        let css = format!("[data-testid=\"{name}\"]");
        if let Ok(element) = self.client.find(Locator::Css(&css)).await {
            // Half of it may lie under the window's frame, where the driver clicks nothing.
            let middle = format!("document.querySelector('{css}')?.scrollIntoView({{ block: 'center' }});");
            let _gone = self.client.execute(&middle, Vec::new()).await;
            let _gone = element.click().await;
        }
    }

    /// Waits until this selector finds something.
    pub(crate) async fn until_there(&self, css: &str) {
        let found = self.client.wait().at_most(Duration::from_secs(20)).for_element(Locator::Css(css)).await;
        if found.is_err() {
            self.picture("failed").await;
        }
        assert!(found.is_ok(), "{css} is not on the screen: {:?}", self.look().await);
    }

    /// Clicks the first element that this selector finds.
    pub(crate) async fn click_first(&self, css: &str) {
        let element =
            self.client.wait().at_most(Duration::from_secs(20)).for_element(Locator::Css(css)).await;
        element.unwrap().click().await.unwrap();
        self.presses.set(self.presses.get() + 1);
    }

    pub(crate) async fn type_into(&self, name: &str, text: &str) {
        let field = self.find(name).await;
        // Half of it may lie under the window's frame, where the driver types nothing.
        let middle = "document.querySelector(`[data-testid=\"${arguments[0]}\"]`)?.scrollIntoView({ block: 'center' });";
        self.client.execute(middle, vec![name.into()]).await.unwrap();
        if let Err(why) = field.clear().await {
            self.picture("failed").await;
            panic!("nothing can be typed into {name}: {why}");
        }
        field.send_keys(text).await.unwrap();
    }

    /// Sets a field or a list of choices, and leaves it as the tabulator does.
    pub(crate) async fn set(&self, name: &str, value: &str) {
        let field = self.find(name).await;
        if field.tag_name().await.unwrap() == "select" {
            field.select_by_value(value).await.unwrap();
        } else {
            // WebDriver's own clearing leaves the field, and the plan would be looked at with nothing in it.
            let script = "const e = document.querySelector(`[data-testid=\"${arguments[0]}\"]`); e.scrollIntoView({ block: 'center' }); e.focus(); e.select();";
            let keys: String = value.chars().chain([Key::Tab.into()]).collect();
            // The plan is checked after each change, and what stands below it may move as the driver looks for the field.
            for last in [false, false, true] {
                self.client.execute(script, vec![name.into()]).await.unwrap();
                match field.send_keys(&keys).await {
                    Ok(()) => break,
                    Err(error) => assert!(!last, "{name} cannot be set: {error}"),
                }
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        }
    }

    pub(crate) async fn text(&self, name: &str) -> String {
        self.find(name).await.text().await.unwrap()
    }

    /// The text of an element that may not be there.
    pub(crate) async fn text_if_there(&self, name: &str) -> Option<String> {
        let script = "const e = document.querySelector(`[data-testid=\"${arguments[0]}\"]`); return e ? e.textContent : null;";
        self.client.execute(script, vec![name.into()]).await.unwrap().as_str().map(str::to_owned)
    }

    /// All text of the page, as it stands in the document.
    pub(crate) async fn everything(&self) -> String {
        self.client.source().await.unwrap()
    }

    pub(crate) async fn size(&self, width: u32, height: u32) {
        self.client.set_window_size(width, height).await.unwrap();
        tokio::time::sleep(Duration::from_millis(200)).await;
    }

    /// Nothing is wider than the window, and nothing that is touched is smaller than 24 pixels.
    pub(crate) async fn fits(&self, when: &str) {
        let found = self.client.execute(WRONG, Vec::new()).await.unwrap();
        assert_eq!(found.as_array().map(Vec::len), Some(0), "{when}: {found}");
    }

    /// Everything larger, and dark or light, as the settings would have it.
    pub(crate) async fn looks(&self, factor: f64, dark: bool) {
        let script = "const { invoke } = window.__TAURI_INTERNALS__; invoke('zoom', { factor: arguments[0] }); invoke('theme', { dark: arguments[1] }); return null";
        self.client.execute(script, vec![factor.into(), dark.into()]).await.unwrap();
        tokio::time::sleep(Duration::from_millis(200)).await;
    }

    /// What breaks a rule of axe-core: names, roles, contrast, landmarks, order.
    pub(crate) async fn inaccessible(&self) -> Vec<String> {
        let axe = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/node_modules/axe-core/axe.min.js");
        let axe = std::fs::read_to_string(axe).expect("make ui fetches axe-core");
        let found = self.client.execute_async(&format!("{axe}\n{RULES}"), Vec::new()).await.unwrap();
        serde_json::from_value(found).unwrap()
    }

    /// Presses a key, wherever the keyboard is.
    pub(crate) async fn press(&self, key: Key) {
        let value = char::from(key);
        let keys =
            KeyActions::new("keys".into()).then(KeyAction::Down { value }).then(KeyAction::Up { value });
        self.client.perform_actions(keys).await.unwrap();
    }

    /// Waits until the dialog of this name is open, or is not.
    pub(crate) async fn until_dialog(&self, name: &str, open: bool) {
        let script = "return document.querySelector(`[data-testid=\"${arguments[0]}\"]`).open";
        let begun = Instant::now();
        while self.client.execute(script, vec![name.into()]).await.unwrap() != open {
            assert!(begun.elapsed() < PATIENCE, "{name} is {}", if open { "not open" } else { "open" });
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    /// Keeps a picture of the window.
    pub(crate) async fn picture(&self, name: &str) {
        // What has just arrived fades in.
        tokio::time::sleep(Duration::from_millis(200)).await;
        let png = self.client.screenshot().await.unwrap();
        std::fs::write(pictures().join(format!("{name}.png")), png).unwrap();
    }

    pub(crate) async fn close(self) {
        self.client.close().await.unwrap();
    }
}
