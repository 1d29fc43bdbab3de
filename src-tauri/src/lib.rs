//! The desktop window. It starts the room, hands its messages to the page and the page's to the room, and knows
//! nothing of keys: what passes through is parsed, forwarded and dropped, and never logged.
#![allow(clippy::needless_pass_by_value, reason = "Tauri hands a command its arguments by value")]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, reason = "tests"))]

mod relay;
mod room;
mod surroundings;
mod terminal;
mod witness;
mod words;

use protocol::ToRoom;
use relay::{Notices, Relay};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tauri::{AppHandle, Manager as _, State, WebviewUrl, WebviewWindow, WebviewWindowBuilder};
use terminal::complain;

/// What people type and rows of shares pass through buffers of JSON here: none of them outlives its use. The web engine's own
/// memory is not held by this.
#[global_allocator]
static MEMORY: confine::Wiping = confine::WIPING;

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

/// Makes everything on the page larger; 1 is the size it begins with. The page lays itself out anew for it.
#[tauri::command]
fn zoom(window: WebviewWindow, factor: f64) -> Result<(), String> {
    let factor = if factor.is_finite() { factor.clamp(1.0, 2.5) } else { 1.0 };
    window.set_zoom(factor).map_err(|e| e.to_string())
}

/// Light or dark, whatever the desktop says; none follows it.
#[tauri::command]
fn theme(window: WebviewWindow, dark: Option<bool>) -> Result<(), String> {
    let theme = dark.map(|dark| if dark { tauri::Theme::Dark } else { tauri::Theme::Light });
    window.set_theme(theme).map_err(|e| e.to_string())
}

/// Opens the witness display, or closes it.
#[tauri::command]
async fn witness(app: AppHandle, show: bool) -> Result<(), String> {
    match (app.get_webview_window(witness::LABEL), show) {
        (Some(window), false) => window.destroy().map_err(|e| e.to_string()),
        (None, true) => witness_display(&app).map_err(|e| e.to_string()),
        _ => Ok(()),
    }
}

/// Closes the window, after people said that they mean it.
#[tauri::command]
fn close(window: WebviewWindow) -> Result<(), String> {
    window.destroy().map_err(|e| e.to_string())
}

/// How a window is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Build {
    /// Confined, private, its web process in a sandbox where the machine has one.
    Shipped,
    /// Open to a `WebDriver` on loopback.
    #[cfg(feature = "e2e")]
    Driven,
}

/// Opens the window; returns when it is closed.
pub fn run() -> ExitCode {
    if let Err(error) = confine::lock_down() {
        complain(&error.to_string());
        return ExitCode::from(70);
    }
    open_window(Build::Shipped)
}

/// The window for browser automation: neither confined nor private, because the driver connects to it.
#[cfg(feature = "e2e")]
pub fn run_driven() -> ExitCode {
    open_window(Build::Driven)
}

fn open_window(build: Build) -> ExitCode {
    let web = match surroundings::prepare(build == Build::Shipped) {
        Ok(web) => web,
        Err(error) => {
            complain(&error);
            return ExitCode::from(70);
        }
    };
    let relay = Arc::new(Relay::default());
    match room::start(&relay) {
        Ok(()) => relay.asks_early(),
        Err(error) => relay.ended(error),
    }
    let folder = web.folder().to_owned();
    let run = tauri::Builder::default()
        .manage(Arc::clone(&relay))
        .invoke_handler(tauri::generate_handler![open, poll, send, restart_room, zoom, theme, witness, close])
        .manage(Opening { build, web: folder })
        .setup(move |app| window(app.handle()))
        .build(tauri::generate_context!());
    let outcome = match run {
        Ok(app) => {
            app.run_return(|_, _| ());
            ExitCode::SUCCESS
        }
        Err(error) => {
            complain(&words::not_opened(&error));
            ExitCode::FAILURE
        }
    };
    room::end(&relay);
    drop(web);
    outcome
}

/// How every window of this process is opened.
struct Opening {
    build: Build,
    web: PathBuf,
}

/// A window of ours: no navigation but to its own page, no further window, no downloads, no permissions, nothing kept on the
/// disk.
fn shut<'a>(app: &'a AppHandle, label: &str, page: &str) -> WebviewWindowBuilder<'a, tauri::Wry, AppHandle> {
    let opening = app.state::<Opening>();
    WebviewWindowBuilder::new(app, label, WebviewUrl::App(page.into()))
        .data_directory(opening.web.clone())
        .on_navigation(|url| url.scheme() == "tauri" && url.host_str() == Some("localhost"))
        .on_new_window(|_, _| tauri::webview::NewWindowResponse::Deny)
        .on_download(|_, _| false)
        .on_permission_request(|_, _| tauri::webview::PermissionResponse::Deny)
        .on_document_title_changed(|window, title| {
            // A window manager that refuses a title leaves the one before, which says the same but for the mode.
            let _kept = window.set_title(&title);
        })
        // Automation cannot attach to a private session.
        .incognito(opening.build == Build::Shipped)
}

