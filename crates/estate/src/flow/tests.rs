//! The flow of made-up hospitals, in words and as a picture.

mod hospital;
mod picture;
mod xml;

use super::text::{escaped, lines, plain, width_of};
use super::{Flow, Mark, NodeKind, flow, svg, table};
use hospital::Hospital;
use register::KeyState;
use std::collections::BTreeSet;

/// What people can be made to write into a label.
const HOSTILE: [&str; 9] = [
    "<script>alert('1')</script>",
    "a & b < c > d \"e\" 'f'",
    "מרפאת חוץ של בית החולים",
    "قسم الأشعة في المستشفى الجامعي",
    "evil\u{202e}txt.exe\u{2066}\u{200b}",
    "line\r\none\ttwo\u{7}\u{0}\u{1b}[2J\u{fffe}",
    "&#x3c;b&#x3e; &amp; ]]> <!-- -->",
    "放射科影像归档与通信系统的主要存储库及其备份",
    "%%%WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW@@@@",
];

fn hostile() -> Hospital {
    let mut all = Hospital::default();
    let long = "x".repeat(300);
    let labels: Vec<&str> = HOSTILE.into_iter().chain([long.as_str()]).collect();
    for label in &labels {
        all.token(label, label);
        let key = all.key(label, label, KeyState::Suspended);
        all.set(label, &[&key], 1, 2, &[label, "North"]);
        all.brought(&key, label, label, false);
        all.system(&format!("a {label}"), label, label, Some(&key), "byok");
        all.system(&format!("b {label}"), label, label, None, label);
    }
    all
}

fn rows(flow: &Flow) -> Vec<String> {
    table(flow).iter().map(|row| row.join(" | ").trim_end_matches([' ', '|']).to_owned()).collect()
}

#[test]
fn every_way_of_a_key_is_a_sentence() {
    let flow = Hospital::small().see(flow);
    let rows = rows(&flow);
    for row in [
        "security-hsm-a (serial 512907, Luna K7) | made (in its token, as the token says) | ehr-kek-2026 (active, aes-256, …00000007)",
        "security-hsm-b (serial 512911, Luna K7) | holds a copy, restored from a backup, of | ehr-kek-2026 (active, aes-256, …00000007)",
        "ehr-kek-2026 (active, aes-256, …00000007) | is backed up in | QK7M-3W9P-X2TD-HV5R (3 of 5 shares)",
        "QK7M-3W9P-X2TD-HV5R (3 of 5 shares) | has shares 1 and 4 at | North campus, safe 2",
        "QK7M-3W9P-X2TD-HV5R (3 of 5 shares) | has share 3 (3: on its way) at | Notary Weiss",
        "B4TN-8YQZ-L6CW-1KRD (2 of 3 shares) | has share 3 at | Missing",
        "ehr-kek-2026 (active, aes-256, …00000007) | was brought (as arn:aws:kms:eu-central-1:111122223333:key/0a1b, taken in, read on 2026-11-30) to | AWS KMS",
        "ehr-kek-2026 (active, aes-256, …00000007) | was wrapped (as ehr-kek-2026, no receipt read) for | Azure Managed HSM",
        "pacs-kek-2026 (active, aes-256, …00000008) | is used by | Image archive (encryption verified)",
        "Staff scheduling (encryption verified, Example Cloud) | has no key that is known here; it is counted as | Provider-managed",
        "Ward telephones (encryption verified) | names a key that no record here knows; it is counted as | Undecided",
        "Archive of 2023 (encryption verified) | names a key that is destroyed; it is counted as | Key destroyed",
        "Left out | 1 key that is destroyed, 1 place from which a copy is gone",
    ] {
        assert!(rows.contains(&row.to_owned()), "{row}\n{rows:#?}");
    }
    assert!(!rows.iter().any(|row| row.contains("480012") || row.contains("ehr-kek-2023")), "{rows:#?}");
    let alarms: BTreeSet<&str> = flow.nodes.iter().filter(|n| n.alarm).map(|n| n.label.as_str()).collect();
    assert_eq!(alarms, BTreeSet::from(["Missing", "lab-kek-2026", "Key destroyed"]));
    let undecided = flow.nodes.iter().find(|n| n.id == "group:undecided").unwrap();
    assert_eq!((undecided.kind, undecided.note.as_str()), (NodeKind::Group, "2 systems"));
}

#[test]
fn row_41_the_table_has_every_edge_once_and_every_node() {
    for mut hospital in [Hospital::small(), Hospital::large(60, 1000), hostile()] {
        let flow = hospital.see(flow);
        let table = table(&flow);
        let ended: BTreeSet<&str> =
            flow.edges.iter().flat_map(|e| [e.from.as_str(), e.to.as_str()]).collect();
        let alone = flow.nodes.iter().filter(|n| !ended.contains(n.id.as_str())).count();
        assert_eq!(table.len(), flow.edges.len() + alone);
        let distinct: BTreeSet<&[String; 3]> = table.iter().collect();
        assert_eq!(distinct.len(), table.len(), "two rows say the same");
        let ids: BTreeSet<&str> = flow.nodes.iter().map(|n| n.id.as_str()).collect();
        assert_eq!(ids.len(), flow.nodes.len(), "two nodes have one id");
        assert!(ended.is_subset(&ids), "an edge ends nowhere");
        assert!(flow.nodes.is_sorted_by_key(|node| node.kind));
        assert_eq!(hospital.see(super::flow), flow, "another order");
    }
}

