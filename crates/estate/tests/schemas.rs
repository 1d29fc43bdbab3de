//! What goes out to other tools, held against the schemas that those tools publish (`tests/schemas/`), by validators that are
//! not ours; and that those refuse what is spoilt.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

#[path = "../src/exports/tests/sample.rs"]
mod sample;

use estate::Estate;
use estate::exports::{CycloneDx, Pack, ciso_assistant, cyclonedx, lists, ocsf, oscal};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A file of a folder of this test's own.
fn file(name: &str, text: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("schemas");
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

/// What a validator says of a text: nothing where it stands. One that could not check is a failure of the test.
fn said(validator: &str, of: &[&str], name: &str, text: &str) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/schemas").join(validator);
    let out = Command::new("python3")
        .arg(script)
        .args(of)
        .arg(file(name, text))
        .output()
        .expect("python3 is there");
    let said = String::from_utf8_lossy(&out.stdout).into_owned();
    let code = out.status.code();
    // A module that is missing gives 1 as well, and nothing but a traceback.
    assert!(
        code == Some(0) || (code == Some(1) && !said.is_empty()),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
    assert_eq!(code == Some(0), said.is_empty());
    said
}

/// The document stands, and none of the spoilt ones does: each is the document with another value, or without one.
fn holds(validator: &str, of: &[&str], name: &str, document: &Value, spoilt: &[(&str, Option<Value>)]) {
    assert_eq!(said(validator, of, &format!("{name}.json"), &document.to_string()), "", "{name}");
    for (at, with) in spoilt {
        let mut document = document.clone();
        let (above, member) = at.rsplit_once('/').unwrap();
        let above = document.pointer_mut(above).unwrap().as_object_mut().unwrap();
        match with {
            Some(value) => drop(above.insert(member.to_owned(), value.clone())),
            None => drop(above.remove(member).unwrap()),
        }
        let text = document.to_string();
        assert_ne!(
            said(validator, of, &format!("{name}-spoilt.json"), &text),
            "",
            "{name}: {at} is not refused"
        );
    }
}

/// The sample, and an estate with nothing in it.
fn estates(hold: impl Fn(&str, &Estate<'_>, &[Pack])) {
    let (full, empty) = (sample::register(), register::Register::default());
    hold("full", &Estate::of(&full, sample::TODAY), &sample::packs());
    hold("empty", &Estate::of(&empty, sample::TODAY), &[]);
}

#[test]
fn the_inventory_of_keys_is_cyclonedx() {
    for (version, name) in [(CycloneDx::V1_6, "cyclonedx-1.6"), (CycloneDx::V1_7, "cyclonedx-1.7")] {
        estates(|which, estate, _| {
            let document = cyclonedx(estate, version, sample::AT);
            let spoilt = [
                ("/specVersion", Some(json!("1.5"))),
                ("/serialNumber", Some(json!("urn:uuid:1"))),
                ("/metadata/timestamp", Some(json!("yesterday"))),
                ("/bomFormat", None),
                ("/metadata/component/key", Some(json!("of our own"))),
            ];
            holds("validate.py", &[name], &format!("{name}-{which}"), &document, &spoilt);
        });
    }
    let register = sample::register();
    let document = cyclonedx(&Estate::of(&register, sample::TODAY), CycloneDx::V1_7, sample::AT);
    let components = document["components"].as_array().unwrap();
    let at = components.iter().position(|one| one["bom-ref"] == format!("key/{}", sample::AES)).unwrap();
    let of_key = format!("/components/{at}/cryptoProperties/relatedCryptoMaterialProperties");
    let spoilt = [
        (format!("{of_key}/state"), Some(json!("used"))),
        (format!("{of_key}/size"), Some(json!("256"))),
        (format!("{of_key}/expirationDate"), Some(json!("2028-11-02"))),
        (format!("{of_key}/type"), Some(json!("share"))),
        (
            format!("{of_key}/relatedCryptographicAssets"),
            Some(json!([{"type": "algorithm", "ref": "nothing"}])),
        ),
    ];
    let spoilt: Vec<(&str, Option<Value>)> =
        spoilt.iter().map(|(at, with)| (at.as_str(), with.clone())).collect();
    holds("validate.py", &["cyclonedx-1.7"], "cyclonedx-key", &document, &spoilt);
}

#[test]
fn a_record_is_ocsf() {
    for mode in ["production", "rehearsal"] {
        let events = ocsf(sample::RUN, mode, &sample::entries(), "0.1.0");
        let lines: Vec<String> = events.iter().map(Value::to_string).collect();
        assert_eq!(said("ocsf/check.py", &[], &format!("ocsf-{mode}.jsonl"), &lines.join("\n")), "");
        let spoilt = [
            ("/time", Some(json!("2026-11-02T09:31:07Z"))),
            ("/time", Some(json!(1_793_611_867))),
            ("/entity", None),
            ("/severity", Some(json!("Fatal"))),
            ("/type_uid", Some(json!(300_400))),
            ("/metadata/version", Some(json!("1.7.0"))),
            ("/key", Some(json!("of our own"))),
        ];
        holds("ocsf/check.py", &[], "ocsf", &events[2], &spoilt);
    }
}

#[test]
fn decisions_and_packs_are_oscal() {
    estates(|which, estate, packs| {
        let document = oscal(estate, packs, sample::AT);
        let spoilt = [
            ("/assessment-results/uuid", Some(json!("018f2c3d-0000-7000-8000-000000000000"))),
            ("/assessment-results/metadata/oscal-version", Some(json!("1.1.3"))),
            ("/assessment-results/metadata/title", Some(json!(""))),
            ("/assessment-results/import-ap/href", Some(json!("#00000001-1d2c-4b3a-8f4e-5a6b7c8d9e0f"))),
            ("/assessment-results/results/0/reviewed-controls", None),
            ("/assessment-results/results/0/start", Some(json!("2026-11-30"))),
        ];
        holds("validate.py", &["oscal-ar"], &format!("oscal-{which}"), &document, &spoilt);
    });
}

/// Every name of a member in a document, but for those below a member of which the names are others'.
fn names(value: &Value, but: &[&str], found: &mut BTreeSet<String>) {
    for (name, inner) in value.as_object().into_iter().flatten() {
        found.insert(name.clone());
        if !but.contains(&name.as_str()) {
            names(inner, but, found);
        }
    }
    for item in value.as_array().into_iter().flatten() {
        names(item, but, found);
    }
}

/// The words in code of a page.
fn words_of(page: &str) -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/exports").join(page);
    let text = std::fs::read_to_string(path).unwrap();
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// What is written stands on the page of its format: every member, every property, every column.
#[test]
fn the_pages_name_all_that_is_written() {
    let register = sample::register();
    let estate = Estate::of(&register, sample::TODAY);
    let missing = |page: &str, written: BTreeSet<String>| {
        let words = words_of(page);
        let missing: Vec<_> = written.difference(&words).collect();
        assert!(missing.is_empty(), "docs/exports/{page} does not name {missing:?}");
    };
    let mut written = BTreeSet::new();
    let mut properties = BTreeSet::new();
    for version in [CycloneDx::V1_6, CycloneDx::V1_7] {
        let document = cyclonedx(&estate, version, sample::AT);
        names(&document, &[], &mut written);
        let of = |one: &Value| one["properties"].as_array().cloned().unwrap_or_default();
        let all = document["components"].as_array().unwrap().iter().flat_map(of);
        properties.extend(all.map(|property| property["name"].as_str().unwrap().to_owned()));
    }
    // What is written says so of the whole document, beside its parts.
    properties.insert("cofferdam:mode".to_owned());
    let named =
        words_of("cyclonedx.md").into_iter().filter(|word| word.starts_with("cofferdam:") && word.len() > 10);
    assert_eq!(named.collect::<BTreeSet<_>>(), properties, "the properties of docs/exports/cyclonedx.md");
    missing("cyclonedx.md", written);

    let mut written = BTreeSet::new();
    for event in ocsf(sample::RUN, "production", &sample::entries(), "0.1.0") {
        names(&event, &["facts"], &mut written);
    }
    missing("ocsf.md", written);

    let document = oscal(&estate, &sample::packs(), sample::AT);
    let mut written = BTreeSet::new();
    names(&document, &[], &mut written);
    for observation in document["assessment-results"]["results"][0]["observations"].as_array().unwrap() {
        let all = observation["props"].as_array().unwrap().iter();
        written.extend(all.map(|property| property["name"].as_str().unwrap().to_owned()));
    }
    missing("oscal.md", written);

    let packs = sample::packs();
    let tables = [
        ciso_assistant::assets(&estate),
        ciso_assistant::evidences(&estate, &packs),
        ciso_assistant::crosswalk(&estate, &packs),
    ];
    let columns = tables.iter().flat_map(|table| {
        let text = std::str::from_utf8(table).unwrap();
        text.lines().next().unwrap().split(',').map(str::to_owned)
    });
    missing("ciso-assistant.md", columns.collect());

    let mut written = BTreeSet::new();
    names(&lists::json(&estate), &["values", "by-vendor", "by-custody", "by-data", "prepared"], &mut written);
    missing("json.md", written);
}

/// Our own schema, by the same library.
#[test]
fn the_lists_are_as_their_schema_says() {
    const CHECK: &str = "import json, sys, jsonschema\n\
        schema, document = (json.load(open(path, encoding='utf-8')) for path in sys.argv[1:3])\n\
        jsonschema.Draft202012Validator.check_schema(schema)\n\
        wrong = [error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(document)]\n\
        print(*wrong, sep='\\n', end='')\n\
        sys.exit(3 if wrong else 0)";
    let schema = file("lists.schema.json", &lists::schema().to_string());
    let code = |document: &Value| {
        let document = file("lists.json", &document.to_string());
        let out = Command::new("python3").args(["-c", CHECK]).arg(&schema).arg(document).output().unwrap();
        let code = out.status.code().unwrap();
        assert!([0, 3].contains(&code), "{}", String::from_utf8_lossy(&out.stderr));
        (code, String::from_utf8_lossy(&out.stdout).into_owned())
    };
    let register = sample::register();
    let mut document = lists::json(&Estate::of(&register, sample::TODAY));
    assert_eq!(code(&document), (0, String::new()));
    document["keys"][0]["check_value"] = json!("00112233");
    assert_eq!(code(&document).0, 3);
}
