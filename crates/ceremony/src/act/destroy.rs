//! A key's end: sheets are shredded until fewer are left than rebuild it, then the key in the token is destroyed, then
//! the rest. In this order nobody who interrupts it is left with a way back that the record does not know.

use super::copies::{self, ANOTHER, BEFORE, BROUGHT, Copy, DESTROYED, MISSING};
use super::places::{Place, Sort};
use super::{earlier, key, noted, out_of_order, token_problem};
use crate::engine::{Engine, Halt, Outcome};
use crate::plan::Planned;
use crate::store::write_new;
use protocol::{Ask, Problem};
use transcript::{Draft, FileDigest, Kind, Level};

/// Has one copy destroyed in front of both people, and notes it.
fn destroyed(engine: &mut Engine<'_>, step: &Planned, copy: &Copy, how: &str) -> Result<(), Halt> {
    let facts = vec![noted("Destroy now", copy.to_string()), noted("How", how)];
    engine.ask(step, Ask::Observe { facts, button: "It is destroyed".to_owned() }, None)?;
    copies::note(engine, step, copy, DESTROYED)
}

/// How a sheet is destroyed; the particle's size is that of NIST SP 800-88 Rev. 1, Appendix A, for paper. Revision 2 names
/// no size of its own.
const SHRED: &str = "open the bag in front of both, compare the share's number, and shred the sheet into particles of \
                     1 mm by 5 mm or smaller, or burn it";

/// How a share that is a custodian box is destroyed: the box lies in every pack, so it is the key that has to go.
const DELETE: &str = "delete the key in slot 9D of the custodian's YubiKey with the vendor's tool in front of both (ykman \
                      piv keys delete 9d), or reset its PIV application, and look that the slot is empty";

/// How a copy of a share is destroyed; none for other copies.
fn of_a_share(copy: &Copy) -> Option<&'static str> {
    match copy {
        Copy::Boxed(_) | Copy::Known(Place { sort: Sort::Boxed, .. }) => Some(DELETE),
        Copy::Sheet(..) | Copy::Known(Place { sort: Sort::Sheet, .. }) => Some(SHRED),
        _ => None,
    }
}

/// Shreds sheets until fewer are left, missing ones included, than the threshold.
pub(super) fn shred_sheets(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let dealing = earlier::dealing(engine)?;
    let sheets = copies::sheets(engine)?;
    let left = |engine: &Engine<'_>| -> Result<Vec<u8>, Problem> {
        let gone = copies::sheets_that(engine, &[DESTROYED, BEFORE])?;
        Ok((1..=dealing.count()).filter(|n| !gone.contains(n)).collect())
    };
    for copy in &sheets {
        if !dealing.is_enough(&left(engine)?) {
            break;
        }
        if copies::became(engine, copy).as_deref() == Some(BROUGHT) {
            destroyed(engine, step, copy, of_a_share(copy).unwrap_or(SHRED))?;
        }
    }
    let left = left(engine)?;
    let enough = dealing.is_enough(&left);
    if enough {
        let problem = Problem::new(
            "not-below-threshold",
            format!(
                "{} sheets are missing, and they are enough to rebuild the key with the wrapped file. {}",
                left.len(),
                dealing.needs()
            ),
            "Every sheet that was brought is shredded; the key in the token is still there.",
            "Decide whether to go on. Destroying the key here does not end its life elsewhere: protect nothing with it.",
        );
        engine.raise(step, &problem, "fewer sheets left than rebuild the key")?;
    }
    let shredded = copies::sheets_that(engine, &[DESTROYED])?;
    let saw = format!("I saw the sheets of these shares shredded: {}.", copies::listed(&shredded));
    copies::both_sign(engine, step, &saw)?;
    let draft = Draft::new(Kind::Outcome)
        .fact(Level::Public, "sheets-shredded", serde_json::json!(shredded))
        .fact(Level::Public, "sheets-left", left.len())
        .fact(Level::Public, "below-threshold", if enough { "no" } else { "yes" });
    let facts = vec![
        noted("Shredded", copies::listed(&shredded)),
        noted("Sheets left", copies::listed(&left)),
        noted("They rebuild the key", if enough { "yes, with the wrapped file" } else { "no" }),
        noted("Needed", dealing.needs()),
    ];
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}

