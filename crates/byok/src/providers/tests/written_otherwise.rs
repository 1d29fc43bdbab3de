//! The same thing written another way is the same thing: what the record, the bundle and every comparison see of it.

use super::*;

const KID: &str = "https://hospital.vault.azure.net/keys/KEKforBYOK/0123456789abcdef0123456789abcdef";

fn kek(kid: &str) -> Vec<u8> {
    let key = json!({
        "kid": kid, "kty": "RSA-HSM", "key_ops": ["import"], "e": "AQAB", "n": BASE64.encode(&modulus(spki(2048))),
    });
    key.to_string().into_bytes()
}

/// Everything that leaves this crate of an import.
fn seen(
    target: Target,
    bytes: &[u8],
    stated: &[(&str, &str)],
) -> (Vec<(&'static str, String)>, String, Vec<String>) {
    let import = import(target, bytes, stated).unwrap_or_else(|e| panic!("{stated:?}: {e}"));
    let normal = of(target).normal(stated).unwrap().into_iter().map(|(n, v)| format!("{n}={v}")).collect();
    (import.shown(), import.place(), normal)
}

/// Each of these answers gives what the first of them gives.
fn same(target: Target, bytes: &[u8], stated: &[(&str, &str)], name: &str, ways: &[&str]) {
    let with = |way: &str| {
        let mut answers: Vec<(&str, &str)> = stated.iter().copied().filter(|(n, _)| *n != name).collect();
        answers.push((name, way));
        seen(target, bytes, &answers)
    };
    let first = with(ways[0]);
    for way in ways {
        assert_eq!(with(way), first, "{target} {name} {way:?}");
    }
}

#[test]
fn an_azure_vault_in_capitals_with_a_slash_or_a_port_is_that_vault() {
    let stated = [("key-name", "records-2027")];
    let ways = [
        "https://hospital.vault.azure.net",
        "https://Hospital.vault.azure.net/",
        "HTTPS://HOSPITAL.VAULT.AZURE.NET",
        "https://hospital.vault.azure.net:443/",
        "hospital.vault.azure.net",
        "\u{a0}https://hospital.vault.azure.net \u{feff}",
    ];
    let target = Target::AzureKeyVault;
    for kid in [
        KID.to_owned(),
        format!("{KID}/"),
        KID.replace("hospital.vault", "Hospital.Vault"),
        KID.replace(".net/", ".net:443/"),
    ] {
        same(target, &kek(&kid), &stated, "vault", &ways);
        let import = import(target, &kek(&kid), &[stated[0], ("vault", ways[1])]).unwrap();
        let wrapped = blob(&*import, KeyType::Rsa2048, "CKM_RSA_AES_KEY_WRAP");
        let bundle = Bundle {
            public_key: Some(spki(2048)),
            ..order(KeyType::Rsa2048, "CKM_RSA_AES_KEY_WRAP", &wrapped)
        };
        let out = import.files(&bundle).unwrap();
        let byok: Value = serde_json::from_str(&text(&out, "records-2027.byok")).unwrap();
        assert_eq!(byok["header"]["kid"], KID, "the bundle has one form of it");
        let manifest: Value = serde_json::from_str(&text(&out, MANIFEST)).unwrap();
        assert_eq!(manifest["destination"]["vault"], "hospital.vault.azure.net");
    }
    let stated = [("vault", ways[0]), ("key-name", "k")];
    let upper = KID.to_uppercase().replace("HTTPS", "https");
    same(
        target,
        spki_pem(2048).as_bytes(),
        &stated,
        "kid",
        &[&upper, &upper.replace("VAULT", "vault"), &format!("{upper}/")],
    );
}

#[test]
fn a_bare_vault_name_is_taken_where_the_kek_says_the_rest_and_asked_for_with_the_endings_else() {
    let target = Target::AzureKeyVault;
    let id = "/subscriptions/0/resourceGroups/g/providers/Microsoft.KeyVault/vaults/Hospital";
    for bare in ["hospital", "Hospital", id] {
        let import = import(target, &kek(KID), &[("vault", bare), ("key-name", "k")]).unwrap();
        assert_eq!(import.shown()[0], ("Vault", "https://hospital.vault.azure.net".to_owned()));
        assert_eq!(import.place(), "hospital.vault.azure.net/k");
    }
    for (bare, kid) in [("clinic", KID.to_owned()), ("hospital", KID.replace("vault", "managedhsm"))] {
        let refused = import(target, &kek(&kid), &[("vault", bare), ("key-name", "k")]).unwrap_err();
        assert_eq!(refused.code(), "stated-malformed");
        let said = refused.in_full();
        assert!(said.contains(".vault.azure.net") && said.contains(".vault.azure.cn"), "{said}");
    }
}

#[test]
fn google_resource_names_and_words_in_every_form_are_one() {
    let ring = "projects/P/locations/L/keyRings/R";
    let key = format!("{ring}/cryptoKeys/K");
    let job = json!({
        "name": format!("//cloudkms.googleapis.com/{ring}/importJobs/J"), "importMethod": "rsa-oaep-4096-sha256-aes-256",
        "protectionLevel": "HSM", "state": "ACTIVE", "expireTime": "2027-01-15T08:00:00Z",
        "publicKey": { "pem": spki_pem(4096) },
    });
    let bytes = job.to_string().into_bytes();
    let stated =
        [("key", key.as_str()), ("algorithm", "GOOGLE_SYMMETRIC_ENCRYPTION"), ("protection-level", "HSM")];
    let target = Target::GoogleKms;
    let ways = [
        key.clone(),
        format!("//cloudkms.googleapis.com/{key}"),
        format!("https://cloudkms.googleapis.com/v1/{key}"),
        format!("HTTPS://CloudKMS.googleapis.com:443/v1/{key}/"),
        format!("{key}/"),
        key.replace("keyRings", "keyrings").replace("cryptoKeys", "cryptokeys"),
    ];
    let ways: Vec<&str> = ways.iter().map(String::as_str).collect();
    same(target, &bytes, &stated, "key", &ways);
    same(
        target,
        &bytes,
        &stated,
        "algorithm",
        &["GOOGLE_SYMMETRIC_ENCRYPTION", "google-symmetric-encryption"],
    );
    same(target, &bytes, &stated, "protection-level", &["HSM", "hsm", " Hsm "]);
    let job = format!("{ring}/importJobs/J");
    same(target, &bytes, &stated, "job", &[&job, &format!("https://cloudkms.googleapis.com/v1/{job}")]);
    same(
        target,
        &bytes,
        &stated,
        "method",
        &["RSA_OAEP_4096_SHA256_AES_256", "rsa-oaep-4096-sha256-aes-256"],
    );
    let pem = spki_pem(4096);
    let typed = [&stated[..], &[("job", job.as_str()), ("method", "RSA_OAEP_4096_SHA256")]].concat();
    same(
        target,
        pem.as_bytes(),
        &typed,
        "valid-to",
        &["2027-01-31T12:00:00Z", "2027-01-31 12:00", "2027-01-31 12:00 UTC"],
    );
    // What names are called is not the same in capitals, and another interface is another place.
    for other in [
        "https://cloudkms.googleapis.com/v2/projects/P/locations/L/keyRings/R/cryptoKeys/K",
        "https://evil.example/v1/projects/P/locations/L/keyRings/R/cryptoKeys/K",
        "projects/P/locations/L/keyRings/R/cryptoKeys/K/cryptoKeyVersions/1",
    ] {
        let answers = [("key", other), stated[1], stated[2]];
        assert_eq!(code(import(target, &bytes, &answers)), "stated-malformed", "{other}");
    }
    let other = [("key", "projects/P/locations/L/keyRings/R/cryptoKeys/k"), stated[1], stated[2]];
    assert_ne!(seen(target, &bytes, &other).1, seen(target, &bytes, &stated).1);
}

#[test]
fn an_oracle_endpoint_an_ibm_crn_and_a_mount_in_every_form_are_one() {
    let oracle = json!({ "data": { "public-key": spki_pem(4096) } }).to_string();
    let stated = [
        ("endpoint", "https://abcd-management.kms.eu-frankfurt-1.oraclecloud.com"),
        ("key-name", "k"),
        ("compartment", "ocid1.compartment.oc1..aaaa"),
        ("protection-mode", "HSM"),
    ];
    let target = Target::OracleVault;
    let shouted = stated[0].1.to_uppercase();
    let ways = [stated[0].1, &shouted, "abcd-management.kms.eu-frankfurt-1.oraclecloud.com:443/"];
    same(target, oracle.as_bytes(), &stated, "endpoint", &ways);
    same(target, oracle.as_bytes(), &stated, "compartment", &[stated[2].1, "OCID1.COMPARTMENT.OC1..AAAA"]);
    same(target, oracle.as_bytes(), &stated, "protection-mode", &["SOFTWARE", "software"]);
    // The answer that means that there is no such key is none, in a plan's column as well.
    let new = [&stated[..], &[("key", "New")]].concat();
    assert_eq!(seen(target, oracle.as_bytes(), &new), seen(target, oracle.as_bytes(), &stated));

    let token = json!({
        "expirationDate": "2027-01-15T08:00:00Z", "nonce": BASE64.encode(&[3; 12]),
        "payload": BASE64.encode(spki_pem(4096).as_bytes()),
    });
    let id = "01234567-89ab-cdef-0123-456789abcdef";
    let ways = [
        id.to_owned(),
        id.to_uppercase(),
        format!("crn:v1:bluemix:public:kms:eu-de:a/{}:{id}::", "0".repeat(32)),
        format!(
            "CRN:v1:bluemix:public:kms:eu-de:a/{}:{id}:key:02fd6835-6001-4482-a892-13bd2085f75d",
            "0".repeat(32)
        ),
    ];
    let ways: Vec<&str> = ways.iter().map(String::as_str).collect();
    same(Target::IbmKeyProtect, token.to_string().as_bytes(), &[("key-name", "kk")], "instance", &ways);
    let other = [
        ("key-name", "kk"),
        (
            "instance",
            "crn:v1:bluemix:public:cloud-object-storage:global:a/0:01234567-89ab-cdef-0123-456789abcdef::",
        ),
    ];
    assert_eq!(code(import(Target::IbmKeyProtect, token.to_string().as_bytes(), &other)), "stated-malformed");

    let mount = json!({ "data": { "public_key": spki_pem(4096) } }).to_string();
    let stated = [("program", "vault"), ("mount", "transit"), ("key-name", "k")];
    same(Target::Transit, mount.as_bytes(), &stated, "mount", &["transit", "transit/", " transit/ "]);
    same(Target::Transit, mount.as_bytes(), &stated, "program", &["vault", "Vault", "VAULT"]);
    same(Target::Transit, mount.as_bytes(), &stated, "version", &["no", "No", "NO"]);
    same(Target::Transit, mount.as_bytes(), &stated, "version", &["yes", "Yes"]);
}

#[test]
fn an_arn_in_capitals_and_base64_in_lines_are_the_same() {
    let arn = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    assert_eq!(aws::key_arn(&format!(" {} ", arn.to_uppercase())).unwrap(), arn);
    let lines = |bytes: &[u8]| {
        let text = BASE64.encode(bytes);
        text.as_bytes().chunks(64).map(|l| std::str::from_utf8(l).unwrap()).collect::<Vec<_>>().join("\r\n")
    };
    let reply = json!({
        "KeyId": arn, "ImportToken": lines(&[1; 200]), "PublicKey": lines(spki(4096)), "ParametersValidTo": 1_800_000_000,
    });
    let read =
        import(Target::AwsKms, reply.to_string().as_bytes(), &[("key-arn", &arn.to_uppercase())]).unwrap();
    assert_eq!(read.wrapping_key().spki(), spki(4096));
    let reply = json!({
        "KeyId": "key-fra1234", "ImportToken": lines(&[1; 200]), "PublicKey": lines(spki(2048)),
        "TokenExpireTime": "2027-01-15T08:00:00Z",
    });
    let stated = [("region", "eu-central-1"), ("account", "1234567890123456")];
    same(
        Target::AlibabaKms,
        reply.to_string().as_bytes(),
        &stated,
        "region",
        &["eu-central-1", "EU-Central-1"],
    );
}

#[test]
fn two_ways_to_write_one_place_are_one_place() {
    let azure = |vault, name| of(Target::AzureKeyVault).place(&[("vault", vault), ("key-name", name)]);
    let one = azure("https://hospital.vault.azure.net", "records");
    assert!(one.is_some());
    assert_eq!(azure("https://hospital.vault.azure.net/", "records"), one);
    assert_eq!(azure("https://Hospital.vault.azure.net:443", "Records"), one);
    assert_ne!(azure("https://clinic.vault.azure.net", "records"), one);
    let mount = |program, mount, version| {
        of(Target::Transit).place(&[
            ("program", program),
            ("mount", mount),
            ("key-name", "k"),
            ("version", version),
        ])
    };
    assert_eq!(mount("Vault", "transit/", "No"), mount("vault", "transit", ""));
    assert_eq!(mount("vault", "transit", "Yes"), None, "a new version of a key that exists");
}

#[test]
fn a_receipt_that_writes_the_place_in_another_way_is_of_this_key() {
    let import =
        import(Target::AzureKeyVault, &kek(KID), &[("vault", "hospital"), ("key-name", "Records")]).unwrap();
    let wrapped = blob(&*import, KeyType::Rsa2048, "CKM_RSA_AES_KEY_WRAP");
    let bundle =
        Bundle { public_key: Some(spki(2048)), ..order(KeyType::Rsa2048, "CKM_RSA_AES_KEY_WRAP", &wrapped) };
    let out = import.files(&bundle).unwrap();
    let reply = |kid: &str| {
        json!({ "attributes": { "enabled": true }, "key": {
            "kid": kid, "kty": "RSA-HSM", "e": "AQAB", "n": BASE64URL_NOPAD.encode(&modulus(spki(2048))),
        } })
        .to_string()
    };
    for kid in [
        "https://HOSPITAL.vault.azure.net/keys/records/00112233445566778899aabbccddeeff",
        "https://hospital.vault.azure.net:443/keys/Records/00112233445566778899AABBCCDDEEFF/",
    ] {
        receipt_of(&out, &[("receipt.json", reply(kid))]).unwrap();
    }
    let other = "https://clinic.vault.azure.net/keys/records/00112233445566778899aabbccddeeff";
    assert_eq!(code(receipt_of(&out, &[("receipt.json", reply(other))])), "receipt-other-key");
}

#[test]
fn a_refused_choice_shows_the_choices() {
    let stated = [("program", "consul"), ("mount", "transit"), ("key-name", "k")];
    let refused = of(Target::Transit).normal(&stated).unwrap_err().in_full();
    assert!(refused.contains("vault, bao"), "{refused}");
    let refused = "azure".parse::<Target>().unwrap_err().to_string();
    assert!(refused.contains("azure-key-vault, azure-managed-hsm"), "{refused}");
    assert_eq!("Oracle-Vault".parse::<Target>().unwrap(), Target::OracleVault);
    let refused = table::look_up(Target::Transit, KeyType::Aes256, "SHA3", 4096).unwrap_err().to_string();
    assert!(refused.contains("SHA256, SHA384"), "{refused}");
    assert_eq!(table::look_up(Target::Transit, KeyType::Aes256, "sha256", 4096).unwrap().algorithm, "SHA256");
}

/// No two words of one list are the same once capitals, hyphens and underscores do not count.
#[test]
fn no_choice_means_two_things() {
    let one_each = |words: Vec<&'static str>| {
        for (at, word) in words.iter().enumerate() {
            assert!(words.iter().take(at).all(|other| !crate::same_word(word, other)), "{word}");
        }
    };
    one_each(Target::ALL.iter().map(|t| t.name()).collect());
    one_each(KeyType::ALL.iter().map(|k| k.name()).collect());
    for &target in Target::ALL {
        let left_out = table::LEFT_OUT.iter().filter(|l| l.target == target).map(|l| l.algorithm);
        one_each(table::rows(target).map(|r| r.algorithm).chain(left_out).collect());
    }
}

