//! The registers that a hospital keeps: systems, agreements, policies, safeguards and answers, row by row.

use crate::declare::facts;
use crate::{List, Number, Pair, Sha256Hex, Text};

facts! {
    KEPT_REGISTER: Fact = public "kept-register", Text, "the kind of row whose register was changed: `system`, `agreement`, `policy`, `safeguard`, `answer` or one of a script's own";
    KEPT_COLUMNS: Fact = auditor "kept-columns", List<Text>, "the names of the columns of the rows beside it, the row's id first";
    KEPT_ROWS: Fact = auditor "kept-rows", List<List<Text>>, "rows that are new or changed, whole: the value of each column, `none` where there is none";
    KEPT_LEFT: Fact = auditor "kept-left", List<Text>, "ids of rows that are listed no longer";
    KEPT_FROM_SHA256: Fact = public "kept-from-sha256", Sha256Hex, "the digest of the table that was carried in; none where the changes were typed";
    KEPT_ADDED: Fact = public "kept-added", Number, "how many rows are new";
    KEPT_CHANGED: Fact = public "kept-changed", Number, "how many rows are changed";
    KEPT_LEFT_OUT: Fact = public "kept-left-out", Number, "how many rows are listed no longer";
    KEPT_LISTED: Fact = public "kept-listed", Number, "how many rows were listed before";
    KEPT_CHANGES_SHA256: Fact = public "kept-changes-sha256", Sha256Hex, "the digest of the changes that two people signed: a line for each row, `+` for a new one, `~` for a changed one, `-` with the id of one that is listed no longer";
    KEPT_BEFORE_SHA256: Fact = public "kept-before-sha256", Sha256Hex, "the digest of the register before: over a line of JSON for each listed row, by id";
    KEPT_AFTER_SHA256: Fact = public "kept-after-sha256", Sha256Hex, "the same after the changes";
    KEPT_ACCEPTED: Fact = auditor "kept-accepted", List<Text>, "ids of the systems whose key lies with their data, which two people accepted with a reason";
    EXPORTED: Fact = public "exported", List<Pair<Text, Sha256Hex>>, "the files that were written for other tools: each with its path under the folder, and its digest";
    EXPORTED_SUMS_SHA256: Fact = public "exported-sums-sha256", Sha256Hex, "the digest of the list of their digests";
}

/// The kind of a row that is a system.
pub const SYSTEM: &str = "system";
/// The kind of a row that is an agreement with a business associate.
pub const AGREEMENT: &str = "agreement";
/// The kind of a row that is a policy or procedure.
pub const POLICY: &str = "policy";
/// The kind of a row that says what was decided of a safeguard.
pub const SAFEGUARD: &str = "safeguard";
/// The kind of a row that answers a question of the questionnaire.
pub const ANSWER: &str = "answer";
/// The kind of a record that weighs an incident.
pub const INCIDENT: &str = "incident";
