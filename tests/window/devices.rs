//! The page that shows what is plugged in, with a virtual YubiKey behind the real smart-card service.

use crate::page::Page;
use crate::played;
use crate::screen::Screen;
use virtual_yubikey::{Desk, Firmware};

#[test]
fn a_yubikey_appears_on_the_devices_page_and_goes_when_it_is_pulled() {
    let Some(desk) = Desk::open_or_skip() else { return };
    let card = desk.card(0, Firmware::V5_7_1, 30_000_003).unwrap();
    desk.insert(&card).unwrap();
    played(async {
        let screen = Screen::new();
        let page = Page::open(&screen, false).await;
        page.click("page-devices").await;
        assert!(page.text("device-30000003").await.contains("YubiKey"));
        page.picture("light-devices").await;
        page.fits("devices").await;
        desk.remove(&card).unwrap();
        let pulled = std::time::Instant::now();
        while page.text_if_there("device-30000003").await.is_some() {
            assert!(pulled.elapsed().as_secs() < 30, "the pulled YubiKey still stands there");
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        page.picture("light-devices-none").await;
        page.close().await;
    });
    desk.close();
}
