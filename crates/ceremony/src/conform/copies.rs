//! A destruction leaves no place out that its record lists.

use super::Departure;
use crate::act::places;
use transcript::Entry;

/// Of each place that the opened pack, the records before it and those at hand name for the key, two people said what
/// became of it.
pub(super) fn asked_for(entries: &[Entry]) -> Result<(), Departure> {
    let mut serial = "";
    let mut left: Vec<places::Place> = Vec::new();
    for entry in entries {
        serial = entry.value("token-serial").and_then(|v| v.as_str()).unwrap_or(serial);
        if entry.value("copies-in-token").is_some() && entry.value(places::FACT).is_some() {
            left = places::others(entry, serial).into_iter().filter(|p| p.gone_in().is_none()).collect();
        }
        let Some(accounted) = entry.value("copies-accounted") else { continue };
        let said: Vec<(String, String)> = serde_json::from_value(accounted.clone()).unwrap_or_default();
        let asked = |p: &&places::Place| said.iter().any(|(id, became)| *id == p.id && !became.is_empty());
        if let Some(other) = left.iter().find(|p| !asked(p)) {
            let why = format!("nobody was asked about {}", other.says);
            return Err(Departure { entry: Some(entry.seq), why });
        }
    }
    Ok(())
}
