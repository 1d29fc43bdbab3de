//! The rules of custody against plans: a good one, each rule broken alone, and random ones against the rules as
//! sentences over all subsets.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use proptest::prelude::*;
use script::custody::rules::{Dealing, FileCopy, Holding, Person, Plan, Violation, check};
use std::collections::BTreeSet;

fn person(id: &str, reports_to: Option<&str>) -> Person {
    Person { id: id.into(), reports_to: reports_to.map(Into::into) }
}

fn holding(group: u8, index: u8, custodian: &str, site: &str) -> Holding {
    Holding { share: (group, index), custodian: custodian.into(), site: site.into() }
}

fn copy(site: &str, keepers: &[&str]) -> FileCopy {
    FileCopy { site: site.into(), keepers: keepers.iter().map(|k| (*k).into()).collect() }
}

/// 3 of 5 over three sites: two, two and one.
fn good() -> Plan {
    Plan {
        people: ["ada", "ben", "cleo", "dev", "eva", "officer"].map(|id| person(id, None)).to_vec(),
        sites: ["north", "south", "bank"].map(Into::into).to_vec(),
        dealing: Dealing::People { threshold: 3, count: 5 },
        holdings: vec![
            holding(0, 1, "ada", "north"),
            holding(0, 2, "ben", "north"),
            holding(0, 3, "cleo", "south"),
            holding(0, 4, "dev", "south"),
            holding(0, 5, "eva", "bank"),
        ],
        files: vec![copy("north", &["officer"]), copy("bank", &["officer"])],
        keep_file_and_shares_apart: true,
    }
}

/// 2 of 3 groups, each at its own site.
fn good_groups() -> Plan {
    let ids = ["a1", "a2", "b1", "b2", "b3", "c1", "c2"];
    let groups = [(1, 1), (1, 2), (2, 1), (2, 2), (2, 3), (3, 1), (3, 2)];
    Plan {
        people: ids.map(|id| person(id, None)).to_vec(),
        dealing: Dealing::Groups { needed: 2, groups: vec![(2, 2), (2, 3), (2, 2)] },
        holdings: ids
            .iter()
            .zip(groups)
            .map(|(id, (g, i))| holding(g, i, id, ["north", "south", "bank"][usize::from(g) - 1]))
            .collect(),
        files: vec![copy("north", &[]), copy("south", &[])],
        ..good()
    }
}

#[test]
fn good_plans_break_no_rule() {
    assert_eq!(check(&good()), []);
    assert_eq!(check(&good_groups()), []);
}

/// Changes a good plan and gives the rules it then breaks.
fn broken(mut plan: Plan, change: impl FnOnce(&mut Plan)) -> Vec<Violation> {
    change(&mut plan);
    check(&plan)
}