#[test]
fn nodes_of_one_name_are_told_apart() {
    let mut all = Hospital::default();
    all.token("1", "hsm");
    let key = all.key("1", "kek", KeyState::Active);
    all.system("A-1", "Ward", "none", Some(&key), "byok");
    all.system("A-2", "Ward", "none", Some(&key), "byok");
    let rows = rows(&all.see(flow));
    let to = |id: &str| rows.iter().any(|row| row.ends_with(&format!("Ward (encryption verified) [{id}]")));
    assert!(to("A-1") && to("A-2"), "{rows:#?}");
}

/// What records of another workstation, or from before this one, leave open.
#[test]
fn what_no_record_here_tells_is_not_made_up() {
    use register::places::{Place, Sort, sheet_id, token_id};
    let mut all = Hospital::default();
    let key = all.key("77", "unused", KeyState::PreActivation);
    all.0.copies.clear();
    all.0.keys[0].label = None;
    all.0.keys[0].made = "by no ceremony whose record is here".to_owned();
    all.copy(&key, Sort::Token, token_id("77"), "drill", None);
    all.copy(&key, Sort::Boxed, sheet_id(1, "OLD"), "drill", None);
    all.copy(&key, Sort::Sheet, sheet_id(2, "OLD"), "drill", None);
    all.copy(&key, Sort::Cloud, "cloud run-9 other-kms: its: name".to_owned(), "run-9", None);
    let unread = Place::unread("run-3", "it is not at hand");
    all.copy(&key, Sort::Record, unread.id, "drill", None);
    let flow = all.see(flow);
    let rows = rows(&flow);
    let name = "Key …00000007 (pre-activation, aes-256, 1 record of it is not here)";
    for row in [
        format!("Token (serial 77) | holds a copy of | {name}"),
        format!("Elsewhere (no record here says where) | made (by no ceremony whose record is here) | {name}"),
        format!("{name} | is backed up in | OLD (its ceremony is not recorded here)"),
        "OLD (its ceremony is not recorded here) | has share 1 (1: encrypted to a YubiKey) at | Custodians' YubiKeys".to_owned(),
        "OLD (its ceremony is not recorded here) | has share 2 at | Place not recorded".to_owned(),
        format!("{name} | was wrapped (as its: name, by a record of another workstation or of a ceremony that was given up) for | other-kms"),
    ] {
        assert!(rows.contains(&row), "{row}\n{rows:#?}");
    }
    assert_eq!(rows.len(), 6);
    picture::check(&flow);
}

#[test]
fn a_set_that_is_no_longer_in_use_stands_there_while_a_sheet_is_left() {
    use register::{SetState, SheetState};
    let mut all = Hospital::default();
    all.token("1", "hsm");
    let key = all.key("1", "kek", KeyState::Active);
    all.set("OLD", &[&key], 2, 2, &["North"]);
    all.0.sets[0].state = SetState::Replaced;
    all.0.sheets[0].state = SheetState::Destroyed;
    all.0.sheets[1].state = SheetState::ToBeDestroyed;
    all.set("NEW", &[&key], 2, 2, &["North"]);
    let rows_of = |all: &mut Hospital| rows(&all.see(flow));
    let before = rows_of(&mut all);
    assert!(
        before.iter().any(|r| r.contains("has a backup, replaced, in | OLD (2 of 2 shares, replaced)")),
        "{before:#?}"
    );
    assert!(before.iter().any(|r| r.contains("has share 2 (2: to be destroyed) at | North")), "{before:#?}");
    for copy in all.0.copies.iter_mut().filter(|copy| copy.place.id.ends_with("OLD")) {
        copy.place.became = Some(("destroyed".to_owned(), "later".to_owned()));
    }
    for sheet in all.0.sheets.iter_mut().filter(|sheet| sheet.set == "OLD") {
        sheet.state = SheetState::Destroyed;
    }
    let after = rows_of(&mut all);
    assert!(!after.iter().any(|r| r.contains("OLD")), "{after:#?}");
    assert!(after.contains(&"Left out | 3 places from which a copy is gone".to_owned()), "{after:#?}");
}

#[test]
fn a_key_that_left_its_token_was_made_there_all_the_same() {
    let mut all = Hospital::default();
    all.token("1", "hsm");
    let _key = all.key("1", "kek", KeyState::Active);
    all.0.copies[0].place.became = Some(("destroyed".to_owned(), "decommission".to_owned()));
    let flow = all.see(flow);
    assert_eq!(flow.edges[0].mark, Mark::Gone);
    assert_eq!(flow.edges[0].says, "made (in its token, as the token says; gone from it since)");
    assert!(svg(&flow, 1280).contains("in it no longer"));
}

