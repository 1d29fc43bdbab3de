//! A transcript: its form, numbering, chain, order, obligations, and every signed checkpoint.

use super::report::Report;
use super::words;
use crate::digest::sha256_hex;
use crate::replay::Replay;
use crate::types::{Kind, Level};

/// Verifies a transcript alone: form, numbering, chain, order, obligations, and every signed checkpoint.
pub fn transcript(bytes: &[u8]) -> Report {
    let mut report = Report::new();
    let replay = chain(bytes, &mut report);
    let signed = replay.entries.last().is_some_and(|last| last.kind == Kind::Checkpoint);
    if !signed {
        report.unknown(words::NOT_SIGNED_AT_THE_END);
    }
    keys(&replay, &mut report);
    report.entries = replay.entries;
    report
}

/// Walks the chain and reports on it; what comes back stands before the first bad entry.
pub(super) fn chain(bytes: &[u8], report: &mut Report) -> Replay {
    let mut replay = Replay::new();
    let (body, whole) = match bytes.strip_suffix(b"\n") {
        Some(body) => (body, true),
        None => (bytes, false),
    };
    let mut wrong = replay.take(body.split(|byte| *byte == b'\n')).err().map(|why| (replay.next(), why));
    if wrong.is_none() && !whole {
        wrong = Some((replay.entries.len() as u64, words::NOT_FINISHED.into()));
    }
    report.mode = replay.mode().map(str::to_owned);
    match report.mode.as_deref() {
        Some("rehearsal") => report.good(words::REHEARSAL),
        Some("production") => report.good(words::PRODUCTION),
        _ => report.bad(words::FIRST_ENTRY, words::MODE_UNREADABLE),
    }
    if let Some((seq, why)) = wrong {
        let what = words::entry(seq);
        // The mode line may have named entry 1 already; it is the same entry.
        report.bad(&what, words::entry_bad(seq, why));
        return replay;
    }
    report.good(words::unchanged(replay.entries.len()));
    let checkpoints = replay.entries.iter().filter(|entry| entry.kind == Kind::Checkpoint).count();
    report.good(words::checkpoints(checkpoints));
    let [auditor, internal] = replay.withheld;
    report.level = match (auditor, internal) {
        (0, 0) => Level::Internal,
        (0, _) => Level::Auditor,
        _ => Level::Public,
    };
    if auditor + internal > 0 {
        report.good(words::withheld(auditor, internal));
        report.unknown(words::WITHHELD_SAY);
    }
    report.good(match replay.ended {
        Some(Kind::Abandoned) => words::ABANDONED,
        Some(_) => words::CLOSED,
        None => words::NOT_ENDED,
    });
    if replay.open.is_empty() {
        report.good(words::NOTHING_OPEN);
    } else {
        report.good(words::to_be_done(&replay.open));
    }
    replay
}

fn keys(replay: &Replay, report: &mut Report) {
    if let (Some(one), 1) = (replay.signers.first(), replay.signers.len()) {
        report.signer = Some(sha256_hex(one));
        return;
    }
    for key in &replay.signers {
        report.unknown(words::whose_checkpoints(sha256_hex(key)));
    }
}
