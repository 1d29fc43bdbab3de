//! What people read on the pages.

mod estate;
mod ledger;
pub(super) mod places;
pub(super) mod record;
pub(super) mod tasks;

pub(super) use estate::{
    answered, checked_alone, coverage, differs, exported, kept_agreement, kept_incident, kept_policy,
    kept_system, no_such_vendor, retained, undecided_safeguards,
};
pub(super) use ledger::{
    APPROVED, DAYS_SET_BY, MADE, NOTHING_DUE, OPENED_BY, OWNER, PROCESSES_UNTIL, PROTECTS_UNTIL, STRENGTH,
    SYSTEM, USED_BY, approval, approved_by, bits, calendar_written, cloud, copy, device, due, due_on, key,
    medium, person, refused, shares_of_set, validation,
};
use protocol::problems;
use register::index::{Doubt, Source};
use std::fmt::Display;

problems! {
    /// The library's refusal, in its own words.
    pub(super) fn probe_failed(why: &str) = "probe-failed" {
        "{why}"
        "Nothing was changed."
        "Look at the module again."
    }

    /// The system does not let it.
    pub(super) fn check_not_limited() = "check-not-limited" {
        "The process that checks could not limit itself."
        "Nothing was checked."
        "Look at the detail; check the pack in a terminal, with `coffer verify`."
    }

    /// The pack is not what was signed.
    pub(super) fn report_of_what_does_not_hold(says: &str) = "report-of-what-does-not-hold" {
        "No report is made of a pack that does not verify: {says}"
        "Nothing was written."
        "Check the pack with coffer verify, and take a copy that is whole."
    }

    /// Its record is no play of its script.
    pub(super) fn report_of_what_departs(says: &str) = "report-of-what-departs" {
        "No report is made of a record that departs from its script: {says}"
        "Nothing was written."
        "Look at what coffer verify says of it; a report would make it look like a ceremony."
    }

    /// The PDF library refused it, which is an error of this program.
    pub(super) fn report_not_made(why: &str) = "report-not-made" {
        "The report could not be made: {why}."
        "Nothing was written."
        "Try --html; the record itself is whole."
    }

    /// No days, or the wrong way round.
    pub(super) fn no_period(from: &str, to: &str) = "no-period" {
        "From {from} to {to} is no time."
        "Nothing was written."
        "Write both days as 2026-01-31, the earlier one first."
    }

    /// Inside the state folder.
    pub(super) fn papers_not_here(path: &dyn Display) = "papers-not-here" {
        "{path} lies in the folder in which this workstation keeps its records."
        "Nothing was written."
        "Name a folder on a medium."
    }

    /// The script deals no shares.
    pub(super) fn no_sheets() = "no-sheets" {
        "This script hands out no shares: there is no sheet to print."
        "Nothing was written."
        "Leave --sheets out, or name the script that makes the backup."
    }

    /// It did not close, or did nothing that a certificate is for.
    pub(super) fn nothing_certified() = "nothing-certified" {
        "There is no certificate of this ceremony: it was not closed, or nothing in it is certified."
        "Nothing was written."
        "Read its report: coffer report without --certificate."
    }

    /// It commissioned no workstation.
    pub(super) fn no_card_written() = "no-card-written" {
        "This ceremony wrote no workstation card."
        "Nothing was written."
        "Name the pack of the ceremony that commissioned the workstation."
    }

    /// The PDF library refused it, which is an error of this program.
    pub(super) fn booklet_not_made(why: &str) = "booklet-not-made" {
        "The booklet could not be made: {why}."
        "Nothing was written."
        "Print the script as text: coffer print without --pdf."
    }

    /// There is no end of a record to stamp.
    pub(super) fn no_head(path: &dyn Display, why: &dyn Display) = "no-head" {
        "{path} cannot be read: it {why}."
        "Nothing was written."
        "Name the folder of an evidence pack."
    }

    /// The answer cannot be read.
    pub(super) fn no_answer(path: &dyn Display, why: &dyn Display) = "no-timestamp" {
        "{path} cannot be read: it {why}."
        "Nothing was written."
        "Name the answer of the time-stamping authority, a file that often ends in .tsr."
    }

    /// The answer is for something else.
    pub(super) fn another_answer(path: &dyn Display) = "another-timestamp" {
        "{path} is no time stamp over the HEAD of this pack: the SHA-256 of that file is not in it."
        "Nothing was written."
        "Look whether the authority refused (openssl ts -reply -text -in FILE), or whether the answer is for another pack."
    }

    /// A byte of it is another than the workstation's key signed.
    pub(super) fn card_changed() = "card-changed" {
        "That is no whole workstation card: something in it is another than was signed."
        "Nothing was checked."
        "Take the card as commissioning wrote it, or name the 64 hex digits that people noted on paper."
    }

    /// Neither digits nor a key.
    pub(super) fn signer_not_understood() = "signer-not-understood" {
        "The signer that was named is neither a fingerprint nor a public key."
        "Nothing was checked."
        "Name the 64 hex digits of the SHA-256 of the workstation's public key, as people noted them when a ceremony ended; in a terminal a signer.pem that came another way than the pack will do."
    }
}

