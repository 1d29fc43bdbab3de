use super::super::sample;
use super::*;

fn made(mode: &str) -> Vec<Value> {
    ocsf(sample::RUN, mode, &sample::entries(), "0.1.0")
}

#[test]
fn every_entry_is_an_event_and_the_chain_goes_on_through_them() {
    let events = made("production");
    assert_eq!(events.len(), sample::entries().len());
    let ours = |event: &Value, member: &str| event["unmapped"]["cofferdam"][member].clone();
    assert_eq!(ours(&events[0], "prev"), "0".repeat(64));
    for two in events.windows(2) {
        assert_eq!(ours(&two[1], "prev"), ours(&two[0], "chain"));
    }
    // Of a part of a record it is not known what stood before.
    let part = ocsf(sample::RUN, "production", &sample::entries()[3..], "0.1.0");
    assert!(part[0]["unmapped"]["cofferdam"].get("prev").is_none());
    assert_eq!(events[0]["time"], 1_793_611_861_123_i64);
    assert_eq!(events[16]["actor"].get("user"), None);
    assert_eq!(events[2]["actor"]["user"]["uid"], "officer");
}

#[test]
fn what_only_auditors_may_read_is_in_no_event() {
    let text = Value::from(made("production")).to_string();
    for never in [sample::NAME, "\"ada\"", "kept-rows", "happened"] {
        assert!(!text.contains(never), "{never}");
    }
    assert!(text.contains("key-state.state"));
}

#[test]
fn what_became_of_a_key_is_told_by_outcomes_and_notes() {
    let events = made("production");
    let told: Vec<(&str, &str, u64)> = events
        .iter()
        .map(|e| {
            let (name, uid) = (&e["activity_name"], &e["entity"]["uid"]);
            (name.as_str().unwrap(), uid.as_str().unwrap(), e["severity_id"].as_u64().unwrap())
        })
        .collect();
    assert_eq!(
        told,
        [
            ("Opened", sample::RUN, 1),
            ("About to act", sample::RUN, 1),
            ("Create", sample::AES, 1),
            ("Noted", sample::RUN, 3),
            ("Not done", sample::RUN, 3),
            ("Departed from the script", sample::RUN, 4),
            ("Create", sample::EC, 1),
            ("Update", "system", 1),
            ("Suspend", sample::AES, 1),
            ("Compromised", sample::AES, 5),
            ("Delete", sample::AES, 1),
            ("Done", sample::RUN, 1),
            ("Activate", sample::AES, 1),
            ("Done", sample::RUN, 1),
            // It was made before: its backup was opened by then.
            ("Done", sample::RUN, 1),
            ("Closed", sample::RUN, 1),
            ("Signed", sample::RUN, 1),
        ]
    );
}

#[test]
fn nothing_in_a_rehearsal_wakes_anybody() {
    for event in made("rehearsal") {
        assert_eq!(event["severity_id"], 1);
        assert_eq!(event["metadata"]["labels"], serde_json::json!(["rehearsal"]));
        assert!(event["message"].as_str().unwrap().starts_with("Rehearsal. "), "{event}");
    }
}
