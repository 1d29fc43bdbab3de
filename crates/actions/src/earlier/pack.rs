//! The backup of an earlier ceremony, as its verified evidence pack tells of it, opened for a run to keep what it needs.

use crate::earlier::at_hand::AtHand;
use crate::earlier::bags::{self, Newest};
use crate::earlier::copied::Copied;
use crate::earlier::files::file_of;
use crate::earlier::plan_pack::{Backups, OneLine};
use crate::earlier::words::{self, no_backup};
use crate::earlier::{BROUGHT, made, signer};
use crate::key::master;
use crate::share::boxed;
use crate::share::dealt::{MADE, OPENED};
use engine::{Cue, Halt, Keep, KeepRecord, Outcome, Recall as _, Stage};
use facts::{Fact as Said, Form, Named as _};
use outside::LARGEST_RECORD;
use protocol::{Fact, Problem};
use register::places::Place;
use register::{walk, walk_plan};
use script::Dealing;
use std::path::Path;
use store::read_outside;
use transcript::{Entry, Reading};

/// The largest wrapped backup, in bytes: RSA-4096 in PKCS#8 under AES-KWP is about 2.4 KiB.
const LARGEST: u64 = 16 * 1024;

/// The parameter that says which line of a key plan is meant, where it is one; 0 for a backup of one key.
pub(in crate::earlier) const PLAN_LINE: &str = "plan-line";

/// What an earlier ceremony's record says of its backup.
pub(crate) struct Earlier {
    pub(crate) set: String,
    pub(crate) dealing: Dealing,
    commitments: Vec<String>,
    /// The serial number of the token that the keys were backed up from.
    serial: String,
    run: String,
    signer: String,
    /// Share index and the number of the bag it was sealed in.
    bags: Vec<(u64, String)>,
    /// Its shares that are encrypted to YubiKeys.
    boxes: Vec<boxed::Sealed>,
    /// What this workstation's own drills on the set say of its bags since.
    newest: Newest,
    keys: Keys,
    /// Where the key was made, and how it came out for the backup.
    path: String,
    /// The line of a key plan whose one key this is of.
    line: Option<u64>,
    /// The other lines of that plan, each with its key's check value.
    other_lines: Vec<(u64, String)>,
}

/// What its shares open.
enum Keys {
    One(Box<One>),
    Plan(Backups),
}

/// The one key of a backup.
pub(crate) struct One {
    /// What its token said of it, last.
    pub(crate) said: master::Said,
    /// The serial number of that token.
    pub(crate) token: String,
    pub(crate) check_value: String,
    pub(crate) key_spec: String,
    /// The key's label in the token that it was backed up from.
    pub(crate) key_label: String,
    /// Every place where the key went, by that record, the ones before it and those at hand.
    pub(crate) places: Vec<Place>,
    wrapped_name: String,
    wrapped: Vec<u8>,
    pub(crate) public_key: Option<Vec<u8>>,
}

impl Earlier {
    /// Its one key. Refused for a plan's backup: its sheets guard every key of the plan, so that what ends with their
    /// destruction would leave the other keys without a backup.
    pub(crate) fn one(&self) -> Result<&One, Problem> {
        match &self.keys {
            Keys::One(one) => Ok(one),
            Keys::Plan(backups) => Err(words::backup_of_a_plan(backups.count())),
        }
    }

    /// The lines of its key plan, each with the check value of its key. Refused for the backup of one key.
    pub(crate) fn lines(&self) -> Result<Vec<(u64, String)>, Problem> {
        match &self.keys {
            Keys::One(_) => Err(words::backup_of_no_plan()),
            Keys::Plan(backups) => Ok(backups.lines()),
        }
    }

    /// The digest of its key plan.
    pub(crate) fn plan_sha256(&self) -> Result<String, Problem> {
        match &self.keys {
            Keys::One(_) => Err(words::backup_of_no_plan()),
            Keys::Plan(backups) => Ok(backups.plan_sha256.clone()),
        }
    }

    /// Refuses a plan in which too few or too many people bring a share of it.
    pub(crate) fn enough_bring(&self, cue: Cue<'_>) -> Result<(), Problem> {
        let bringing = cue.plan.steps.iter().filter(|s| s.action.makes(&BROUGHT)).count();
        let (fewest, dealt) = (self.dealing.fewest(), self.dealing.count());
        if (fewest..=usize::from(dealt)).contains(&bringing) {
            return Ok(());
        }
        Err(words::other_number(bringing, fewest, dealt, &self.dealing.needs()))
    }
}

