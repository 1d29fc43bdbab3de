use super::*;
use secrets::SecretBytes;

fn with(good: &Value, pointer: &str, value: Value) -> String {
    let mut reply = good.clone();
    *reply.pointer_mut(pointer).unwrap() = value;
    reply.to_string()
}

#[test]
fn oracle() {
    let stated = [
        ("endpoint", "https://abcd-management.kms.eu-frankfurt-1.oraclecloud.com"),
        ("key-name", "records-2027"),
        ("compartment", "ocid1.compartment.oc1..aaaa"),
        ("protection-mode", "HSM"),
    ];
    let reply =
        json!({ "data": { "public-key": spki_pem(4096), "vault-id": "ocid1.vault.oc1.x" }, "etag": "e" });
    let vault = import(Target::OracleVault, reply.to_string().as_bytes(), &stated).unwrap();
    import(Target::OracleVault, spki_pem(4096).as_bytes(), &stated).unwrap();
    for (at, bad) in [(0, "https://evil.example/"), (1, "a b"), (2, "ocid1.vault.oc1..a"), (3, "BOTH")] {
        let mut answers = stated;
        answers[at].1 = bad;
        assert_eq!(
            code(import(Target::OracleVault, reply.to_string().as_bytes(), &answers)),
            "stated-malformed"
        );
    }
    let public = spki(2048);
    let algorithm = "RSA_OAEP_AES_SHA256";
    let wrapped = blob(&*vault, KeyType::Rsa2048, algorithm);
    let bundle = Bundle { public_key: Some(public), ..order(KeyType::Rsa2048, algorithm, &wrapped) };
    let out = vault.files(&bundle).unwrap();
    check_bundle(&out);
    let sent: Value = serde_json::from_str(&text(&out, "wrapped-import-key.json")).unwrap();
    assert_eq!(sent, json!({ "keyMaterial": BASE64.encode(&wrapped), "wrappingAlgorithm": algorithm }));
    let shape: Value = serde_json::from_str(&text(&out, "key-shape.json")).unwrap();
    assert_eq!(shape, json!({ "algorithm": "RSA", "length": 256 }));
    let key = json!({ "data": {
        "id": "ocid1.key.oc1.f.a.b", "display-name": "records-2027", "compartment-id": "ocid1.compartment.oc1..aaaa",
        "lifecycle-state": "ENABLED", "protection-mode": "HSM", "key-shape": { "algorithm": "RSA", "length": 256, "curve-id": null },
    } });
    let version = json!({ "data": {
        "id": "ocid1.keyversion.oc1.f", "key-id": "ocid1.key.oc1.f.a.b", "lifecycle-state": "ENABLED", "origin": "EXTERNAL",
        "public-key": pem::encode(public, "PUBLIC KEY"),
    } });
    let read =
        |key: String, version: String| receipt_of(&out, &[("receipt.json", format!("{key}\n{version}\n"))]);
    assert_eq!(read(key.to_string(), version.to_string()).unwrap().identity, Identity::PublicKeySame);
    let bad_key = |at, value| code(read(with(&key, at, value), version.to_string()));
    assert_eq!(bad_key("/data/display-name", json!("other")), "receipt-other-key");
    assert_eq!(bad_key("/data/lifecycle-state", json!("IMPORTING")), "receipt-state");
    assert_eq!(bad_key("/data/key-shape/length", json!(512)), "receipt-spec");
    assert_eq!(bad_key("/data/protection-mode", json!("SOFTWARE")), "receipt-spec");
    let bad_version = |at, value| code(read(key.to_string(), with(&version, at, value)));
    assert_eq!(bad_version("/data/key-id", json!("ocid1.key.oc1.other")), "receipt-other-key");
    assert_eq!(bad_version("/data/origin", json!("INTERNAL")), "receipt-origin");
    assert_eq!(bad_version("/data/public-key", json!(spki_pem(3072))), "receipt-public-key");
    assert_eq!(code(read(key.to_string(), String::new())), "receipt-field");
    // A new version of a key that exists.
    let known = [&stated[..], &[("key", "ocid1.key.oc1.f.a.b")]].concat();
    let vault = import(Target::OracleVault, reply.to_string().as_bytes(), &known).unwrap();
    let out = vault.files(&bundle).unwrap();
    check_bundle(&out);
    assert!(text(&out, "import.sh").contains("key-version import"));
}

