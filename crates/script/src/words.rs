//! What people read of scripts, rosters and plans that cannot be played.

mod problems;
mod record;

pub(crate) use problems::*;
pub(crate) use record::*;

use crate::dealing::Dealing;

pub(crate) fn known_actions(names: &str) -> String {
    format!("known actions: {names}")
}

pub(crate) fn restatable(names: &str) -> String {
    format!("give `is`, or `of` with the name of a fact that an earlier step records: {names}")
}

// What a parameter may be.
pub(crate) const IS_A_DAY: &str = "It is a day such as 2027-10-01.";
pub(crate) const IS_NEVER_OR_A_DAY: &str = "It is `never`, or a day such as 2027-10-01.";
pub(crate) const IS_LINES: &str =
    "It is none, or the numbers of lines, rising, with commas between, as 4 or 4, 7.";
pub(crate) const IS_A_LABEL: &str = "It has 1 to 40 letters, digits, hyphens, underscores or full stops.";
pub(crate) const IS_NOT_EMPTY: &str = "It is not empty.";

pub(crate) fn is_one_of(choices: &str) -> String {
    format!("It is one of {choices}.")
}

pub(crate) fn is_tokens(most: usize) -> String {
    format!("It is the serial numbers of 1 to {most} tokens, with commas between.")
}

pub(crate) fn is_number(least: &str, most: &str) -> String {
    format!("It is a number from {least} to {most}.")
}

// What is wrong with a passphrase that somebody chooses.
pub(crate) const PASSPHRASE_SHORT: &str = "That passphrase has fewer than 12 characters.";
pub(crate) const PASSPHRASE_GUESSED: &str = "That passphrase would be guessed soon: it is made of common words, names, dates, repetitions or rows of keys.";
/// Words that who guesses a passphrase of this program tries first.
pub(crate) const EVERYBODY_TRIES: [&str; 6] =
    ["cofferdam", "hospital", "ceremony", "master", "passphrase", "custodian"];

// What is wrong with a passphrase's verifier or a key in a roster.
pub(crate) const NOT_PHC: &str = "the passphrase verifier is not a PHC string";
pub(crate) const NOT_ARGON2ID: &str = "the passphrase verifier is not Argon2id";
pub(crate) const NO_PARAMETERS: &str = "the verifier's parameters cannot be read";
pub(crate) const TOO_COSTLY: &str =
    "its Argon2id cost is above what this computer should spend: at most 1 GiB, 16 passes and 16 lanes";
pub(crate) const TOO_WEAK: &str = "the passphrase verifier is weaker than 64 MiB and 3 passes";
pub(crate) const KEY_NOT_BASE64: &str = "a key is not base64";
pub(crate) const KEY_NOT_P256: &str = "a key is not a P-256 public key (DER SubjectPublicKeyInfo)";

/// How the roster in a pack begins.
pub(crate) const PUBLIC_ROSTER: &str = "# Who took part. Passphrase verifiers stay on the workstation.\n";

// The rules of custody.
pub(crate) const SITES_NOT_RECORDED: &str = "Sites are not recorded: the roster gives no custodian a site, so it was not checked that no one site holds enough \
                                             shares, nor that enough are left if one is lost.";

/// People as a list in a sentence.
pub(crate) fn names(people: &[&str]) -> String {
    match people {
        [] => "nobody".to_owned(),
        [one] => (*one).to_owned(),
        [before @ .., last] => format!("{} and {last}", before.join(", ")),
    }
}

// How a set is dealt.
impl Dealing {
    /// What the holder of a share has to know of it: which others rebuild the key with it.
    pub fn needs_with(&self, number: u8) -> String {
        let Some(at) = self.site_of(number) else { return self.needs() };
        let (needed, of, units) = self.in_words();
        format!(
            "It is share {} of {} at {}, where any {} speak for the site; any {needed} of {of} {units} rebuild the key.",
            at.index, at.count, at.name, at.threshold
        )
    }

    /// What is enough, in a sentence.
    pub fn needs(&self) -> String {
        let (needed, of, units) = self.in_words();
        let all = format!("Any {needed} of {of} {units} rebuild the key");
        if !self.over_sites() {
            return format!("{all}.");
        }
        let each = self.groups().iter().zip(1..).map(|(g, n)| {
            let name = if g.site.is_empty() { format!("site {n}") } else { g.site.clone() };
            format!("{name} {} of {}", g.threshold, g.count)
        });
        format!("{all}, each with enough of its own shares: {}.", each.collect::<Vec<_>>().join(", "))
    }
}

/// A share, for a broken rule.
pub(crate) fn share((group, index): (u8, u8)) -> String {
    match group {
        0 => format!("share {index}"),
        group => format!("share {index} of group {group}"),
    }
}

/// What a step declares, and whether its action takes that, do not go together.
pub(crate) fn record_table(step: &str, declares: bool) -> protocol::Problem {
    if declares { record_table_not(step) } else { record_table_missing(step) }
}
