//! A shipped ceremony played by itself on the embedded token. What its actions need from outside is made first, by the
//! stand-ins that lie beside them; some need an earlier ceremony, which is rehearsed the same way.

mod practice;
mod words;

pub(crate) use practice::Practice;

use crate::desk::{Desk, Wanted, copy_pack};
use crate::players::answers::Answers;
use crate::players::player::{Seen, tell};
use crate::players::terminal::{Values, end};
use crate::players::unattended::Unattended;
use crate::screen::say;
use actions::{First, REPERTOIRE, STAND_INS, StandIn};
use engine::{Ended, Engine};
use protocol::{FinishedView, FromRoom, Mode, Problem};
use script::{Plan, Planned};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// One play by itself.
struct Played {
    ended: Ended,
    finished: FinishedView,
    player: Unattended,
}

/// How a play by itself is told. Of an earlier ceremony people are told that it comes first.
#[derive(Clone, Copy)]
struct Voice {
    say: fn(&str),
    tell: fn(&FromRoom),
}

/// On the terminal.
const ALOUD: Voice = Voice { say: |text| say(text), tell };
/// Where a window shows it in its own way.
const SILENT: Voice = Voice { say: |_| (), tell: |_| () };

/// What was made for a play: answers, what an earlier ceremony gave out, and the stand-ins that made it.
struct Outside {
    answers: Answers,
    earlier: Option<Unattended>,
    used: Vec<&'static dyn StandIn>,
}

pub(crate) fn rehearse(desk: &Desk, script: &str, out: &Path, values: &Values) -> Result<ExitCode, Problem> {
    if out.exists() {
        return Err(words::file_exists(&out.display()));
    }
    let plan = planned(script, values)?;
    if !matches!(plan.value("sheets"), "" | "written") && plan.value("qr") == "no" {
        return Err(words::nobody_to_read_sheets());
    }
    let beside = out.with_file_name(format!(
        "{}.stand-in",
        out.file_name().and_then(|n| n.to_str()).unwrap_or("rehearsal")
    ));
    let played = prepared_and_played(desk, plan, &beside, ALOUD, true)?;
    if let Ended::Closed(pack) = &played.ended {
        copy_pack(pack, out)?;
        say(words::copied(&out.display()));
    }
    Ok(end(&played.ended, &played.finished, played.player.missing()))
}

fn planned(script: &str, values: &Values) -> Result<Plan, Problem> {
    Wanted { script, roster: None, mode: Mode::Rehearsal, values }.plan()
}

/// Makes what the plan's actions need from outside, and plays it. What stands in for what is said only of the play itself.
fn prepared_and_played(
    desk: &Desk,
    plan: Plan,
    beside: &Path,
    voice: Voice,
    says: bool,
) -> Result<Played, Problem> {
    let Outside { answers, earlier, used } = outside(desk, &plan, beside, voice, says)?;
    play(desk, plan, answers, earlier, watch(used, beside, voice))
}

/// Makes what the plan's actions need from outside, in the folder `beside` the rehearsal.
fn outside(desk: &Desk, plan: &Plan, beside: &Path, voice: Voice, says: bool) -> Result<Outside, Problem> {
    let mut made_of = Outside { answers: Answers::default(), earlier: None, used: Vec::new() };
    for stand_in in STAND_INS {
        let steps: Vec<&Planned> = plan.steps.iter().filter(|s| stand_in.serves(s.action)).collect();
        if steps.is_empty() {
            continue;
        }
        let made = stand_in.make(plan, &steps, beside)?;
        made_of.answers.by_key.extend(made.answers);
        if let Some(text) = made.says.filter(|_| says) {
            (voice.say)(&text);
        }
        if let Some(first) = made.first {
            (voice.say)(first.says);
            let played = before(desk, &first, beside, voice)?;
            let pack = pack_of(&played)?.display().to_string();
            made_of.answers.by_key.extend(first.pack.into_iter().map(|key| (key, pack.clone())));
            if first.sheets {
                made_of.earlier = Some(played.player);
            }
        }
        made_of.used.push(*stand_in);
    }
    Ok(made_of)
}

fn before(desk: &Desk, first: &First, beside: &Path, voice: Voice) -> Result<Played, Problem> {
    prepared_and_played(desk, planned(first.script, &first.values)?, beside, voice, false)
}

/// Tells every message, and lets others do what they would do meanwhile.
fn watch(used: Vec<&'static dyn StandIn>, beside: &Path, voice: Voice) -> Box<dyn FnMut(&FromRoom)> {
    let beside = beside.to_owned();
    Box::new(move |message| {
        (voice.tell)(message);
        for stand_in in &used {
            stand_in.meanwhile(&beside);
        }
    })
}

fn play(
    desk: &Desk,
    plan: Plan,
    mut answers: Answers,
    earlier: Option<Unattended>,
    tell: Box<dyn FnMut(&FromRoom)>,
) -> Result<Played, Problem> {
    for p in &plan.roster.people {
        answers.passphrases.insert(p.id.clone(), p.rehearsal_passphrase.clone().unwrap_or_default());
    }
    let around = desk.surroundings(&plan, None)?;
    let folder = desk.new_run(&plan)?;
    let mut player = Unattended::new(answers, tell);
    if let Some(mut earlier) = earlier {
        player.bring_sheets_of(&mut earlier);
    }
    let mut seen = Seen(&mut player);
    let mut engine = Engine::begin(plan, &REPERTOIRE, &folder, around, &mut seen)?;
    let ended = engine.play()?;
    let finished = engine.finished(&ended);
    drop(engine);
    Ok(Played { ended, finished, player })
}

fn pack_of(played: &Played) -> Result<PathBuf, Problem> {
    if let Ended::Closed(pack) = &played.ended {
        return Ok(pack.clone());
    }
    Err(words::not_rehearsed().with_detail(played.player.missing().unwrap_or_default()))
}
