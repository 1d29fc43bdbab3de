use super::super::sample;
use super::*;

fn made(packs: &[Pack]) -> Value {
    let register = sample::register();
    oscal(&Estate::of(&register, sample::TODAY), packs, sample::AT)
}

#[test]
fn each_decision_and_each_pack_is_an_observation() {
    let document = made(&sample::packs());
    let result = &document["assessment-results"]["results"][0];
    let titles: Vec<&str> =
        result["observations"].as_array().unwrap().iter().map(|o| o["title"].as_str().unwrap()).collect();
    assert_eq!(
        titles,
        [
            "164.312(a)(2)(iv) Encryption and decryption",
            "164.312(e)(2)(ii) Encryption",
            "A key for AWS KMS, record 20261101-090000-000-1",
            "A key for AWS KMS, record 20261102-090000-000-1",
        ],
        "a row that says undecided and names nothing is none"
    );
    let [done, alternative, ..] = result["observations"].as_array().unwrap().as_slice() else { panic!() };
    let says = alternative["description"].as_str().unwrap();
    for part in ["addressable", "decided on an alternative", "A line of its own", "No network", "2027-02-01"]
    {
        assert!(says.contains(part), "{part}: {says}");
    }
    // The evidence names a record, and its pack is at hand.
    let resources = document["assessment-results"]["back-matter"]["resources"].as_array().unwrap();
    let of_run =
        resources.iter().find(|r| r["rlinks"][0]["href"] == format!("{}/SHA256SUMS", sample::RUN)).unwrap();
    assert_eq!(of_run["rlinks"][0]["hashes"][0]["value"], "cd".repeat(32));
    assert_eq!(done["relevant-evidence"][0]["href"], format!("#{}", of_run["uuid"].as_str().unwrap()));
    assert!(alternative.get("relevant-evidence").is_none());
    assert_eq!(result["start"], "2026-11-01T11:20:00Z");
}

#[test]
fn nothing_is_found_to_be_met() {
    let text = made(&sample::packs()).to_string().to_lowercase();
    for never in ["satisfied", "compliant", "compliance", "certified", "\"findings\"", "safe harbour"] {
        assert!(!text.contains(never), "{never}");
    }
    assert!(text.contains("nothing in it is of a real key"));
}

#[test]
fn with_nothing_decided_and_no_pack_it_stands_too() {
    let register = register::Register::default();
    let document = oscal(&Estate::of(&register, sample::TODAY), &[], sample::AT);
    let result = &document["assessment-results"]["results"][0];
    let controls = &result["reviewed-controls"]["control-selections"][0];
    assert_eq!(controls["include-controls"].as_array().unwrap().len(), 65);
    assert!(controls["description"].as_str().unwrap().starts_with("Of none of these"));
    assert!(result.get("observations").is_none());
}

#[test]
fn the_same_gives_the_same_and_an_observation_keeps_its_uuid() {
    let of = |document: &Value, at: usize| {
        document["assessment-results"]["results"][0]["observations"][at]["uuid"].clone()
    };
    let (all, some) = (made(&sample::packs()), made(&[]));
    assert_eq!(all.to_string(), made(&sample::packs()).to_string());
    assert_eq!(of(&all, 0), of(&some, 0));
    assert_ne!(all["assessment-results"]["uuid"], some["assessment-results"]["uuid"]);
    assert_eq!(control_id("164.312(a)(2)(iv)"), "hipaa-164.312-a-2-iv");
    assert_eq!(utc("2026-11-30T17:05:00+01:00", ""), "2026-11-30T16:05:00Z");
}
