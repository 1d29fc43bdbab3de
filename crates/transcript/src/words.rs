//! What people read of a record and its pack.

use crate::{Kind, Level};
use std::fmt::{Debug, Display};

// What is wrong with an entry: words that follow "does not verify".
pub(crate) fn no_canonical_form(error: impl Display) -> String {
    format!("it has no canonical form ({error})")
}

pub(crate) const NO_JSON_FORM: &str = "it has no JSON form";
pub(crate) const NO_RANDOM: &str = "the system's random source gave nothing";
pub(crate) fn not_a_line(error: impl Display) -> String {
    format!("it is not a line of a transcript ({error})")
}

pub(crate) fn of_version(version: impl Display) -> String {
    format!("it is of version {version}, and this program reads version 1")
}

pub(crate) const NOT_CANONICAL: &str = "it is not in canonical form (RFC 8785)";
pub(crate) fn part_misplaced(word: impl Display) -> String {
    format!("its {word} part is missing or out of place")
}

pub(crate) fn part_withheld_wrongly(word: impl Display) -> String {
    format!("its {word} part is not withheld in the right form")
}

pub(crate) fn part_without_salt(word: impl Display) -> String {
    format!("its {word} part has no salt of 32 bytes")
}

pub(crate) fn part_misshapen(word: impl Display, error: impl Display) -> String {
    format!("its {word} part is not of the right form ({error})")
}

pub(crate) fn numbered(seq: impl Display) -> String {
    format!("it is numbered {seq}")
}

pub(crate) const DOES_NOT_FOLLOW: &str = "it does not follow the entry before it";
pub(crate) const NOT_THREE_PARTS: &str = "it does not have three parts";
pub(crate) const NOT_ITS_CHAIN: &str = "its content does not match its chain value";
pub(crate) const PUBLIC_WITHHELD: &str = "its public part is withheld";
pub(crate) const FIRST_OPENS: &str = "the first entry, and only the first, opens the record";
pub(crate) const NO_MODE: &str = "the public fact \"mode\" is neither rehearsal nor production";
pub(crate) const AFTER_THE_END: &str = "the record has ended, and only one signature may follow the end";
pub(crate) fn closes_what_is_not_open(id: impl Debug) -> String {
    format!("it closes the obligation {id:?}, which is not open")
}

pub(crate) fn opens_twice(id: impl Debug) -> String {
    format!("it opens the obligation {id:?}, which is open already")
}

pub(crate) fn closes_too_early(id: impl Debug) -> String {
    format!("it closes the record while {id:?} is still to be done")
}

pub(crate) const ANOTHER_HEAD: &str = "it signs another head than the one before it";
pub(crate) const SIGNATURE_NOT_GOOD: &str = "its signature is not good";
pub(crate) const PARTS_WITHHELD: &str = "parts of it are withheld, so this is a copy made for a reader";

// Why the record was not written or signed.
pub(crate) const CHECKPOINT_BY_SIGNING: &str = "a checkpoint is made by signing, not by hand";
pub(crate) fn undoing_failed(error: impl Display, second: impl Display) -> String {
    format!("{error}; undoing it failed too: {second}")
}

pub(crate) const NOT_A_CARD: &str =
    "what a workstation card says has to be whole lines without rows of dashes";
pub(crate) const SIGNED_BADLY: &str =
    "the signature that came back does not verify under the signer's own P-256 key";

// What is wrong with a pack or with a name in it.
pub(crate) const NAME_LENGTH: &str = "it is empty or longer than 200 bytes";
pub(crate) const NAME_CHARACTERS: &str = "it has a backslash or a control character";
pub(crate) const NAME_NOT_PLAIN: &str = "it is not a plain path below the pack's folder";
pub(crate) const NAME_LEFT_BEHIND: &str = "operating systems leave files of that name behind";
pub(crate) const NAME_TAKEN: &str = "the pack has a file of that name already";
pub(crate) const NOT_A_FOLDER: &str = "it does not name a folder";
pub(crate) const SHORTENED_DOES_NOT_VERIFY: &str = "the shortened transcript does not verify";
pub(crate) fn file_is(name: impl Display, other: impl Display) -> String {
    format!("{name} {other}")
}

