use super::*;

#[test]
fn aws_documents_in_one_file_or_in_several() {
    let files = [
        listed(&[ARN, OTHER]),
        described(ARN, "Enabled", r#""ExpirationModel": "KEY_MATERIAL_EXPIRES", "ValidTo": 1801396800.0,"#),
        described(OTHER, "PendingDeletion", r#""DeletionDate": "2027-01-31T13:00:00+01:00","#),
        aliased("alias/records", ARN),
    ];
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let several = state(&files);
    let together = files.concat();
    let crlf = format!("\u{feff}{}", together.replace('\n', "\r\n"));
    let utf16: Vec<u8> = format!("\u{feff}{together}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let marked = format!("\u{feff}{}", files.join("\r\n\u{feff}"));
    let list = format!("[{}]", files.join(","));
    for one in [together.as_bytes(), crlf.as_bytes(), &utf16, marked.as_bytes(), list.as_bytes()] {
        assert_eq!(ProviderState::read(&[one]).unwrap(), several);
    }
    let [key, other] = &several.keys[..] else { panic!("{several:?}") };
    assert_eq!((key.name.as_str(), key.place.as_str()), (ARN, "eu-central-1/111122223333"));
    assert_eq!(
        (&key.condition, key.expires, key.imported),
        (&Condition::Usable, Some(1_801_396_800), Some(true))
    );
    assert_eq!(key.aliases, ["alias/records"]);
    assert_eq!(other.condition, Condition::PendingDeletion(Some(1_801_396_800)));
    assert_eq!(several.lists, [(Target::AwsKms, "eu-central-1/111122223333".to_owned())].into());
    assert_eq!(several.alias_lists, ["eu-central-1/111122223333".to_owned()].into());
}

#[test]
fn every_state_of_an_aws_key() {
    for (said, condition) in [
        ("Enabled", Condition::Usable),
        ("Disabled", Condition::Disabled),
        ("PendingImport", Condition::PendingImport),
        ("PendingDeletion", Condition::PendingDeletion(None)),
        ("PendingReplicaDeletion", Condition::PendingDeletion(None)),
        ("Creating", Condition::Other("Creating".to_owned())),
        ("Unavailable", Condition::Other("Unavailable".to_owned())),
        ("Updating", Condition::Other("Updating".to_owned())),
    ] {
        assert_eq!(state(&[&described(ARN, said, "")]).keys[0].condition, condition);
    }
}

#[test]
fn a_list_that_goes_on_elsewhere_covers_nothing() {
    let list = listed(&[ARN]);
    for more in [r#""Truncated": true, "NextMarker": "AAA","#, r#""NextToken": "eyJ","#] {
        let cut = state(&[&list.replacen('{', &format!("{{{more}"), 1)]);
        assert!(cut.lists.is_empty());
        assert_eq!(cut.keys.len(), 1);
    }
    let whole = list.replacen('{', r#"{"Truncated": false,"#, 1);
    assert_eq!(state(&[&whole]).lists.len(), 1);
}

#[test]
fn azure_lists_and_single_keys_of_vaults_and_managed_hsms() {
    let list = format!(
        "[\r\n{},\r\n{}]\r\n",
        entry("https://Hospital.vault.azure.net/keys/records-2027", true, "null"),
        entry(
            "https://hospital.managedhsm.azure.net/keys/Records-2027",
            false,
            "\"2027-01-31T12:00:00+00:00\""
        )
    );
    let seen = state(&[&list]);
    let [vault, hsm] = &seen.keys[..] else { panic!("{seen:?}") };
    assert_eq!((vault.target, vault.place.as_str()), (Target::AzureKeyVault, "hospital.vault.azure.net"));
    assert_eq!((vault.name.as_str(), &vault.version), ("records-2027", &None));
    assert_eq!((&vault.condition, vault.expires), (&Condition::Usable, None));
    assert_eq!((hsm.target, &hsm.condition), (Target::AzureManagedHsm, &Condition::Disabled));
    assert_eq!((hsm.name.as_str(), hsm.expires), ("Records-2027", Some(1_801_396_800)));
    assert_eq!(seen.lists.len(), 2);
    // `az keyvault key show`; the service's own names of the attributes stand for the tool's.
    let shown = r#"{"attributes": {"enabled": true, "exp": 1801396800, "nbf": null},
        "key": {"crv": null, "d": null, "e": "AQAB", "k": null, "keyOps": ["sign", "verify"],
        "kid": "https://hospital.vault.azure.net/keys/records-2027/0123456789ABCDEF0123456789abcdef",
        "kty": "RSA-HSM", "n": "AA=="}, "managed": null, "releasePolicy": null, "tags": null}"#;
    let shown = state(&[shown]);
    assert_eq!(shown.keys[0].version.as_deref(), Some("0123456789abcdef0123456789abcdef"));
    assert_eq!(shown.keys[0].expires, Some(1_801_396_800));
    assert!(shown.lists.is_empty(), "one key says nothing of the others");
    // `az keyvault key list-deleted`.
    let deleted = entry("https://hospital.vault.azure.net/keys/old", true, "null").replacen(
        '{',
        r#"{"deletedDate": "2027-01-01T12:00:00+00:00", "scheduledPurgeDate": "2027-01-31T12:00:00+00:00",
            "recoveryId": "https://hospital.vault.azure.net/deletedkeys/old","#,
        1,
    );
    let deleted = state(&[&deleted]);
    assert_eq!(deleted.keys[0].condition, Condition::PendingDeletion(Some(1_801_396_800)));
    assert!(deleted.lists.is_empty());
}

#[test]
fn google_keys_and_their_versions() {
    let versions = format!(
        "[{},{},{},{},{},{}]",
        version("k1", 1, "DESTROYED", ""),
        version("k1", 2, "DESTROY_SCHEDULED", r#""destroyTime": "2027-01-31T12:00:00.5Z","#),
        version("k1", 3, "DISABLED", ""),
        version("k1", 4, "PENDING_IMPORT", ""),
        version("k1", 5, "IMPORT_FAILED", r#""importFailureReason": "no","#),
        version("k1", 6, "ENABLED", "")
    );
    let seen = state(&[&versions]);
    let conditions: Vec<&Condition> = seen.keys.iter().map(|k| &k.condition).collect();
    assert_eq!(
        conditions,
        [
            &Condition::Destroyed,
            &Condition::PendingDeletion(Some(1_801_396_800)),
            &Condition::Disabled,
            &Condition::PendingImport,
            &Condition::Other("IMPORT_FAILED".to_owned()),
            &Condition::Usable,
        ]
    );
    let key = format!("{RING}/cryptoKeys/k1");
    assert!(seen.keys.iter().all(|k| k.name == key && k.place == RING && k.imported == Some(true)));
    assert_eq!(seen.keys[5].full_name(), format!("{key}/cryptoKeyVersions/6"));
    assert_eq!(seen.lists, [(Target::GoogleKms, key)].into());
    let keys = format!(
        r#"[{{"createTime": "2026-11-24T10:00:00Z", "importOnly": true, "name": "{RING}/cryptoKeys/k1",
            "primary": {}, "purpose": "ENCRYPT_DECRYPT"}},
            {{"name": "{RING}/cryptoKeys/signer", "purpose": "ASYMMETRIC_SIGN"}}]"#,
        version("k1", 6, "ENABLED", "")
    );
    let both = state(&[&keys, &versions]);
    assert_eq!(both.keys.len(), 7);
    assert_eq!(both.keys[6].condition, Condition::NotSaid);
    assert_eq!(both.lists.len(), 2);
}

#[test]
fn what_is_no_export_is_refused_with_its_reason() {
    let twice = described(ARN, "Enabled", r#""KeyState": "Disabled","#);
    for (file, code) in [
        (String::new(), "wrong-file"),
        ("---\nname: projects/p\nstate: ENABLED\n".to_owned(), "wrong-file"),
        ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n".to_owned(), "private-key-came-in"),
        (listed(&[ARN]).replace("]\n}", ""), "wrong-file"),
        (twice, "field-twice"),
        ("{}".to_owned(), "state-malformed"),
        ("17".to_owned(), "state-malformed"),
        ("[null]".to_owned(), "state-malformed"),
        (r#"{"data": {"lifecycle-state": "ENABLED"}}"#.to_owned(), "state-malformed"),
        (described("arn:aws:kms:eu-central-1:1:key/x", "Enabled", ""), "state-malformed"),
        (described("arn:aws:kms:cn-north-1:111122223333:key/x", "Enabled", ""), "state-malformed"),
        (described(ARN, "Enabled", "").replace("KeyState", "keyState"), "state-malformed"),
        (
            described(ARN, "Enabled", r#""ExpirationModel": "KEY_MATERIAL_EXPIRES", "ValidTo": "soon","#),
            "state-malformed",
        ),
        (aliased("alias/a b", ARN), "state-malformed"),
        (aliased("alias/x", ARN).replace(":alias/", ":key/"), "state-malformed"),
        (entry("https://hospital.vault.azure.example/keys/k", true, "null"), "state-malformed"),
        (entry("https://hospital.vault.azure.net/secrets/k", true, "null"), "state-malformed"),
        (entry("https://hospital.vault.azure.net/keys/k", true, "\"never\""), "state-malformed"),
        (version("k/x", 1, "ENABLED", ""), "state-malformed"),
        (described(ARN, "Enabled", "") + &described(ARN, "Disabled", ""), "state-malformed"),
        (format!("[{}17]", "17,".repeat(1_000_001)), "state-malformed"),
        (" ".repeat(16 * 1024 * 1024 + 1), "state-malformed"),
    ] {
        assert_eq!(refused(&file), code, "{}", &file[..file.len().min(300)]);
    }
    // A name that would end a line or colour a terminal reaches an error without doing so.
    let hostile = entry("https://hospital.vault.azure.net/keys/a\\u001b[31m\\n", true, "null");
    let said = ProviderState::read(&[hostile.as_bytes()]).unwrap_err().to_string();
    assert!(!said.contains(char::is_control), "{said}");
}

#[test]
fn the_same_document_twice_is_one_key_and_ten_thousand_are_the_most() {
    let one = described(ARN, "Enabled", "");
    assert_eq!(state(&[&one, &one]).keys.len(), 1);
    let arns: Vec<String> =
        (0..=10_000).map(|n| format!("arn:aws:kms:eu-central-1:111122223333:key/{n}")).collect();
    let arns: Vec<&str> = arns.iter().map(String::as_str).collect();
    assert_eq!(state(&[&listed(&arns[1..])]).keys.len(), 10_000);
    assert_eq!(refused(&listed(&arns)), "state-malformed");
}

/// Fuzzing found both: which of two spellings, or of two answers, a key was read with hung on the order of the files.
#[test]
fn a_key_in_two_spellings_reads_the_same_in_any_order() {
    let small = described(ARN, "Enabled", "");
    let large = aliased("alias/records", &ARN.replace("56ef", "56Ef"));
    let read = state(&[&small, &large]);
    assert_eq!(read, state(&[&large, &small]));
    assert_eq!(read.keys.iter().map(|key| key.name.as_str()).collect::<Vec<_>>(), [ARN]);
    assert_eq!(read.keys[0].aliases, ["alias/records"]);
}

#[test]
fn two_documents_that_differ_in_where_the_material_is_from_are_refused() {
    let imported = described(ARN, "Enabled", "");
    let made_there = imported.replace("EXTERNAL", "AWS_KMS");
    let not_said = imported.replace("Origin", "Source");
    for two in [[&imported, &made_there], [&made_there, &imported]] {
        assert_eq!(refused(&two.map(String::as_str).concat()), "state-malformed");
    }
    for two in [[&imported, &not_said], [&not_said, &imported]] {
        assert_eq!(state(&two.map(String::as_str)).keys[0].imported, Some(true));
    }
}
