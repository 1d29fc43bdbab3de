use super::*;

const RING: &str = "projects/hospital-1/locations/europe-west3/keyRings/records";
const METHOD: &str = "RSA_OAEP_4096_SHA256_AES_256";

fn stated(algorithm: &'static str) -> Vec<(&'static str, &'static str)> {
    vec![
        ("key", "projects/hospital-1/locations/europe-west3/keyRings/records/cryptoKeys/k1"),
        ("algorithm", algorithm),
        ("protection-level", "HSM"),
    ]
}

/// What `gcloud kms import-jobs describe --format json` prints.
fn job() -> Value {
    json!({
        "name": format!("{RING}/importJobs/j1"),
        "importMethod": METHOD,
        "protectionLevel": "HSM",
        "state": "ACTIVE",
        "createTime": "2026-11-24T08:00:00.123456789Z",
        "expireTime": "2027-01-15T08:00:00.123456789Z",
        "expireEventTime": null,
        "publicKey": { "pem": spki_pem(4096) },
        "attestation": { "format": "CAVIUM_V2_COMPRESSED", "content": "AAAA", "certChains": {} },
    })
}

fn read_job(value: &Value, algorithm: &'static str) -> Result<Box<dyn Import>, ByokError> {
    import(Target::GoogleKms, value.to_string().as_bytes(), &stated(algorithm))
}

#[test]
fn row_14_a_job_is_read_and_its_attestation_is_not_believed() {
    let read = read_job(&job(), "AES_256_GCM").unwrap();
    assert_eq!((read.valid_to(), read.fixed_algorithm()), (Some(1_800_000_000), Some(METHOD)));
    assert!(read.origin().contains("not verified"));
    assert_eq!(code(read.check_fresh(1_800_000_000)), "parameters-expired");
    assert_eq!(read.algorithms(KeyType::Rsa4096).len(), 1, "the job settled the method");
    let mut bare = job();
    bare["attestation"] = Value::Null;
    bare.as_object_mut().unwrap().remove("attestation");
    assert!(!read_job(&bare, "AES_256_GCM").unwrap().origin().contains("attestation"));
}

#[test]
fn jobs_that_are_refused() {
    let with = |name: &str, value: Value| {
        let mut job = job();
        job[name] = value;
        code(read_job(&job, "AES_256_GCM"))
    };
    assert_eq!(with("state", json!("PENDING_GENERATION")), "parameters-differ");
    assert_eq!(with("state", json!("EXPIRED")), "parameters-differ");
    assert_eq!(with("protectionLevel", json!("SOFTWARE")), "parameters-differ");
    assert_eq!(
        with("name", json!("projects/hospital-1/locations/europe-west3/keyRings/other/importJobs/j")),
        "parameters-differ"
    );
    assert_eq!(with("name", json!("j1")), "parameters-field");
    assert_eq!(
        with("importMethod", json!("RSA_OAEP_3072_SHA256_AES_256")),
        "wrapping-key-size-for-algorithm"
    );
    assert_eq!(
        with("importMethod", json!("HPKE_KEM_ML_KEM_768_HKDF_SHA256_AES_256_GCM")),
        "algorithm-left-out"
    );
    assert_eq!(with("importMethod", json!("NEW_THING")), "unknown-name");
    assert_eq!(with("expireTime", json!("later")), "time-malformed");
    assert_eq!(with("publicKey", json!({})), "parameters-field");
    assert_eq!(with("publicKey", json!({ "pem": "x" })), "pem");
    assert_eq!(code(read_job(&job(), "ML_DSA_65")), "unknown-name");
}

#[test]
fn a_pem_file_needs_to_be_told_the_rest() {
    let pem = spki_pem(3072);
    let mut answers = stated("EC_SIGN_P256_SHA256");
    assert_eq!(code(import(Target::GoogleKms, pem.as_bytes(), &answers)), "stated-missing");
    let job = format!("{RING}/importJobs/j1");
    answers.extend([
        ("job", job.as_str()),
        ("method", "rsa-oaep-3072-sha256"),
        ("valid-to", "2027-01-15T08:00:00Z"),
    ]);
    let read = import(Target::GoogleKms, pem.as_bytes(), &answers).unwrap();
    assert_eq!(read.fixed_algorithm(), Some("RSA_OAEP_3072_SHA256"));
    assert_eq!(code(read.recipe(KeyType::Rsa2048, "RSA_OAEP_3072_SHA256")), "algorithm-not-for-key-type");
}