#[test]
fn of_nothing_it_says_so_in_words() {
    let flow = Hospital::default().see(flow);
    assert_eq!(flow, Flow::default());
    assert_eq!(rows(&flow), ["Nothing is known yet: no record here names a key, and no system is listed."]);
    let picture = svg(&flow, 800);
    xml::check(&picture);
    assert!(
        picture
            .contains(">Nothing is known yet: no record here names a key, and no system is listed.</text>")
    );
}

#[test]
fn other_programs_read_the_same_names() {
    let flow = Hospital::small().see(flow);
    let json = serde_json::to_value(&flow).unwrap();
    let node = |kind: &str| json["nodes"].as_array().unwrap().iter().any(|n| n["kind"] == kind);
    for kind in ["site", "hsm", "shareSet", "key", "provider", "system", "group"] {
        assert!(node(kind), "{kind}");
    }
    let edge = &json["edges"][0];
    assert!(
        edge["from"].is_string()
            && edge["to"].is_string()
            && edge["says"].is_string()
            && edge["mark"] == "firm"
    );
}

#[test]
fn labels_of_other_people_change_nothing_but_themselves() {
    let flow = hostile().see(flow);
    let picture = svg(&flow, 1280);
    xml::check(&picture);
    assert!(picture.contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;"));
    assert!(!picture.contains("<script") && !picture.contains('\n'));
    assert!(picture.contains("evil\\u{202e}txt.exe\\u{2066}\\u{200b}"));
    assert!(picture.contains(&"x".repeat(300)), "the whole label is in the tooltip");
    picture::check(&flow);
}

#[test]
fn pictures_have_nothing_over_anything_else() {
    for mut hospital in [
        Hospital::small(),
        Hospital::large(1, 0),
        Hospital::large(60, 120),
        Hospital::large(60, 1000),
        Hospital::large(200, 10),
    ] {
        let flow = hospital.see(flow);
        picture::check(&flow);
        let picture = svg(&flow, 1280);
        xml::check(&picture);
        assert!(picture.starts_with("<svg ") && picture.contains("role=\"img\""));
        assert!(!picture.contains("url(") && !picture.contains("href") && !picture.contains("style"));
    }
}

#[test]
fn however_tangled_it_is_nothing_stands_over_anything_else() {
    for seed in 0..40 {
        let flow = Hospital::tangled(seed).see(flow);
        picture::check(&flow);
        xml::check(&svg(&flow, 1280));
    }
}

#[test]
fn of_a_thousand_systems_the_table_has_each_and_the_picture_the_numbers() {
    let flow = Hospital::large(60, 1000).see(flow);
    let picture = svg(&flow, 1280);
    assert!(picture.contains(">23 systems</text>"));
    assert!(picture.len() < 500_000, "{} bytes", picture.len());
    let table = table(&flow);
    for n in 0..1000 {
        let name = format!("System of ward {n} (");
        assert!(table.iter().any(|row| row[0].starts_with(&name) || row[2].starts_with(&name)), "{name}");
    }
}

#[test]
fn keys_of_one_token_and_of_one_set_stand_together() {
    let flow = Hospital::large(60, 120).see(flow);
    let links = super::rows::Links::of(&flow);
    let rows = super::rows::rows(&flow, &links);
    let with_sets = rows.iter().filter(|row| !row.sets.is_empty()).count();
    assert_eq!((rows.len(), rows.iter().filter(|row| row.is_apart).count(), with_sets), (60, 2, 33));
    let systems: usize = rows.iter().map(|row| row.systems.len()).sum();
    assert_eq!(systems, 108);
}

#[test]
fn text_is_one_line_in_which_all_can_be_seen() {
    assert_eq!(plain(" a\tb\r\nc\u{0}\u{7}  d "), "a b c d");
    assert_eq!(plain("gpj.\u{202e}exe"), "gpj.\\u{202e}exe");
    assert_eq!(plain("\u{ffff}\u{1fffe}x\u{fdd0}"), "x");
    assert_eq!(escaped("<a b='c'>&\""), "&lt;a b=&#39;c&#39;&gt;&amp;&quot;");
}

#[test]
fn text_is_cut_where_it_would_not_fit() {
    let fits = |text: &str, most: usize| {
        let lines = lines(text, 14, (120, 20), most);
        for (at, line) in lines.iter().enumerate() {
            assert!(width_of(line, 14) <= if at == 0 { 100 } else { 120 }, "{line}");
        }
        lines
    };
    assert_eq!(fits("Pharmacy", 2), ["Pharmacy"]);
    assert_eq!(fits("Health records, main campus", 2), ["Health", "records, main…"]);
    assert_eq!(fits("QK7M-3W9P-X2TD-HV5R", 2), ["QK7M-3W9P-", "X2TD-HV5R"]);
    assert_eq!(fits("Salesforce Shield", 2), ["Salesforce", "Shield"]);
    assert_eq!(fits("", 2), Vec::<String>::new());
    for text in HOSTILE {
        assert!(fits(text, 2).len() <= 2);
    }
    // However narrow it is, it comes to an end.
    assert_eq!(lines("ab", 14, (1, 0), 2), ["a", "b…"]);
    assert_eq!(lines("abc", 14, (-5, 9), 2), ["a", "b…"]);
}
