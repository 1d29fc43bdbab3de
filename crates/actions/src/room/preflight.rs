//! `preflight`: what the program sees of the machine, and its clock against two watches, before anybody signs in.

use super::words;
use crate::room::register::register;
use engine::words::out_of_order;
use engine::{
    Action, AskPeople, Check, Cue, Departure, Done, Halt, Machine, Outcome, Room, Shelf, Stage, not_deciding,
};
use facts::Named as _;
use protocol::{Answer, Ask, Fact, Mode, Problem, Verdict};
use script::{Hands, Person, Reach, Row};

/// How far a watch and the clock may be apart, in minutes.
const APART: i64 = 2;

/// Minutes in an hour and in a day.
const HOUR: i64 = 60;
const DAY: i64 = 24 * HOUR;
/// Every zone of the world is so many minutes or a multiple of them away from UTC.
const ZONES: i64 = 15;

/// Looks at the machine.
pub(crate) struct Preflight;

impl Action for Preflight {
    fn row(&self) -> &'static Row {
        const {
            &Row {
                name: "preflight",
                makes: &[&super::PREFLIGHT],
                states: &[&facts::PREFLIGHT, &facts::TO_MEND, &facts::ROSTER_FROM, &facts::WATCHES],
                hands: Hands::TwoInside,
                reach: &[Reach::Shelf],
                says: &[words::MY_WATCH],
                ..Row::PLAIN
            }
        }
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        let checks = stage.workstation().checks.clone();
        let from = stage.roster_from()?;
        let mut facts = seen(&checks);
        let all_right = checks.iter().all(|check| check.mend.is_none());
        facts.extend((cue.plan.mode == Mode::Rehearsal && !all_right).then(words::a_rehearsal_goes_on));
        facts.extend(words::people_are_from(
            cue.plan.mode,
            &from,
            &script::sha256_hex(cue.plan.roster_text.as_bytes()),
        ));
        let approved = approved(cue, stage)?;
        // Before the machine: whether this is the text that somebody read.
        facts.insert(0, words::script_approved(cue.plan.mode, &approved));
        stage.ask(Ask::Observe { facts, button: words::SEEN_THE_MACHINE.to_owned(), done: false }, None)?;
        let confirmer = cue.step.confirmer.as_ref().ok_or_else(out_of_order)?;
        let both = [&cue.step.actor, confirmer];
        let to_mend = stage.workstation().to_mend();
        if cue.plan.mode == Mode::Production && !to_mend.is_empty() {
            stage.raise(&words::machine_to_mend(&to_mend.join(" ")), engine::words::NOTHING_TO_MEND)?;
            others_sign(cue, stage, both, engine::words::I_GO_ON_IN_SPITE)?;
        }
        // These are not the people whom the workstation knows: whoever starts the program could bring people of their own.
        let strange = words::people_are_strange(&words::roster_from(cue.plan.mode, &from));
        if let (Mode::Production, Some(problem)) = (cue.plan.mode, strange) {
            stage.raise(&problem, words::AN_ENROLLED_ROSTER)?;
            others_sign(cue, stage, both, words::I_TAKE_THIS_ROSTER)?;
        }
        let mut watches = Vec::new();
        for person in both {
            watches.push((person.id.clone(), held_against(cue.plan.mode, stage, person)?));
        }
        Ok(Outcome::new()
            .fact(
                &facts::PREFLIGHT,
                checks.into_iter().map(|c| (c.what.to_owned(), c.found)).collect::<Vec<_>>(),
            )
            .fact(&facts::SCRIPT_APPROVED, approved)
            .fact(&facts::TO_MEND, to_mend)
            .fact(&facts::ROSTER_FROM, words::roster_from(cue.plan.mode, &from))
            .fact(&facts::WATCHES, watches))
    }

    fn follows(&self, done: &Done<'_>) -> Result<(), Departure> {
        watches_were_signed(done)?;
        decided_on(done)
    }
}

