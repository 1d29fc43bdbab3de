//! A shipped ceremony played by itself on the embedded token. What its actions need from outside is made first, by the
//! stand-ins that lie beside them; some need an earlier ceremony, which is rehearsed the same way.

mod words;

use crate::desk::{Desk, Wanted, copy_pack};
use crate::players::player::{Seen, tell};
use crate::players::terminal::{Values, end};
use crate::players::unattended::{Answers, Unattended};
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

/// Whether people are told what stands in for what. Of an earlier ceremony they are told that it comes first.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Says {
    All,
    Nothing,
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
    let played = prepared_and_played(desk, plan, &beside, Says::All)?;
    if let Ended::Closed(pack) = &played.ended {
        copy_pack(pack, out)?;
        say(words::copied(&out.display()));
    }
    Ok(end(&played.ended, &played.finished, played.player.missing()))
}

fn planned(script: &str, values: &Values) -> Result<Plan, Problem> {
    Wanted { script, roster: None, mode: Mode::Rehearsal, values }.plan()
}

/// Makes what the plan's actions need from outside, and plays it.
fn prepared_and_played(desk: &Desk, plan: Plan, beside: &Path, says: Says) -> Result<Played, Problem> {
    let mut answers = Answers::default();
    let (mut earlier, mut used) = (None, Vec::new());
    for stand_in in STAND_INS {
        let steps: Vec<&Planned> = plan.steps.iter().filter(|s| stand_in.serves(s.action)).collect();
        if steps.is_empty() {
            continue;
        }
        let made = stand_in.make(&plan, &steps, beside)?;
        answers.by_key.extend(made.answers);
        if let Some(text) = made.says.filter(|_| says == Says::All) {
            say(text);
        }
        if let Some(first) = made.first {
            say(first.says);
            let played = before(desk, &first, beside)?;
            let pack = pack_of(&played)?.display().to_string();
            answers.by_key.extend(first.pack.into_iter().map(|key| (key, pack.clone())));
            if first.sheets {
                earlier = Some(played.player);
            }
        }
        used.push(*stand_in);
    }
    play(desk, plan, answers, earlier, watch(used, beside))
}

fn before(desk: &Desk, first: &First, beside: &Path) -> Result<Played, Problem> {
    prepared_and_played(desk, planned(first.script, &first.values)?, beside, Says::Nothing)
}

/// Tells every message, and lets others do what they would do meanwhile.
fn watch(used: Vec<&'static dyn StandIn>, beside: &Path) -> Box<dyn FnMut(&FromRoom)> {
    let beside = beside.to_owned();
    Box::new(move |message| {
        tell(message);
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
