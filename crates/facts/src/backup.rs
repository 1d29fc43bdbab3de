//! The backup of this ceremony's keys: its wrapped file, its set and how that is dealt, and the proof by rebuilding it.

use crate::declare::facts;
use crate::{CheckValue, FileInPack, List, Number, Pair, RouteWord, SetName, Sha256Hex, Text};

facts! {
    SHARE_SET: Fact = public "share-set", SetName, "the set of shares that was made";
    WRAPPED_BACKUP: Fact = public "wrapped-backup", FileInPack, "the master key wrapped under the backup wrapping key, in the pack";
    WRAPPED_WITH: Fact = public "wrapped-with", Text, "how keys were wrapped for the backup, and where, in words";
    BACKUP_KEY_ORIGIN: Fact = public "backup-key-origin", Text, "what the backup wrapping key was made of, in words";
    BACKUP_RUNG: Fact = public "backup-rung", RouteWord, "how the master key left the token for its backup, where not inside it: `host-memory`";
    SHARES: Fact = public "shares", Number, "how many shares the set has";
    THRESHOLD: Fact = public "threshold", Number, "how many shares rebuild the key, where people count wherever they are";
    SITES_NEEDED: Fact = public "sites-needed", Number, "how many sites rebuild the key, where sites count";
    GROUPS: Fact = public "groups", List<Pair<Number, Number>>, "for each site in order, how many of its shares give its part, and how many it has";
    GROUP_SITES: Fact = auditor "group-sites", List<Text>, "the names of the sites, in the order of `groups`";
    SHARE_COMMITMENTS: Fact = public "share-commitments", List<Sha256Hex>, "the commitment to each share, in the order of their numbers";
    SPLIT_WHERE: Fact = public "split-where", Text, "where the backup wrapping key was split, in words";
    REBUILT_CHECK_VALUE: Fact = public "rebuilt-check-value", CheckValue, "the check value of what the wrapped backup opened to with the rebuilt key";
    REBUILT_FROM: Fact = public "rebuilt-from", Text, "what the backup wrapping key was rebuilt from, in words";
}

/// What the obligation for the sheets of a void set begins with, before the set's number.
const VOID_SHEETS: &str = "void-sheets-";

/// The obligation to destroy the sheets of a set that became void.
pub fn void_sheets(set: &str) -> String {
    format!("{VOID_SHEETS}{set}")
}

/// The void set that an obligation is about.
pub fn void_set_of(id: &str) -> Option<&str> {
    id.strip_prefix(VOID_SHEETS)
}
