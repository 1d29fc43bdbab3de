//! What facts are called in the report, and what the certificate says of them.

use transcript::count;

/// What the record says of a key, by fact, with what it is called in the report.
pub(in crate::report) const OF_THE_KEY: &[(&str, &str)] = &[
    (facts::EARLIER_CEREMONY.name(), "Opened the pack of"),
    (facts::KEY_LABEL.name(), "Label"),
    (facts::KEY_SPEC.name(), "Kind"),
    (facts::CHECK_VALUE.name(), "Check value"),
    (facts::LOCAL.name(), "Made in this token, as it says"),
    (facts::ALWAYS_SENSITIVE.name(), "Never in the clear outside it, as it says"),
    (facts::EXTRACTABLE.name(), "Could be wrapped when it was made"),
    (facts::EARLIER_KEY_PATH.name(), "How it was made, by that pack"),
    (facts::DRILL_CHECK_VALUE.name(), "Check value, by that pack"),
    (facts::DRILLED_CHECK_VALUE.name(), "The backup opened to"),
    (facts::RESTORED_CHECK_VALUE.name(), "Restored"),
    (facts::BROUGHT_BACK_CHECK_VALUE.name(), "Brought back for the moment"),
    (facts::FOUND_CHECK_VALUE.name(), "Found in the token"),
    (facts::BACKUP_KEY_ORIGIN.name(), "Backup wrapping key made of"),
    (facts::WRAPPED_WITH.name(), "Wrapped for the backup"),
    (facts::BACKUP_RUNG.name(), "Left the token for the backup by"),
    (facts::SHARE_SET.name(), "Share set"),
    (facts::THRESHOLD.name(), "Shares needed"),
    (facts::SITES_NEEDED.name(), "Sites needed"),
    (facts::SHARES.name(), "Shares"),
    (facts::SPLIT_WHERE.name(), "Split in"),
    (facts::REBUILT_CHECK_VALUE.name(), "The rebuilt backup opened to"),
    (facts::REBUILT_FROM.name(), "Rebuilt from"),
    (facts::WRAPPED_FOR.name(), "Wrapped for"),
    (facts::CLOUD_KEY.name(), "Its name there"),
    (facts::RUNG.name(), "Left the token for there by"),
    (facts::WRAPPED_CHECK_VALUE.name(), "Check value of what was wrapped"),
    (facts::ROUTE_SELF_TEST.name(), "The way, tried before"),
    (facts::EXPIRY.name(), "Kept there until"),
    (facts::RECEIPT.name(), "What the receipt says"),
    (facts::AFTER_THE_CLOSE.name(), "In the token at the end"),
    (facts::EXTRACTABLE_AFTER.name(), "Can be wrapped then, as it says"),
    (facts::WRAP_TRIED.name(), "Wrapping it then, tried"),
    (facts::DRILL_RESULT.name(), "Result of the drill"),
    (facts::NEXT_DRILL.name(), "Next drill"),
    (facts::DESTROYED_CHECK_VALUE.name(), "Destroyed"),
    (facts::SEEN_ABSENT.name(), "Looked for after that"),
];

// The certificate.
pub(in crate::report) const CERTIFICATE: &str = "Certificate";
pub(in crate::report) const CERTIFIES_PRACTICE: &str = "REHEARSAL: this certifies practice, not keys.";
pub(in crate::report) const DONE_HERE: &str = "What its record shows";
pub(in crate::report) const NOT_ALL_COPIES: &str = "That no copy exists that the record does not name.";
pub(in crate::report) const DAY: &str = "Day";
pub(in crate::report) const PATH: &str = "Path of the key";
pub(in crate::report) const SHARES_DEALT: &str = "Dealt";
pub(in crate::report) const NEXT_DRILL: &str = "Next drill due";
pub(in crate::report) const HEAD_BEGINS: &str = "The record ends";
pub(in crate::report) const SIGNER: &str = "Signed by the key of SHA-256";
pub(in crate::report) const SIGNS: &str = "Name, role";

/// What is certified, by the fact that shows it.
pub(in crate::report) const CERTIFIED: &[(&str, &str)] = &[
    (facts::PROGRAM_COMPARED.name(), "The program was compared: {}."),
    (facts::ROSTER_ENROLLED_SHA256.name(), "People were enrolled; their roster has the SHA-256 {}."),
    (facts::KEY_LABEL.name(), "A key was made or brought in as {}."),
    (facts::PLAN_MADE.name(), "Keys of a plan were made: {}."),
    (
        facts::REBUILT_CHECK_VALUE.name(),
        "Its backup was opened with the rebuilt key, and gave the check value {}.",
    ),
    (facts::PLAN_REBUILT.name(), "Backups of a plan's keys that opened to their keys: {}."),
    (facts::DRILL_RESULT.name(), "A recovery drill was held: {}."),
    (facts::RESTORED_CHECK_VALUE.name(), "A key was restored from its backup, with the check value {}."),
    (facts::OLD_SET.name(), "The share set {} was replaced."),
    (facts::WRAPPED_FOR.name(), "The key was wrapped for {}."),
    (facts::RECEIPT_TARGET.name(), "A receipt of {} was held against its bundle."),
    (facts::DESTROYED_CHECK_VALUE.name(), "The key with the check value {} was destroyed in the token."),
    (facts::SHEETS_LEFT.name(), "Share sheets were shredded; left, missing ones included: {}."),
    (facts::AFTER_THE_CLOSE.name(), "In the token the key is left: {}."),
];

pub(in crate::report) fn certificate_title(script: &str) -> String {
    format!("Certificate: {script}")
}

pub(in crate::report) fn certifies(script: &str, run: &str) -> String {
    format!(
        "Of the ceremony {run}, played by the script \"{script}\". It says what the signed record of that ceremony says, and \
         stands for nothing without it: the evidence pack that it lies in has the record, and how to check it."
    )
}

pub(in crate::report) fn dealt(needed: u64, shares: u64, sites: bool) -> String {
    let of = if sites { "sites needed" } else { "needed" };
    format!("{}, {needed} {of}", count(shares, "share", "shares"))
}

pub(in crate::report) fn begins(entries: u64, hex: &str, words: &str) -> String {
    format!("after {} with a value that begins {hex}: {words}", count(entries, "entry", "entries"))
}
