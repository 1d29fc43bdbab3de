//! Until when documentation is to be kept: six years from when it was made, or from when it was last in effect, whichever is
//! later (45 CFR 164.316(b)(2)(i)).

use crate::estate::{Estate, years_after};
use crate::words;
use serde::Serialize;

/// Six years.
const YEARS: i32 = 6;

/// One thing that is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Retained {
    /// `policy`, `agreement` or `incident`.
    pub kind: String,
    /// What it is called.
    pub id: String,
    /// The day from which is counted: when it was last in effect; none while it is.
    pub last_in_effect: Option<String>,
    /// The day until which it is to be kept; none while it is in effect.
    pub until: Option<String>,
    /// Whether that day has passed.
    pub may_go: bool,
}

/// Everything that is kept, by kind and id. What is in effect has no day yet.
pub fn retention(estate: &Estate<'_>) -> Vec<Retained> {
    let of = |kind: &str, id: &str, ended: Option<&str>| {
        let until = ended.and_then(|ended| years_after(ended.get(..10).unwrap_or_default(), YEARS));
        Retained {
            kind: kind.to_owned(),
            id: id.to_owned(),
            last_in_effect: ended.map(|ended| ended.get(..10).unwrap_or_default().to_owned()),
            may_go: until.as_deref().is_some_and(|until| until < estate.today.as_str()),
            until,
        }
    };
    let policies = estate.policies.iter().map(|policy| {
        let ended = policy.said("ended").filter(|day| *day <= estate.today.as_str());
        of(facts::POLICY, policy.id(), ended.or(policy.row.left.as_deref()))
    });
    let agreements = estate.agreements.iter().map(|agreement| {
        let ended = agreement.said("expires").filter(|day| *day < estate.today.as_str());
        of(facts::AGREEMENT, agreement.id(), ended.or(agreement.row.left.as_deref()))
    });
    // What was weighed counts from the day on which that was written down.
    let incidents = estate.incidents.iter().map(|one| of(facts::INCIDENT, one.id(), Some(&one.row.changed)));
    // What another text took the place of was in effect until then, or until its own end where that came earlier.
    let former = estate.former().map(|one| {
        let (kind, end, said) = match one.row.kind.as_str() {
            facts::POLICY => (facts::POLICY, "ended", words::former_policy(one.id(), one.text("version"))),
            _ => (facts::AGREEMENT, "expires", words::former_agreement(one.id(), one.text("signed"))),
        };
        let left = one.row.left.as_deref().unwrap_or_default();
        of(kind, &said, Some(one.said(end).filter(|day| *day < left).unwrap_or(left)))
    });
    policies.chain(agreements).chain(incidents).chain(former).collect()
}

/// The day until which a record that was closed then (RFC 3339, UTC) is to be kept.
pub fn record_until(closed: &str) -> Option<String> {
    years_after(closed.get(..10)?, YEARS)
}
