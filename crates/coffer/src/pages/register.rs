//! `coffer register`: what the records on this workstation tell of sheets and bags, and what is owed.

use super::ended::{self, Ended};
use super::words;
use crate::desk::{Desk, is_own, record_in};
use crate::screen::{self, say};
use engine::ended_bytes;
use protocol::{Mode, Problem};
use register::index::{ENDED_LIST, Heads, Source, head};
use register::{Due, Register, Set};
use std::process::ExitCode;
use store::Store;
use transcript::runs::Runs;

/// Each record of a mode, by its run.
type Records = Vec<(String, Vec<u8>)>;

/// The register of one mode, where it came from, the list of ended ceremonies, and the records that all of it is made from.
pub(super) fn of(desk: &Desk, mode: Mode) -> Result<(Register, Source, Ended, Records), Problem> {
    let store = desk.store(mode)?;
    let (register, source, records) = read(&store, mode);
    let ended = ended::ended(&store.folder, &records);
    Ok((register, source, ended, records))
}

/// The register of one mode alone, for who does not ask which ceremonies ended.
pub(super) fn alone(desk: &Desk, mode: Mode) -> Result<Register, Problem> {
    Ok(read(&desk.store(mode)?, mode).0)
}

fn read(store: &Store, mode: Mode) -> (Register, Source, Records) {
    // Each record is read once: what is hashed is what is replayed. One that says it is another run, or of the other mode, is none
    // of this workstation's: what cannot be read at all is told of.
    let records: Records = store
        .runs()
        .into_iter()
        .filter_map(|run| record_in(&store.folder.join("runs").join(&run)).map(|bytes| (run, bytes)))
        .filter(|(run, bytes)| is_own(transcript::first(bytes).as_ref(), run, mode))
        .collect();
    let list = ended_bytes(&store.folder).unwrap_or_default();
    let mut heads: Heads = records.iter().map(|(run, bytes)| (run.clone(), head(bytes))).collect();
    heads.insert(ENDED_LIST.to_owned(), head(&list));
    // Its signatures are looked at only where the index is behind. Where it does not hold in itself, no ceremony begins, and nothing
    // that one changed counts.
    let replayed = || Register::of_transcripts(&records, &Runs::read(&list).unwrap_or_default());
    let (register, source) = register::index::register(&store.folder.join("register"), &heads, replayed);
    (register, source, records)
}

/// What is due by the records of one mode, open and settled.
pub(super) fn dues(desk: &Desk, mode: Mode) -> Result<Vec<Due>, Problem> {
    Ok(alone(desk, mode)?.dues)
}

/// By what record a script of this SHA-256 is approved for production, in words.
pub(super) fn approved(desk: &Desk, sha256: &str) -> Option<String> {
    approved_in(&alone(desk, Mode::Production).ok()?, sha256)
}

/// The same by a register that was read.
pub(super) fn approved_in(register: &Register, sha256: &str) -> Option<String> {
    register.approvals.iter().rfind(|a| a.sha256 == sha256).map(words::approved_by)
}

pub(crate) fn print(desk: &Desk, json: bool) -> Result<ExitCode, Problem> {
    let today = time::OffsetDateTime::now_utc().date().to_string();
    let mut all = serde_json::Map::new();
    for mode in [Mode::Rehearsal, Mode::Production] {
        let (register, source, ended, _) = of(desk, mode)?;
        if json {
            let mut value = serde_json::json!(register);
            value["drills"] = serde_json::json!(register.drills(&today));
            value["ended"] = serde_json::json!(ended);
            value["source"] = serde_json::json!(words::from(&source));
            all.insert(mode.word().to_owned(), value);
        } else {
            say(format!("{}: {}", mode.word().to_uppercase(), words::from(&source)));
            lines(&register, &ended, &today);
        }
    }
    if json {
        screen::json(protocol::json(&all));
    }
    Ok(ExitCode::SUCCESS)
}

/// The keys with their copies.
fn keys(register: &Register) {
    for key in &register.keys {
        say("");
        say(words::key(key));
        for copy in register.copies_of(&key.check_value) {
            say(format!("  {}", words::copy(copy)));
        }
    }
}

/// How a set is dealt, in words.
pub(super) fn dealt(set: &Set) -> String {
    match (set.threshold, set.shares, set.sites_needed) {
        (Some(threshold), Some(shares), None) => words::of_shares(&threshold, &shares),
        (_, Some(_), Some(sites)) => {
            let each: Vec<String> = set.groups.iter().map(|(m, n)| format!("{m} of {n}")).collect();
            words::of_sites(&sites, set.groups.len(), &each)
        }
        _ => words::NOT_DEALT.to_owned(),
    }
}

fn lines(register: &Register, ended: &Ended, today: &str) {
    keys(register);
    let or = |text: &Option<String>, none: &str| text.clone().unwrap_or_else(|| none.to_owned());
    for set in &register.sets {
        let of = dealt(set);
        let (key, value) = (or(&set.key, words::OF_ANOTHER_WORKSTATION), or(&set.check_value, "-"));
        say("");
        say(format!("Set {}  {of}  {}  {key}  {value}", set.set, set.state));
        for sheet in register.sheets_of(&set.set) {
            say(format!(
                "  share {:>3}  {}  {}  bag {}  seal {}  since {}  place {}",
                sheet.share,
                sheet.state,
                or(&sheet.holder, words::NO_HOLDER),
                or(&sheet.bag, "-"),
                or(&sheet.seal, words::NOT_LOOKED_AT),
                sheet.since,
                sheet.place
            ));
        }
    }
    for (title, list) in [
        ("People", register.people.iter().map(words::person).collect()),
        (
            "Devices",
            register
                .devices
                .iter()
                .flat_map(|device| [Some(words::device(device)), words::validation(device, today)])
                .flatten()
                .collect(),
        ),
        ("At providers", register.clouds.iter().map(words::cloud).collect()),
        ("Media", register.media.iter().map(words::medium).collect()),
        (words::APPROVED, register.approvals.iter().map(words::approval).collect()),
        ("Refused", register.refused.iter().map(words::refused).collect()),
        (
            "Due",
            register.dues.iter().filter(|d| d.settled.is_none()).map(|d| words::due_on(d, today)).collect(),
        ),
        ("Owed", register.owed.iter().map(|o| words::owed(&o.says, &o.since, &o.run)).collect()),
        ("Drills", register.drills(today)),
        ("Contradictions", register.contradictions.clone()),
        (&words::ended_listed(ended.listed), ended.wrong.clone()),
    ] {
        let list: Vec<String> = list;
        say("");
        say(format!("{title}: {}", if list.is_empty() { "none" } else { "" }));
        for line in &list {
            say(format!("  {line}"));
        }
    }
    say("");
}
