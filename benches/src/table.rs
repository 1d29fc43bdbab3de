//! The table: what, both sides, their ratio, the goal and whether it is met.

use std::time::Duration;

pub(crate) fn head() {
    println!("{:<52} {:>10} {:>10} {:>7}  {:<6} met", "what", "ours", "least", "ratio", "goal");
}

/// One line, from rounds of (ours, least).
pub(crate) fn line(what: &str, rounds: &[(Duration, Duration)], goal: Option<f64>) {
    let ratio = median(rounds.iter().map(|(a, b)| a.as_secs_f64() / b.as_secs_f64()));
    let ours = median(rounds.iter().map(|(a, _)| a.as_secs_f64()));
    let least = median(rounds.iter().map(|(_, b)| b.as_secs_f64()));
    row(what, &time(ours), &time(least), ratio, goal);
}

pub(crate) fn row(what: &str, ours: &str, least: &str, ratio: f64, goal: Option<f64>) {
    let (goal, met) = match goal {
        Some(g) => (format!("≤ {g}"), if ratio <= g { "yes" } else { "NO" }),
        None => ("none".to_owned(), "-"),
    };
    println!("{what:<52} {ours:>10} {least:>10} {ratio:>7.2}  {goal:<6} {met}");
}

pub(crate) fn note(text: &str) {
    println!("    {text}");
}

/// The middle of the values.
pub(crate) fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut all: Vec<f64> = values.collect();
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied().unwrap_or(f64::NAN)
}

fn time(seconds: f64) -> String {
    match seconds {
        s if s < 1e-3 => format!("{:.1} µs", s * 1e6),
        s if s < 1.0 => format!("{:.1} ms", s * 1e3),
        s => format!("{s:.2} s"),
    }
}
