//! What the desk says when something is not there, or not what it has to be.

pub(super) mod machine;

use engine::words::sentence;
use protocol::{Problem, problems};
use std::fmt::Display;
use tokens::{TokenError, TokenUri};

problems! {
    /// The machine does not let it.
    pub(super) fn not_confined() = "not-confined" {
        "This process could not cut itself off from the network."
        "Nothing was started."
        "Use a Linux kernel with seccomp; Cofferdam does not run without it."
    }

    /// A script, a roster or an answers file that is something else.
    pub(super) fn not_text(what: &str, name: &str, found: &str, remedy: &str) = "not-text" {
        "The {what} {name} is {found}, and a {what} is text in UTF-8."
        "Nothing was started."
        "{remedy}"
    }

    /// Nowhere to keep ceremonies.
    pub(super) fn no_state_folder() = "no-state-folder" {
        "There is no home folder."
        "Nothing was started."
        "Name one with --state."
    }

    fn script_unknown(name: &str, ships: &str) = "no-such-script" {
        "There is no script {name:?}."
        "Nothing was started."
        "Name a file, or one that ships: {ships}."
    }

    /// Nothing stands against it, and yet there is no plan.
    pub(super) fn not_playable() = "not-playable" {
        "The script cannot be played."
        "Nothing was started."
        "Check it."
    }

    /// Fictional people play rehearsals only.
    pub(super) fn no_roster() = "no-roster" {
        "A production ceremony needs a roster of real people."
        "Nothing was started."
        "Enrol people with the ceremony commission-workstation, or name a roster with --roster; `coffer enrol` makes passphrase verifiers for the first one."
    }

    /// The named one.
    pub(super) fn no_such_roster(path: &dyn Display) = "no-such-roster" {
        "The roster {path} cannot be read."
        "Nothing was started."
        "Check the path."
    }

    /// A run without what it was begun with.
    pub(super) fn run_incomplete(file: &str) = "run-incomplete" {
        "{file} is missing from the run's folder."
        "Nothing was changed."
        "Restore the folder from its copy."
    }

    /// What was kept from being copied, and why.
    fn pack_not_copied(to: &dyn Display, happened: &str, unchanged: &str, todo: &str) = "copy-failed" {
        "The pack could not be copied to {to}: {happened}"
        "The pack in the run's folder is unchanged. {unchanged}"
        "{todo}"
    }

    /// No certificates, or none that can be read.
    pub(super) fn no_roots(why: &str) = "attestation-roots" {
        "The attestation roots cannot be used: {why}."
        "Nothing was started."
        "Name a PEM file of certificates with --attestation-roots, or leave it out for Yubico's own."
    }

    fn not_opened(why: &str) = "token-not-opened" again {
        "The token could not be opened: {why}."
        "Nothing was done on it."
        "Check that it is in, and that its module's path is right."
    }

    /// The page or a record named it; loading a library runs it.
    pub(super) fn module_not_listed(module: &dyn Display) = "module-not-listed" {
        "{module} is not among the PKCS#11 modules of this workstation."
        "It was not loaded, and nothing was started."
        "Choose a token from the list. A module in another place is named when the program is started, with --module, by whoever answers for it."
    }

    /// It was tried in a process of its own.
    pub(super) fn module_unusable(why: &str) = "module-unusable" {
        "The token's module cannot be used: {why}"
        "Nothing was started."
        "Install the vendor's package for this machine, start its service, and look at `coffer devices`."
    }

    /// Its digest goes into the record.
    pub(super) fn module_unreadable(module: &dyn Display) = "module-unreadable" {
        "The token's module {module} cannot be read as a file."
        "Nothing was started."
        "Name the module itself, a shared library that this account may read."
    }

    /// What was commissioned stands in a record that is gone.
    pub(super) fn module_unknown(module: &dyn Display, run: &str) = "module-unknown" {
        "Whether the module {module} was commissioned is not known: the record of the ceremony {run}, which ended on this workstation, is not there as it ended."
        "It was not loaded, and nothing was started."
        "Bring the ceremony's folder back from a copy. Or commission the workstation with the module that you know to be the vendor's."
    }

    /// It sees PINs and keys, and nobody looked at this one.
    pub(super) fn module_not_commissioned(module: &dyn Display) = "module-not-commissioned" {
        "The token's module {module} is another file than the one that this workstation was commissioned with."
        "It was not loaded, and nothing was started."
        "Where the vendor's module was updated, compare its SHA-256 with what the vendor says, and commission the workstation again with it. Otherwise find out who changed it."
    }

    /// Between two looks at it.
    pub(super) fn module_changed(module: &dyn Display) = "module-changed" {
        "The token's module {module} has changed since this room was started."
        "It was not loaded."
        "Stop, find out who changed it, and begin again."
    }

    /// The page names scripts by what they are called.
    pub(super) fn script_not_listed(name: &str) = "script-not-listed" {
        "The script {name:?} is not among those that the window lists."
        "Nothing was started."
        "Choose one on Home. A script in a file is named when the window is started, with --script, or played in a terminal."
    }

    /// The page chooses a roster from a list.
    pub(super) fn roster_not_listed(name: &str) = "roster-not-listed" {
        "The roster {name:?} is not among those that the window lists."
        "Nothing was started."
        "Choose one from the list. A roster in a file is named when the window is started, with --roster."
    }

    /// Practice roots would let a practice key pass for a real one.
    pub(super) fn roots_are_for_rehearsals() = "roots-in-production" {
        "The program was started with --attestation-roots, and a production ceremony takes Yubico's own roots alone."
        "Nothing was started."
        "Start the program without --attestation-roots."
    }

    /// A folder of this disk is no medium: what is handed over would stay here.
    pub(super) fn media_are_for_rehearsals() = "media-in-production" {
        "The program was started with --media, and a production ceremony takes only media that the system has mounted."
        "Nothing was started."
        "Start the program without --media, and have the medium mounted below /media, /run/media or /mnt."
    }

    /// For the PIN of the practice token.
    pub(super) fn no_locked_memory() = "no-locked-memory" {
        "No locked memory."
        "Nothing was done."
        "Raise the limit."
    }

    /// The practice token is for rehearsals only.
    pub(super) fn no_token() = "no-token" {
        "A production ceremony needs an HSM of your own."
        "Nothing was started."
        "Name it with --token pkcs11:token=…?module-path=/path/to/module.so"
    }

    fn address_malformed(why: &str) = "token-address" {
        "{why}"
        "Nothing was started."
        "Take the address from `coffer devices`, or from p11tool --list-token-urls."
    }

    fn another(which: &TokenUri, differs: &str) = "token-not-found" {
        "No token fits {which}: {differs}"
        "Nothing was started."
        "What is there is listed below. Copy its address from `coffer devices`."
    }

    fn nowhere_to_look(which: &TokenUri) = "token-not-found" {
        "{which} names no module, and none is in the usual places."
        "Nothing was started."
        "Add the vendor's module to the address: …?module-path=/path/to/module.so"
    }

    fn none_fits(which: &TokenUri) = "token-not-found" {
        "No token fits {which}."
        "Nothing was started."
        "What is there is listed below. Put the token in, or add its module to the address: …?module-path=/path/to/module.so"
    }

    fn too_many_fit(which: &TokenUri, how_many: usize) = "token-not-found" {
        "{how_many} tokens fit {which}."
        "Nothing was started."
        "They are listed below. Name one of them by its whole address."
    }

    fn printing_unavailable() = "no-print-service" again {
        "The print service of this computer does not answer."
        "Nothing was printed."
        "Install and start CUPS (docs/printing.md), or write the sheet by hand."
    }

    fn job_refused(queue: &str) = "print-refused" again {
        "The print service did not take the job for {queue}."
        "Nothing was printed."
        "Look at the printer and its queue, then print again, or write the sheet by hand."
    }

    /// It has the job, and no paper comes out.
    pub(super) fn print_unfinished(queue: &str, why: &str) = "print-unfinished" again {
        "The printer {queue} did not print, as it says: {why}."
        "The job was taken out of its queue. The share is unchanged."
        "Put paper in or clear the jam, look what came out, then print again or choose another way."
    }

    /// Whether the job is out of the queue is not known.
    pub(super) fn print_left(queue: &str, why: &str) = "print-left" again {
        "The printer {queue} did not print, as far as is known: {why}. Its sheet may still wait in the queue."
        "The share is unchanged."
        "Switch the printer off, and keep it off until `cancel -a -x {queue}` and `lpstat -o {queue}` say that nothing waits; what comes out of it meanwhile is a share. Then print again or choose another way."
    }
}

