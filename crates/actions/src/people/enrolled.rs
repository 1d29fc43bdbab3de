//! A person's lines of the roster, kept in the run's folder until all are there. Not in the pack: who has a verifier can
//! try passphrases on it.

use super::words;
use engine::{Keep, KeepRecord, Outcome, Recall as _};
use outside::LARGEST_RECORD;
use protocol::Problem;
use script::{Person, Plan};

/// A text as TOML has it, quoted.
pub(super) fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// Keeps a person's lines; `own` is that of what they sign with.
pub(super) fn kept(
    plan: &Plan,
    on: &mut (impl Keep + KeepRecord + ?Sized),
    person: &Person,
    outcome: Outcome,
    own: &str,
) -> Result<Outcome, Problem> {
    // Only who is enrolled here is in the roster: a line of reporting that leads through somebody else goes on to the
    // next one who is, so that custodians do not become independent by an omission.
    let enrolled = plan.everyone();
    let superior = plan.roster.superior(person, |id| enrolled.iter().any(|p| p.id == id));
    let text = format!(
        "[[person]]\nid = {}\nname = {}\nrole = {}\n{}{own}",
        quoted(&person.id),
        quoted(&person.name),
        quoted(&person.role),
        person.place_lines(superior)
    );
    let name = format!("enrolled-{}-{}.toml", on.past().entries.len(), person.id);
    on.keep(&name, text.as_bytes())?;
    Ok(outcome
        .fact(&facts::ENROLMENT_SHA256.of(&person.id), script::sha256_hex(text.as_bytes()))
        .fact(&facts::ENROLMENT_FILE.of(&person.id), name))
}

/// What was kept of a person, exactly as it was recorded.
pub(super) fn lines_of(on: &(impl Keep + KeepRecord + ?Sized), person: &Person) -> Result<String, Problem> {
    let name = on.newest(&facts::ENROLMENT_FILE.of(&person.id));
    let name = name.ok_or_else(|| words::not_enrolled(&person.name))?;
    let path = on.folder().join(&name);
    let text = outside::text(&path, LARGEST_RECORD).map_err(|e| store::not_opened(&path, &e))?;
    let recorded = on.newest(&facts::ENROLMENT_SHA256.of(&person.id));
    if recorded == Some(script::sha256_hex(text.as_bytes())) {
        Ok(text)
    } else {
        Err(words::file_changed(&name))
    }
}
