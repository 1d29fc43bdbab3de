//! Names the commands that the page may be given, and says plainly when the page itself has not been built.

fn main() {
    println!("cargo::rerun-if-changed=../ui/dist/index.html");
    if !std::path::Path::new("../ui/dist/index.html").is_file() {
        println!("cargo::error=The page is not built: ui/dist is missing. Run `make ui` first.");
        std::process::exit(1);
    }
    let commands = tauri_build::AppManifest::new().commands(&[
        "open",
        "poll",
        "send",
        "restart_room",
        "zoom",
        "theme",
        "witness",
        "close",
    ]);
    if let Err(error) = tauri_build::try_build(tauri_build::Attributes::new().app_manifest(commands)) {
        println!("cargo::error=The window's manifest cannot be built: {error:#}");
        std::process::exit(1);
    }
}
