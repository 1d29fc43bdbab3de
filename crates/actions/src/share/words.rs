//! What people read of shares and sheets.

use engine::printing::Queue;
use engine::words::sentence;
use protocol::{Choice, Fact, Problem, Verdict, problems};
use shares::ShareError;

problems! {
    /// A share came in that is not the one just made.
    pub(crate) fn another_share(found: u8, due: u8) = "another-share" again {
        "This is share {found}, and share {due} is due."
        "No share was taken."
        "Take the sheet that was just made, and enter that one."
    }

    /// A scan of several sheets.
    pub(crate) fn scan_two_sheets() = "scan-two-sheets" {
        "There are two different shares in this scan."
        "No share was taken."
        "Scan one sheet alone, or type the rows of one."
    }

    /// A file that is no scan of a page.
    pub(crate) fn scan_too_large(path: &str) = "scan-file-too-large" {
        "{path} is not a scan of a page: it is larger than 64 MiB."
        "Nothing was read from it."
        "Scan one page at 300 dpi in grey, or type the rows."
    }

    /// What was typed or read is no share, or not the one that belongs here.
    fn share_refused(why: &str, todo: &str) = "share-refused" again {
        "{why}"
        "No share was taken."
        "{todo}"
    }

    /// What was typed is no number of a bag.
    pub(crate) fn bag_number() = "bag-number" again {
        "That is not a bag number."
        "Nothing was recorded."
        "Read the number printed on the bag: 1 to 40 characters."
    }
}

/// A share's refusal in the three sentences.
pub(crate) fn share_problem(e: &ShareError) -> Problem {
    use ShareError as E;
    let todo = match e {
        E::NotTheShareThatWasDealt { .. } => {
            "Do not type it again: raise an exception, and keep the sheet as evidence."
        }
        E::AnotherSet { .. } | E::WrongMode { .. } => "Bring the sheet of the right set, and type that one.",
        E::Duplicate { .. } => "Type another custodian's sheet.",
        E::Contradiction | E::DigestMismatch | E::MixedSets | E::SelfCheck | E::CombinersDisagree => {
            "Typing cannot mend this. Make the backup anew, or stop and find out which sheet is false."
        }
        _ => "Look at the sheet again and type the row once more.",
    };
    share_refused(&sentence(&e.to_string()), todo)
}

/// A page's refusal in the three sentences.
pub(crate) fn paper_problem(e: &paper::PaperError) -> Problem {
    Problem::new(
        e.code(),
        sentence(&e.to_string()),
        "Nothing was printed.",
        "Write the sheet by hand, or begin again with another paper or type size.",
    )
    .can_try_again()
}

/// Why a scan gave nothing, in the three sentences. The codes are those of the reader.
pub fn scan_problem(code: &str, why: &str) -> Problem {
    Problem::new(code, sentence(why), "No share was taken.", "Scan the sheet again, or type its rows.")
        .can_try_again()
}

// How a sheet came about, as the record says it.
pub(crate) const BY_HAND: &str = "written by hand";
pub(crate) const PRINTED: &str = "printed";
pub(crate) const PRINTED_LOCKED: &str = "printed, locked with a code word written by hand";
pub(crate) const HANDED_OUT: &str = "handed out as a file, in a rehearsal";
pub(crate) const HANDED_OUT_LOCKED: &str = "handed out as a file, locked with a code word, in a rehearsal";
pub(crate) const ENCRYPTED: &str = "none: encrypted to the custodian's YubiKey";

// How a share came in, and what it was held against, as the record says it.
pub(crate) const TYPED: &str = "typed row by row";
pub(crate) const HAND_SCANNER: &str = "typed by a hand scanner, as one text";
pub(crate) const SCANNED: &str = "read from a scan, whose destruction its custodian promised";
pub(crate) const OPENED_BY_YUBIKEY: &str = "opened by the YubiKey";
pub(crate) const EQUALS_THE_COMMITMENT: &str = "equals the commitment";

// Notes of the record.
pub(crate) const SENT_TO_A_PRINTER: &str = "a share sheet is sent to a printer";
pub(crate) const HANDED_OUT_AS_A_FILE: &str = "a rehearsal's share sheet is handed out as a file";
pub(crate) const SPOILED_DESTROYED: &str = "a spoiled share sheet was destroyed, as its custodian says";

/// A printer, as the record names it.
pub(crate) fn printer(queue: &Queue) -> String {
    format!("{} ({})", queue.name, queue.device)
}

/// What a box is bound to besides its recipient.
pub(crate) fn of_the_set(index: u8, set: &str) -> String {
    format!("share {index} of {set}")
}

// Choosing how the sheet is made.
const ON_DISK: &str = "What waits to be printed lies on this computer's disk here. Keep /var/spool/cups in memory \
                       (docs/printing.md), or begin with sheets=printed-with-codeword.";
pub(crate) const NO_PRINTER: &str =
    "The print service of this computer has no printer. Add one that is on a cable (docs/printing.md).";

pub(crate) fn how_is_it_made(index: u8) -> String {
    format!("How is the sheet of share {index} made?")
}