#[test]
fn alibaba() {
    let stated = [("region", "eu-central-1"), ("account", "1234567890123456")];
    let reply = json!({
        "KeyId": "key-fra1234", "ImportToken": "dG9rZW4=", "PublicKey": BASE64.encode(spki(2048)),
        "TokenExpireTime": "2027-01-15T08:00:00Z", "RequestId": "r",
    });
    let read = |text: &str| import(Target::AlibabaKms, text.as_bytes(), &stated);
    let parameters = read(&reply.to_string()).unwrap();
    assert_eq!(parameters.valid_to(), Some(1_800_000_000));
    assert_eq!(
        code(read(&with(&reply, "/PublicKey", json!(BASE64.encode(spki(4096)))))),
        "parameters-differ"
    );
    assert_eq!(code(read(&with(&reply, "/KeyId", json!("a'b")))), "parameters-field");
    assert_eq!(code(read(&with(&reply, "/ImportToken", json!("*")))), "parameters-field");
    assert_eq!(code(read(&with(&reply, "/TokenExpireTime", json!("x")))), "time-malformed");
    let public = p256();
    let algorithm = "RSAES_OAEP_SHA_256_AES_256_ECB_PKCS7_PAD";
    let wrapped = blob(&*parameters, KeyType::P256, algorithm);
    assert_eq!(wrapped.len() % 16, 0);
    let bundle = Bundle { public_key: Some(&public), ..order(KeyType::P256, algorithm, &wrapped) };
    let out = parameters.files(&bundle).unwrap();
    check_bundle(&out);
    assert!(text(&out, "import.sh").contains("--KeyMaterialExpireUnix 0"));
    assert!(text(&out, "CHECK-AFTER-IMPORT.txt").contains("no integrity of its own"));
    let about = json!({ "KeyMetadata": {
        "KeyId": "key-fra1234", "KeyState": "Enabled", "Origin": "EXTERNAL", "MaterialExpireTime": "",
    } });
    let theirs = json!({ "KeyId": "key-fra1234", "PublicKey": pem::encode(&public, "PUBLIC KEY") });
    let both =
        |a: String, b: String| receipt_of(&out, &[("receipt.json", a), ("receipt-public-key.json", b)]);
    assert_eq!(both(about.to_string(), theirs.to_string()).unwrap().identity, Identity::PublicKeySame);
    let bad = |at, value| code(both(with(&about, at, value), theirs.to_string()));
    assert_eq!(bad("/KeyMetadata/KeyId", json!("k2")), "receipt-other-key");
    assert_eq!(bad("/KeyMetadata/KeyState", json!("PendingImport")), "receipt-state");
    assert_eq!(bad("/KeyMetadata/Origin", json!("Aliyun_KMS")), "receipt-origin");
    assert_eq!(bad("/KeyMetadata/MaterialExpireTime", json!("2027-01-15T08:00:00Z")), "receipt-expiry");
    let other = with(&theirs, "/PublicKey", json!(pem::encode(&p256(), "PUBLIC KEY")));
    assert_eq!(code(both(about.to_string(), other)), "receipt-public-key");
}