/// The first window, at a size that fits its screen.
fn window(app: &AppHandle) -> Result<(), Box<dyn std::error::Error>> {
    let (width, height) = match app.primary_monitor() {
        Ok(Some(monitor)) => {
            let size = monitor.size().to_logical::<f64>(monitor.scale_factor());
            (size.width.min(1280.0), size.height.min(800.0))
        }
        _ => (1280.0, 800.0),
    };
    let window = shut(app, "main", "index.html")
        .title("Cofferdam")
        .inner_size(width, height)
        .min_inner_size(width.min(800.0), height.min(600.0))
        .build()?;
    let relay = Arc::clone(&app.state::<Arc<Relay>>());
    relay.shows({
        let app = app.clone();
        Box::new(move |call| {
            if let Some(window) = app.get_webview_window(witness::LABEL) {
                // A display that is being closed has nothing to show.
                let _gone = window.eval(call());
            }
        })
    });
    window.on_window_event({
        let relay = Arc::clone(&app.state::<Arc<Relay>>());
        let app = app.clone();
        move |event| match event {
            tauri::WindowEvent::CloseRequested { api, .. } if !relay.may_close() => api.prevent_close(),
            // The display of a window that is gone would keep the program open.
            tauri::WindowEvent::Destroyed => {
                if let Some(witness) = app.get_webview_window(witness::LABEL) {
                    let _gone_already = witness.destroy();
                }
            }
            _ => {}
        }
    });
    hardened(&window)
}

/// The witness display, on another monitor than the first window where there is one.
fn witness_display(app: &AppHandle) -> Result<(), Box<dyn std::error::Error>> {
    let relay = Arc::clone(&app.state::<Arc<Relay>>());
    let here = app.get_webview_window("main").and_then(|main| main.current_monitor().ok().flatten());
    let monitors = app.available_monitors()?;
    let other =
        monitors.iter().find(|one| here.as_ref().is_some_and(|here| here.position() != one.position()));
    let mut window = shut(app, witness::LABEL, "witness.html")
        .title(words::WITNESS_DISPLAY)
        .focused(false)
        .inner_size(1280.0, 800.0)
        .on_page_load(move |window, page| {
            if page.event() == tauri::webview::PageLoadEvent::Finished {
                let _gone = window.eval(relay.shown());
            }
        });
    if let Some(monitor) = other {
        let at = monitor.position().to_logical::<f64>(monitor.scale_factor());
        window = window.position(at.x, at.y).fullscreen(true);
    }
    hardened(&window.build()?)
}

/// Takes from the engine what no page of ours needs.
fn hardened(window: &WebviewWindow) -> Result<(), Box<dyn std::error::Error>> {
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

#[cfg(test)]
mod tests {
    /// The quoted or bare names between two marks of a text.
    fn names(text: &str, from: &str, to: &str) -> Vec<String> {
        let inner = text.split_once(from).unwrap().1.split_once(to).unwrap().0;
        let mut names: Vec<String> = inner
            .split(',')
            .map(|n| n.trim().trim_matches('"').replace('-', "_"))
            .filter(|n| !n.is_empty())
            .collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn the_commands_are_the_same_in_the_program_the_manifest_the_capability_and_the_page() {
        let program = names(include_str!("lib.rs"), "generate_handler![", "]");
        assert_eq!(program, names(include_str!("../build.rs"), ".commands(&[", "]"));
        let allowed: Vec<String> =
            names(include_str!("../capabilities/main.json"), "\"permissions\": [", "]")
                .iter()
                .map(|n| n.trim_start_matches("allow_").to_owned())
                .collect();
        assert_eq!(program, allowed);
        let page = include_str!("../../ui/src/room.svelte.ts");
        let mut invoked: Vec<String> = page
            .split("invoke")
            .skip(1)
            .filter_map(|rest| {
                rest.split_once("('").filter(|(types, _)| !types.contains(char::is_whitespace))
            })
            .filter_map(|(_, name)| Some(name.split_once('\'')?.0.to_owned()))
            .collect();
        invoked.sort_unstable();
        invoked.dedup();
        assert_eq!(program, invoked);
    }

    #[test]
    fn one_file_of_the_page_talks_to_the_program() {
        for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../ui/src")).unwrap() {
            let path = entry.unwrap().path();
            let text = if path.is_file() { std::fs::read_to_string(&path).unwrap() } else { continue };
            let speaks = text.contains("@tauri-apps/");
            assert_eq!(speaks, path.ends_with("room.svelte.ts"), "{}", path.display());
        }
    }
}
