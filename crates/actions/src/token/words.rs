//! What people read of the token: what it can do, and how a key leaves it.

use engine::Origin;
use engine::words::{observed, sentence};
use protocol::{Fact, Problem, Verdict, problems, visible};
use tokens::{Capability, KeySpec, Offer, TokenInfo};
use transcript::count;

problems! {
    /// The key that signs is none that commissioning made.
    pub(super) fn signer_not_commissioned() = "signer-not-commissioned" {
        "The key in this token that signs the record is not one that commissioning made on this workstation."
        "The record is signed with it. Nothing else was done on the token."
        "Use the HSM with which the workstation was commissioned. Where that one is lost, or this is a new one on purpose, commission the workstation with it first; or have it decided that this ceremony is signed with this key, and compare its SHA-256 whenever the pack is checked."
    }

    /// The token remembers lists of ended ceremonies, and this workstation has none.
    fn lists_missing(lists: &str) = "list-missing" {
        "No ceremony has ended on this workstation, as its records say, and the token remembers {lists} of production ceremonies that did."
        "The record is signed. Nothing else was done on the token."
        "Where the token was used with another workstation, have that decided. Otherwise somebody took the records away: stop, and find them."
    }

    /// Whoever signed those lines is not known to this workstation.
    fn lines_by_others(lines: &str) = "list-by-others" {
        "On this workstation's list of ended ceremonies {lines} signed by another key than the one in this token, and no ceremony before them commissioned that key."
        "The record is signed. Nothing else was done on the token."
        "Who was enrolled and what was commissioned is known from that list. Where those ceremonies were held here with another HSM, have that decided. Otherwise somebody wrote on the list: stop, and look for the records of the ceremonies that you know of."
    }

    /// The record of a ceremony that may have commissioned something is gone.
    fn signer_unknown() = "signer-unknown" {
        "Whether the key in this token that signs the record was commissioned is not known: the record of a ceremony that ended on this workstation is not there as it ended."
        "The record is signed with that key. Nothing else was done on the token."
        "`coffer register` names the ceremony; bring its folder back from a copy. Or compare the SHA-256 of the key with the workstation card, and have it decided."
    }

    /// What was carried in is no validation record.
    pub(super) fn no_validation(why: &dyn std::fmt::Display) = "no-validation-record" again {
        "This is no validation record: {why}."
        "Nothing was recorded."
        "Write it as docs/formats/validation-record.md says, from what the list of the standard's own body shows, and choose it again."
    }

    /// Nobody can have looked it up yet.
    pub(super) fn looked_up_later(day: &str) = "looked-up-later" again {
        "By this record the certificate was looked up on {day}, which has not come yet."
        "Nothing was recorded."
        "Correct the day in the file, or the clock of this computer, and choose it again."
    }

    /// The trials stand against what the plan will ask of the token.
    fn no_route_to(what: &str, why: &str, instead: &str) = "no-route" {
        "This token cannot {what}: {why}."
        "No key was made."
        "Use another token, or begin again with another kind of key or wrapping algorithm{instead}."
    }
}

/// What may help instead, after what is to be done.
pub(crate) const INSTEAD_IN_HOST_MEMORY: &str =
    ", or with host-memory=with-approval, where your policy allows that";

/// The trials stand against what the plan will ask of the token, for instance to `make the backup`. Where `host_memory`
/// would help, people are told so.
pub(crate) fn no_route(what: &str, why: &str, host_memory: bool) -> Problem {
    let instead = if host_memory { INSTEAD_IN_HOST_MEMORY } else { "" };
    no_route_to(what, why, instead)
}

/// What the self-test shows of a use of the token that is left to this computer's memory.
pub(crate) fn through_host(name: &str) -> Fact {
    Fact {
        name: name.to_owned(),
        expected: Some("inside the token".to_owned()),
        observed: "only through this computer's memory; a second person is asked before it".to_owned(),
        verdict: Verdict::Differs,
    }
}

/// What it shows of one that the token serves itself.
pub(crate) fn offered(name: &str, how: &str) -> Fact {
    observed(name, format!("offered: {how}"))
}