/// Destroys the key in the token, under every label it was found under, and looks that it is absent.
pub(super) fn key(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let (_, public) = earlier::kept(engine)?;
    let spec = key::spec(engine)?;
    let check_value = engine.fact("drill-check-value").ok_or_else(out_of_order)?;
    let listed = copies::labels_here(engine);
    let begun_before = engine.attempts(step) > 1;
    let doing = "Destroying the key in the token, and looking that it is gone";
    let gone_before = engine.work(step, doing, "a few seconds", |token| {
        let refused = |e: tokens::TokenError| token_problem(&e);
        let found = token.keys_like(&check_value, spec, public.as_deref()).map_err(refused)?;
        let strange: Vec<_> = found.iter().map(|k| &k.label).filter(|l| !listed.contains(l)).cloned().collect();
        if !strange.is_empty() {
            return Err(Problem::new(
                "another-copy",
                format!("The token holds this key also as {}, which was not accounted for.", strange.join(", ")),
                "Nothing was destroyed in the token.",
                "Find out who put it there. Give the ceremony up and begin it again: it then lists that copy too.",
            ));
        }
        let absent: Vec<_> =
            listed.iter().filter(|l| !found.iter().any(|k| k.label == **l)).cloned().collect();
        if !absent.is_empty() && !begun_before {
            return Err(Problem::new(
                "key-gone-already",
                format!("The key {} was in the token when the copies were listed; now it is not.", absent.join(", ")),
                "Nothing was destroyed in the token.",
                "Find out who destroyed it, or whether this is another token. Begin the step again to go on from there.",
            ));
        }
        for k in &found {
            token.destroy_pair(k.handle).map_err(refused)?;
        }
        let left = token.keys_like(&check_value, spec, public.as_deref()).map_err(refused)?;
        for label in &listed {
            let there = token.find_as(label, spec, public.as_deref());
            if !left.is_empty() || !matches!(there, Ok(None)) {
                return Err(Problem::new(
                    "key-not-gone",
                    "The token said that it destroyed the key, and still shows it.",
                    "What else was destroyed stays destroyed.",
                    "Take the token out, put it in again and begin this step again. If it still shows the key, erase the \
                     whole token by its own means.",
                )
                .can_try_again());
            }
        }
        Ok(absent)
    })?;
    for label in &listed {
        copies::note(engine, step, &Copy::Here(label.clone()), DESTROYED)?;
    }
    let mut facts = vec![noted("The token now shows", "no key of this check value")];
    facts.extend(listed.iter().map(|l| noted("Destroyed", l.as_str())));
    if listed.is_empty() {
        facts.push(noted("Destroyed", "nothing: the key was not in this token"));
    }
    if !gone_before.is_empty() {
        facts.push(noted("Gone when this step was begun again", gone_before.join(", ")));
    }
    let draft = Draft::new(Kind::Outcome)
        .fact(Level::Public, "destroyed-in-token", serde_json::json!(listed))
        .fact(Level::Public, "destroyed-check-value", check_value)
        .fact(Level::Public, "seen-absent", "the token shows no key of this check value")
        .fact(Level::Public, "gone-when-begun-again", serde_json::json!(gone_before));
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}

/// Destroys what is left on the table: the other sheets, and the media with the wrapped file.
pub(super) fn shred_rest(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    for copy in copies::all(engine)? {
        if copies::became(engine, &copy).as_deref() != Some(BROUGHT) {
            continue;
        }
        let how = of_a_share(&copy).unwrap_or(
            "destroy the media it lies on, or erase them by their own means; copies in evidence packs stay, and open \
             nothing without the sheets",
        );
        destroyed(engine, step, &copy, how)?;
    }
    copies::both_sign(engine, step, "I saw every copy that lay on the table destroyed.")?;
    let copies = copies::all(engine)?;
    let state = |copy: &Copy| copies::became(engine, copy).unwrap_or_default();
    let list: Vec<_> = copies.iter().map(|c| (c.id(), state(c))).collect();
    let facts = copies.iter().map(|c| noted(&super::sentence(&c.to_string()), state(c))).collect();
    let draft = Draft::new(Kind::Outcome).fact(Level::Public, "copies-at-the-end", serde_json::json!(list));
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}