/// By which ceremony of this workstation the script was approved, and until when, or that it was not.
fn approved(cue: Cue<'_>, on: &(impl Shelf + Machine + ?Sized)) -> Result<String, Problem> {
    let sha256 = script::hex(&script::script_hash(&cue.plan.text));
    let today = engine::media::day(on.now());
    let mut approvals = register(on)?.approvals.into_iter().filter(|approval| approval.sha256 == sha256);
    // The newest counts: one that ended is not brought back by an older one.
    Ok(approvals.next_back().map_or_else(
        || words::NOT_APPROVED.to_owned(),
        |approval| words::approved(&approval.run, &approval.until, approval.until < today),
    ))
}

/// What is recorded of a watch is what its owner signed.
fn watches_were_signed(done: &Done<'_>) -> Result<(), Departure> {
    let watches = facts::WATCHES.within(done.outcome).unwrap_or_default();
    for person in done.both() {
        let own = watches.iter().find(|(id, _)| *id == person.id);
        let says = own.and_then(|(_, recorded)| words::signed_of_watch(recorded));
        let says = says.ok_or_else(|| done.departs("watches", words::OTHER_WATCH))?;
        done.signed_by([person], &says)?;
    }
    Ok(())
}

/// In production what was to be mended, and people whom nobody enrolled, were decided on.
fn decided_on(done: &Done<'_>) -> Result<(), Departure> {
    if done.plan.mode != Mode::Production {
        return Ok(());
    }
    let to_mend = facts::TO_MEND.within(done.outcome).unwrap_or_default();
    if !to_mend.is_empty() {
        done.decided(&words::machine_to_mend(&to_mend.join(" ")), words::NOBODY_DECIDED_ON_THE_MACHINE)?;
        done.signed_by(not_deciding(done.plan, done.both()), engine::words::I_GO_ON_IN_SPITE)?;
    }
    let from = facts::ROSTER_FROM.within(done.outcome).unwrap_or_default();
    if let Some(problem) = words::people_are_strange(&from) {
        done.decided(&problem, words::NOBODY_DECIDED_ON_THE_PEOPLE)?;
        done.signed_by(not_deciding(done.plan, done.both()), words::I_TAKE_THIS_ROSTER)?;
    }
    Ok(())
}

/// Whoever decides has signed for it; so does who else looked.
fn others_sign(
    cue: Cue<'_>,
    on: &mut (impl AskPeople + ?Sized),
    both: [&Person; 2],
    says: &str,
) -> Result<(), Halt> {
    for person in not_deciding(cue.plan, both) {
        on.signed_by(person, says)?;
    }
    Ok(())
}

/// What people see: first what is to be mended, each with how.
fn seen(checks: &[Check]) -> Vec<Fact> {
    let fact = |check: &Check| Fact {
        name: check.what.to_owned(),
        expected: Some(check.expected.to_owned()),
        observed: check.found.clone(),
        verdict: if check.mend.is_some() { Verdict::Differs } else { Verdict::Matches },
    };
    let (mend, good): (Vec<_>, Vec<_>) = checks.iter().partition(|check| check.mend.is_some());
    let to_mend = mend.into_iter().flat_map(|check| {
        let how = check.mend.as_deref().map(words::to_mend);
        std::iter::once(fact(check)).chain(how)
    });
    to_mend.chain(good.into_iter().map(fact)).chain([words::not_looked_at()]).collect()
}