#[test]
fn each_rule_is_named_alone() {
    let id = |s: &str| s.to_owned();
    let alone = |found: Vec<Violation>, expected: Violation| {
        let sentence = expected.to_string();
        assert!(sentence.contains(';') && !sentence.ends_with('.'), "what, and how to mend it: {sentence}");
        assert!(expected.code().starts_with("custody-"));
        assert_eq!(found, [expected]);
    };
    // Ada holds shares of all three sites.
    let takes = broken(good(), |p| {
        p.holdings[2].custodian = id("ada");
        p.holdings[4].custodian = id("ada");
    });
    alone(takes, Violation::PersonHoldsThreshold { person: id("ada") });
    let group = broken(good_groups(), |p| p.holdings[3].custodian = id("b1"));
    alone(group, Violation::PersonHoldsGroup { person: id("b1"), group: 2 });
    let site = broken(good(), |p| {
        p.dealing = Dealing::People { threshold: 2, count: 5 };
        p.holdings[1].site = id("bank");
        p.sites.push(id("west"));
        p.holdings[4].site = id("west");
    });
    alone(site, Violation::SiteHoldsThreshold { site: id("south") });
    let lost = broken(good(), |p| {
        p.dealing = Dealing::People { threshold: 4, count: 5 };
        p.holdings[1].site = id("bank");
        p.sites.extend([id("west"), id("east")]);
        p.holdings[0].site = id("west");
        p.holdings[4].site = id("east");
    });
    alone(lost, Violation::SiteLossLosesKey { site: id("south") });
    let line = broken(good(), |p| {
        p.people[5].reports_to = Some(id("ada"));
        p.people[3].reports_to = Some(id("officer")); // through somebody who holds nothing
    });
    alone(line, Violation::ReportsToCustodian { person: id("dev"), superior: id("ada") });
    let both = broken(good(), |p| p.files[0].keepers.push(id("eva")));
    alone(both, Violation::HoldsShareAndFile { person: id("eva") });
    let allowed = broken(good(), |p| {
        p.files[0].keepers.push(id("eva"));
        p.keep_file_and_shares_apart = false;
    });
    assert_eq!(allowed, []);
    alone(broken(good(), |p| drop(p.files.pop())), Violation::SiteLossLosesFile { site: id("north") });
    alone(broken(good(), |p| p.files.clear()), Violation::NoFile);
    let nobody = broken(good(), |p| p.holdings[0].custodian = id("zoe"));
    alone(nobody, Violation::UnknownPerson { person: id("zoe") });
    let nowhere = broken(good(), |p| p.holdings[4].site = id("moon"));
    alone(nowhere, Violation::UnknownSite { site: id("moon") });
    let unknown = broken(good(), |p| p.holdings.push(holding(0, 6, "eva", "bank")));
    alone(unknown, Violation::UnknownShare { number: (0, 6) });
    // A share that nobody holds is missing everywhere.
    let four = broken(good(), |p| drop(p.holdings.pop()));
    let missed = ["north", "south"].map(|site| Violation::SiteLossLosesKey { site: id(site) });
    assert_eq!(four, [&[Violation::NotHeld { number: (0, 5) }], &missed[..]].concat());
    let twice = broken(good(), |p| p.holdings.push(holding(0, 5, "eva", "bank")));
    alone(twice, Violation::HeldTwice { number: (0, 5) });
    let twice = broken(good(), |p| p.people.push(person("eva", None)));
    alone(twice, Violation::NamedTwice { id: id("eva") });
    let circle = broken(good(), |p| p.people[5].reports_to = Some(id("officer")));
    alone(circle, Violation::ReportsInCircle { person: id("officer") });
    let one = broken(good(), |p| p.dealing = Dealing::People { threshold: 1, count: 5 });
    assert!(one.contains(&Violation::Parameters { threshold: 1, count: 5 }));
}

#[test]
fn groups_at_one_site_are_seen() {
    let moved =
        broken(good_groups(), |p| p.holdings.iter_mut().take(5).for_each(|h| h.site = "north".into()));
    assert!(moved.contains(&Violation::SiteHoldsThreshold { site: "north".into() }));
    assert!(moved.contains(&Violation::SiteLossLosesKey { site: "north".into() }));
    assert_eq!(moved.len(), 2);
}

/// A plan of up to six shares and as many people, four sites, and any lines of reporting.
fn any_plan() -> impl Strategy<Value = Plan> {
    let dealing = prop_oneof![
        (2u8..5, 0u8..3).prop_map(|(m, more)| Dealing::People { threshold: m, count: m + more }),
        prop::collection::vec((2u8..3, 0u8..2).prop_map(|(m, more)| (m, m + more)), 2..4)
            .prop_map(|groups| Dealing::Groups { needed: 2, groups }),
    ];
    let holders = prop::collection::vec((0usize..6, 0usize..4), 9);
    let lines = prop::collection::vec(prop::option::weighted(0.3, 0usize..6), 6);
    let keepers = prop::collection::vec(0usize..6, 0..3);
    (dealing, holders, lines, keepers, 0usize..4, any::<bool>()).prop_map(
        |(dealing, holders, lines, keepers, file_at, apart)| {
            let person_id = |i: usize| format!("p{i}");
            let site_id = |i: usize| format!("s{i}");
            let shares: Vec<(u8, u8)> = match &dealing {
                Dealing::People { count, .. } => (1..=*count).map(|i| (0, i)).collect(),
                Dealing::Groups { groups, .. } => {
                    (1u8..).zip(groups).flat_map(|(g, (_, n))| (1..=*n).map(move |i| (g, i))).collect()
                }
            };
            Plan {
                people: lines
                    .iter()
                    .enumerate()
                    .map(|(i, above)| Person { id: person_id(i), reports_to: above.map(person_id) })
                    .collect(),
                sites: (0..4).map(site_id).collect(),
                holdings: shares
                    .iter()
                    .zip(&holders)
                    .map(|(share, (p, s))| Holding {
                        share: *share,
                        custodian: person_id(*p),
                        site: site_id(*s),
                    })
                    .collect(),
                dealing,
                files: vec![FileCopy {
                    site: site_id(file_at),
                    keepers: keepers.into_iter().map(person_id).collect(),
                }],
                keep_file_and_shares_apart: apart,
            }
        },
    )
}