/// What the certificate says of a copy's end.
fn end_of(copy: &Copy, became: &str) -> &'static str {
    const SHEET: &str = "shredded or burned (Destroy); two people signed that they saw it";
    const BOXED: &str =
        "the key that opens it was deleted on the custodian's YubiKey; two people signed that they saw it";
    const MEDIA: &str =
        "media destroyed or erased; two people signed that they saw it; copies in evidence packs stay";
    let sort = if let Copy::Known(place) = copy { Some(place.sort) } else { None };
    match (copy, sort, became) {
        (Copy::Sheet(..), _, DESTROYED) | (_, Some(Sort::Sheet), DESTROYED) => SHEET,
        (Copy::Boxed(_), _, DESTROYED) | (_, Some(Sort::Boxed), DESTROYED) => BOXED,
        (Copy::File(..), _, DESTROYED) | (_, Some(_), DESTROYED) => MEDIA,
        (Copy::Here(_), _, DESTROYED) => {
            "destroyed by the token's own command (C_DestroyObject); the token then showed no such key"
        }
        (_, Some(Sort::Cloud), BEFORE) => {
            "deleted there before this ceremony, or never taken in; two people signed that they saw the proof of it"
        }
        (_, Some(Sort::Printer), BEFORE) => {
            "cleared or destroyed before this ceremony; two people signed that they saw the proof of it"
        }
        (_, Some(Sort::Record), BEFORE) => {
            "two people signed that they read it, and saw the proof that what else it names is destroyed"
        }
        (_, _, BEFORE) => "destroyed before this ceremony; two people signed that they saw the proof of it",
        (_, _, ANOTHER) => {
            "of another key with the same short check value; two people signed that they compared"
        }
        _ => "NOT CONFIRMED: missing, or nobody could say",
    }
}

/// Writes the certificate.
pub(super) fn certify(engine: &mut Engine<'_>, _step: &Planned) -> Result<Outcome, Halt> {
    let line = |copy: &Copy| {
        let became = copies::became(engine, copy).unwrap_or_else(|| MISSING.to_owned());
        (copy.clone(), became)
    };
    let copies: Vec<(Copy, String)> = copies::all(engine)?.iter().map(line).collect();
    let done = |(copy, became): &(Copy, String)| (copy.to_string(), end_of(copy, became).to_owned());
    let (sure, unsure): (Vec<_>, Vec<_>) =
        copies.iter().partition(|(_, b)| [DESTROYED, BEFORE, ANOTHER].contains(&b.as_str()));
    let earlier = copies::gone_before(engine).into_iter().map(|(place, run)| {
        (place.says, format!("destroyed in the ceremony {run}; two people signed there that they saw it"))
    });
    let text = crate::report::of_destruction(&crate::report::Destruction {
        mode: engine.plan.mode,
        run: &engine.run,
        day: &super::aws::utc((engine.now)()),
        earlier: &engine.fact("earlier-ceremony").unwrap_or_default(),
        label: &engine.fact("earlier-key-label").unwrap_or_default(),
        check_value: &engine.fact("drill-check-value").unwrap_or_default(),
        set: &engine.fact("drill-set").unwrap_or_default(),
        token: &format!(
            "{}, serial number {}",
            engine.fact("token-model").unwrap_or_default(),
            engine.fact("token-serial").unwrap_or_default()
        ),
        below: engine.fact("below-threshold").as_deref() == Some("yes"),
        sure: sure.into_iter().map(done).chain(earlier).collect(),
        unsure: unsure.into_iter().map(done).collect(),
    });
    let name = format!("destruction-certificate-{}.txt", engine.journal.head().entries);
    write_new(&engine.folder.join(&name), text.as_bytes())?;
    let draft = Draft::new(Kind::Outcome)
        .fact(Level::Public, "certificate-file", name.as_str())
        .file(FileDigest::of(name, text.as_bytes()));
    let facts =
        text.lines().filter(|l| !l.is_empty()).skip(1).map(|l| noted("Certificate", l.trim())).collect();
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}