#[test]
fn sovereign_and_government_realms_are_taken_and_a_mixture_is_refused() {
    let oracle = json!({ "data": { "public-key": spki_pem(4096) } }).to_string();
    let read = |endpoint: &str, compartment: &str, key: &str| {
        let answers = [
            ("endpoint", endpoint),
            ("key-name", "k"),
            ("compartment", compartment),
            ("protection-mode", "HSM"),
            ("key", key),
        ];
        import(Target::OracleVault, oracle.as_bytes(), &answers)
    };
    let eu = "https://abcd-management.kms.eu-frankfurt-2.oraclecloud.eu";
    read(eu, "ocid1.compartment.oc19..aaaa", "new").unwrap();
    read(eu, "ocid1.tenancy.oc19..aaaa", "ocid1.key.oc19.eu-frankfurt-2.a.b").unwrap();
    for realm in ["oc2", "oc3"] {
        let gov = "https://abcd-management.kms.us-langley-1.oraclegovcloud.com";
        read(gov, &format!("ocid1.compartment.{realm}..aaaa"), "new").unwrap();
    }
    read("https://abcd-management.kms.eu-frankfurt-1.oci.oraclecloud.com", "ocid1.compartment.oc1..a", "new")
        .unwrap();
    for (endpoint, compartment, key) in [
        (eu, "ocid1.compartment.oc1..aaaa", "new"),
        (eu, "ocid1.compartment.oc19..aaaa", "ocid1.key.oc1.eu-frankfurt-1.a.b"),
        ("https://abcd-management.kms.eu-frankfurt-1.oraclecloud.com", "ocid1.compartment.oc19..aaaa", "new"),
        ("https://abcd-management.kms.eu-frankfurt-1.oraclecloud.com", "ocid1.compartment.oc99..aaaa", "new"),
    ] {
        let refused = read(endpoint, compartment, key).unwrap_err();
        let (said, realm) = (refused.to_string(), if endpoint == eu { "oc1" } else { "oc" });
        assert_eq!(refused.code(), "realms-differ", "{said}");
        assert!(said.contains("oraclecloud.") && said.contains(realm) && said.contains("ocid1."), "{said}");
    }
    let refused =
        read("https://abcd-management.kms.x.oraclecloud.example", "ocid1.compartment.oc1..a", "new")
            .unwrap_err();
    assert!(refused.in_full().contains("oraclecloud.eu, oraclecloud20.com"), "{refused}");

    for (cloud, inferred) in
        [("vault.sovcloud-api.fr", false), ("vault.sovcloud-api.de", true), ("vault.azure.cn", false)]
    {
        let kid = KID.replace("vault.azure.net", cloud);
        let vault = format!("https://hospital.{cloud}");
        let import =
            import(Target::AzureKeyVault, &kek(&kid), &[("vault", &vault), ("key-name", "k")]).unwrap();
        let shown = import.shown();
        assert!(shown.iter().any(|(name, _)| *name == "Azure's cloud"), "{shown:?}");
        assert_eq!(shown.iter().any(|(_, says)| says.contains("inferred")), inferred, "{cloud}: {shown:?}");
    }

    for arn in [
        "arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        "arn:aws-eusc:kms:eusc-de-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        "arn:aws-cn:kms:cn-north-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        "arn:aws-iso-b:kms:us-isob-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    ] {
        aws::key_arn(arn).unwrap();
        let refused = aws::key_arn(&arn.replacen(arn.split(':').nth(1).unwrap(), "aws", 1)).unwrap_err();
        assert_eq!(refused.code(), "realms-differ", "{refused}");
        assert!(refused.to_string().contains(arn.split(':').nth(3).unwrap()), "{refused}");
    }
}

/// KMS in China takes 16 bytes as a symmetric key, and none of ours.
#[test]
fn a_key_that_kms_in_china_does_not_take_is_refused_before_it_is_made() {
    let arn = "arn:aws-cn:kms:cn-north-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    let reply = crate::stand_in_reply(spki(4096), arn, 1_800_000_000, b"t");
    let read = import(Target::AwsKms, &reply, &[]).unwrap();
    assert_eq!(code(read.recipe(KeyType::Aes256, "RSAES_OAEP_SHA_256")), "key-type-not-taken");
    assert_eq!(code(read.recipe(KeyType::Rsa2048, "RSA_AES_KEY_WRAP_SHA_256")), "key-type-not-taken");
    read.recipe(KeyType::P256, "RSAES_OAEP_SHA_256").unwrap();
    assert_eq!(read.algorithms(KeyType::Aes256).len(), 0);
}