#[test]
fn ibm() {
    let stated = [("instance", "01234567-89ab-cdef-0123-456789abcdef"), ("key-name", "records-2027")];
    let reply = json!({
        "creationDate": "2026-11-24T08:00:00Z", "expirationDate": "2027-01-15T08:00:00Z", "maxAllowedRetrievals": 1,
        "remainingRetrievals": 0, "payload": BASE64.encode(spki_pem(4096).as_bytes()), "nonce": BASE64.encode(&[3; 12]),
    });
    let read = |text: &str| import(Target::IbmKeyProtect, text.as_bytes(), &stated);
    let token = read(&reply.to_string()).unwrap();
    assert_eq!(token.nonce(), Some(&[3; 12][..]));
    assert_eq!(code(read(&with(&reply, "/nonce", json!("AAAA")))), "parameters-field");
    assert_eq!(code(read(&with(&reply, "/payload", json!(BASE64.encode(spki(4096)))))), "parameters-field");
    let algorithm = "RSAES_OAEP_SHA_256";
    let wrapped = blob(&*token, KeyType::Aes256, algorithm);
    let bundle = order(KeyType::Aes256, algorithm, &wrapped);
    assert_eq!(code(token.files(&bundle)), "proof-missing");
    let key = SecretBytes::copied_from(&[5; 32]).unwrap();
    let sealed = seal_nonce(&key, &[1; 12], &[3; 12]).unwrap();
    assert_eq!(sealed.len(), 28);
    let proof = Some(Proof::SealedNonce { iv: &[1; 12], sealed: &sealed });
    let out = token.files(&Bundle { proof, ..bundle }).unwrap();
    check_bundle(&out);
    let request: Value = serde_json::from_str(&text(&out, "key-request.json")).unwrap();
    assert_eq!(
        (&request["encryptionAlgorithm"], &request["extractable"]),
        (&json!(algorithm), &json!(false))
    );
    // What the service does: open the nonce with what it unwrapped.
    {
        use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
        let opener = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key.expose()).unwrap());
        let mut got = BASE64.decode(request["encryptedNonce"].as_str().unwrap().as_bytes()).unwrap();
        let iv = BASE64.decode(request["iv"].as_str().unwrap().as_bytes()).unwrap();
        let nonce = Nonce::try_assume_unique_for_key(&iv).unwrap();
        assert_eq!(opener.open_in_place(nonce, Aad::empty(), &mut got).unwrap(), [3; 12]);
    }
    let made = json!({ "id": "0a1b-2c", "name": "records-2027", "state": 1, "extractable": false, "imported": true });
    let list = json!({ "resources": [made] });
    for good in [&made, &list] {
        assert_eq!(
            receipt_of(&out, &[("r", good.to_string())]).unwrap().identity,
            Identity::ProviderCompared
        );
    }
    let bad = |at, value| code(receipt_of(&out, &[("r", with(&made, at, value))]));
    assert_eq!(bad("/name", json!("x")), "receipt-other-key");
    assert_eq!(bad("/state", json!(5)), "receipt-state");
    assert_eq!(bad("/imported", json!(false)), "receipt-origin");
    assert_eq!(bad("/extractable", json!(true)), "receipt-spec");
}

#[test]
fn transit() {
    let stated = [("program", "bao"), ("mount", "transit"), ("key-name", "records-2027")];
    let reply = json!({ "data": { "public_key": spki_pem(4096) } });
    let mount = import(Target::Transit, reply.to_string().as_bytes(), &stated).unwrap();
    assert_eq!(code(import(Target::Transit, spki_pem(3072).as_bytes(), &stated)), "parameters-differ");
    for (at, bad) in [(0, "rm"), (1, "/x"), (1, "a;b"), (2, "a/b")] {
        let mut answers = stated;
        answers[at].1 = bad;
        assert_eq!(
            code(import(Target::Transit, reply.to_string().as_bytes(), &answers)),
            "stated-malformed",
            "{bad}"
        );
    }
    let public = p256();
    let wrapped = blob(&*mount, KeyType::P256, "SHA512");
    let bundle = Bundle { public_key: Some(&public), ..order(KeyType::P256, "SHA512", &wrapped) };
    let out = mount.files(&bundle).unwrap();
    check_bundle(&out);
    assert!(text(&out, "import.sh").contains(
        "bao write 'transit/keys/records-2027/import' 'ciphertext=@ciphertext.b64' 'hash_function=SHA512' 'type=ecdsa-p256'"
    ));
    assert_eq!(BASE64.decode(text(&out, "ciphertext.b64").as_bytes()).unwrap(), wrapped);
    assert_eq!(code(mount.files(&Bundle { algorithm: "SHA224", ..bundle })), "algorithm-left-out");
    let made = json!({ "data": {
        "name": "records-2027", "type": "ecdsa-p256", "imported_key": true, "latest_version": 1,
        "keys": { "1": { "public_key": pem::encode(&public, "PUBLIC KEY") } },
    } });
    assert_eq!(receipt_of(&out, &[("r", made.to_string())]).unwrap().identity, Identity::PublicKeySame);
    let bad = |at, value| code(receipt_of(&out, &[("r", with(&made, at, value))]));
    assert_eq!(bad("/data/name", json!("x")), "receipt-other-key");
    assert_eq!(bad("/data/type", json!("ecdsa-p384")), "receipt-spec");
    assert_eq!(bad("/data/imported_key", json!(false)), "receipt-origin");
    assert_eq!(bad("/data/latest_version", json!(2)), "receipt-field");
    assert_eq!(bad("/data/keys/1/public_key", json!(spki_pem(2048))), "receipt-public-key");
}

