//! `read-provider-state`: what providers show of their keys is carried in as their own tools wrote it, held against the
//! register, and every difference is due.

use super::known::{Known, exchange_keys, known};
use super::words;
use crate::cloud::words::byok_problem;
use crate::room::register::register;
use crate::room::sign::both_sign;
use crate::token::SIGNING_KEY;
use byok::state::{Condition, KnownKey, ProviderState, compare};
use engine::media;
use engine::{Action, Cue, Departure, Done, Halt, Outcome, Room, Stage};
use facts::Named as _;
use protocol::{Ask, Problem};
use register::Register;
use script::{Hands, Reach, Row, sha256_hex};
use serde_json::{Value, json};
use transcript::{Entry, FileDigest};

/// The largest file, in bytes.
const LARGEST: u64 = 16 * 1024 * 1024;
/// How the word of a difference begins that is of an alias.
const ALIAS: &str = "alias-";
/// How many days there are to see to a difference.
const WITHIN: i64 = 7 * 24 * 60 * 60;

/// Reads what providers show.
pub(crate) struct ReadProviderState;

impl Action for ReadProviderState {
    fn row(&self) -> &'static Row {
        const {
            &Row {
                name: "read-provider-state",
                needs: &[&SIGNING_KEY],
                makes: &[&super::COMPARED_STATE],
                states: &[
                    &facts::PROVIDER_STATE_FILE,
                    &facts::PROVIDER_STATE_SHA256,
                    &facts::PROVIDER_STATE_KEYS,
                    &facts::PROVIDER_STATE_SEEN,
                    &facts::PROVIDER_STATE_DIFFERS,
                    &facts::RECORDED_ON,
                    &facts::DUE_OPENED,
                    &facts::DUE_SETTLED,
                ],
                hands: Hands::TwoInside,
                says: &[words::I_COMPARED],
                reach: &[Reach::Media, Reach::Shelf],
                ..Row::PLAIN
            }
        }
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        let register = register(&*stage)?;
        let mut problem = None;
        let (bytes, shown) = loop {
            let path = stage.file_of_medium(words::WHICH_STATE, &["json", "txt"], problem.take())?;
            let bytes = outside::read(&path, LARGEST).map_err(|e| store::not_opened(&path, &e));
            match bytes.and_then(|bytes| read(&bytes).map(|shown| (bytes, shown))) {
                Ok(found) => break found,
                Err(p) => problem = Some(p.can_try_again()),
            }
        };
        let known = known(&register);
        let all: Vec<KnownKey> =
            known.iter().map(|k| k.key.clone()).chain(exchange_keys(&register)).collect();
        let differs = compare(&all, &shown);
        let seen: Vec<Value> = known
            .iter()
            .filter_map(|k| {
                let seen = shown.of_key(&k.key)?;
                // Where the aliases of its place are not listed, those that were seen before stand.
                let aliases = shown.lists_aliases_beside(seen).then_some(&seen.aliases);
                Some(json!({
                    "run": k.cloud.run, "key": k.cloud.key, "target": k.cloud.target, "name": k.cloud.name,
                    "condition": word(&seen.condition), "aliases": aliases,
                    "expires": seen.expires.map(engine::words::utc),
                }))
            })
            .collect();
        let differs: Vec<(String, String)> = differs.iter().map(|d| (d.id(), d.says())).collect();
        let settled = settled(&register, &known, &shown, &differs);
        let sha256 = sha256_hex(&bytes);
        let facts = words::compared(shown.keys.len(), known.len(), seen.len(), &differs);
        stage.ask(Ask::Observe { facts, button: words::SEEN_IT.to_owned(), done: false }, None)?;
        let says = words::i_compared(&sha256, differs.len());
        both_sign(cue, stage, &says)?;
        let name = format!("provider-state-{}.json", stage.past().entries.len());
        stage.keep(&name, &bytes)?;
        let now = stage.now();
        Ok(Outcome::new()
            .fact(&facts::PROVIDER_STATE_FILE, name.as_str())
            .fact(&facts::PROVIDER_STATE_SHA256, sha256)
            .fact(&facts::PROVIDER_STATE_KEYS, shown.keys.len() as u64)
            .fact(&facts::PROVIDER_STATE_SEEN, seen)
            .fact(&facts::RECORDED_ON, media::day(now))
            .fact(&facts::DUE_OPENED, due(&differs, &media::day(now)))
            .fact(&facts::DUE_SETTLED, settled)
            .fact(&facts::PROVIDER_STATE_DIFFERS, differs)
            .file(FileDigest::of(name, &bytes)))
    }

    /// What both signed is what is recorded, and each difference is due.
    fn follows(&self, done: &Done<'_>) -> Result<(), Departure> {
        let differs = facts::PROVIDER_STATE_DIFFERS.within(done.outcome).unwrap_or_default();
        let day = facts::RECORDED_ON.within(done.outcome).unwrap_or_default();
        let sha256 = facts::PROVIDER_STATE_SHA256.within(done.outcome).unwrap_or_default();
        if facts::DUE_OPENED.within(done.outcome) != Some(due(&differs, &day)) || !only_states(done.outcome) {
            return Err(done.departs("dues", words::OTHER_DUES));
        }
        let file = facts::PROVIDER_STATE_FILE.within(done.outcome).unwrap_or_default();
        if !done.outcome.files.iter().any(|f| f.name == file && f.sha256 == sha256) {
            return Err(done.departs("another-file", words::OTHER_FILE));
        }
        done.signed_by(done.both(), &words::i_compared(&sha256, differs.len()))
    }
}

