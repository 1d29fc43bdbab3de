//! A YubiKey that is plugged in, until it stands on the Devices page; against a bare PC/SC client that waits for the
//! card, selects its PIV application and asks for its serial number. Both begin when the card is put in, so both hold
//! the half second that the reader's driver takes.

use crate::{beside, table, window::Screen};
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use pcsc::{Context, Protocols, ReaderState, Scope, ShareMode, State};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use virtual_yubikey::{Desk, Firmware, Plug};

const ROUNDS: usize = 7;
const SERIAL: u32 = 30_000_003;
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) fn measure() {
    let dir = tempfile::tempdir().expect("a folder");
    let (Ok(desk), Some(screen)) = (Desk::open(), Screen::start(dir.path())) else {
        table::note(
            "YubiKey: not measured, no smart-card service or no Xvfb (make setup-test installs both)",
        );
        return;
    };
    let card = desk.card(0, Firmware::V5_7_1, SERIAL).expect("a card");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let rounds = runtime.block_on(async {
        let (driver, page) = devices_page(&screen, dir.path()).await;
        let mut rounds = Vec::new();
        for round in 0..ROUNDS {
            // So that the rounds fall at different places between two looks of the page.
            tokio::time::sleep(Duration::from_millis(140 * u64::try_from(round).unwrap_or(0))).await;
            rounds.push((on_the_page(&desk, &card, &page).await, bare(&desk, &card)));
        }
        let _ = page.close().await;
        let mut driver = driver;
        let _ = driver.kill();
        let _ = driver.wait();
        rounds
    });
    table::line("YubiKey plugged in, until it is on its page", &rounds, Some(1.2));
}

/// The window with the Devices page open, and the driver that holds it.
async fn devices_page(screen: &Screen, home: &Path) -> (Child, Client) {
    let port = TcpListener::bind(("127.0.0.1", 0)).expect("a port").local_addr().expect("a port").port();
    let mut driver = Command::new("WebKitWebDriver");
    driver.args([format!("--port={port}"), "--host=127.0.0.1".to_owned()]);
    screen.for_program(&mut driver, home).env("TAURI_WEBVIEW_AUTOMATION", "true").stdout(Stdio::null());
    let driver = driver.spawn().expect("WebKitWebDriver starts");
    let begun = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(begun.elapsed() < PATIENCE, "WebKitWebDriver does not listen");
        std::thread::sleep(Duration::from_millis(20));
    }
    let wanted = serde_json::json!({
        "browserName": "wry",
        "webkitgtk:browserOptions": { "binary": beside("cofferdam-e2e") },
    });
    let client = ClientBuilder::new(HttpConnector::new())
        .capabilities(wanted.as_object().cloned().unwrap_or_default())
        .connect(&format!("http://127.0.0.1:{port}"))
        .await
        .expect("a window");
    let look = Locator::Css("[data-testid=page-devices]");
    client.wait().at_most(PATIENCE).for_element(look).await.expect("Home").click().await.expect("a click");
    client
        .wait()
        .at_most(PATIENCE)
        .for_element(Locator::Css("[data-testid=devices]"))
        .await
        .expect("the page");
    (driver, client)
}

/// From the card's insertion until its entry is in the page; then it is pulled, and seen to be gone.
async fn on_the_page(desk: &Desk, card: &Plug, page: &Client) -> Duration {
    let begun = Instant::now();
    card.insert();
    stands(page, true).await;
    let taken = begun.elapsed();
    desk.remove(card).expect("is pulled");
    stands(page, false).await;
    std::thread::sleep(Duration::from_secs(1));
    taken
}

/// Waits until the card is on the page, or is not.
async fn stands(page: &Client, there: bool) {
    let script = format!("return document.querySelector('[data-testid=\"device-{SERIAL}\"]') !== null;");
    let begun = Instant::now();
    while page.execute(&script, Vec::new()).await.expect("the page answers").as_bool() != Some(there) {
        assert!(begun.elapsed() < PATIENCE, "the page does not follow the card");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// The least a program can do to know which YubiKey was put in.
fn bare(desk: &Desk, card: &Plug) -> Duration {
    let context = Context::establish(Scope::User).expect("PC/SC");
    let names = context.list_readers_owned().expect("readers");
    let name = names.first().expect("a reader");
    let begun = Instant::now();
    card.insert();
    let mut seen = [ReaderState::new(name.as_c_str(), State::UNAWARE)];
    while !seen[0].event_state().contains(State::PRESENT) {
        assert!(begun.elapsed() < PATIENCE, "PC/SC does not see the card");
        let _ = context.get_status_change(PATIENCE, &mut seen);
        for reader in &mut seen {
            reader.sync_current_state();
        }
    }
    let connected = loop {
        match context.connect(name, ShareMode::Shared, Protocols::ANY) {
            Ok(connected) => break connected,
            Err(e) => assert!(begun.elapsed() < PATIENCE, "the card cannot be connected to: {e}"),
        }
    };
    let mut room = [0; 258];
    // SELECT of the PIV application (NIST SP 800-73-4), then Yubico's GET SERIAL.
    for command in [&[0, 0xa4, 4, 0, 5, 0xa0, 0, 0, 3, 8][..], &[0, 0xf8, 0, 0]] {
        let answer = connected.transmit(command, &mut room).expect("an answer");
        assert_eq!(answer.get(answer.len().saturating_sub(2)..), Some(&[0x90, 0][..]));
    }
    let taken = begun.elapsed();
    drop(connected);
    desk.remove(card).expect("is pulled");
    std::thread::sleep(Duration::from_secs(1));
    taken
}