/// What the copy of a pack says; `brought` is where it was copied from, `line` the one line of a key plan that is meant.
fn read(cue: Cue<'_>, brought: &Path, pack: &Path, line: Option<u64>) -> Result<Earlier, Problem> {
    let signer = signer::verified_copy(brought, pack, cue.plan.mode, cue.repertoire)?;
    let entries = Reading::of(&read_outside(&pack.join("transcript.jsonl"), LARGEST_RECORD)?).entries;
    let set = told(&entries, &facts::SHARE_SET)?;
    // Sheets of an earlier, void set were given out too: only those after the set was made count.
    let dealt_at = entries.iter().rposition(|e| facts::SHARE_SET.within(e).is_some()).unwrap_or(0);
    let dealt = entries.get(dealt_at..).unwrap_or_default();
    let bags = dealt.iter().filter_map(|e| {
        let bag = facts::BAG.within(e)?;
        Some((facts::SHARE_INDEX.within(e)?, bag))
    });
    let commitments = told(&entries, &facts::SHARE_COMMITMENTS)?;
    let is_plan = facts::PLAN_KEYS.newest(&entries).is_some();
    let mut other_lines = Vec::new();
    let keys = match line {
        Some(_) if !is_plan => return Err(words::backup_of_no_plan()),
        Some(line) => {
            let backups = Backups::of(pack, &entries, &set)?;
            other_lines = backups.lines().into_iter().filter(|(other, _)| *other != line).collect();
            Keys::One(Box::new(of_line(&entries, backups.line(line)?)?))
        }
        None if is_plan => Keys::Plan(Backups::of(pack, &entries, &set)?),
        None => Keys::One(Box::new(one(pack, &entries)?)),
    };
    Ok(Earlier {
        dealing: MADE.read(&entries).ok_or_else(|| no_backup(words::HOW_DEALT))?,
        commitments,
        serial: told(&entries, &facts::TOKEN_SERIAL)?,
        run: told(&entries, &facts::RUN)?,
        signer,
        bags: bags.collect(),
        boxes: boxed::of(pack, dealt)?,
        newest: Newest::default(),
        path: made::how(&entries, line),
        keys,
        line,
        other_lines,
        set,
    })
}

/// The newest value of a fact that the pack's record has to tell.
pub(in crate::earlier) fn told<F: Form>(entries: &[Entry], fact: &Said<F>) -> Result<F::Value, Problem> {
    fact.newest(entries).ok_or_else(|| no_backup(fact.name()))
}

fn one(pack: &Path, entries: &[Entry]) -> Result<One, Problem> {
    let wrapped_name = told(entries, &facts::WRAPPED_BACKUP)?;
    let public_key = facts::PUBLIC_KEY_FILE.newest(entries).map(|name| file_of(pack, &name, LARGEST));
    Ok(One {
        said: master::MasterKey::said_of(|fact| fact.newest(entries)),
        token: told(entries, &facts::TOKEN_SERIAL)?,
        check_value: told(entries, &facts::CHECK_VALUE)?,
        key_spec: told(entries, &facts::KEY_SPEC)?,
        key_label: told(entries, &facts::KEY_LABEL)?,
        places: walk::of_record(entries, true),
        wrapped: file_of(pack, &wrapped_name, LARGEST)?,
        wrapped_name,
        public_key: public_key.transpose()?,
    })
}

/// The one key of a line of a plan. What its token said of it afterwards no record has.
fn of_line(entries: &[Entry], line: OneLine) -> Result<One, Problem> {
    let places = walk_plan::of_record(entries, true).into_iter().find(|(key, _)| *key == line.check_value);
    Ok(One {
        said: master::MasterKey::said_of(|_| None),
        token: told(entries, &facts::TOKEN_SERIAL)?,
        places: places.map(|(_, places)| places).unwrap_or_default(),
        check_value: line.check_value,
        key_spec: line.key_spec,
        key_label: line.label,
        wrapped: line.wrapped,
        wrapped_name: line.file,
        public_key: line.public_key,
    })
}

/// What the people compare with their sheets and notes.
pub(crate) fn about(earlier: &Earlier) -> Vec<Fact> {
    let mut facts = vec![
        words::made_in(&earlier.run),
        words::share_set(&earlier.set),
        words::needs(earlier.dealing.needs()),
    ];
    match &earlier.keys {
        Keys::One(one) => {
            facts.extend(earlier.line.map(words::line_of_the_plan));
            facts.push(words::to_match(&one.check_value));
        }
        Keys::Plan(backups) => facts.extend(backups.about()),
    }
    facts.push(words::path_of(&earlier.path));
    let newest = &earlier.newest;
    facts.extend(newest.bags.iter().map(|(share, bag, run)| words::sealed_again(*share, bag, run)));
    facts.extend(newest.passed_over.iter().map(|(run, why)| words::bags_not_taken(run, why)));
    facts
}