// What people sign, and what they are asked.
pub(super) const I_AGREE_TO_HOST_MEMORY: &str =
    "I agree that the master key passes through this computer's memory to be wrapped.";

pub(super) fn decides(name: &str) -> String {
    format!("{name} decides")
}

// What the record says.
pub(super) const FORM_SET_HERE: &str =
    "PKCS#8 with every number in its standard length, set in this computer's locked memory";
pub(super) const NOBODY_AGREED_TO_HOST_MEMORY: &str =
    "the key went through the computer's memory, and nobody agreed to that";
pub(super) const NOBODY_SAID_WHY_HOST_MEMORY: &str =
    "the key went through the computer's memory, and nothing says why no other way was left";

// What goes on meanwhile.
pub(super) const TRYING: &str = "Trying the token on throw-away keys";
pub(super) const HOW_LONG_TRYING: &str = "5 to 60 seconds";
pub(super) const A_FEW_SECONDS: &str = "a few seconds";

// What people see.
pub(super) const MODEL: &str = "Model, as the token says";
pub(super) const SERIAL_NUMBER: &str = "Serial number";
pub(super) const FIRMWARE: &str = "Firmware";
pub(super) const TOKEN_REMEMBERS: &str = "The token remembers how far the record goes";
pub(super) const OTHER_LISTS: &str = "Lists of ended ceremonies that it remembers of other workstations";
pub(super) const SIGNING_KEY_SHA256: &str = "Signing key, SHA-256";
pub(super) const NO_OTHER_LIST: &str = "no list of ended ceremonies but this workstation's own";

/// The token remembers lists of ended ceremonies, and this workstation has none.
pub(super) fn lists_are_missing(lists: u64) -> Problem {
    lists_missing(&count(usize::try_from(lists).unwrap_or(usize::MAX), "list", "lists"))
}

/// What speaks against a list with lines by other keys.
pub(super) fn list_by_others(lines: u64) -> Problem {
    let lines = usize::try_from(lines).unwrap_or(usize::MAX);
    lines_by_others(&count(lines, "line is", "lines are"))
}

/// What speaks against a key of this origin, as [`signer_from`] says it.
pub(super) fn signer_is_strange(from: &str) -> Option<Problem> {
    match from {
        SIGNED_BY_ANOTHER => Some(signer_not_commissioned()),
        SIGNER_NOT_KNOWN => Some(signer_unknown()),
        _ => None,
    }
}

const SIGNED_BY_ANOTHER: &str = "another key than those that were commissioned here";
const SIGNER_NOT_KNOWN: &str = "not known, since a record of a ceremony that ended here is missing";

pub(super) const LINES_BY_THIS_KEY: &str =
    "every line is signed by this key, or by one that was commissioned here before it";
pub(super) const NOBODY_DECIDED_ON_THE_LIST: &str =
    "lines of the list of ended ceremonies are signed by strange keys, and nobody decided to go on";
pub(super) const SIGNER_FROM: &str = "Where that key comes from";
pub(super) const THE_COMMISSIONED_KEY: &str = "a key that commissioning made";

/// Who commissioned the key, for the record.
pub(super) const NOBODY_DECIDED_ON_THE_KEY: &str =
    "no ceremony of the workstation commissioned the key that signs, and nobody decided to take it";
pub(super) const NOBODY_DECIDED_ON_THE_LISTS: &str =
    "the token remembers lists of ended ceremonies that are not there, and nobody decided to go on";
pub(super) const NO_TRIAL_FOUND_A_WAY: &str = "no trial of the token had found a way for the cloud before";
pub(super) const DOES_NOT_SAY: &str = "the token does not say";

pub(super) fn signer_from(from: &Origin) -> String {
    match from {
        Origin::Ceremony(run) => format!("commissioned by the ceremony {run}"),
        Origin::ThisOne => "commissioned by this ceremony".to_owned(),
        Origin::NothingBefore => "no key was commissioned here before".to_owned(),
        Origin::Elsewhere | Origin::Replaced => SIGNED_BY_ANOTHER.to_owned(),
        Origin::Unknown(_) => SIGNER_NOT_KNOWN.to_owned(),
    }
}

