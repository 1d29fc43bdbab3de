//! The path of a key by the record of its backup: where it was made, and how it came out for the backup.

use crate::earlier::words;
use facts::Named as _;
use std::collections::BTreeSet;
use tokens::Rung;
use transcript::Entry;

/// The path in words, of the one key or of all keys of a plan; `line` is the one line that is meant.
pub(in crate::earlier) fn how(entries: &[Entry], line: Option<u64>) -> String {
    let meant = |e: &&Entry| line.is_none() || facts::PLAN_LINE.within(e) == line;
    let said: BTreeSet<String> =
        entries.iter().filter(meant).filter_map(|e| facts::LOCAL.within(e)).collect();
    let through_host = facts::BACKUP_ROUTE.newest(entries).as_deref() == Some(Rung::HostMemory.word());
    words::path(&said, through_host)
}