/// Whether shares rebuild the key, by trying every subset of the threshold's size: written independently of the crate.
fn rebuilds(dealing: &Dealing, shares: &[(u8, u8)]) -> bool {
    match dealing {
        Dealing::People { threshold, .. } => shares.len() >= usize::from(*threshold),
        Dealing::Groups { needed, groups } => {
            let mut speaking = 0;
            for (i, (m, _)) in groups.iter().enumerate() {
                if shares.iter().filter(|(g, _)| usize::from(*g) == i + 1).count() >= usize::from(*m) {
                    speaking += 1;
                }
            }
            speaking >= *needed
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_rule_is_named_if_and_only_if_it_is_broken(plan in any_plan()) {
        let found: BTreeSet<Violation> = check(&plan).into_iter().collect();
        let of = |keep: &dyn Fn(&Holding) -> bool| -> Vec<(u8, u8)> {
            plan.holdings.iter().filter(|h| keep(h)).map(|h| h.share).collect()
        };
        for Person { id, .. } in &plan.people {
            let alone = rebuilds(&plan.dealing, &of(&|h| h.custodian == *id));
            prop_assert_eq!(found.contains(&Violation::PersonHoldsThreshold { person: id.clone() }), alone);
            let both = plan.keep_file_and_shares_apart
                && plan.files[0].keepers.contains(id)
                && plan.holdings.iter().any(|h| h.custodian == *id);
            prop_assert_eq!(found.contains(&Violation::HoldsShareAndFile { person: id.clone() }), both);
        }
        for site in &plan.sites {
            let used = plan.holdings.iter().any(|h| h.site == *site);
            let there = rebuilds(&plan.dealing, &of(&|h| h.site == *site));
            prop_assert_eq!(found.contains(&Violation::SiteHoldsThreshold { site: site.clone() }), there);
            let lost = used && !rebuilds(&plan.dealing, &of(&|h| h.site != *site));
            prop_assert_eq!(found.contains(&Violation::SiteLossLosesKey { site: site.clone() }), lost);
        }
    }

    #[test]
    fn a_line_between_custodians_is_named_however_long(plan in any_plan()) {
        let found = check(&plan);
        let holds = |id: &String| plan.holdings.iter().any(|h| h.custodian == *id);
        // Everybody above each person, by following the line until nothing new comes.
        for Person { id, .. } in &plan.people {
            let mut above: BTreeSet<String> = BTreeSet::new();
            let mut now = id.clone();
            while let Some(next) = plan.people.iter().find(|p| p.id == now).and_then(|p| p.reports_to.clone()) {
                if !above.insert(next.clone()) {
                    break;
                }
                now = next;
            }
            let circle = above.contains(id);
            prop_assert_eq!(found.contains(&Violation::ReportsInCircle { person: id.clone() }), circle);
            for superior in above.iter().filter(|s| *s != id) {
                let named = Violation::ReportsToCustodian { person: id.clone(), superior: superior.clone() };
                // In a circle the line ends where it comes back.
                if !circle {
                    prop_assert_eq!(found.contains(&named), holds(id) && holds(superior));
                }
            }
        }
    }
}
