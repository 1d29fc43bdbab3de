//! The desktop window. It starts the room, hands its messages to the page and the page's to the room, and knows
//! nothing of keys: what passes through is parsed, forwarded and dropped, and never logged.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, reason = "tests"))]

mod relay;
mod room;

use protocol::ToRoom;
use relay::{Notices, Relay};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tauri::{AppHandle, State, WebviewUrl, WebviewWindowBuilder};

/// How long one poll waits for news before it returns empty-handed.
const POLL: Duration = Duration::from_secs(20);

/// A page begins (or was reloaded). Its number goes with every poll, so that a page that is gone takes nothing.
#[tauri::command]
fn open(relay: State<'_, Arc<Relay>>) -> relay::Opened {
    relay.open()
}

/// Waits for messages of the room and takes them out; they are kept nowhere after that.
#[tauri::command]
async fn poll(relay: State<'_, Arc<Relay>>, page: u64) -> Result<Notices, String> {
    let relay = Arc::clone(&relay);
    tauri::async_runtime::spawn_blocking(move || relay.take(page, POLL)).await.map_err(|e| e.to_string())
}

/// Hands one message to the room.
#[tauri::command]
fn send(relay: State<'_, Arc<Relay>>, message: ToRoom) -> Result<(), String> {
    relay.send(&message)
}

/// Starts the room again after it ended. What was recorded is on the disk; a ceremony is resumed from Home.
#[tauri::command]
fn restart_room(relay: State<'_, Arc<Relay>>) -> Result<(), String> {
    room::start(&relay)
}

fn main() -> ExitCode {
    #[cfg(not(feature = "e2e"))]
    if let Err(error) = confine::lock_down() {
        complain(&error.to_string());
        return ExitCode::from(70);
    }
    let relay = Arc::new(Relay::default());
    if let Err(error) = room::start(&relay) {
        relay.ended(error);
    }
    let run = tauri::Builder::default()
        .manage(Arc::clone(&relay))
        .invoke_handler(tauri::generate_handler![open, poll, send, restart_room])
        .setup(|app| window(app.handle()))
        .run(tauri::generate_context!());
    room::end(&relay);
    match run {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&format!(
                "The window could not be opened: {error}. Start the program in a desktop session."
            ));
            ExitCode::FAILURE
        }
    }
}

/// The one window: no navigation, no second window, no downloads, no permissions, nothing kept on the disk.
fn window(app: &AppHandle) -> Result<(), Box<dyn std::error::Error>> {
    let window = WebviewWindowBuilder::new(app, "main", WebviewUrl::App("index.html".into()))
        .title("Cofferdam")
        .inner_size(1280.0, 800.0)
        .min_inner_size(800.0, 600.0)
        .on_navigation(|url| url.scheme() == "tauri" && url.host_str() == Some("localhost"))
        .on_new_window(|_, _| tauri::webview::NewWindowResponse::Deny)
        .on_download(|_, _| false)
        .on_permission_request(|_, _| tauri::webview::PermissionResponse::Deny)
        // Automation cannot attach to a private session, so the test build goes without.
        .incognito(!cfg!(feature = "e2e"))
        .build()?;
    window.with_webview(|webview| {
        use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt, WebViewExt};
        let view = webview.inner();
        // The room goes on; the page asks it for everything again when it is back.
        view.connect_web_process_terminated(|view, _| view.reload());
        let Some(settings) = WebViewExt::settings(&view) else { return };
        settings.set_enable_media_stream(false);
        settings.set_enable_media(false);
        settings.set_enable_webgl(false);
        settings.set_enable_webaudio(false);
        settings.set_enable_html5_local_storage(false);
        settings.set_enable_html5_database(false);
        settings.set_javascript_can_open_windows_automatically(false);
        settings.set_javascript_can_access_clipboard(false);
        settings.set_enable_page_cache(false);
        settings.set_enable_developer_extras(false);
        settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
    })?;
    Ok(())
}

/// Says on the terminal why there is no window.
#[allow(clippy::print_stderr, reason = "there is no window to say it in")]
fn complain(sentence: &str) {
    eprintln!("cofferdam: {sentence}");
}
