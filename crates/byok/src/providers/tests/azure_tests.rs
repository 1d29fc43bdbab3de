use super::*;

const KID: &str = "https://hospital.vault.azure.net/keys/KEKforBYOK/0123456789abcdef0123456789abcdef";
const VAULT: &[(&str, &str)] = &[("vault", "https://hospital.vault.azure.net"), ("key-name", "records-2027")];
const WRAP: &str = "CKM_RSA_AES_KEY_WRAP";

/// What `az keyvault key show` prints.
fn shown(bits: u16) -> Value {
    json!({
        "attributes": { "enabled": true, "expires": null, "recoverableDays": 90 },
        "key": {
            "kid": KID, "kty": "RSA-HSM", "keyOps": ["import"], "e": "AQAB", "n": BASE64.encode(&modulus(spki(bits))),
            "crv": null, "x": null, "y": null,
        },
        "tags": null,
    })
}

fn read_kek(value: &Value) -> Result<Box<dyn Import>, ByokError> {
    import(Target::AzureKeyVault, value.to_string().as_bytes(), VAULT)
}

#[test]
fn a_kek_in_every_form() {
    let kek = read_kek(&shown(4096)).unwrap();
    assert_eq!(kek.wrapping_key().spki(), spki(4096));
    let jwk = json!({
        "kid": KID, "kty": "RSA-HSM", "key_ops": ["import"], "e": "AQAB", "n": BASE64URL_NOPAD.encode(&modulus(spki(2048))),
    });
    assert_eq!(read_kek(&jwk).unwrap().wrapping_key().bits(), 2048);
    let pem = spki_pem(3072);
    assert_eq!(code(import(Target::AzureKeyVault, pem.as_bytes(), VAULT)), "stated-missing");
    let with_kid = [VAULT, &[("kid", KID)]].concat();
    assert_eq!(import(Target::AzureKeyVault, pem.as_bytes(), &with_kid).unwrap().wrapping_key().bits(), 3072);
    let mut dated = shown(4096);
    dated["attributes"]["expires"] = json!("2027-01-15T08:00:00+00:00");
    let dated = read_kek(&dated).unwrap();
    assert_eq!(dated.valid_to(), Some(1_800_000_000));
    assert_eq!(code(dated.check_fresh(1_800_000_000)), "parameters-expired");
    dated.check_fresh(1_799_999_999).unwrap();
}

#[test]
fn keks_that_are_refused() {
    let with = |path: [&str; 2], value: Value| {
        let mut kek = shown(4096);
        kek[path[0]][path[1]] = value;
        code(read_kek(&kek))
    };
    assert_eq!(with(["key", "kty"], json!("RSA")), "parameters-differ");
    assert_eq!(with(["key", "keyOps"], json!(["import", "unwrapKey"])), "parameters-differ");
    assert_eq!(with(["key", "keyOps"], json!([])), "parameters-differ");
    assert_eq!(with(["key", "keyOps"], Value::Null), "parameters-differ");
    assert_eq!(with(["key", "e"], json!("Aw==")), "wrapping-key-exponent");
    assert_eq!(with(["key", "n"], json!("AQAB")), "wrapping-key-size");
    assert_eq!(with(["attributes", "enabled"], json!(false)), "parameters-differ");
    assert_eq!(with(["attributes", "expires"], json!("soon")), "time-malformed");
    let kid = |kid: &str| with(["key", "kid"], json!(kid));
    assert_eq!(kid(&KID.replace("hospital", "clinic")), "parameters-differ", "a KEK of another vault");
    assert_eq!(kid(&KID.replace("vault.azure.net", "vault.azure.net.evil.example")), "stated-malformed");
    assert_eq!(kid(&KID.replace("https", "http")), "stated-malformed");
    assert_eq!(kid(KID.rsplit_once('/').unwrap().0), "stated-malformed", "no version");
    let stated = |vault: &str, name: &str| {
        code(import(
            Target::AzureKeyVault,
            shown(4096).to_string().as_bytes(),
            &[("vault", vault), ("key-name", name)],
        ))
    };
    assert_eq!(
        stated("https://hospital.managedhsm.azure.net", "k"),
        "stated-malformed",
        "an HSM is no vault"
    );
    assert_eq!(stated("https://hospital.vault.azure.net", "a b"), "stated-malformed");
    assert_eq!(stated("https://hospital.vault.azure.net", "k'; rm"), "stated-malformed");
    let text = shown(4096).to_string();
    let twice = text.replacen("\"kty\"", "\"kty\":\"RSA-HSM\",\"kty\"", 1);
    assert_eq!(code(import(Target::AzureKeyVault, twice.as_bytes(), VAULT)), "field-twice");
}

