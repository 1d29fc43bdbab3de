//! The log of breaches (45 CFR 164.408(c)): every incident that was decided to be told of, or is still open, with the days by
//! which people and HHS are told, and what records say was done.

use super::cell;
use crate::estate::{Estate, Incident, days_after};
use facts::NONE;

/// From so many individuals on HHS is told at the same time as they (164.408(b)).
const AT_ONCE: u64 = 500;

const COLUMNS: [&str; 11] = [
    "incident",
    "year",
    "discovered",
    "individuals",
    "decision",
    facts::INCIDENT_DECIDER,
    "individuals-by",
    "individuals-settled",
    "hhs-by",
    "hhs-settled",
    "run",
];

/// As CSV, by year of discovery and incident. Where nobody knows how many individuals it concerns, HHS stands with the earlier day.
/// `settled` is the day on which a record says that what was due was done, or why not.
pub(super) fn breach_log(estate: &Estate<'_>) -> Vec<u8> {
    let logged = |one: &&Incident<'_>| ["notify", "still-open"].contains(&one.text("decision"));
    let mut rows: Vec<Vec<String>> =
        estate.incidents.iter().filter(logged).map(|one| row(estate, one)).collect();
    rows.sort_by(|a, b| (a.get(1), a.first()).cmp(&(b.get(1), b.first())));
    cell::csv(&COLUMNS, &rows)
}

fn row(estate: &Estate<'_>, one: &Incident<'_>) -> Vec<String> {
    let found = one.text("found");
    let year = found.get(..4).unwrap_or(NONE);
    let people: u64 = one.text("people").parse().unwrap_or_default();
    let sixtieth = one.sixtieth_day();
    let after_the_year = days_after(&format!("{year}-12-31"), 60);
    let (hhs, due) = if (1..AT_ONCE).contains(&people) {
        (after_the_year, "log of")
    } else {
        (sixtieth.clone(), "notices of")
    };
    let settled = |what: &str| {
        let id = format!("{what} {}", one.id());
        let due = estate.register.dues.iter().find(|due| due.id == id);
        due.and_then(|due| due.settled.as_ref())
            .map_or(NONE, |(at, _)| at.get(..10).unwrap_or(NONE))
            .to_owned()
    };
    let or_none = |day: Option<String>| day.unwrap_or_else(|| NONE.to_owned());
    vec![
        cell::line(one.id()),
        year.to_owned(),
        found.to_owned(),
        if people == 0 { "unknown".to_owned() } else { people.to_string() },
        one.text("decision").to_owned(),
        cell::line(one.text(facts::INCIDENT_DECIDER)),
        or_none(sixtieth),
        settled("notices of"),
        or_none(hhs),
        settled(due),
        one.row.run.clone(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use register::{Due, KeptList, KeptRow, Register};

    fn incident(id: &str, found: &str, people: &str, decision: &str) -> KeptRow {
        KeptRow {
            kind: facts::INCIDENT.to_owned(),
            id: id.to_owned(),
            values: [id, found, people, decision, "The privacy officer"].map(str::to_owned).to_vec(),
            since: "2026-01-01T00:00:00Z".to_owned(),
            changed: "2026-01-01T00:00:00Z".to_owned(),
            run: "run".to_owned(),
            left: None,
        }
    }

    #[test]
    fn each_breach_has_the_days_by_which_it_is_told_of() {
        let columns =
            ["incident", "found", "people", "decision", facts::INCIDENT_DECIDER].map(str::to_owned).to_vec();
        let rows = vec![
            incident("INC-1", "2026-12-20", "12", "notify"),
            incident("INC-2", "2026-03-01", "500", "notify"),
            incident("INC-3", "2026-03-02", "0", "still-open"),
            incident("INC-4", "2026-03-03", "3", "assessed-as-low-probability"),
        ];
        let due = |id: &str, on: &str| Due {
            id: id.to_owned(),
            says: String::new(),
            by: None,
            since: String::new(),
            run: String::new(),
            settled: Some((format!("{on}T10:00:00Z"), "review".to_owned())),
        };
        let register = Register {
            kept: vec![KeptList { kind: facts::INCIDENT.to_owned(), columns, sha256: String::new() }],
            kept_rows: rows,
            dues: vec![due("log of INC-1", "2027-02-01"), due("notices of INC-2", "2026-04-01")],
            ..Register::default()
        };
        let text = String::from_utf8(breach_log(&Estate::of(&register, "2027-03-01"))).unwrap();
        let lines: Vec<&str> = text.lines().skip(1).collect();
        assert_eq!(
            lines,
            [
                "INC-1,2026,2026-12-20,12,notify,The privacy officer,2027-02-18,none,2027-03-01,2027-02-01,run",
                "INC-2,2026,2026-03-01,500,notify,The privacy officer,2026-04-30,2026-04-01,2026-04-30,2026-04-01,run",
                "INC-3,2026,2026-03-02,unknown,still-open,The privacy officer,2026-05-01,none,2026-05-01,none,run",
            ]
        );
    }
}