/// Said of whatever is refused before a play begins.
pub(super) const NOTHING_STARTED: &str = "Nothing was started.";

pub(super) fn no_such_script(name: &str, ships: &[&str], why: &dyn Display) -> Problem {
    script_unknown(name, &ships.join(", ")).with_detail(why.to_string())
}

/// What kept a pack from being copied, said of the copy.
pub(super) fn copy_failed(to: &dyn Display, why: Problem) -> Problem {
    let said = pack_not_copied(to, &why.happened, &why.unchanged, &why.todo);
    Problem { again: why.again, detail: why.detail, ..said }
}

pub(super) fn token_not_opened(e: &TokenError) -> Problem {
    not_opened(e.to_string().trim_end_matches('.'))
}

pub(super) fn token_address(e: &TokenError) -> Problem {
    address_malformed(&sentence(&e.to_string()))
}

/// A token of that name is there and is another model, or another maker's.
pub(super) fn another_token(which: &TokenUri, differs: &TokenError, there: &[String]) -> Problem {
    another(which, &sentence(&differs.to_string())).with_detail(there.join("\n"))
}

pub(super) fn no_module(which: &TokenUri) -> Problem {
    nowhere_to_look(which).with_detail("")
}

pub(super) fn no_token_fits(which: &TokenUri, there: &[String]) -> Problem {
    none_fits(which).with_detail(there.join("\n"))
}