#[test]
fn a_byok_file_and_its_command() {
    let kek = read_kek(&shown(4096)).unwrap();
    let public = p256();
    let wrapped = blob(&*kek, KeyType::P256, WRAP);
    let bundle = Bundle {
        public_key: Some(&public),
        expiry: Some(1_800_000_000),
        ..order(KeyType::P256, WRAP, &wrapped)
    };
    let out = kek.files(&bundle).unwrap();
    check_bundle(&out);
    let byok: Value = serde_json::from_str(&text(&out, "records-2027.byok")).unwrap();
    assert_eq!(byok["schema_version"], "1.0.0");
    assert_eq!(byok["header"], json!({ "kid": KID, "alg": "dir", "enc": WRAP }));
    let sent = byok["ciphertext"].as_str().unwrap();
    assert_eq!(BASE64URL_NOPAD.decode(sent.as_bytes()).unwrap(), wrapped);
    for script in ["import.sh", "import.ps1"] {
        let script = text(&out, script).replace(" \\\n    ", " ").replace('\'', "");
        assert!(script.contains(
            "az keyvault key import --vault-name hospital --name records-2027 --byok-file records-2027.byok \
             --kty EC --curve P-256 --ops sign verify --expires 2027-01-15T08:00:00Z --output json"
        ), "{script}");
    }
    let practice = kek.files(&Bundle { rehearsal: true, ..bundle }).unwrap();
    for script in ["import.sh", "import.ps1"] {
        let script = text(&practice, script);
        assert!(script.contains("nothing to import") && !script.contains("az "), "{script}");
    }
    for (key, expected) in [
        (KeyType::P256k1, "public-key-mismatch"),
        (KeyType::Aes256, "key-type-not-taken"),
        (KeyType::HmacSha256, "key-type-not-taken"),
    ] {
        assert_eq!(code(kek.files(&Bundle { key, ..bundle })), expected);
    }
    assert_eq!(code(kek.files(&Bundle { algorithm: "RSAES_OAEP_SHA_256", ..bundle })), "parameters-differ");
    assert_eq!(code(kek.files(&Bundle { blob: &wrapped[1..], ..bundle })), "blob-length");
    assert_eq!(code(kek.files(&Bundle { public_key: None, ..bundle })), "public-key-mismatch");
    assert_eq!(code(kek.files(&Bundle { expiry: Some(1_700_000_000), ..bundle })), "expiry-past");
}

#[test]
fn receipts_of_azure() {
    let kek = read_kek(&shown(4096)).unwrap();
    let rsa = spki(3072).to_vec();
    let wrapped = blob(&*kek, KeyType::Rsa3072, WRAP);
    let out =
        kek.files(&Bundle { public_key: Some(&rsa), ..order(KeyType::Rsa3072, WRAP, &wrapped) }).unwrap();
    let made = KID.replace("KEKforBYOK", "records-2027");
    let good = json!({
        "attributes": { "enabled": true, "expires": null },
        "key": { "kid": made, "kty": "RSA-HSM", "n": BASE64.encode(&modulus(&rsa)), "e": "AQAB" },
    });
    let receipt = receipt_of(&out, &[("receipt.json", good.to_string())]).unwrap();
    assert_eq!((receipt.identity, receipt.name), (Identity::PublicKeySame, Some(made)));
    let with = |path: [&str; 2], value: Value| {
        let mut reply = good.clone();
        reply[path[0]][path[1]] = value;
        code(receipt_of(&out, &[("receipt.json", reply.to_string())]))
    };
    assert_eq!(with(["key", "kid"], json!(KID)), "receipt-other-key");
    assert_eq!(with(["key", "kid"], json!("x")), "receipt-field");
    assert_eq!(with(["attributes", "enabled"], json!(false)), "receipt-state");
    assert_eq!(with(["attributes", "expires"], json!("2027-01-15T08:00:00+00:00")), "receipt-expiry");
    assert_eq!(with(["key", "kty"], json!("EC-HSM")), "receipt-spec");
    assert_eq!(with(["key", "n"], json!(BASE64.encode(&modulus(spki(2048))))), "receipt-public-key");
    assert_eq!(code(receipt_of(&out, &[("receipt.json", String::new())])), "wrong-file");
    assert_eq!(code(receipt_of(&out, &[("receipt.json", "{}".to_owned())])), "receipt-field");
}

#[test]
fn a_managed_hsm_takes_symmetric_keys() {
    let kid = KID.replace("vault.azure.net", "managedhsm.azure.net");
    let mut kek = shown(2048);
    kek["key"]["kid"] = json!(kid);
    let stated = [("vault", "https://hospital.managedhsm.azure.net/"), ("key-name", "k")];
    let hsm = import(Target::AzureManagedHsm, kek.to_string().as_bytes(), &stated).unwrap();
    let wrapped = blob(&*hsm, KeyType::Aes256, WRAP);
    let out = hsm.files(&order(KeyType::Aes256, WRAP, &wrapped)).unwrap();
    check_bundle(&out);
    assert!(
        text(&out, "import.ps1")
            .contains("--hsm-name hospital --name k --byok-file 'k.byok' --kty oct --output json")
    );
    let good = json!({
        "attributes": { "enabled": true },
        "key": { "kid": kid.replace("KEKforBYOK", "k"), "kty": "oct-HSM" },
    });
    let receipt = receipt_of(&out, &[("receipt.json", good.to_string())]).unwrap();
    assert_eq!(receipt.identity, Identity::CannotBeProven);
}