/// A certificate as Salesforce would download it, signed by openssl.
fn certificate(bits: u16) -> Vec<u8> {
    let dir = tempfile::tempdir().unwrap();
    let line = format!(
        "openssl req -x509 -newkey rsa:{bits} -nodes -keyout k.pem -out c.pem -subj /CN=BYOK_2027 -days 365 2>/dev/null"
    );
    let done =
        std::process::Command::new("sh").args(["-euc", &line]).current_dir(dir.path()).status().unwrap();
    assert!(done.success());
    std::fs::read(dir.path().join("c.pem")).unwrap()
}

#[test]
fn salesforce() {
    let stated = [("certificate", "BYOK_2027")];
    let good = certificate(4096);
    let org = import(Target::SalesforceShield, &good, &stated).unwrap();
    assert_eq!(code(import(Target::SalesforceShield, &certificate(2048), &stated)), "parameters-differ");
    assert_eq!(code(import(Target::SalesforceShield, spki_pem(4096).as_bytes(), &stated)), "wrong-file");
    assert_eq!(code(import(Target::SalesforceShield, &[&good[..], &good[..]].concat(), &stated)), "accepted");
    assert_eq!(code(import(Target::SalesforceShield, b"0\x03\x02\x01\x01", &stated)), "wrong-file");
    let cut = pem::encode(&pem::decode(&good, &["CERTIFICATE"]).unwrap()[..500], "CERTIFICATE");
    assert_eq!(code(import(Target::SalesforceShield, cut.as_bytes(), &stated)), "certificate");
    let algorithm = "RSA-OAEP with SHA-1";
    let wrapped = blob(&*org, KeyType::Aes256, algorithm);
    let bundle = order(KeyType::Aes256, algorithm, &wrapped);
    assert_eq!(code(org.files(&bundle)), "proof-missing");
    let hash = key_sha256(&SecretBytes::copied_from(&[5; 32]).unwrap());
    let out = org.files(&Bundle { proof: Some(Proof::KeySha256(&hash)), ..bundle }).unwrap();
    check_bundle(&out);
    assert_eq!(text(&out, "secret-sha256.b64"), BASE64.encode(&hash));
    let record = json!({ "Id": "02GRM00000001Ab", "Status": "ACTIVE", "SecretValueHash": BASE64.encode(&hash),
        "SecretValueCertificate": "BYOK_2027" });
    assert_eq!(receipt_of(&out, &[("r", record.to_string())]).unwrap().identity, Identity::ProviderCompared);
    let bad = |at, value| code(receipt_of(&out, &[("r", with(&record, at, value))]));
    assert_eq!(bad("/Status", json!("DESTROYED")), "receipt-state");
    assert_eq!(bad("/SecretValueHash", json!("x")), "receipt-other-material");
    assert_eq!(bad("/SecretValueCertificate", json!("Other")), "receipt-other-key");
    for recommended in ["RSA-OAEP with SHA-512", "CKM_RSA_AES_KEY_WRAP"] {
        assert_eq!(code(org.files(&Bundle { algorithm: recommended, ..bundle })), "algorithm-left-out");
    }
}
