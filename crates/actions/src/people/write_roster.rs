//! `write-roster`: the roster that later ceremonies are played with, and a card of what later readers know this
//! workstation's records by.

use super::{enrolled, words};
use engine::words::{observed, out_of_order};
use engine::{
    Action, Cue, Departure, Done, Halt, KeepRecord, Machine, Outcome, Recall as _, Room, Stage, Tokens,
};
use outside::LARGEST_RECORD;
use protocol::{Mode, Problem, ReadAloud, visible};
use script::roster::SiteRule;
use script::{Hands, Person, Reach, Roster, Row};
use std::fmt::Write as _;
use transcript::FileDigest;

/// How the files in the pack are called: the roster without verifiers, and the workstation card.
const ROSTER: &str = "enrolled-roster-";
pub(crate) const CARD: &str = "workstation-card-";

/// Writes the roster.
pub(crate) struct WriteRoster;

impl Action for WriteRoster {
    fn row(&self) -> &'static Row {
        const {
            &Row {
                name: "write-roster",
                needs: &[&super::ENROLLED],
                makes: &[&super::ROSTER],
                states: &[&facts::ROSTER_ENROLLED_SHA256, &facts::ROSTER_FILE],
                hands: Hands::Two,
                reach: &[Reach::Shelf, Reach::Token],
                ..Row::PLAIN
            }
        }
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        let people = cue.plan.everyone();
        let text = roster(cue, stage, &people)?;
        // What is written here has to be taken later.
        let read = Roster::parse(&text, cue.plan.mode)?;
        let folder = stage.rosters()?;
        store::make_folder(&folder)?;
        let path = folder.join(format!("{}.toml", cue.run));
        // After an interruption the same bytes may be there already.
        if !outside::read(&path, LARGEST_RECORD).is_ok_and(|there| there == text.as_bytes()) {
            store::write_private(&path, text.as_bytes())?;
        }
        let digest = script::sha256_hex(text.as_bytes());
        let card = workstation_card(cue, stage, &digest, &read.people)?;
        let path = path.display().to_string();
        let mut outcome = Outcome::new()
            .fact(&facts::ROSTER_ENROLLED_SHA256, digest.as_str())
            .fact(&facts::ROSTER_FILE, path.as_str());
        let entries = stage.past().entries.len();
        for (name, text) in
            [(format!("{ROSTER}{entries}.toml"), read.public()), (format!("{CARD}{entries}.txt"), card)]
        {
            stage.keep(&name, text.as_bytes())?;
            outcome = outcome.file(FileDigest::of(name, text.as_bytes()));
        }
        Ok(outcome
            .shows(observed(words::ROSTER, path))
            .shows(observed(words::ITS_SHA256, digest))
            .shows(observed(words::PEOPLE, read.people.len().to_string()))
            .shows(observed(words::FROM_NOW_ON, words::IT_IS_TAKEN)))
    }

    fn follows(&self, done: &Done<'_>) -> Result<(), Departure> {
        let named = |begins: &str| done.outcome.files.iter().any(|file| file.name.starts_with(begins));
        if named(ROSTER) && named(CARD) {
            return Ok(());
        }
        Err(done.departs("not-written", words::NO_ROSTER_OR_NO_CARD))
    }
}

fn roster(cue: Cue<'_>, stage: &dyn Stage, people: &[Person]) -> Result<String, Problem> {
    let mut text = words::roster_heading(cue.plan.mode, cue.run);
    // A rule for a site at which nobody was enrolled would have the roster refused.
    let here = |name: &str| people.iter().any(|p| p.site.as_deref() == Some(name));
    text.extend(cue.plan.roster.sites.iter().filter(|s| here(&s.name)).map(SiteRule::lines));
    for person in people {
        text.push('\n');
        text.push_str(&enrolled::lines_of(stage, person)?);
    }
    Ok(text)
}

/// What is noted on paper, away from the workstation: by it a later reader knows the record's key. The file is signed by that
/// key, so that nobody changes a byte of it.
fn workstation_card(
    cue: Cue<'_>,
    on: &mut (impl KeepRecord + Machine + Tokens + ?Sized),
    roster: &str,
    people: &[Person],
) -> Result<String, Halt> {
    let key: String = on.need(&facts::SIGNING_KEY_SHA256)?;
    let key = data_encoding::HEXLOWER.decode(key.as_bytes()).map_err(|_| out_of_order())?;
    let minute = engine::media::minute(on.now());
    let said = |fact: &facts::Fact<facts::Text>| on.newest(fact).unwrap_or_default();
    let attributes = on.newest(&facts::SIGNING_KEY_ATTRIBUTES).unwrap_or_default();
    let mut text = String::new();
    if cue.plan.mode == Mode::Rehearsal {
        text.push_str(words::REHEARSAL);
    }
    text.push_str(&words::card_heading(cue.run, &minute));
    for row in ReadAloud::of(&key).rows {
        let _ = writeln!(text, "  {}  {}\n     {}", row.number, row.hex.join(" "), row.words.join(" "));
    }
    text.push_str(&words::card_of_the_device(&words::Device {
        model: said(&facts::TOKEN_MODEL),
        label: said(&facts::TOKEN_LABEL),
        serial: said(&facts::TOKEN_SERIAL),
        key_id: said(&facts::SIGNING_KEY_ID),
        attributes,
        module: on.newest(&facts::MODULE_SHA256),
        program: on.newest(&facts::PROGRAM_SHA256),
    }));
    text.push_str(&words::card_ending(roster));
    for person in people {
        let with = if person.yubikey.is_some() { words::A_YUBIKEY } else { words::BY_PASSPHRASE };
        let _ = writeln!(text, "  {} ({}): {with}", visible(&person.name), visible(&person.role));
    }
    text.push_str(words::SIGNED_BY_HAND);
    on.sign_card(&text)
}
