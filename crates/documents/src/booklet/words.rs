//! What the booklet says.

use transcript::count;

// The cover.
pub(super) const REHEARSAL: &str =
    "REHEARSAL. This booklet is for practice. Nothing that is made with it protects anything.";
pub(super) const SCRIPT: &str = "Script";
pub(super) const STEPS: &str = "Steps";
pub(super) const MINUTES: &str = "Takes";
pub(super) const APPROVED: &str = "Approved";
pub(super) const NO_APPROVAL_NEEDED: &str = "a rehearsal needs no approval";
pub(super) const NOT_APPROVED: &str = "by no ceremony whose record was at hand when this was printed";
pub(super) const HELD_ON: &str = "Held on (day, from, to)";
pub(super) const HELD_AT: &str = "Held at (building, room)";
pub(super) const HASH: &str = "The script's hash";
pub(super) const HASH_SAYS: &str = "SHA-256 of the script file. It stands at the foot of every page. Before the ceremony begins, one person reads these rows \
     from the screen and another compares them here.";
pub(super) const WHO: &str = "Who takes part";
pub(super) const ROLE: &str = "Role";
pub(super) const NAME: &str = "Name";
pub(super) const DUTY: &str = "What they do";
pub(super) const BRINGS: &str = "What is brought";
pub(super) const WATCHES: &str = "Two watches, of two people, that were not set by this workstation";
pub(super) const BOOKLETS: &str = "This booklet, for each person; pens that do not rub out";
pub(super) const ROOM: &str = "The room";
pub(super) const ROOM_SAYS: &str = "Who comes to the screen, in how many steps, and who is alone there.";
pub(super) const SCREEN: &str = "The workstation";
pub(super) const SCREEN_SAYS: &str = "screen, devices, printer if there is one; no network";
pub(super) const ROOM_RULES: [&str; 4] = [
    "Everybody sees the screen but where a step says that one person is alone.",
    "While somebody is alone at the screen, the others stay where they see the person and not the screen.",
    "Whoever leaves the room says so; the witness notes it with the time.",
    "Telephones, cameras and watches with a camera stay outside.",
];
pub(super) const BEFORE: &str = "Before the day";
pub(super) const MAKES: &str = "What it leaves behind";
pub(super) const FETCH: &str = "Fetched online before the day";
pub(super) const FETCH_SAYS: &str = "By the online team, on their own machine. What it writes comes in on a medium, with a slip of the wrapping key's \
     fingerprint.";
pub(super) const DECIDED: &str = "What is decided";

pub(super) fn title(script: &str) -> String {
    format!("Booklet: {script}")
}

pub(super) fn script(name: &str, version: u32) -> String {
    format!("{name}, version {version}")
}

pub(super) fn minutes(minutes: u32) -> String {
    format!("about {}, by the script", count(minutes, "minute", "minutes"))
}

pub(super) fn yubikey(name: &str, serial: u32) -> String {
    format!("{name}: their YubiKey with the serial number {serial}, and its PIN in their head")
}

pub(super) fn at_the_screen(acts: usize, alone: usize, confirms: usize) -> String {
    let mut says = Vec::new();
    if acts > 0 {
        says.push(format!("acts in {}", count(acts, "step", "steps")));
    }
    if alone > 0 {
        says.push(format!("alone at the screen in {alone}"));
    }
    if confirms > 0 {
        says.push(format!("confirms {}", count(confirms, "step", "steps")));
    }
    if says.is_empty() { "looks on".to_owned() } else { says.join("; ") }
}

pub(super) fn place(role: &str, says: &str) -> String {
    format!("{role}: {says}.")
}

// Steps.
pub(super) const IRREVERSIBLE: &str = "This cannot be taken back.";
pub(super) const PRIVATE: &str = "Alone at the screen.";
pub(super) const INITIALS: &str = "Initials";
pub(super) const INITIALS_OF_TWO: &str = "Initials of both";