pub(super) const TRIALS: &str = "Trials";
pub(super) const NO_MECHANISM: &str = "this token has no mechanism of its own for what the cloud takes";

pub(super) fn what_host_memory_means(why: &str) -> Vec<Fact> {
    vec![
        Fact {
            name: "Where the key is wrapped".to_owned(),
            expected: Some("inside the token".to_owned()),
            observed: "in this computer's locked memory, for a moment; then it is wiped".to_owned(),
            verdict: Verdict::Differs,
        },
        observed("Why", why),
        Fact {
            name: "What that means".to_owned(),
            expected: None,
            observed: "whoever controls this computer now could learn the key; no HSM keeps it from them"
                .to_owned(),
            verdict: Verdict::NotProvable,
        },
    ]
}

pub(super) fn counted(work: usize, refused: usize, absent: usize, lies: usize) -> String {
    format!(
        "{}, {}, {}; {}",
        count(work, "works", "work"),
        count(refused, "is refused as it should be", "are refused as they should be"),
        count(absent, "is absent", "are absent"),
        match lies {
            0 => "the token misstates none".to_owned(),
            n => format!("the token misstates {n}"),
        }
    )
}

pub(super) fn misstates(lie: &Capability) -> Fact {
    Fact {
        name: format!("The token misstates: {}", lie.name),
        expected: Some(lie.sentence.clone()),
        observed: lie.detail.clone(),
        verdict: Verdict::Differs,
    }
}

pub(super) fn trial_in_short(trial: &Capability) -> String {
    format!("{}: {} ({})", trial.result.words(), trial.detail, trial.name)
}

pub(super) fn backup_of(spec: KeySpec) -> String {
    format!("Backup of {spec}")
}

pub(super) fn wrapping_of(spec: KeySpec) -> String {
    format!("Wrapping {spec} for a cloud")
}

pub(super) fn backup_offered(against: Option<&str>) -> String {
    against.map_or_else(|| "offered".to_owned(), |why| format!("not offered: {why}"))
}

pub(super) fn ways_of_wrapping(inside: &[String], host: &[String]) -> String {
    let ways = [
        ("inside the token: ", inside),
        ("only through this computer's memory, when a second person agrees: ", host),
    ];
    let ways: Vec<String> = ways
        .into_iter()
        .filter(|(_, recipes)| !recipes.is_empty())
        .map(|(how, recipes)| format!("{how}{}", recipes.join(", ")))
        .collect();
    if ways.is_empty() { "not offered".to_owned() } else { ways.join("; ") }
}

// The report on the token, a page of text.
pub(super) const REHEARSAL: &str = "REHEARSAL\n\n";
pub(super) const MISSTATED_NOTHING: &str = "The token misstated nothing that was tried.\n";
pub(super) const WHAT_IT_MISSTATES: &str = "WHAT THE TOKEN MISSTATES\n";
pub(super) const WHAT_THIS_RESTS_ON: &str = "Manufacturer, model, serial number and firmware are the token's own words.\nThe rest is what it did on \
     throw-away keys, held against this computer's own\ncalculations. It holds for this device with this firmware on \
     this day.\n\n";

pub(super) fn report_heading(info: &TokenInfo) -> String {
    format!(
        "WHAT THIS TOKEN DOES\n\nManufacturer  {}\nModel         {}\nSerial number {}\nFirmware      {}\nLabel         {}\n\n",
        visible(&info.manufacturer),
        visible(&info.model),
        visible(&info.serial),
        visible(&info.firmware),
        visible(&info.label)
    )
}

pub(super) fn lie_in_report(lie: &Capability) -> String {
    format!("Should be so: {} Found: {}.", lie.sentence, lie.detail)
}

pub(super) fn trial_in_report(trial: &Capability) -> String {
    format!("{} {}", trial.sentence, sentence(&trial.detail))
}