/// One person reads their watch; gives the record of it. A difference of more than some minutes is an exception: every time
/// in the record would be wrong by it.
fn held_against(
    mode: Mode,
    on: &mut (impl AskPeople + Machine + ?Sized),
    person: &Person,
) -> Result<String, Halt> {
    let mut problem = None;
    loop {
        let clock = engine::media::minute(on.now());
        let hints = mode == Mode::Rehearsal;
        let ask = Ask::Text {
            question: words::what_does_your_watch_say(&person.name),
            example: words::A_TIME.to_owned(),
            suggested: hints.then(|| time_of(on.now())),
        };
        let Answer::Text { text } = on.ask(ask, problem.take())? else {
            problem = Some(engine::words::not_an_answer());
            continue;
        };
        let Some(watch) = minutes(&text) else {
            problem = Some(words::not_a_time(&protocol::visible(&text)));
            continue;
        };
        let apart = apart(watch, on.now());
        if apart.abs() > APART {
            on.raise(&words::clock_differs(&person.name, text.trim(), &clock, apart), words::CLOCK_IS_RIGHT)?;
        }
        // A clock that is hours or days wrong looks like another zone or another day: both are in what the person signs.
        let zone = zone_of(watch, on.now());
        on.signed_by(person, &words::my_watch(text.trim(), &clock, zone))?;
        return Ok(words::watch(text.trim(), &clock, apart, zone));
    }
}

/// Minutes since midnight of `9:30`, `09:30` or `09:30:12`.
fn minutes(text: &str) -> Option<i64> {
    let mut parts = text.trim().split([':', '.']).map(|part| {
        let digits = (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| part.parse::<i64>().ok()).flatten()
    });
    let (hours, minutes) = (parts.next()??, parts.next()??);
    let seconds = parts.next().unwrap_or(Some(0))?;
    let whole = parts.next().is_none() && hours < 24 && minutes < HOUR && seconds < 60;
    whole.then_some(hours * HOUR + minutes)
}

/// The time of day in UTC, as a watch shows it.
fn time_of(unix: i64) -> String {
    let minutes = unix.div_euclid(60).rem_euclid(DAY);
    format!("{:02}:{:02}", minutes / HOUR, minutes % HOUR)
}

/// By how many minutes the watch is ahead of the clock, whatever zone it is set to: zones are whole quarters of an hour
/// away from UTC, which the workstation's clock need not know. The zone that this means is in what both people sign.
fn apart(watch: i64, unix: i64) -> i64 {
    let ahead = (watch - unix.div_euclid(60)).rem_euclid(ZONES);
    if ahead > ZONES / 2 { ahead - ZONES } else { ahead }
}

/// The zone that a watch is set to if the clock is right, in minutes from UTC: up to half a day either way, the nearest
/// quarter of an hour. A watch alone does not tell UTC+13 from UTC-11.
fn zone_of(watch: i64, unix: i64) -> i64 {
    let ahead = (watch - apart(watch, unix) - unix.div_euclid(60)).rem_euclid(DAY);
    if ahead > DAY / 2 { ahead - DAY } else { ahead }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_as_watches_show_it() {
        assert_eq!(minutes("9:30"), Some(570));
        assert_eq!(minutes(" 09:30:59 "), Some(570));
        assert_eq!(minutes("23.59"), Some(1439));
        for wrong in ["", "24:00", "9:60", "9", "9:3a", "9:30:60", "9:30:00:00", "-1:00", "009:30", "9:30 pm"]
        {
            assert_eq!(minutes(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_watch_is_held_against_the_clock_in_any_zone() {
        let noon = 1_795_953_600; // 2026-11-29 12:00 UTC
        assert_eq!(time_of(noon), "12:00");
        for (watch, ahead) in [
            ("12:00", 0),
            ("12:02", 2),
            ("11:58", -2),
            ("07:00", 0),
            ("17:45", 0),
            ("07:03", 3),
            ("06:53", -7),
        ] {
            assert_eq!(apart(minutes(watch).unwrap(), noon), ahead, "{watch}");
        }
        for (watch, zone) in
            [("12:00", 0), ("12:02", 0), ("13:29", 90), ("07:00", -300), ("01:58", -600), ("00:01", 720)]
        {
            assert_eq!(zone_of(minutes(watch).unwrap(), noon), zone, "{watch}");
        }
        assert_eq!(apart(minutes("00:01").unwrap(), noon + 12 * 3600 - 60), 2, "over midnight");
    }
}