// Checking a pack, a transcript or a bundle.
pub(super) fn signed_as_named(sha256: &str) -> String {
    format!("It is signed with the key that you named, SHA-256 {sha256}.")
}

pub(super) fn signed_otherwise(sha256: &str, named: &str) -> String {
    format!("It is signed with another key than the one that you named: SHA-256 {sha256}, and not {named}.")
}

pub(super) const SIGNED_BY_NOBODY: &str = "No one key signed this, so not the one that you named.";

pub(super) fn whose_signer(sha256: &str) -> String {
    format!(
        "Whose key signed it: anybody can write a record and sign it with a key of their own. Compare its SHA-256 with one \
         that did not come with the pack, or name that one and check again: {sha256}"
    )
}

pub(super) const SCRIPT_SHIPS: &str = "The script is one that ships with this program, unchanged.";
pub(super) const SCRIPT_NOT_IN_COPY: &str =
    "Whether the record follows its script: the script is not in this copy.";
pub(super) const PASSPHRASES_NOT_CHECKED: &str =
    "What people signed with passphrases: only the workstation could tell, and its own key signs for it.";
pub(super) const BLOB_NOT_OPENED: &str = "Whether the blob opens to the key: only the cloud's private key can tell. The \
     ceremony tried the same route with a key of its own.";
pub(super) const MANIFEST_NOT_SIGNED: &str =
    "Who wrote the manifest: it is signed as part of an evidence pack, not alone.";

