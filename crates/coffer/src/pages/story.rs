//! What the window's pages of the ledger show: each key's whole story, each set as a plan of custody, people, devices and days.

use super::ledger::day;
use super::{dues, ledger, register, words};
use crate::desk::Desk;
use ::register::custody::{Stake, stakes};
use ::register::{Key, Register, Set, Sheet};
use protocol::{
    CopyCard, ExportedView, KeyStory, LedgerView, Mode, PersonCard, Problem, SetCard, SheetCard, StakeCard,
};
use std::path::Path;

/// The ledger of one mode.
pub(crate) fn of(desk: &Desk, mode: Mode) -> Result<LedgerView, Problem> {
    let register = register::alone(desk, mode)?;
    let today = time::OffsetDateTime::now_utc().date().to_string();
    let cards = ledger::keys(&register, mode);
    let devices = register
        .devices
        .iter()
        .flat_map(|device| [Some(words::device(device)), words::validation(device, &today)])
        .flatten()
        .map(|line| line.trim().to_owned());
    Ok(LedgerView {
        mode,
        keys: register.keys.iter().zip(cards).map(|(key, card)| story(&register, key, card)).collect(),
        sets: register.sets.iter().map(|set| set_card(&register, set)).collect(),
        people: register.people.iter().map(person).collect(),
        devices: devices.collect(),
        media: register.media.iter().map(words::medium).collect(),
        refused: register.refused.iter().map(words::refused).collect(),
        dues: ledger::dues(&register, mode, &today),
        drills: register.drills(&today),
        contradictions: register.contradictions.clone(),
        today,
    })
}

/// Writes the days of production into a new file in this folder.
pub(crate) fn calendar(desk: &Desk, folder: &str) -> Result<ExportedView, Problem> {
    let path = outside::meant(folder).join(Path::new("cofferdam-dues.ics"));
    dues::write_calendar(&path, register::dues(desk, Mode::Production)?.iter())?;
    Ok(ExportedView { path: path.display().to_string(), files: 1 })
}

fn story(register: &Register, key: &Key, card: protocol::KeyCard) -> KeyStory {
    let facts = [
        (words::STRENGTH, key.strength.map(words::bits)),
        (words::MADE, Some(key.made.clone())),
        (words::SYSTEM, key.system.clone()),
        (words::OWNER, key.owner.clone()),
        (words::USED_BY, used_by(register, &key.check_value)),
        (words::PROTECTS_UNTIL, key.protects_until.clone()),
        (words::PROCESSES_UNTIL, key.processes_until.clone()),
        (words::DAYS_SET_BY, key.days_set_by.clone()),
        (words::OPENED_BY, key.set.as_deref().map(words::shares_of_set)),
    ];
    let copies = register.copies_of(&key.check_value);
    let of_key = |due: &&::register::Due| {
        due.says.contains(&key.check_value)
            || due.id.contains(&key.check_value)
            || key.set.as_ref().is_some_and(|set| due.id.contains(set.as_str()))
    };
    let clouds = register.clouds.iter().filter(|cloud| cloud.key == key.check_value);
    let mut runs: Vec<String> = std::iter::once(key.run.clone())
        .chain(key.states.iter().map(|(.., run)| run.clone()))
        .chain(copies.iter().map(|copy| copy.place.run.clone()))
        .collect();
    runs.sort_unstable();
    runs.dedup();
    KeyStory {
        card,
        facts: facts.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect(),
        states: key.states.iter().map(|(state, at, run)| (day(at), state.to_string(), run.clone())).collect(),
        copies: copies
            .iter()
            .map(|copy| CopyCard { says: words::copy(copy), may_be_there: copy.may_be_there() })
            .collect(),
        clouds: clouds.map(words::cloud).collect(),
        dues: register.dues.iter().filter(of_key).map(|due| due.id.clone()).collect(),
        set: key.set.clone(),
        runs,
    }
}

/// The listed systems that name the key; none where none does.
fn used_by(register: &Register, key: &str) -> Option<String> {
    let (columns, rows) = register.kept_of(facts::SYSTEM);
    let names = rows.iter().filter(|row| row.left.is_none() && row.text(columns, "key") == key);
    let names: Vec<&str> = names.map(|row| row.id.as_str()).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

fn set_card(register: &Register, set: &Set) -> SetCard {
    let sheets = register.sheets_of(&set.set);
    let holder = |sheet: &Sheet| sheet.holder.clone().unwrap_or_else(|| words::NO_HOLDER.to_owned());
    let brought: Vec<u8> = sheets.iter().filter(|s| s.state.can_be_brought()).map(|s| s.share).collect();
    let known = u64::try_from(sheets.len()).ok() == set.shares;
    let cards = |stakes: Option<Vec<Stake>>| stakes.unwrap_or_default().into_iter().map(stake).collect();
    SetCard {
        set: set.set.clone(),
        key: set.key.clone().unwrap_or_else(|| words::OF_ANOTHER_WORKSTATION.to_owned()),
        state: set.state.to_string(),
        dealt: register::dealt(set),
        next_drill: set.next_drill.clone(),
        sheets: sheets.iter().map(sheet).collect(),
        opens: if known { set.opens(&brought) } else { None },
        places: cards(stakes(set, sheets, |sheet| sheet.place.clone())),
        holders: cards(stakes(set, sheets, holder)),
    }
}

fn stake(stake: Stake) -> StakeCard {
    StakeCard {
        name: stake.name,
        shares: stake.shares.into_iter().map(u32::from).collect(),
        opens_alone: stake.opens_alone,
        others_open: stake.others_open,
    }
}

fn sheet(sheet: &Sheet) -> SheetCard {
    SheetCard {
        share: u32::from(sheet.share),
        holder: sheet.holder.clone(),
        place: sheet.place.clone(),
        bag: sheet.bag.clone(),
        seal: sheet.seal.clone(),
        state: sheet.state.to_string(),
        can_be_brought: sheet.state.can_be_brought(),
        since: day(&sheet.since),
    }
}

fn person(person: &::register::Person) -> PersonCard {
    PersonCard {
        id: person.id.clone(),
        name: person.name.clone(),
        role: person.role.clone(),
        since: day(&person.since),
        left: person.left.as_ref().map(|(day, _)| day.clone()),
        holds: person.holds.iter().map(|(set, share)| (set.clone(), u32::from(*share))).collect(),
    }
}