pub(super) fn several_fit(which: &TokenUri, uris: &[String]) -> Problem {
    too_many_fit(which, uris.len()).with_detail(uris.join("\n"))
}

// Modules.
pub(super) fn finds_not_itself(why: &dyn Display) -> String {
    format!("This program cannot find itself ({why}), so no module was tried.")
}

// Rosters to choose from.
pub(super) const ENROLLED_HERE: &str = "enrolled on this workstation";
pub(super) const ENROLLED_ONCE: &str = "enrolled here once, and others since";
pub(super) const NAMED_AT_START: &str = "named when the program was started";

// The reader of scans.
pub(super) const READER_NOT_STARTED: &str = "the reader cannot be started";
pub(super) const READER_NOT_LIMITED: &str = "the reader could not limit itself or write";

// Printers.
pub(super) const OVER_A_NETWORK: &str =
    "It is reached over a network; a sheet goes only to a printer on a cable of this computer.";
pub(super) const FOUND_ON_THE_NETWORK: &str = "found on the network";
pub(super) const INTO_A_FILE: &str = "It writes into a file on this computer's disk.";
pub(super) const DOES_NOT_SAY: &str = "it does not say why";

/// As CUPS says it, before a job's name.
pub(super) const JOB_IS: &str = "request id is ";

/// As CUPS says it, before a printer's address.
pub(super) fn device_for(name: &str) -> String {
    format!("device for {name}: ")
}

pub(super) fn no_answer(program: &str, seconds: u64) -> String {
    format!("{program} gave no answer in {seconds} seconds")
}

pub(super) fn no_print_service(why: &str) -> Problem {
    printing_unavailable().with_detail(why.trim())
}

pub(super) fn print_refused(queue: &str, why: &str) -> Problem {
    job_refused(queue).with_detail(why.trim())
}
