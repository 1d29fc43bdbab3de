//! Who is to hold what where, held against the rules of custody before the day: the rules are those of
//! [`rules`]; the shares and their custodians are those that a script and a roster give.

use crate::catalogue::Catalogue;
use crate::dealing::{Dealing as Shares, in_order};
use crate::plan::{Plan, people_of};
use crate::roster::{Person, Roster};
use crate::script::Script;
use crate::words;
use protocol::Problem;
use rules::{Dealing, Holding, Violation};
use std::collections::BTreeMap;

pub mod rules;

/// What a script deals, and to whom.
struct Dealt<'r> {
    shares: Shares,
    /// In the order of their shares.
    custodians: Vec<&'r Person>,
}

/// What a script hands out, to whom, and how many there would have to be; whether that can be is not asked.
struct Asked<'r> {
    dealt: Dealt<'r>,
    count: usize,
    /// Whether these are shares of a backup, which sites may count for.
    over_sites: bool,
}

fn asked<'r>(
    script: &Script,
    roster: &'r Roster,
    values: &BTreeMap<String, String>,
    actions: &dyn Catalogue,
) -> Option<Asked<'r>> {
    let (step, hands_out) = script
        .acts
        .iter()
        .flat_map(|a| &a.steps)
        .find_map(|step| Some((step, actions.row(&step.action)?.hands_out?)))?;
    let role = script.roles.iter().find(|r| Some(&r.role) == step.for_each.as_ref())?;
    let count = people_of(role, values);
    let custodians = in_order(roster.of_role(&role.role).into_iter().take(count).collect(), values);
    let threshold: u8 = values.get(hands_out.needed)?.parse().ok()?;
    let shares = if hands_out.over_sites {
        Shares::planned(values, roster, &custodians)
    } else {
        Shares::among_people(threshold, u8::try_from(count).ok()?)
    };
    Some(Asked { dealt: Dealt { shares, custodians }, count, over_sites: hands_out.over_sites })
}

/// What is asked for, where it can be dealt and there are people for it.
fn possible(asked: Asked<'_>) -> Option<Asked<'_>> {
    let Asked { dealt, count, .. } = &asked;
    // A dealing that cannot be, or lacks people, is refused elsewhere under its own name.
    let possible = dealt.shares.over_sites() || (2..*count).contains(&dealt.shares.fewest());
    let whole =
        dealt.custodians.len() == *count && *count <= 255 && possible && dealt.shares.fault().is_none();
    whole.then_some(asked)
}

/// How a script's values would have its shares dealt, possible or not.
pub fn planned(
    script: &Script,
    roster: &Roster,
    values: &BTreeMap<String, String>,
    actions: &dyn Catalogue,
) -> Option<Shares> {
    asked(script, roster, values, actions).map(|asked| asked.dealt.shares)
}

/// How the shares of a backup are dealt, where a script deals any and its values allow it.
pub(crate) fn dealing(
    script: &Script,
    roster: &Roster,
    values: &BTreeMap<String, String>,
    actions: &dyn Catalogue,
) -> Option<Shares> {
    asked(script, roster, values, actions)
        .and_then(possible)
        .filter(|asked| asked.over_sites)
        .map(|asked| asked.dealt.shares)
}

/// Every rule of custody that the dealing would break; none where the script deals nothing.
pub(crate) fn check(plan: &Plan, actions: &dyn Catalogue) -> Vec<Problem> {
    let (script, roster, values) = (&plan.script, &plan.roster, &plan.values);
    let Some(Asked { dealt, .. }) = asked(script, roster, values, actions).and_then(possible) else {
        return Vec::new();
    };
    let missing: Vec<&Person> = dealt.custodians.iter().copied().filter(|p| p.site.is_none()).collect();
    let recorded = missing.len() < dealt.custodians.len();
    let mut found = Vec::new();
    if recorded && !missing.is_empty() {
        found.push(words::custody_site_not_given(&names(&missing)));
    }
    // A custodian without a site counts as alone at one of their own: no rule about sites is broken by what is not known.
    let site = |p: &Person| p.site.clone().unwrap_or_else(|| format!("\u{0}{}", p.id));
    let plan = rules::Plan {
        people: roster
            .people
            .iter()
            .map(|p| rules::Person { id: p.id.clone(), reports_to: p.reports_to.clone() })
            .collect(),
        sites: dealt.custodians.iter().map(|p| site(p)).collect(),
        dealing: rules_of(&dealt.shares),
        holdings: (1..=u8::MAX)
            .zip(&dealt.custodians)
            .map(|(n, p)| Holding {
                share: in_group(&dealt.shares, n),
                custodian: p.id.clone(),
                site: site(p),
            })
            .collect(),
        // The roster does not say where the wrapped file is kept, nor by whom.
        files: Vec::new(),
        keep_file_and_shares_apart: false,
    };
    found.extend(rules::check(&plan).iter().filter_map(|broken| said(broken, roster, &dealt)));
    found
}

fn rules_of(shares: &Shares) -> Dealing {
    let numbers: Vec<(u8, u8)> = shares.groups().iter().map(|g| (g.threshold, g.count)).collect();
    match numbers.as_slice() {
        [(threshold, count)] if !shares.over_sites() => {
            Dealing::People { threshold: *threshold, count: *count }
        }
        _ => Dealing::Groups { needed: shares.sites_needed(), groups: numbers },
    }
}

fn in_group(shares: &Shares, number: u8) -> rules::ShareNumber {
    shares.site_of(number).map_or((0, number), |site| (site.number, site.index))
}

/// A broken rule in the roster's own names; none for rules about what a roster does not say.
fn said(broken: &Violation, roster: &Roster, dealt: &Dealt<'_>) -> Option<Problem> {
    let name = |id: &str| roster.person(id).map_or(id, |p| p.name.as_str()).to_owned();
    let at = |site: &str| {
        let there: Vec<&Person> =
            dealt.custodians.iter().copied().filter(|p| p.site.as_deref() == Some(site)).collect();
        names(&there)
    };
    let (needed, all) = (dealt.shares.fewest(), dealt.custodians.len());
    Some(match broken {
        Violation::PersonHoldsThreshold { person } => words::person_holds(&name(person), needed, all),
        Violation::SiteHoldsThreshold { site } => words::site_holds(site, &at(site), needed, all),
        Violation::SiteLossLosesKey { site } => words::site_loses(site, &at(site), needed, all),
        Violation::ReportsToCustodian { person, superior } => {
            words::both_in_one_line(&name(person), &name(superior))
        }
        _ => return None,
    })
}

/// What has to be said of a plan whose rules about sites could not be checked: not an error, and not silence.
pub fn notice(plan: &Plan, actions: &dyn Catalogue) -> Option<String> {
    let Asked { dealt, .. } = asked(&plan.script, &plan.roster, &plan.values, actions).and_then(possible)?;
    dealt.custodians.iter().all(|p| p.site.is_none()).then(|| words::SITES_NOT_RECORDED.to_owned())
}

fn names(people: &[&Person]) -> String {
    let names: Vec<&str> = people.iter().map(|p| p.name.as_str()).collect();
    words::names(&names)
}