/// What lies behind a record, to be counted: one, several, and what happened.
pub(super) type Behind = (&'static str, &'static str, &'static str);
pub(super) const EXCEPTIONS: Behind = ("exception was", "exceptions were", "raised and decided");
pub(super) const FAILURES: Behind = ("time", "times", "a step did not come to its end");
pub(super) const TAKEN_BACK: Behind = ("time", "times", "the ceremony was taken back");
pub(super) const RESUMED: Behind = ("time", "times", "the ceremony was resumed");
pub(super) const DISAGREEING: Behind = ("person", "people", "said that the record is not right");

pub(super) fn lies_behind(how_many: usize, (one, several, what): Behind) -> String {
    let counted = transcript::count(how_many, one, several);
    format!("What lies behind this: {counted} {what}. Read those entries.")
}

pub(super) fn to_check(path: &str) -> String {
    format!("coffer verify {path}")
}

pub(super) fn is_one_file(command: &str) -> String {
    format!("This is one file of an evidence pack. Check its folder: {command}")
}

pub(super) fn lies_below(command: &str) -> String {
    format!("A pack or bundle lies below this folder. Check it: {command}")
}

pub(super) fn lie_below(commands: &[String]) -> String {
    format!("Packs or bundles lie below this folder. Check one: {}", commands.join("; "))
}

pub(super) fn bundle_of_the_other_mode(folder: &dyn Display) -> String {
    format!(
        "The bundle in {folder} says that it is of the other mode than the record: one of the two was written anew."
    )
}

pub(super) fn bundle_holds(key: &str, files: usize) -> String {
    format!("The bundle for {key}: all {files} files are those its manifest lists.")
}

pub(super) fn bundle_does_not_hold(why: &str) -> String {
    format!("The bundle does not hold: {why}.")
}

pub(super) fn left_beside(by: &str, name: &str) -> String {
    format!("What {by} left beside the bundle's files: {name}. It is no part of the bundle.")
}

pub(super) fn left_by_a_script(name: &str) -> String {
    format!(
        "What {name} says: an import script left it here, and it is no part of the bundle. The ceremony byok-receipt holds \
         it against the bundle."
    )
}

pub(super) fn departs(departure: &dyn Display) -> String {
    format!("The record departs: {departure}.")
}

pub(super) fn follows(script: &str) -> String {
    format!("The record follows the script {script}, step by step.")
}

pub(super) fn papers_as_made(names: &str) -> String {
    format!("Made again of the record, these are the same to the byte: {names}.")
}

pub(super) fn papers_otherwise(names: &str) -> String {
    format!(
        "Not what the record says: {names}. This very program wrote the pack, and makes other documents of its record. Whoever \
         had the workstation's key changed them: read what coffer report makes, and ask who did that."
    )
}

pub(super) fn papers_of_another_version(names: &str) -> String {
    format!(
        "Whether these say what the record says: {names}. Another version of the program made them. Read what coffer report \
         makes of the record."
    )
}

pub(super) const PAPERS_TOO_LONG: &str = "Whether the report says what the record says: the record is too long to make it again \
     within a check. Make it with coffer report, and compare the two.";

pub(super) fn papers_not_made(why: &str) -> String {
    format!("Whether the report says what the record says: it could not be made again here: {why}.")
}

pub(super) fn signed_with_yubikeys(statements: usize) -> String {
    let statements = transcript::count(statements, "statement is", "statements are");
    format!("{statements} signed with the YubiKeys that the roster names.")
}

pub(super) fn script_does_not_ship(hash: &[String]) -> String {
    format!(
        "What the script asks: it is not one that ships with this program. Read it; its hash begins {}.",
        hash.join(" ")
    )
}

// Devices.
pub(super) const NO_MODULE: &str = "No PKCS#11 module was found in the usual places. Name the vendor's module with \
     --module, or rehearse with the embedded token.";
pub(super) const NOT_INITIALISED: &str =
    "It is not initialised: give it a label and a PIN with the vendor's tool first.";
pub(super) const IS_SOFTWARE: &str = "It is software: its keys are in this computer, outside any device.";
pub(super) const FOR_REHEARSALS: &str = "It keeps keys in a file and protects nothing: for rehearsals only.";
pub(super) const NOT_BELIEVED: &str =
    "What it says of itself is not believed: play token-check to see what it does.";
pub(super) const FIRMWARE: &str = "Firmware, as it says";
pub(super) const TRIES_LEFT: &str = "PIN tries left";
pub(super) const NEVER_LEAVE: &str =
    "Its keys never leave it: they cannot be backed up or brought to a cloud.";
pub(super) const NO_SERIAL: &str = "no serial number";
pub(super) const NOTHING_PLUGGED_IN: &str = "Nothing is plugged in that a ceremony could use.";

pub(super) fn holds_no_token(module: &dyn Display) -> String {
    format!("{module} works, and holds no token. Plug the HSM in and look again.")
}

pub(super) fn no_yubikey_seen(happened: &str, to_do: &str) -> String {
    format!("No YubiKey can be seen: {happened}. To use one, {to_do}.")
}

pub(super) fn card_in_use(reader: &str) -> String {
    format!("The card in {reader} is in use.")
}

pub(super) fn card_foreign(reader: &str) -> String {
    format!("The card in {reader} is no YubiKey with its PIV application on.")
}

pub(super) fn still_of_the_factory(secrets: &[String]) -> String {
    format!("It still has the factory's {}, which everybody knows.", secrets.join(", "))
}

pub(super) fn not_opened(why: &str) -> String {
    format!("It could not be opened: {why}.")
}

pub(super) fn serial_number(serial: &str) -> String {
    format!("serial number {serial}")
}

// Home.
pub(super) const NOTHING_RECORDED: &str = "nothing was recorded before it was interrupted";
pub(super) const GIVEN_UP: &str = "given up by decision";
pub(super) const CLOSED: &str = "closed, with an evidence pack";
pub(super) const PACK_TO_BE_WRITTEN: &str = "closed; its evidence pack is still to be written";

pub(super) fn does_not_verify(seq: u64, why: &str) -> String {
    format!("entry {seq} of its record does not verify: {why}")
}

// The register.
pub(super) const OF_ANOTHER_WORKSTATION: &str = "a key of another workstation";
pub(super) const NOT_DEALT: &str = "not dealt";
pub(super) const NO_HOLDER: &str = "holder not recorded";
pub(super) const NOT_LOOKED_AT: &str = "not looked at since";

pub(super) fn from(source: &Source) -> String {
    match source {
        Source::Index => "From the index, which agrees with every record.".to_owned(),
        Source::Rebuilt(Doubt::Damaged(why)) => {
            format!("From the records. The index was damaged ({why}); it was set aside and made anew.")
        }
        Source::Rebuilt(why) => format!("From the records. The index was made anew: {why}."),
        Source::Records(Doubt::InUse, _) => {
            "From the records. The index was left alone: another program has it open.".to_owned()
        }
        Source::Records(_, why) => format!("From the records. The index could not be written: {why}."),
    }
}

pub(super) fn of_shares(threshold: &dyn Display, shares: &dyn Display) -> String {
    format!("{threshold} of {shares}")
}

pub(super) fn of_sites(needed: &dyn Display, of: usize, each: &[String]) -> String {
    format!("{needed} of {of} sites ({})", each.join(", "))
}

pub(super) fn owed(says: &str, since: &str, run: &str) -> String {
    format!("{says} (since {since}, {run})")
}

pub(super) const CHECK_BROKE_OFF: &str = "The check broke off: what was handed over needs more memory or time than any \
     pack, or made the process that reads it fail. Do not rely on it.";

// The list of ended ceremonies.
pub(super) fn ended_listed(listed: usize) -> String {
    format!("Ended ceremonies, {listed} on the list; what does not agree with it")
}

pub(super) fn ended_and_missing(run: &str) -> String {
    format!("{run} ended here, and its record is missing.")
}

pub(super) fn ended_and_replaced(run: &str) -> String {
    format!("{run} ended with another record than the one that is here: it was replaced, cut or went on.")
}

pub(super) fn ended_and_not_listed(run: &str) -> String {
    format!(
        "{run} has ended, and is not on the list: its record came from elsewhere, or the list was replaced. A ceremony that \
         was cut off while it ended is listed when it is resumed."
    )
}

pub(super) fn begun_on_another_list(run: &str) -> String {
    format!("{run} was begun after ceremonies that are not on the list.")
}

// Time stamps.
pub(super) fn request_written(out: &dyn Display) -> [String; 2] {
    [
        format!("The request is in {out}. It says nothing but a digest."),
        "Next: take it to the online team, who send it to a time-stamping authority and bring the answer back.".to_owned(),
    ]
}

pub(super) fn answer_kept(kept: &dyn Display, head: &dyn Display) -> [String; 2] {
    [
        format!(
            "Kept in {kept}. Who signed it was not checked here: that takes the authority's certificate."
        ),
        format!("Next: openssl ts -verify -data {head} -in {kept} -CAfile AUTHORITY.pem"),
    ]
}
