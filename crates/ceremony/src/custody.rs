//! Who is to hold what where, held against the rules of custody before the day: the rules are those of
//! [`register::custody`]; the shares and their custodians are those that a script and a roster give.

use crate::dealing::{Dealing as Shares, in_order};
use crate::plan::{Plan, people_of};
use crate::roster::{Person, Roster};
use crate::script::Script;
use protocol::Problem;
use register::custody::{self as rules, Dealing, Holding, Violation};
use std::collections::BTreeMap;

/// What hands something to each custodian, and the parameter that says how many of them are needed.
const HANDS_OUT: [(&str, &str); 2] = [("give-share", "threshold"), ("make-custodian-key", "quorum")];

/// What a script deals, and to whom.
struct Dealt<'r> {
    shares: Shares,
    /// In the order of their shares.
    custodians: Vec<&'r Person>,
}

/// What a script hands out, to whom, and how many there would have to be; whether that can be is not asked.
fn asked<'r>(
    script: &Script,
    roster: &'r Roster,
    values: &BTreeMap<String, String>,
) -> Option<(Dealt<'r>, usize)> {
    let (step, needed) = script.acts.iter().flat_map(|a| &a.steps).find_map(|step| {
        let (_, needed) = HANDS_OUT.iter().find(|(action, _)| *action == step.action)?;
        Some((step, *needed))
    })?;
    let role = script.roles.iter().find(|r| Some(&r.role) == step.for_each.as_ref())?;
    let count = people_of(role, values);
    let custodians = in_order(roster.of_role(&role.role).into_iter().take(count).collect(), values);
    let threshold: u8 = values.get(needed)?.parse().ok()?;
    let shares = if step.action == "give-share" {
        Shares::planned(values, roster, &custodians)
    } else {
        Shares::among_people(threshold, u8::try_from(count).ok()?)
    };
    Some((Dealt { shares, custodians }, count))
}

fn dealt<'r>(script: &Script, roster: &'r Roster, values: &BTreeMap<String, String>) -> Option<Dealt<'r>> {
    let (dealt, count) = asked(script, roster, values)?;
    // A dealing that cannot be, or lacks people, is refused elsewhere under its own name.
    let possible = dealt.shares.over_sites() || (2..count).contains(&dealt.shares.fewest());
    let whole = dealt.custodians.len() == count && count <= 255 && possible && dealt.shares.fault().is_none();
    whole.then_some(dealt)
}

/// How a script's values would have its shares dealt, possible or not.
pub(crate) fn planned(script: &Script, roster: &Roster, values: &BTreeMap<String, String>) -> Option<Shares> {
    asked(script, roster, values).map(|(dealt, _)| dealt.shares)
}

/// How the shares of a backup are dealt, where a script deals any and its values allow it.
pub(crate) fn dealing(script: &Script, roster: &Roster, values: &BTreeMap<String, String>) -> Option<Shares> {
    let gives = script.acts.iter().flat_map(|a| &a.steps).any(|step| step.action == "give-share");
    dealt(script, roster, values).filter(|_| gives).map(|dealt| dealt.shares)
}

/// Every rule of custody that the dealing would break; none where the script deals nothing.
pub(crate) fn check(script: &Script, roster: &Roster, values: &BTreeMap<String, String>) -> Vec<Problem> {
    let Some(dealt) = dealt(script, roster, values) else { return Vec::new() };
    let missing: Vec<&Person> = dealt.custodians.iter().copied().filter(|p| p.site.is_none()).collect();
    let recorded = missing.len() < dealt.custodians.len();
    let mut found = Vec::new();
    if recorded && !missing.is_empty() {
        found.push(refused(
            "site-not-given",
            format!(
                "{} would hold a share, and the roster gives them no site, as it gives others.",
                names(&missing)
            ),
            "Give every custodian a site in the roster, or none of them.",
        ));
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
    let (happened, mend) = match broken {
        Violation::PersonHoldsThreshold { person } => (
            format!("{} would hold {needed} or more shares, and {needed} of {all} are enough.", name(person)),
            "Give some of the shares to somebody else.",
        ),
        Violation::SiteHoldsThreshold { site } => (
            format!(
                "At {site}, {} would hold {needed} or more shares, and {needed} of {all} are enough.",
                at(site)
            ),
            "Choose custodians at other sites, or raise the threshold.",
        ),
        Violation::SiteLossLosesKey { site } => (
            format!(
                "If {site} is lost, so are the shares of {}, and fewer than the {needed} that are needed are left of {all}.",
                at(site)
            ),
            "Choose custodians at other sites, or lower the threshold.",
        ),
        Violation::ReportsToCustodian { person, superior } => (
            format!(
                "{} reports to {}, directly or through others, and both would hold a share.",
                name(person),
                name(superior)
            ),
            "Choose a custodian outside that line.",
        ),
        _ => return None,
    };
    Some(refused(broken.code(), happened, mend))
}

/// What has to be said of a plan whose rules about sites could not be checked: not an error, and not silence.
pub fn notice(plan: &Plan) -> Option<String> {
    let dealt = dealt(&plan.script, &plan.roster, &plan.values)?;
    dealt.custodians.iter().all(|p| p.site.is_none()).then(|| {
        "Sites are not recorded: the roster gives no custodian a site, so it was not checked that no one site holds enough \
         shares, nor that enough are left if one is lost."
            .to_owned()
    })
}

fn names(people: &[&Person]) -> String {
    match people {
        [] => "nobody".to_owned(),
        [one] => one.name.clone(),
        [before @ .., last] => {
            let before: Vec<&str> = before.iter().map(|p| p.name.as_str()).collect();
            format!("{} and {}", before.join(", "), last.name)
        }
    }
}

fn refused(code: &str, happened: String, mend: &str) -> Problem {
    Problem::new(code, happened, "Nothing was started.", mend)
}