/// What is written by hand where an action states a fact, by the fact's name.
pub(super) const BY_HAND: &[(&str, &str)] = &[
    (facts::TOKEN_SERIAL.name(), "Serial number, from the device itself"),
    (facts::CHECK_VALUE.name(), "Check value, last six characters"),
    (facts::SHARE_SET.name(), "Share set"),
    (facts::SHARE_INDEX.name(), "Share, and bag number"),
    (facts::WRITTEN_TO_MEDIUM.name(), "Medium (mark, serial number)"),
    (facts::DRILL_RESULT.name(), "Result"),
];

pub(super) fn why(why: &str) -> String {
    format!("Why: {why}")
}

pub(super) fn expect(expect: &str) -> String {
    format!("To be seen: {expect}")
}

pub(super) fn otherwise(other: &str) -> String {
    format!("If not: {other}")
}

pub(super) fn who(actor: &str, confirmer: Option<&str>, minutes: u32) -> String {
    let with = confirmer.map_or(String::new(), |c| format!("; {c} confirms"));
    format!("{actor}{with}. About {}.", count(minutes, "minute", "minutes"))
}

// Sheets to fill in.
pub(super) const SIGN_IN: &str = "Sign-in sheet";
pub(super) const SIGN_IN_SAYS: &str =
    "Each person signs on arrival, and writes when they leave the room and come back on the note sheet.";
pub(super) const EXCEPTION_SAYS: &str = "Whatever is not as the script has it is an exception. Raise it in the program too: what stands only here is in no record.";
pub(super) const OF_EXCEPTION: &[(&str, u8)] = &[
    ("Step, and time", 1),
    ("What should have been", 2),
    ("What was", 3),
    ("What was decided, and why", 3),
    ("Where the ceremony goes on", 1),
];
pub(super) const SIGN_EXCEPTION: [&str; 2] = ["Who raised it", "Who decided"];
pub(super) const NOTES: &str = "Note sheet of the witness";
pub(super) const NOTES_SAY: &str =
    "Time, and what was noted: who came and went, pauses, bag numbers, what seemed odd";
pub(super) const HEAD: &str = "Where the record ends";
pub(super) const HEAD_SAYS: &str = "The last screen shows it, at the end and at each stop. Two people write it down and keep it apart from the workstation: \
     with it, everybody can tell later that nothing was cut off or changed.";
pub(super) const AT_THE_END: &str = "At the end";
pub(super) const AT_A_STOP: &str = "At a stop";
pub(super) const OF_HEAD: &[(&str, u8)] = &[
    ("Entries, day and time", 1),
    ("Rows 1 and 2", 1),
    ("Rows 3 and 4", 1),
    ("Fingerprint of the key that signed", 1),
];
pub(super) const ALOUD: &str = "Reading aloud";
pub(super) const ALOUD_SAYS: &str = "Letters by the words of the NATO alphabet, digits one by one, one row at a time. Whoever compares says the row back.";
pub(super) const LETTER: &str = "Letter";
pub(super) const SAY: &str = "Say";
pub(super) const GLOSSARY: &str = "Words that are used at the table";

/// The NATO alphabet.
pub(super) const NATO: [(&str, &str); 26] = [
    ("A", "Alfa"),
    ("B", "Bravo"),
    ("C", "Charlie"),
    ("D", "Delta"),
    ("E", "Echo"),
    ("F", "Foxtrot"),
    ("G", "Golf"),
    ("H", "Hotel"),
    ("I", "India"),
    ("J", "Juliett"),
    ("K", "Kilo"),
    ("L", "Lima"),
    ("M", "Mike"),
    ("N", "November"),
    ("O", "Oscar"),
    ("P", "Papa"),
    ("Q", "Quebec"),
    ("R", "Romeo"),
    ("S", "Sierra"),
    ("T", "Tango"),
    ("U", "Uniform"),
    ("V", "Victor"),
    ("W", "Whiskey"),
    ("X", "X-ray"),
    ("Y", "Yankee"),
    ("Z", "Zulu"),
];

pub(super) fn exception(n: usize) -> String {
    format!("Exception sheet {n}")
}
