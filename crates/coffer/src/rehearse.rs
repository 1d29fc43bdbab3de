//! A shipped ceremony played by itself on the embedded token. What it needs from outside is made here first: a stand-in
//! for the cloud's key, or an earlier ceremony with its sheets.

use crate::desk::{Desk, Wanted};
use crate::player::{Seen, tell};
use crate::screen::say;
use crate::stand_in;
use crate::terminal::{Values, copy_pack, end};
use byok::of;
use byok::provider::Practice;
use ceremony::cloud::Order;
use ceremony::unattended::{Answers, Unattended};
use ceremony::{Ended, Engine, Plan, store};
use protocol::{FinishedView, FromRoom, Mode, Problem};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The fictional key that a stand-in's parameters are for.
const ARN: &str = "arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-4000-8000-000000000000";

/// One play by itself.
struct Played {
    ended: Ended,
    finished: FinishedView,
    player: Unattended,
}

pub(crate) fn rehearse(desk: &Desk, script: &str, out: &Path, values: &Values) -> Result<ExitCode, Problem> {
    if out.exists() {
        return Err(Problem::new(
            "file-exists",
            format!("{} is there already.", out.display()),
            "Nothing was started.",
            "Choose another folder; nothing is ever overwritten.",
        ));
    }
    let plan = Wanted { script, roster: None, mode: Mode::Rehearsal, values }.plan()?;
    if !matches!(plan.value("sheets"), "" | "written") && plan.value("qr") == "no" {
        return Err(Problem::new(
            "nobody-to-read-sheets",
            "Printed sheets without a symbol can only be typed by people, and this rehearsal has none.",
            "Nothing was started.",
            "Leave qr at yes, or play the rehearsal in the window or with `coffer play`.",
        ));
    }
    let beside = out.with_file_name(format!(
        "{}.stand-in",
        out.file_name().and_then(|n| n.to_str()).unwrap_or("rehearsal")
    ));
    let asks = |action: &str| plan.steps.iter().filter(|s| s.action.name == action).count();
    let mut answers = Answers::default();
    let mut earlier = None;
    if asks("read-parameters") > 0 {
        answers.answers.insert("read-parameters/file".to_owned(), aws_stand_in(&beside)?);
        answers.answers.insert("write-bundle/folder".to_owned(), beside.display().to_string());
        say(format!("Stand-in for the cloud's key (rehearsal only): {}", beside.display()));
    }
    if asks("try-medium") > 0 {
        std::fs::create_dir_all(&beside).map_err(|e| failed(&e))?;
        answers.answers.insert("medium/folder".to_owned(), beside.display().to_string());
    }
    // Nobody watches: a YubiKey that happens to be plugged in is left alone.
    for step in plan.steps.iter().filter(|s| s.action.name == "enrol-person") {
        answers.answers.insert(format!("{}/choose", step.id), "passphrase".to_owned());
    }
    if asks("read-wrapping-key") > 0 {
        let order = Order::of(&plan.values)?;
        answers.answers.extend(cloud_stand_in(&beside, &order)?);
        answers.answers.insert("write-bundle/folder".to_owned(), beside.display().to_string());
        say(format!("Stand-in for the cloud's key (rehearsal only): {}", beside.display()));
    }
    if asks("read-plan") > 0 {
        answers.answers.extend(stand_in::key_plan(&beside)?);
        say(format!("Stand-ins for the clouds' keys and a plan (rehearsal only): {}", beside.display()));
    }
    let opens = ["open-backup", "find-key", "open-copies"].into_iter().find(|action| asks(action) > 0);
    if let Some(opens) = opens {
        say("First a ceremony that makes a backup:");
        let shares = asks("bring-share").max(3).to_string();
        let values = Values::from([("shares".to_owned(), shares), ("threshold".to_owned(), "2".to_owned())]);
        let played = before(desk, "rehearsal-minimal", &values, Answers::default())?;
        let step = plan.steps.iter().find(|s| s.action.name == opens).map_or(opens, |s| s.id.as_str());
        answers.answers.insert(format!("{step}/folder"), pack_of(&played)?.display().to_string());
        earlier = Some(played.player);
    }
    if asks("open-bundle") > 0 {
        say("First a ceremony whose import can be receipted:");
        let mut first = Answers::default();
        first.answers.insert("read-parameters/file".to_owned(), aws_stand_in(&beside)?);
        first.answers.insert("write-bundle/folder".to_owned(), beside.display().to_string());
        let played = before(desk, "byok-aws", &Values::new(), first)?;
        answers.answers.insert("open-bundle/folder".to_owned(), pack_of(&played)?.display().to_string());
        answers.answers.insert("read-receipt/file".to_owned(), receipt(&beside)?);
    }
    if asks("make-custodian-key") > 0 {
        answers.answers.extend(stand_in::custodians(&beside, asks("make-custodian-key"))?);
    } else if asks("open-domain-share") > 0 {
        say("First a ceremony that makes the custodians' keys:");
        let comers = asks("open-domain-share");
        let values = Values::from([
            ("quorum".to_owned(), comers.min(4).to_string()),
            ("custodians".to_owned(), (comers + 1).clamp(3, 5).to_string()),
        ]);
        let first = stand_in::custodians(&beside, (comers + 1).clamp(3, 5))?;
        let made = Answers { answers: first, ..Answers::default() };
        let plan = Wanted {
            script: "managed-hsm-security-domain",
            roster: None,
            mode: Mode::Rehearsal,
            values: &values,
        }
        .plan()?;
        pack_of(&play(desk, plan, made, None, watch(&beside))?)?;
        answers.answers.extend(stand_in::custodians(&beside, comers)?);
        if asks("read-exchange-certificate") > 0 {
            answers.answers.insert("read-exchange/file".to_owned(), stand_in::exchange(&beside)?);
            answers.answers.insert("write-blob/folder".to_owned(), beside.display().to_string());
        }
    }
    let played = play(desk, plan, answers, earlier, watch(&beside))?;
    if let Ended::Closed(pack) = &played.ended {
        copy_pack(pack, out)?;
        say(format!(
            "Copied to {}. Look at HOW-TO-CHECK.txt there, or run: coffer verify {}",
            out.display(),
            out.display()
        ));
    }
    Ok(end(&played.ended, &played.finished, played.player.missing()))
}