/// Asks for an earlier ceremony's evidence pack, verifies it, and keeps what this run needs of it: the pack's medium may
/// be gone when the shares are in. Gives what the record says, and the facts for this one.
pub(crate) fn opened(
    cue: Cue<'_>,
    stage: &mut dyn Stage,
    fits: impl Fn(&Earlier) -> Result<(), Problem>,
) -> Result<(Earlier, Outcome), Halt> {
    // Where the script has the parameter, 0 means a backup of one key.
    let line = cue.plan.value(PLAN_LINE).parse::<u64>().ok().filter(|line| *line > 0);
    let mut problem = None;
    let (pack, mut earlier) = loop {
        let path = stage.folder_of_medium(words::WHICH_PACK, &[], problem.take())?;
        let read = Copied::of(&path, stage.folder()).and_then(|copy| read(cue, &path, copy.path(), line));
        match read.and_then(|e| fits(&e).map(|()| e)) {
            Ok(earlier) => break (path, earlier),
            Err(p) => problem = Some(p.can_try_again()),
        }
    };
    let signed_by = signer::known_signer(cue, stage, &earlier.signer)?;
    let own = stage.newest(&facts::SIGNING_KEY_SHA256).unwrap_or_default();
    let signers = [own.as_str(), &earlier.signer];
    earlier.newest = bags::of(cue, stage, &earlier.set, &signers)?;
    let at_hand = AtHand::read(cue, stage, &earlier.run, &signers)?;
    let known = |check_value: &str, places: &mut Vec<Place>| {
        at_hand.add(cue, &earlier.run, check_value, &signers, places);
    };
    match &mut earlier.keys {
        Keys::One(one) => known(&one.check_value, &mut one.places),
        Keys::Plan(backups) => backups.places_known(known),
    }
    let outcome = boxed::keep(stage, &earlier.boxes, Outcome::new())?;
    let outcome = said_of(&earlier, outcome)
        .fact(&facts::EARLIER_PACK, pack.display().to_string())
        .fact(&facts::EARLIER_PACK_SIGNED_BY, signed_by);
    let outcome = match &earlier.keys {
        Keys::One(one) => keep(stage, one, outcome)?,
        Keys::Plan(backups) => backups.keep(stage, outcome)?,
    };
    Ok((earlier, outcome))
}

/// What the earlier record says of the set.
fn said_of(earlier: &Earlier, outcome: Outcome) -> Outcome {
    let mut outcome = OPENED
        .write(&earlier.dealing, outcome)
        .fact(&facts::DRILL_SET, earlier.set.as_str())
        .fact(&facts::DRILL_COMMITMENTS, earlier.commitments.clone())
        .fact(&facts::EARLIER_CEREMONY, earlier.run.as_str())
        .fact(&facts::DRILL_BAGS, earlier.bags.clone())
        .fact(&facts::EARLIER_KEY_PATH, earlier.path.as_str())
        .fact(&facts::EARLIER_TOKEN_SERIAL, earlier.serial.as_str());
    if let Some(line) = earlier.line {
        outcome = outcome
            .fact(&facts::DRILL_LINE, line)
            .fact(&facts::DRILL_LINE_OTHERS, earlier.other_lines.clone());
    }
    let Newest { bags, passed_over } = &earlier.newest;
    if !bags.is_empty() {
        outcome = outcome.fact(&facts::DRILL_NEWER_BAGS, bags.clone());
    }
    if !passed_over.is_empty() {
        outcome = outcome.fact(&facts::DRILL_BAGS_NOT_TAKEN, passed_over.clone());
    }
    outcome
}

/// Keeps the one key's files in this run's folder.
fn keep(
    stage: &mut (impl Keep + KeepRecord + ?Sized),
    one: &One,
    outcome: Outcome,
) -> Result<Outcome, Problem> {
    let entries = stage.past().entries.len();
    let kept = format!("drilled-backup-{entries}.kwp");
    stage.keep(&kept, &one.wrapped)?;
    let places: Vec<_> = one.places.iter().map(|place| serde_json::json!(place)).collect();
    let outcome = outcome
        .fact(&facts::DRILL_CHECK_VALUE, one.check_value.as_str())
        .fact(&facts::DRILL_KEY_SPEC, one.key_spec.as_str())
        .fact(&facts::COPIES_KNOWN, places)
        .fact(&facts::EARLIER_WRAPPED_BACKUP, one.wrapped_name.as_str())
        .fact(&facts::DRILLED_BACKUP_SHA256, script::sha256_hex(&one.wrapped))
        .fact(&facts::DRILLED_BACKUP, kept);
    let Some(public) = &one.public_key else { return Ok(outcome) };
    let name = format!("drilled-public-key-{entries}.der");
    stage.keep(&name, public)?;
    Ok(outcome.fact(&facts::DRILLED_PUBLIC_KEY, name))
}