fn read(bytes: &[u8]) -> Result<ProviderState, Problem> {
    ProviderState::read(&[bytes]).map_err(|e| byok_problem(&e))
}

/// What is due: each difference within a week.
fn due(differs: &[(String, String)], day: &str) -> Vec<(String, String, String)> {
    let by = script::day(day).map(|on| media::day(on + WITHIN)).unwrap_or_default();
    differs.iter().map(|(id, says)| (id.clone(), says.clone(), by.clone())).collect()
}

/// What was due and is no difference any more, of the keys whose condition the file says, or that are out of use and not in the
/// full list of their place. Of any other it shows nothing, and what was due stays. Where an alias leads only people can say.
fn settled(
    register: &Register,
    known: &[Known<'_>],
    state: &ProviderState,
    differs: &[(String, String)],
) -> Vec<String> {
    let said = known.iter().filter_map(|k| {
        let of_key = format!("{}{} {} ", words::STATE, k.key.target, k.key.key());
        let silent = match state.of_key(&k.key) {
            Some(seen) => seen.condition == Condition::NotSaid,
            None => differs.iter().any(|(id, _)| id.starts_with(&of_key)),
        };
        (!silent).then_some(of_key)
    });
    let said: Vec<String> = said.collect();
    let of_known = |id: &str| {
        let word = said.iter().find_map(|of_key| id.strip_prefix(of_key.as_str()));
        word.is_some_and(|word| !word.starts_with(ALIAS))
    };
    let open = register.dues.iter().filter(|due| due.settled.is_none());
    let gone = open.filter(|due| of_known(&due.id) && !differs.iter().any(|(id, _)| *id == due.id));
    gone.map(|due| due.id.clone()).collect()
}

/// Whether nothing is settled but differences.
fn only_states(outcome: &Entry) -> bool {
    let settled = facts::DUE_SETTLED.within(outcome).unwrap_or_default();
    settled.iter().all(|id| id.starts_with(words::STATE))
}

fn word(condition: &Condition) -> String {
    match condition {
        Condition::Usable => "usable".to_owned(),
        Condition::Disabled => "disabled".to_owned(),
        Condition::PendingDeletion(_) => "pending-deletion".to_owned(),
        Condition::Destroyed => "destroyed".to_owned(),
        Condition::PendingImport => "pending-import".to_owned(),
        Condition::Other(says) => says.clone(),
        Condition::NotSaid => "not-said".to_owned(),
    }
}
