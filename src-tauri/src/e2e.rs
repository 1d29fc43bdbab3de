//! The same window, open to browser automation. For tests; it never ships.

fn main() -> std::process::ExitCode {
    window::run_driven()
}