// The pages of a pack.
pub(crate) const HOW_TO_CHECK: &str = "\
HOW TO CHECK THIS FOLDER

You need two programs that every Linux machine has: sha256sum and openssl. Go into this folder and type:

  1.  sha256sum -c SHA256SUMS
      Every line must end in OK. No file here has changed since the list was made.

  2.  openssl dgst -sha256 -verify signer.pem -signature SHA256SUMS.sig SHA256SUMS
      It must say: Verified OK. The list was signed with the key in signer.pem.

  3.  openssl dgst -sha256 -verify signer.pem -signature HEAD.sig HEAD
      It must say: Verified OK. HEAD names the number of entries in transcript.jsonl and the last value of their
      chain. It was signed with the same key.

WHAT THIS PROVES

  The files are the ones that were signed, each of them, unchanged, by whoever holds the key in signer.pem.

WHAT IT DOES NOT PROVE

  Whose key that is. Compare it with one you got elsewhere, not from this folder: type

      openssl pkey -pubin -in signer.pem -outform DER | sha256sum

  and compare the 64 digits with those that people noted when the ceremony ended. \"coffer verify --signer\" and those
  digits does it for you: it ends with exit status 0 only where everything holds and that key signed it, and with 3
  where no signer was named to it.

  That no file was added. Look for files that SHA256SUMS does not name; only SHA256SUMS and SHA256SUMS.sig are
  not in it. \"coffer verify\" looks for you.

  The chain inside transcript.jsonl. \"coffer verify\" recomputes it entry by entry and names the first that is wrong.
  The rule is public and short; see the description of the transcript's format.

  That what was written down is what happened. That is what the witnesses signed for.
";

/// What stands beside a shortened copy.
pub(crate) fn shortened(level: Level) -> String {
    let gone = if level == Level::Public { "the auditor and internal parts" } else { "the internal part" };
    format!(
        "THIS IS A SHORTENED COPY\n\n\
         It was made for readers at the level: {}.\n\
         Withheld: {gone} of every entry in transcript.jsonl, and every other file of the full pack.\n\n\
         In place of each withheld part stands its commitment: a SHA-256 value that fixes what the part says\n\
         without telling it. The chain runs over those values, so HEAD and HEAD.sig are those of the full pack:\n\n\
         \x20   openssl dgst -sha256 -verify signer.pem -signature HEAD.sig HEAD\n\n\
         must say: Verified OK. \"coffer verify\" checks that transcript.jsonl leads to that HEAD.\n\n\
         SHA256SUMS was made anew for this copy and is not signed: it finds damage, not forgery.\n\
         This notice is not signed either. Compare the key in signer.pem with one you got elsewhere.\n",
        level.word()
    )
}

// Words of the format: no one reads them, and they never change.
pub(crate) const COMMITMENT_DOMAIN: &[u8] = b"cofferdam transcript commitment v1\0";
pub(crate) const CHAIN_DOMAIN: &[u8] = b"cofferdam transcript chain v1\0";
/// The exact bytes that are signed: one line of ASCII that ends in a newline.
pub(crate) fn head(entries: u64, chain: &str) -> String {
    format!("cofferdam transcript head v1 entries {entries} chain {chain}\n")
}

// The list of ended ceremonies.
pub(crate) fn list_line_bad(line: usize) -> String {
    format!(
        "line {line} of the list is not one that this program wrote there, or its signature does not verify"
    )
}

pub(crate) fn ended_word(how: Kind) -> &'static str {
    if how == Kind::Abandoned { "abandoned" } else { "closed" }
}

/// The exact bytes that are signed: one line of ASCII that ends in a newline.
pub(crate) fn list_line(n: usize, run: &str, ended: &str, entries: u64, head: &str, before: &str) -> String {
    format!("cofferdam-ended-runs 1 {n} {run} {ended} {entries} {head} {before}\n")
}