pub(super) fn offer(offer: Offer) -> &'static str {
    match offer {
        Offer::Offered => "offered",
        Offer::NeedsApproval => "needs approval",
        Offer::NotOffered => "not offered",
    }
}

/// What people call the materials, to stand after "needs".
pub(crate) mod called {
    pub(crate) const TOKEN: &str = "an open token";
    pub(crate) const CAPABILITIES: &str = "a token that was tried on throw-away keys";
    pub(crate) const REPORT: &str = "the report on the token";
}

pub(super) const SOFTWARE_NOT_SAID: &str =
    "it says that its token is no software, and the token's name is one that only software has";

/// PKCS#11 3.1 has no function for a token's own log.
pub(super) const NO_LOG: &str = "not read: PKCS#11 has no way to it";

/// What is said of the token's own log.
pub(super) fn own_log() -> Fact {
    let says = "not read: PKCS#11 has no way to it. Save it by its maker's tool, and keep it with the pack";
    Fact { verdict: Verdict::NotProvable, ..observed("Its own log", says) }
}

/// What kind of thing the token is, as far as its name tells.
pub(super) fn what_it_is(software: bool, mode: protocol::Mode) -> Fact {
    let (says, verdict) = match (software, mode) {
        (true, protocol::Mode::Production) => {
            ("software: its keys are in this computer, outside any device", Verdict::Differs)
        }
        (true, protocol::Mode::Rehearsal) => ("software: its keys are in this computer", Verdict::Noted),
        (false, _) => ("a device, by its maker's word", Verdict::NotProvable),
    };
    Fact { verdict, ..observed("What it is", says) }
}

// Validation records.
pub(super) const WHICH_VALIDATION: &str = "Which file has what was looked up of the HSM's validation?";
pub(super) const IS_THIS_TOKENS: &str = "It is of this HSM, as far as we can tell";
pub(super) const CERTIFICATE_SAYS: &str = "I hold this to be of this HSM: certificate ";
pub(super) const NO_DAY: &str = "looked-up is no day, as 2027-10-01";

pub(super) fn part_of_no_length(name: &str, most: usize) -> String {
    format!("{name} is empty, has more than {most} characters, or has some that cannot be shown")
}

/// What both people sign.
pub(super) fn certificate_says(certificate: &str, looked_up: &str, by: &str, sha256: &str) -> String {
    format!(
        "{CERTIFICATE_SAYS}{certificate}, looked up on {looked_up} by {by}, in the file of SHA-256 {sha256}."
    )
}

/// What was looked up, beside what the token says.
pub(super) fn validation(parts: &[(&str, &str)], model: &str, firmware: &str) -> Vec<Fact> {
    let mut facts: Vec<Fact> = parts.iter().map(|(name, said)| observed(*name, *said)).collect();
    facts.push(observed("The HSM calls itself", model));
    facts.push(observed("Firmware, as it says", firmware));
    facts.push(observed(
        "Not checked here",
        "whether the certificate exists, and whether it is this HSM's: nobody can tell offline",
    ));
    facts
}

/// For a rehearsal.
pub(super) const PRACTICE_VALIDATION: &str = r#"certificate = "PRACTICE"
standard = "PRACTICE"
level = "PRACTICE"
status = "PRACTICE"
module = "The practice HSM, which has no certificate"
looked-up = "2026-01-15"
by = "Ada Okafor"
source = "PRACTICE"
"#;

pub(super) const VALIDATION_KNOWN: &str = "Of its validation an earlier ceremony read";

/// A certificate as an earlier ceremony has it: without who looked it up, which is for auditors alone.
pub(super) fn validation_known(known: &register::Validation) -> String {
    let register::Validation { certificate, standard, level, status, looked_up, run, .. } = known;
    format!(
        "certificate {certificate} ({standard}, level {level}), whose status was {status} on {looked_up}, in ceremony {run}"
    )
}

pub(super) const VALIDATION_CALLED: &str = "what was looked up of the HSM's validation";

pub(super) const NOT_WHAT_THE_FILE_SAYS: &str =
    "what it says of a certificate is not what the file in the pack says";