fn before(desk: &Desk, script: &str, values: &Values, answers: Answers) -> Result<Played, Problem> {
    let plan = Wanted { script, roster: None, mode: Mode::Rehearsal, values }.plan()?;
    play(desk, plan, answers, None, Box::new(tell))
}

/// Tells every message, and does what the online team would do once certificates lie on the medium.
fn watch(beside: &Path) -> Box<dyn FnMut(&FromRoom)> {
    let beside = beside.to_owned();
    Box::new(move |message| {
        tell(message);
        stand_in::download(&beside);
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
    let around = desk.surroundings(Mode::Rehearsal, None)?;
    let folder = desk.new_run(&plan)?;
    let mut player = Unattended::new(answers, tell);
    if let Some(mut earlier) = earlier {
        player.bring_sheets_of(&mut earlier);
    }
    let mut seen = Seen(&mut player);
    let mut engine = Engine::begin(plan, &folder, around, &mut seen)?;
    let ended = engine.play()?;
    let finished = engine.finished(&ended);
    drop(engine);
    Ok(Played { ended, finished, player })
}

fn pack_of(played: &Played) -> Result<PathBuf, Problem> {
    if let Ended::Closed(pack) = &played.ended {
        return Ok(pack.clone());
    }
    Err(Problem::new(
        "not-rehearsed",
        "The ceremony that comes first did not close.",
        "It can be resumed; nothing else was started.",
        "Look at what it printed, then rehearse again.",
    )
    .with_detail(played.player.missing().unwrap_or_default()))
}

pub(crate) fn failed(e: &dyn std::fmt::Display) -> Problem {
    Problem::new(
        "stand-in-failed",
        "The stand-in could not be made.",
        "Nothing was started.",
        "Choose another folder.",
    )
    .with_detail(e.to_string())
}

/// What a provider would send for this order, valid for a day, and what people would state beside it: the answers to
/// the step's questions in the order in which it asks them.
fn cloud_stand_in(folder: &Path, order: &Order) -> Result<BTreeMap<String, String>, Problem> {
    let usual = of(order.target).stand_in_bits();
    let sizes = order.row.wrapping_bits;
    let bits = if sizes.contains(&usual) { usual } else { sizes.first().copied().unwrap_or(usual) };
    let key = byok::Disposable::generate(bits).map_err(|e| failed(&e))?;
    let valid_to = time::OffsetDateTime::now_utc().unix_timestamp() + 24 * 3600;
    let practice = Practice { key: order.key, algorithm: order.row.algorithm, wrapping: &key, valid_to };
    let sent = of(order.target).stand_in(&practice).map_err(|e| failed(&e))?;
    std::fs::create_dir_all(folder).map_err(|e| failed(&e))?;
    let path = folder.join(sent.file_name);
    store::write_new(&path, &sent.bytes)?;
    let private = key.private_pkcs8().map_err(|e| failed(&e))?;
    store::write_new(&folder.join("rehearsal-cloud-key.pkcs8.der"), private.expose())?;
    let mut answers = BTreeMap::from([("read-wrapping-key/file".to_owned(), path.display().to_string())]);
    let mut asked = 0;
    for ask in of(order.target).asks() {
        let stated = sent.stated.iter().find(|(name, _)| *name == ask.name).map(|(_, text)| text.as_str());
        let Some(text) = stated.or(ask.none) else { continue };
        asked += 1;
        let key = if asked == 1 { String::new() } else { format!("/{asked}") };
        answers.insert(format!("read-wrapping-key/text{key}"), text.to_owned());
    }
    Ok(answers)
}

/// RSA-4096 and a reply as AWS KMS would print it, valid for a day, for a key of a fictional account.
fn aws_stand_in(folder: &Path) -> Result<String, Problem> {
    std::fs::create_dir_all(folder).map_err(|e| failed(&e))?;
    let key = byok::Disposable::generate(4096).map_err(|e| failed(&e))?;
    let valid_to = time::OffsetDateTime::now_utc().unix_timestamp() + 24 * 3600;
    let reply = byok::stand_in_reply(key.spki(), ARN, valid_to, b"rehearsal import token");
    let path = folder.join("import-parameters.json");
    store::write_new(&path, &reply)?;
    let private = key.private_pkcs8().map_err(|e| failed(&e))?;
    store::write_new(&folder.join("rehearsal-cloud-key.pkcs8.der"), private.expose())?;
    Ok(path.display().to_string())
}

/// What the online team would bring back after an import that worked.
fn receipt(folder: &Path) -> Result<String, Problem> {
    let reply = serde_json::json!({
        "KeyMetadata": {
            "Arn": ARN,
            "KeyState": "Enabled",
            "Origin": "EXTERNAL",
            "KeySpec": "SYMMETRIC_DEFAULT",
            "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
        }
    });
    let path = folder.join("receipt.json");
    store::write_new(&path, format!("{reply:#}\n").as_bytes())?;
    Ok(path.display().to_string())
}
