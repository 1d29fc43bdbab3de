use super::super::sample;
use super::*;

fn made(version: CycloneDx) -> Value {
    let register = sample::register();
    cyclonedx(&Estate::of(&register, sample::TODAY), version, sample::AT)
}

fn component<'v>(bom: &'v Value, bom_ref: &str) -> &'v Value {
    bom["components"].as_array().unwrap().iter().find(|one| one["bom-ref"] == bom_ref).unwrap()
}

fn material<'v>(bom: &'v Value, key: &str) -> &'v Value {
    &component(bom, &format!("key/{key}"))["cryptoProperties"]["relatedCryptoMaterialProperties"]
}

fn properties(component: &Value, name: &str) -> Vec<String> {
    let all = component["properties"].as_array().unwrap().iter();
    all.filter(|one| one["name"] == name).map(|one| one["value"].as_str().unwrap().to_owned()).collect()
}

fn needs(bom: &Value, of: &str) -> Vec<String> {
    let all = bom["dependencies"].as_array().unwrap();
    let found = all.iter().find(|one| one["ref"] == of);
    found.map_or(Vec::new(), |one| serde_json::from_value(one["dependsOn"].clone()).unwrap())
}

#[test]
fn a_key_has_its_state_days_algorithm_and_what_it_needs() {
    let bom = made(CycloneDx::V1_6);
    let aes = material(&bom, sample::AES);
    for (member, value) in [
        ("type", "secret-key"),
        ("state", "active"),
        ("algorithmRef", "algorithm/aes-256"),
        ("creationDate", "2026-11-02T10:00:00.000Z"),
        ("activationDate", "2026-11-03T10:00:00.000Z"),
        ("updateDate", "2026-11-03T10:00:00.000Z"),
        ("expirationDate", "2028-11-02T23:59:59Z"),
    ] {
        assert_eq!(aes[member], value, "{member}");
    }
    assert_eq!(aes["size"], 256);
    assert_eq!(aes["securedBy"]["algorithmRef"], "algorithm/aes-256-kwp");
    let set = format!("set/{}", sample::SET);
    assert_eq!(
        needs(&bom, &format!("key/{}", sample::AES)),
        ["algorithm/aes-256", "algorithm/aes-256-kwp", "device/token/0001", set.as_str()]
    );
    assert_eq!(needs(&bom, "system/EHR-01"), [format!("key/{}", sample::AES)]);
    assert!(needs(&bom, "system/lab, old").is_empty());
    assert_eq!(material(&bom, sample::EC)["type"], "private-key");
    assert_eq!(material(&bom, sample::EC)["state"], "compromised");
}

#[test]
fn of_a_key_that_was_made_elsewhere_or_is_gone_no_more_is_said_than_is_known() {
    let bom = made(CycloneDx::V1_7);
    let elsewhere = material(&bom, sample::ELSEWHERE);
    assert_eq!(elsewhere["type"], "unknown");
    for member in [
        "size",
        "creationDate",
        "activationDate",
        "expirationDate",
        "securedBy",
        "relatedCryptographicAssets",
    ] {
        assert!(elsewhere.get(member).is_none(), "{member}");
    }
    assert_eq!(
        properties(component(&bom, &format!("key/{}", sample::ELSEWHERE)), "cofferdam:named-first"),
        ["2026-11-02T10:00:00.000Z"]
    );
    let gone = material(&bom, sample::HMAC);
    assert_eq!((&gone["state"], gone.get("securedBy")), (&Value::from("destroyed"), None));
    assert_eq!(needs(&bom, &format!("key/{}", sample::HMAC)), ["algorithm/hmac-256-bits"]);
}

#[test]
fn each_version_has_its_own_members_and_not_the_others() {
    let (old, new) = (made(CycloneDx::V1_6).to_string(), made(CycloneDx::V1_7).to_string());
    for (member, in_old) in [
        ("\"algorithmRef\":\"algorithm/aes-256\"", true),
        ("\"curve\":\"P-256\"", true),
        ("\"relatedCryptographicAssets\"", false),
        ("\"ellipticCurve\":\"nist/P-256\"", false),
        ("\"algorithmFamily\"", false),
        ("\"key-wrap\"", false),
    ] {
        assert_eq!((old.contains(member), new.contains(member)), (in_old, !in_old), "{member}");
    }
}

#[test]
fn shares_are_counted_and_never_there() {
    let bom = made(CycloneDx::V1_7);
    let set = component(&bom, &format!("set/{}", sample::SET));
    assert_eq!(properties(set, "cofferdam:shares-needed"), ["3"]);
    assert_eq!(properties(set, "cofferdam:shares-dealt"), ["5"]);
    let sites = component(&bom, "set/0000-1111-2222-3333");
    assert_eq!(properties(sites, "cofferdam:shares-by-site"), ["2 of 3; 2 of 4"]);
    let text = bom.to_string();
    for member in ["\"fingerprint\"", "\"hashes\""] {
        assert!(!text.contains(member), "{member}");
    }
    for one in bom["components"].as_array().unwrap() {
        let material = &one["cryptoProperties"]["relatedCryptoMaterialProperties"];
        assert!(material.get("value").is_none(), "{one}");
    }
}

#[test]
fn a_certificate_is_what_somebody_looked_up_and_no_custodian_is_named() {
    let bom = made(CycloneDx::V1_7);
    let token = component(&bom, "device/token/0001");
    let says = properties(token, "cofferdam:validation-record");
    assert!(says[0].starts_with("On 2026-11-29 somebody looked up certificate 4321"), "{says:?}");
    assert!(says[0].ends_with("is not known here."), "{says:?}");
    let text = bom.to_string();
    for never in ["validated", "compliant", "certified", "safe harbour", sample::NAME, "B-77"] {
        assert!(!text.contains(never), "{never}");
    }
}

#[test]
fn the_same_estate_gives_the_same_document_and_another_moment_another_number() {
    let register = sample::register();
    let estate = Estate::of(&register, sample::TODAY);
    let made = |at: &str| cyclonedx(&estate, CycloneDx::V1_7, at);
    assert_eq!(made(sample::AT).to_string(), made(sample::AT).to_string());
    let (one, other) = (made(sample::AT), made("2026-11-30T16:05:01Z"));
    assert_ne!(one["serialNumber"], other["serialNumber"]);
    assert_ne!(one["serialNumber"], cyclonedx(&estate, CycloneDx::V1_6, sample::AT)["serialNumber"]);
    let refs: Vec<&str> =
        one["components"].as_array().unwrap().iter().map(|c| c["bom-ref"].as_str().unwrap()).collect();
    assert!(refs.is_sorted(), "{refs:?}");
}

#[test]
fn an_estate_with_nothing_in_it_is_a_document_too() {
    let register = register::Register::default();
    let bom = cyclonedx(&Estate::of(&register, sample::TODAY), CycloneDx::V1_7, sample::AT);
    assert_eq!(bom["components"], Value::Array(Vec::new()));
}
