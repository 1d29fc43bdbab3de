//! What every Tauri program does when it is built.

fn main() {
    tauri_build::build();
}
