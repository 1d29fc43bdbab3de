//! A record as the window reads it out, entry by entry. What is opened may come from anywhere: it is read by a process of its own.

use super::foreign;
use super::words::does_not_verify;
use super::words::record as words;
use crate::desk::LARGEST_TEXT;
use documents::report::{fact_name, fact_text};
use facts::Named as _;
use outside::LARGEST_RECORD;
use protocol::{EntryView, FromRoom, Mode, Problem, RecordView};
use script::Script;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;
use transcript::{Entry, Reading};

/// So many entries are read out; the rest of a longer record is in its report.
const MOST: usize = 20_000;
/// So many go in one message.
const AT_ONCE: usize = 250;
/// So long is a value that is shown whole, in characters.
const LONGEST: usize = 600;

/// What the window asks for, in as many messages as it takes.
pub(crate) fn read(path: &str) -> Result<Vec<FromRoom>, Problem> {
    let mut record: RecordView =
        foreign::in_a_child("read-apart", path, &[]).ok_or_else(|| words::record_not_read(&path))?;
    if let (0, Some(why)) = (record.total, &record.broken) {
        return Err(words::no_record(&path).with_detail(why.clone()));
    }
    let entries = std::mem::take(&mut record.entries);
    let mut before = 0;
    let part = |some: &[EntryView]| {
        let part = RecordView { before, entries: some.to_vec(), ..record.clone() };
        before += u32::try_from(some.len()).unwrap_or(u32::MAX);
        FromRoom::Record { record: part }
    };
    Ok(entries.chunks(AT_ONCE).map(part).collect())
}

/// The hidden command, in the process that reads.
pub(crate) fn child(path: &Path) -> Result<ExitCode, Problem> {
    foreign::answers(|| of(path))
}

/// The whole of it.
fn of(path: &Path) -> RecordView {
    let file = if path.is_dir() { path.join("transcript.jsonl") } else { path.to_owned() };
    let script =
        file.parent().and_then(|folder| outside::text(&folder.join("script.toml"), LARGEST_TEXT).ok());
    let script = script.and_then(|text| Script::parse(&text).ok());
    let (bytes, unread) = match outside::read(&file, LARGEST_RECORD) {
        Ok(bytes) => (bytes, None),
        Err(why) => (Vec::new(), Some(why.to_string())),
    };
    let reading = Reading::of(&bytes);
    let first = reading.entries.first();
    let broken = unread.or_else(|| reading.bad.as_ref().map(|(seq, why)| does_not_verify(*seq, why)));
    let values = first.and_then(|e| facts::PARAMETERS.within(e)).unwrap_or_default();
    let name = first.and_then(|e| facts::SCRIPT.within(e)).unwrap_or_default();
    RecordView {
        path: path.display().to_string(),
        title: script.as_ref().map_or(name, |script| script.title.clone()),
        mode: first.and_then(|e| match facts::MODE.within(e)?.as_str() {
            "rehearsal" => Some(Mode::Rehearsal),
            "production" => Some(Mode::Production),
            _ => None,
        }),
        broken,
        total: u32::try_from(reading.entries.len()).unwrap_or(u32::MAX),
        before: 0,
        entries: reading
            .entries
            .iter()
            .take(MOST)
            .map(|entry| view(script.as_ref(), &values, entry))
            .collect(),
    }
}

/// What a step says, with its parameters and its role filled in.
fn filled(say: &str, values: &BTreeMap<String, String>, role: Option<&str>) -> String {
    let with = |text: String, name: &str, value: &str| text.replace(&format!("{{{name}}}"), value);
    let say = values.iter().fold(say.to_owned(), |text, (name, value)| with(text, name, value));
    role.map_or(say.clone(), |role| with(say, "actor", role))
}

fn view(script: Option<&Script>, values: &BTreeMap<String, String>, entry: &Entry) -> EntryView {
    let id = entry.step.as_deref().map(|id| id.split('.').next().unwrap_or(id));
    let steps = script.into_iter().flat_map(|script| script.acts.iter().flat_map(|act| &act.steps));
    let say = id.and_then(|id| steps.into_iter().find(|step| step.id == id).map(|step| step.say.clone()));
    let title = script.zip(entry.actor.as_ref()).and_then(|(script, actor)| {
        script.roles.iter().find(|role| role.role == *actor).map(|role| role.title.as_str())
    });
    let by: Vec<&str> = [&entry.actor, &entry.confirmer].into_iter().flatten().map(String::as_str).collect();
    EntryView {
        seq: u32::try_from(entry.seq).unwrap_or(u32::MAX),
        at: entry.utc.get(..19).unwrap_or(&entry.utc).replace('T', " "),
        kind: words::kind(entry.kind).to_owned(),
        step: entry.step.clone(),
        says: say.map(|say| filled(&say, values, title)).unwrap_or_default(),
        by: by.join(", "),
        facts: entry
            .facts
            .values()
            .flatten()
            .map(|(name, value)| (fact_name(name), cut(fact_text(value))))
            .collect(),
        chain: script::hex(entry.chain.get(..4).unwrap_or_default()),
        departs: engine::departs(entry),
    }
}

fn cut(text: String) -> String {
    if text.chars().count() <= LONGEST {
        return text;
    }
    let short: String = text.chars().take(LONGEST).collect();
    format!("{short}… ({})", words::CUT)
}
