//! What people read of agreements with providers.

use engine::words::observed;
use protocol::{Fact, problems};

problems! {
    /// No reason was given.
    pub(super) fn no_reason() = "no-reason" again {
        "That is no reason: one to 400 characters in one line, which name no patient."
        "Nothing was recorded."
        "Write why the ceremony goes on without an agreement; or stop here."
    }
}

pub(crate) const WE_GO_ON: &str = "I go on without an agreement that counts, with ";
pub(super) const WITHOUT_EXAMPLE: &str = "Renewed yesterday, and not in the register yet";
pub(super) const NOT_SAID: &str = "it does not say whether an agreement with the provider counts";
pub(super) const NOT_LOOKED_FOR: &str =
    "a bundle is for a provider of which the record does not say whether an agreement counts";
pub(super) const WITHOUT_A_REASON: &str =
    "no agreement counts with a provider that keys go to, and it does not say why people went on";

pub(super) fn without_agreement(providers: &[String], reason: &str) -> String {
    format!("{WE_GO_ON}{}, because: {reason}", providers.join(", "))
}

pub(super) fn why_without(providers: &[String]) -> String {
    format!(
        "By the register, no agreement with {} counts today. Why do you go on without one? Both of you sign that",
        providers.join(", ")
    )
}

pub(super) fn agreements(found: &[(String, String)]) -> Vec<Fact> {
    let says = |ids: &str| match ids {
        facts::NONE => "none counts today".to_owned(),
        ids => format!("{ids} counts today, by the register"),
    };
    found.iter().map(|(provider, ids)| observed(format!("Agreement with {provider}"), says(ids))).collect()
}