#[test]
fn all_six_methods_make_bundles() {
    for row in table::rows(Target::GoogleKms) {
        let bits = row.wrapping_bits[0];
        let mut job = job();
        job["importMethod"] = json!(row.algorithm);
        job["publicKey"] = json!({ "pem": spki_pem(bits) });
        let read = read_job(&job, "GOOGLE_SYMMETRIC_ENCRYPTION").unwrap();
        let wrapped = blob(&*read, KeyType::Aes256, row.algorithm);
        let out = read.files(&order(KeyType::Aes256, row.algorithm, &wrapped)).unwrap();
        check_bundle(&out);
        assert_eq!(out[0].bytes, wrapped);
    }
}

#[test]
fn the_algorithm_must_be_one_of_the_key() {
    let read = read_job(&job(), "AES_128_GCM").unwrap();
    let wrapped = blob(&*read, KeyType::Aes256, METHOD);
    let bundle = order(KeyType::Aes256, METHOD, &wrapped);
    assert_eq!(code(read.files(&bundle)), "parameters-differ");
    let read = read_job(&job(), "AES_256_GCM").unwrap();
    read.files(&bundle).unwrap();
    assert_eq!(code(read.files(&Bundle { expiry: Some(1_900_000_000), ..bundle })), "expiry-not-here");
}

#[test]
fn receipts_of_google() {
    let read = read_job(&job(), "EC_SIGN_P256_SHA256").unwrap();
    let public = p256();
    let wrapped = blob(&*read, KeyType::P256, METHOD);
    let out =
        read.files(&Bundle { public_key: Some(&public), ..order(KeyType::P256, METHOD, &wrapped) }).unwrap();
    let script = text(&out, "import.sh");
    assert!(script.contains("version=$(gcloud kms keys versions import"), "{script}");
    let good = json!({
        "name": format!("{RING}/cryptoKeys/k1/cryptoKeyVersions/3"), "state": "ENABLED", "protectionLevel": "HSM",
        "algorithm": "EC_SIGN_P256_SHA256", "importJob": format!("{RING}/importJobs/j1"),
    });
    let key = pem::encode(&public, "PUBLIC KEY");
    let both = |reply: &Value, key: &str| {
        receipt_of(&out, &[("receipt.json", reply.to_string()), ("receipt-public-key.pem", key.to_owned())])
    };
    assert_eq!(both(&good, &key).unwrap().identity, Identity::PublicKeySame);
    let without = receipt_of(&out, &[("receipt.json", good.to_string())]).unwrap();
    assert_eq!(without.identity, Identity::PublicKeyNotShown);
    assert_eq!(code(both(&good, &pem::encode(&p256(), "PUBLIC KEY"))), "receipt-public-key");
    let with = |name: &str, value: &str| {
        let mut reply = good.clone();
        reply[name] = json!(value);
        code(both(&reply, &key))
    };
    assert_eq!(with("state", "PENDING_IMPORT"), "receipt-state");
    assert_eq!(with("state", "IMPORT_FAILED"), "receipt-state");
    assert_eq!(with("name", &format!("{RING}/cryptoKeys/k2/cryptoKeyVersions/3")), "receipt-other-key");
    assert_eq!(with("name", &format!("{RING}/cryptoKeys/k1/cryptoKeyVersions/x")), "receipt-other-key");
    assert_eq!(with("algorithm", "EC_SIGN_P384_SHA384"), "receipt-spec");
    assert_eq!(with("protectionLevel", "SOFTWARE"), "receipt-spec");
    assert_eq!(with("importJob", "other"), "receipt-origin");
}
