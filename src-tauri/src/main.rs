//! The desktop window, as it ships.

fn main() -> std::process::ExitCode {
    window::run()
}
