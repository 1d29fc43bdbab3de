//! What the window's pages show of the registers that people keep.

use super::{register, words};
use crate::desk::Desk;
use ::estate::flow::{flow, svg, table};
use ::estate::{Count, Estate, Kept, coverage, retention, worksheet};
use ::register::{Register, policy_as_followed};
use facts::NONE;
use protocol::{
    AgreementCard, CoverageCard, EstateView, FlowView, IncidentCard, Mode, PolicyCard, Problem, RetainedCard,
    SafeguardCard, SystemCard,
};
use std::collections::BTreeMap;

/// So many systems cross to the window: a line between room and window holds no more.
const MOST_SYSTEMS: usize = 1500;
/// How wide the key-flow diagram is, in its own units.
const WIDE: u32 = 1400;

/// The registers of one mode, today.
pub(crate) fn of(desk: &Desk, mode: Mode) -> Result<EstateView, Problem> {
    let register = register::alone(desk, mode)?;
    let today = time::OffsetDateTime::now_utc().date().to_string();
    Ok(view(&register, mode, &today))
}

fn view(register: &Register, mode: Mode, today: &str) -> EstateView {
    let estate = Estate::of(register, today);
    let ways = flow(&estate);
    let shown = estate.systems.len().min(MOST_SYSTEMS);
    EstateView {
        mode,
        today: today.to_owned(),
        coverage: coverage_cards(&estate),
        systems: estate.systems.iter().take(shown).map(|one| system(&estate, one)).collect(),
        more_systems: number(estate.systems.len() - shown),
        agreements: estate.agreements.iter().filter(|a| a.is_listed()).map(|a| agreement(a, today)).collect(),
        policies: estate
            .policies
            .iter()
            .filter(|p| p.is_listed())
            .map(|p| policy(register, p, today))
            .collect(),
        safeguards: safeguards(&estate),
        incidents: estate.incidents.iter().map(|one| incident(one, today)).collect(),
        retention: retention(&estate)
            .into_iter()
            .filter(|kept| kept.until.is_some())
            .map(|kept| RetainedCard { kind: kept.kind, id: kept.id, until: kept.until, may_go: kept.may_go })
            .collect(),
        flow: FlowView {
            svg: svg(&ways, WIDE),
            table: table(&ways).into_iter().map(|[from, what, to]| (from, what, to)).collect(),
        },
        contradictions: doubts(register),
    }
}

/// What speaks against these lists: what cannot have happened as the records have it, and records that are not here.
pub(super) fn doubts(register: &Register) -> Vec<String> {
    let missing = register.missing.iter().map(|run| words::ended_and_missing(run));
    register.contradictions.iter().cloned().chain(missing).collect()
}

fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn coverage_cards(estate: &Estate<'_>) -> Vec<CoverageCard> {
    let found = coverage(estate);
    let card = |by: &str, name: &str, count: &Count| CoverageCard {
        by: by.to_owned(),
        name: name.to_owned(),
        systems: number(count.systems),
        with_ephi: number(count.with_ephi),
        covered: number(count.covered),
        verified_not_covered: number(count.verified_not_covered),
        said: number(count.said),
        unknown: number(count.unknown),
        unencrypted: number(count.unencrypted),
    };
    let of = |by: &'static str, counts: &BTreeMap<String, Count>| -> Vec<CoverageCard> {
        counts.iter().map(|(name, count)| card(by, name, count)).collect()
    };
    let mut cards = vec![card("all", "", &found.all)];
    cards.extend(of("vendor", &found.by_vendor));
    cards.extend(of("custody", &found.by_custody));
    cards.extend(of("data", &found.by_data));
    cards
}

/// Everything that a row says, by column.
fn row(of: &Kept<'_>) -> Vec<(String, String)> {
    of.said_by_column().map(|(column, value)| (column.to_owned(), value.to_owned())).collect()
}

fn changed(of: &Kept<'_>) -> (String, String) {
    (super::ledger::day(&of.row.changed), of.row.run.clone())
}

fn system(estate: &Estate<'_>, of: &::estate::System<'_>) -> SystemCard {
    let known = |key: &::register::Key| {
        format!("{}, {}", key.label.as_deref().unwrap_or(&key.check_value), key.state)
    };
    SystemCard {
        id: of.id().to_owned(),
        name: of.text("name").to_owned(),
        vendor: of.text("vendor").to_owned(),
        data: of.text("data").to_owned(),
        encryption: of.text("encryption").to_owned(),
        custody: of.text("custody").to_owned(),
        key: of.key().map(|key| (key.to_owned(), estate.key(key).map(known).unwrap_or_default())),
        covered: estate.is_covered(of),
        key_with_data: of.key_is_with_data(),
        lacks: estate.lacks(of).into_iter().map(str::to_owned).collect(),
        row: row(of),
        changed: changed(of),
    }
}

/// How many days are left to a day; negative where it has passed.
fn left(today: &str, day: &str) -> i32 {
    ::register::days_between(today, day).and_then(|days| i32::try_from(days).ok()).unwrap_or_default()
}

fn agreement(of: &::estate::Agreement<'_>, today: &str) -> AgreementCard {
    AgreementCard {
        id: of.id().to_owned(),
        party: of.text("party").to_owned(),
        current: of.is_current(today),
        ends: of.said("expires").map(|day| (day.to_owned(), left(today, day))),
        row: row(of),
        changed: changed(of),
    }
}

fn policy(register: &Register, of: &::estate::Policy<'_>, today: &str) -> PolicyCard {
    let followed = policy_as_followed(register.kept_of(facts::POLICY).0, of.row);
    let follows = |approval: &&::register::Approval| approval.policy.is_some() && approval.policy == followed;
    let mut followed_by: Vec<String> =
        register.approvals.iter().filter(follows).map(|approval| approval.script.clone()).collect();
    followed_by.dedup();
    PolicyCard {
        id: of.id().to_owned(),
        title: of.text("title").to_owned(),
        version: of.text("version").to_owned(),
        in_effect: of.is_in_effect(today),
        review: of.text("review").to_owned(),
        followed_by,
        row: row(of),
        changed: changed(of),
    }
}

fn safeguards(estate: &Estate<'_>) -> Vec<SafeguardCard> {
    let card = |decided: ::estate::Decided<'_>| SafeguardCard {
        citation: decided.of.citation.clone(),
        name: decided.of.name.clone(),
        sort: decided.of.sort.clone(),
        decision: decided.decision().to_owned(),
        open: decided.is_open(),
        row: decided.row.as_ref().map(row).unwrap_or_default(),
    };
    worksheet(estate).into_iter().map(card).collect()
}

fn incident(of: &::estate::Incident<'_>, today: &str) -> IncidentCard {
    IncidentCard {
        id: of.id().to_owned(),
        found: of.said("found").unwrap_or(NONE).to_owned(),
        sixtieth: of.sixtieth_day().map(|day| (day.clone(), left(today, &day))),
        decision: of.text("decision").to_owned(),
        row: row(of),
        changed: changed(of),
    }
}