pub(crate) fn no_service(p: &Problem) -> String {
    format!("{} {}", p.happened, p.todo)
}

pub(crate) fn on_a_printer(why: String) -> Choice {
    choice("print", "On a printer", None, Some(why))
}

pub(crate) fn as_a_file(id: &str) -> Choice {
    let note = "In a rehearsal only. Print it elsewhere, or read it back as if it were a scan.";
    choice(id, "As a file in the run's folder", Some(note.to_owned()), None)
}

pub(crate) fn written_by_hand(id: &str) -> Choice {
    let note = "No printer has a memory of it.";
    choice(id, "Written by hand, row by row", Some(note.to_owned()), None)
}

/// A queue; refused where an open share would wait on a disk.
pub(crate) fn on_the_queue(id: &str, queue: &Queue, on_disk: bool) -> Choice {
    let why = queue.refused.clone().or_else(|| on_disk.then(|| ON_DISK.to_owned()));
    choice(id, &format!("On the printer {}", queue.name), Some(queue.device.clone()), why)
}

fn choice(id: &str, title: &str, note: Option<String>, refused: Option<String>) -> Choice {
    Choice { id: id.to_owned(), title: title.to_owned(), note, refused }
}

// Printing.
pub(crate) const TEST_PAGE: &str = "Test page";
pub(crate) const SHEET: &str = "Sheet";
pub(crate) const UP_TO_A_MINUTE: &str = "up to a minute";

pub(crate) fn printing_on(queue: &str) -> String {
    format!("Printing on {queue}")
}

pub(crate) fn is_the_test_page_good(queue: &str) -> String {
    format!("Look at the test page from {queue}. Is everything as it says?")
}

pub(crate) fn print_on_it(id: &str) -> Choice {
    choice(id, "Yes, print the sheet on it", None, None)
}

pub(crate) fn not_on_it(id: &str) -> Choice {
    choice(id, "No; choose another way", None, None)
}

pub(crate) const IS_IT_WHOLE: &str =
    "Take the sheet from the printer. Is it whole, and can every character be read?";
pub(crate) const MAY_HAVE_COME_OUT: &str =
    "The sheet may have come out in part, or may still come. How do you go on?";

pub(crate) fn print_again(id: &str) -> Choice {
    choice(id, "Destroy what came out, and print again", None, None)
}

pub(crate) fn another_way(id: &str) -> Choice {
    choice(id, "Destroy what came out, and choose another way", None, None)
}

pub(crate) fn came_out(id: &str) -> Choice {
    choice(id, "It came out, is whole, and can be read", None, None)
}

/// What people are told and nobody can prove.
fn said(name: &str, observed: &str) -> Fact {
    Fact { verdict: Verdict::NotProvable, ..engine::words::observed(name, observed) }
}

/// What a printer and its service may keep.
pub(crate) fn remembered(queue: &str, code_word: bool, waits_in_memory: Option<bool>) -> Vec<Fact> {
    let waits = match waits_in_memory {
        Some(true) => "kept the job in memory; it is gone when this computer is switched off",
        Some(false) => "kept the job on its disk, and may keep it for a day",
        None => "may have kept the job; this program cannot see where",
    };
    let printer = if code_word {
        "it may remember the sheet, but not the code word, which you write now"
    } else {
        "it may remember the sheet: clear its jobs, and switch it off and on before anything else is printed"
    };
    vec![said(&format!("The printer {queue}"), printer), said("The print service of this computer", waits)]
}

pub(crate) const CLEARED_THE_PRINTER: &str = "I have cleared the printer as far as it lets me";

pub(crate) fn spoiled() -> Fact {
    said(
        "The spoiled sheet",
        "look into the printer's tray too; shred it or burn it before the next one is made",
    )
}

pub(crate) const NOTHING_LEFT: &str = "Nothing of it is left";

// Entering.
pub(crate) const OPENING_LOCKED: &str = "Opening the locked share";
pub(crate) const A_FEW_SECONDS: &str = "a few seconds";
pub(crate) const READING_SCAN: &str = "Reading the scan";

pub(crate) fn scan_is_secret() -> Fact {
    said(
        "The scan",
        "is as secret as the sheet. Take its medium out now and destroy it, and clear the scanner's own \
         memory. This program made no copy of it.",
    )
}

pub(crate) const I_DESTROY_THE_SCAN: &str = "I destroy the scan and its medium";

// Boxes.
pub(crate) const I_TAKE_MY_BOX: &str = "I take my share, encrypted to my own YubiKey, and open it here once.";
pub(crate) const OPENING_BOX: &str = "Opening the share with the YubiKey. Touch it when it blinks";
pub(crate) const SECONDS: &str = "seconds";

// Bags.
pub(crate) const A_BAG: &str = "A 0012345";

pub(crate) fn practice_bag(turn: u8) -> String {
    format!("PRACTICE {turn}")
}

/// What departs.
pub(super) const ANOTHER_SITE: &str =
    "it does not say that the bag goes to the site at which the roster has its custodian";
