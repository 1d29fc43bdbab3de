//! What people read of what is to be seen to before a ceremony.

use transcript::count;

pub(in crate::pages) const MACHINE: &str = "This machine";
pub(in crate::pages) const NOTHING_TO_MEND: &str = "Nothing to mend was found.";
pub(in crate::pages) const CARD: &str = "The workstation card";
pub(in crate::pages) const COMMISSIONS_NOW: &str = "This ceremony writes it.";
pub(in crate::pages) const NOT_COMMISSIONED: &str = "No ceremony has commissioned this workstation: nobody could tell later whose key signed. Commission it first.";
pub(in crate::pages) const APPROVAL: &str = "Approval of the script";
pub(in crate::pages) const NEEDS_NO_APPROVAL: &str = "This is how a workstation begins; it needs none.";
pub(in crate::pages) const NOT_APPROVED: &str = "No record here approves this script. It can be begun all the same; its first step says so, and so does the report.";
pub(in crate::pages) const POLICY_CHANGED: &str = "It is approved, and the policy that the approval follows is another by now. Read both, and approve it again.";
pub(in crate::pages) const AGREEMENT: &str = "The agreement with the provider";
pub(in crate::pages) const PEOPLE: &str = "The people";
pub(in crate::pages) const SHEETS: &str = "Share sheets";
pub(in crate::pages) const BLANK_SHEETS: &str = "Written by hand: one blank sheet and one numbered bag for each custodian. Papers for the day, below, has the sheets.";
pub(in crate::pages) const PRINTER: &str = "The printer";
pub(in crate::pages) const NO_PRINTER: &str = "No printer on a cable is set up in this computer's print service. Set one up, or decide on sheets written by hand.";
pub(in crate::pages) const REPLY: &str = "What the cloud sent";
pub(in crate::pages) const MEDIUM: &str = "An empty medium";
pub(in crate::pages) const BOOKLET: &str = "The booklet";
pub(in crate::pages) const BOOKLET_SAYS: &str =
    "Whether it is printed cannot be seen from here. Papers for the day, below, writes it.";

pub(in crate::pages) fn mend_before_production(how_many: usize) -> String {
    format!(
        "{} would have to be mended before a production ceremony; a rehearsal goes on in spite. Step 1 says which.",
        count(how_many, "thing", "things")
    )
}

pub(in crate::pages) fn commissioned(day: &str) -> String {
    format!(
        "A ceremony of {day} commissioned it. Have its card at hand: what is signed here is held against it."
    )
}

pub(in crate::pages) fn approved(by: &str) -> String {
    format!("It is approved {by}.")
}

pub(in crate::pages) fn people(how_many: usize, spare: &[String]) -> String {
    let spare = if spare.is_empty() {
        "Nobody else is on the roster: whoever is missing on the day cannot be stood in for.".to_owned()
    } else {
        format!("Could stand in: {}.", spare.join(", "))
    };
    let take = if how_many == 1 { "takes" } else { "take" };
    format!("{} {take} part. {spare}", count(how_many, "person", "people"))
}

pub(in crate::pages) fn agreement(ids: &str, provider: &str) -> String {
    format!("By the register, {ids} counts today with {provider}.")
}

pub(in crate::pages) fn no_agreement(provider: &str) -> String {
    format!(
        "By the register, no agreement with {provider} counts today. The ceremony can be played all the same: two people then say why, and sign that."
    )
}

pub(in crate::pages) fn stands_in(name: &str, role: &str) -> String {
    format!("{name} ({role})")
}

pub(in crate::pages) fn printers(names: &[String]) -> String {
    format!(
        "In this computer's print service: {}. A test page is printed before the first sheet.",
        names.join(", ")
    )
}

pub(in crate::pages) fn no_reply(minutes: u32) -> String {
    format!(
        "None is seen on a medium. What it says it is valid for has to last about {} from the beginning.",
        count(minutes, "minute", "minutes")
    )
}

pub(in crate::pages) fn reply_expired(file: &str, until: &str) -> String {
    format!("{file} was valid until {until}. Ask the online team for a fresh set.")
}

pub(in crate::pages) fn reply_expires(file: &str, until: &str, minutes: u32) -> String {
    format!(
        "{file} is valid until {until}, and the ceremony takes about {}: it would expire in the middle. Ask for a fresh set.",
        count(minutes, "minute", "minutes")
    )
}

pub(in crate::pages) fn reply_lasts(file: &str, until: &str, minutes: u32) -> String {
    format!(
        "{file} is valid until {until}; the ceremony takes about {}.",
        count(minutes, "minute", "minutes")
    )
}

pub(in crate::pages) fn no_medium(step: u32) -> String {
    format!("None is in. Step {step} writes the bundle to it.")
}

pub(in crate::pages) fn media(roots: &[String]) -> String {
    format!("In now: {}.", roots.join(", "))
}
