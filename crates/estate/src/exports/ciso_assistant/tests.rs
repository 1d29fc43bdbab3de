use super::super::sample;
use super::*;

fn rows(bytes: &[u8]) -> Vec<Vec<String>> {
    let text = std::str::from_utf8(bytes).unwrap();
    incoming::table::rows(text).unwrap().map(|row| row.unwrap().cells).collect()
}

fn estate(of: impl FnOnce(&Estate<'_>) -> Vec<u8>) -> Vec<Vec<String>> {
    let register = sample::register();
    rows(&of(&Estate::of(&register, sample::TODAY)))
}

/// What the import needs of a table.
fn is_taken(rows: &[Vec<String>], name: usize) {
    let mut names = BTreeSet::new();
    for row in &rows[1..] {
        assert_eq!(row.len(), rows[0].len());
        assert!(names.insert(row[name].to_lowercase()), "{} stands twice", row[name]);
        assert!(row[name].chars().count() <= LONGEST_NAME);
        for cell in row {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
        }
    }
}

#[test]
fn assets_have_names_of_their_own_and_keys_support_systems() {
    let rows = estate(assets);
    assert_eq!(rows[0], ["ref_id", "name", "type", "description", "parent_assets", "filtering_labels"]);
    is_taken(&rows, 1);
    is_taken(&rows, 0);
    let of = |reference: &str| rows.iter().find(|row| row[0] == reference).unwrap();
    assert_eq!(of("system-EHR-01")[1..3], ["Records (EHR-01)", "PR"]);
    assert_eq!(of(&format!("key-{}", sample::AES))[4], "system-EHR-01");
    // A reference holds nothing that separates references.
    assert!(rows.iter().all(|row| !row[0].contains([',', '|', ' ']) && row[0].len() <= LONGEST_REF));
    let formula = of(&format!("key-{}", sample::EC));
    assert!(formula[1].starts_with("'=cmd|"), "{}", formula[1]);
    assert!(!rows.iter().flatten().any(|cell| cell.contains(sample::NAME)), "a custodian is named");
}

#[test]
fn evidence_says_the_digest_in_words_and_is_named_once() {
    let rows = estate(|estate| evidences(estate, &[sample::packs(), sample::packs()].concat()));
    assert_eq!(rows[0], ["name", "description", "filtering_labels"]);
    is_taken(&rows, 0);
    assert_eq!(rows.len(), 5, "two packs, a policy and an agreement");
    let pack = rows.iter().find(|row| row[0].ends_with(&format!("({})", sample::RUN))).unwrap();
    assert!(pack[1].contains(&"cd".repeat(32)) && pack[1].contains("2026-11-02T11:20:00.000Z"), "{pack:?}");
    let policy = rows.iter().find(|row| row[0] == "Keys (POL-1)").unwrap();
    assert!(policy[1].contains(&"ab".repeat(32)), "{policy:?}");
}

#[test]
fn every_safeguard_leads_to_a_node_and_the_evidence_to_its_pack() {
    let rows = estate(|estate| crosswalk(estate, &sample::packs()));
    assert_eq!(rows[0], ["citation", "ref", "urn", "decision", "evidence"]);
    for safeguard in crate::safeguards() {
        let of: Vec<_> = rows.iter().filter(|row| row[0] == safeguard.citation).collect();
        assert!(
            !of.is_empty() && of.iter().all(|row| row[2].starts_with("urn:intuitem:")),
            "{}",
            safeguard.citation
        );
    }
    let encryption = rows.iter().find(|row| row[0] == "164.312(a)(2)(iv)").unwrap();
    assert!(encryption[2].ends_with(":node223"), "{encryption:?}");
    assert_eq!(encryption[3], "done");
    assert!(encryption[4].contains(&format!("A key for AWS KMS ({})", sample::RUN)), "{encryption:?}");
    let of = |citation: &str| rows.iter().filter(|row| row[0] == citation).count();
    assert_eq!((of("164.314(a)(2)(i)"), of("164.314(b)(2)")), (3, 4));
    assert!(rows.iter().any(|row| row[0] == "164.308(a)(7)(i)" && row[1] == "164.308(a)(7)"));
}

#[test]
fn the_nodes_are_those_that_were_looked_at() {
    let nodes = nodes();
    assert_eq!(nodes.len(), 179);
    assert!(nodes.iter().all(|node| node.urn.starts_with("urn:intuitem:risk:req_node:nist-sp-800-66-rev2:")));
    // What has a reference there is no requirement that can be judged, and the other way round.
    for row in &rows(include_bytes!("../../../data/ciso-nodes.csv"))[1..] {
        assert_eq!(row[1].is_empty(), row[4] == "true", "{row:?}");
    }
    // The same file lies where it is said what it is from.
    let looked_at = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/schemas/ciso-assistant/nodes.csv");
    assert_eq!(std::fs::read(looked_at).unwrap(), include_bytes!("../../../data/ciso-nodes.csv"));
}
