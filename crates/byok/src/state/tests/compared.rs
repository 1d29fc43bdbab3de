use super::*;
use proptest::prelude::*;

const VAULT: &str = "hospital.vault.azure.net";

#[test]
fn a_recorded_key_is_found_by_what_its_record_says() {
    for provider in crate::PROVIDERS {
        let target = provider.target();
        let wrapping = crate::Disposable::generate(provider.stand_in_bits()).unwrap();
        let sent = provider.usual_stand_in(crate::KeyType::Rsa2048, &wrapping, 1_900_000_000).unwrap();
        let stated: Vec<(&str, &str)> = sent.stated.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let input = crate::provider::Input { file_name: sent.file_name, bytes: &sent.bytes, stated: &stated };
        let import = provider.read(&input).unwrap();
        let prepared: BTreeMap<String, String> =
            import.shown().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let key = KnownKey::recorded(target, import.called(), &prepared, true);
        let export = match target {
            Target::AwsKms => described(import.called(), "Disabled", ""),
            Target::AzureKeyVault | Target::AzureManagedHsm => {
                entry(&format!("{}/keys/{}", prepared["Vault"], import.called()), false, "null")
            }
            Target::GoogleKms => {
                version("k", 1, "DISABLED", "").replace(&format!("{RING}/cryptoKeys/k"), import.called())
            }
            _ => {
                assert_eq!(key.place, None, "{target}");
                assert!(ids(&[key], &state(&[&listed(&[ARN])]))[0].ends_with(" not-covered"));
                continue;
            }
        };
        assert!(key.place.is_some(), "{target}");
        let found = ids(std::slice::from_ref(&key), &state(&[&export]));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with(&format!("state {target} ")) && found[0].ends_with(" disabled"));
    }
}

#[test]
fn what_became_of_a_key_in_use() {
    let key = known(Target::AwsKms, ARN, None);
    for (said, more, word) in [
        ("Disabled", "", "disabled"),
        ("PendingDeletion", r#""DeletionDate": 1801396800,"#, "pending-deletion"),
        ("PendingImport", "", "not-imported"),
        ("Unavailable", "", "unclear"),
    ] {
        let seen = state(&[&described(ARN, said, more)]);
        assert_eq!(ids(std::slice::from_ref(&key), &seen), [format!("state aws-kms {ARN} {word}")]);
        // One that is not in use may be so.
        let stopped = KnownKey { active: false, ..key.clone() };
        assert_eq!(ids(&[stopped], &seen).len(), usize::from(word == "unclear"));
    }
    let seen = state(&[&described(&ARN.to_uppercase().replace("ARN:AWS:KMS", "arn:aws:kms"), "Enabled", "")]);
    assert_eq!(ids(std::slice::from_ref(&key), &seen), [""; 0], "capitals make no other key");
    let stopped = KnownKey { active: false, ..key };
    assert_eq!(ids(&[stopped], &seen), [format!("state aws-kms {ARN} still-usable")]);
}

#[test]
fn an_expiry_that_moved() {
    let ends = |at: &str| {
        let more = format!(r#""ExpirationModel": "KEY_MATERIAL_EXPIRES", "ValidTo": {at},"#);
        state(&[&described(ARN, "Enabled", &more)])
    };
    let key = KnownKey { expires: Some(1_801_396_800), ..known(Target::AwsKms, ARN, None) };
    assert_eq!(ids(std::slice::from_ref(&key), &ends("1801396800.0")), [""; 0]);
    assert_eq!(
        ids(std::slice::from_ref(&key), &ends("1801396801")),
        [format!("state aws-kms {ARN} expiry-moved")]
    );
    let never = state(&[&described(ARN, "Enabled", r#""ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE","#)]);
    let found = compare(&[key], &never);
    assert_eq!(found[0].what, Change::ExpiryMoved { was: Some(1_801_396_800), is: None });
    assert!(found[0].says().contains("Recorded: 2027-01-31T12:00:00Z; there: never."));
}

#[test]
fn an_alias_that_moved() {
    let (one, two) = (described(ARN, "Enabled", ""), described(OTHER, "Enabled", ""));
    let keys = |first: &[&str], second: &[&str]| {
        [(ARN, first), (OTHER, second)].map(|(arn, aliases)| KnownKey {
            aliases: aliases.iter().map(|a| (*a).to_owned()).collect(),
            ..known(Target::AwsKms, arn, None)
        })
    };
    let there = state(&[&one, &two, &aliased("alias/records", OTHER)]);
    assert_eq!(ids(&keys(&[], &["alias/records"]), &there), [""; 0]);
    assert_eq!(ids(&keys(&[], &[]), &there), [""; 0], "never seen before");
    let moved = compare(&keys(&["alias/records"], &["alias/other"]), &there);
    let what: Vec<&Change> = moved.iter().map(|d| &d.what).collect();
    let alias = |alias: &str, from: Option<&str>, to: Option<&str>| Change::AliasMoved {
        alias: alias.to_owned(),
        from: from.map(str::to_owned),
        to: to.map(str::to_owned),
    };
    assert_eq!(
        what,
        [&alias("alias/records", Some(ARN), Some(OTHER)), &alias("alias/other", Some(OTHER), None)]
    );
    assert_eq!(moved[0].id(), format!("state aws-kms {ARN} alias-moved alias/records"));
    // One that was nobody's.
    let came = compare(&keys(&[], &["alias/other"]), &there);
    assert!(came.iter().any(|d| d.what == alias("alias/records", None, Some(OTHER))), "{came:?}");
    // An export without aliases says nothing of them.
    assert_eq!(ids(&keys(&["alias/records"], &[]), &state(&[&one, &two])), [""; 0]);
}

#[test]
fn absent_is_said_only_where_the_place_is_listed_in_full() {
    let key = known(Target::AwsKms, ARN, None);
    let elsewhere = OTHER.replace("eu-central-1", "eu-west-1");
    for (export, word) in [
        (listed(&[OTHER]), "absent"),
        (described(OTHER, "Enabled", "").replace("EXTERNAL", "AWS_KMS"), "not-covered"),
        (listed(&[&elsewhere]), "not-covered"),
        (listed(&[ARN]), "state-not-shown"),
    ] {
        assert_eq!(
            ids(std::slice::from_ref(&key), &state(&[&export])),
            [format!("state aws-kms {ARN} {word}")]
        );
    }
    let gone = KnownKey { active: false, ..key };
    assert_eq!(ids(std::slice::from_ref(&gone), &state(&[&listed(&[OTHER])])), [""; 0], "it may be gone");
    assert!(ids(&[gone], &state(&[&listed(&[&elsewhere])]))[0].ends_with(" not-covered"));
}

#[test]
fn keys_that_nobody_knows() {
    // At AWS those with imported material alone.
    let own = described(OTHER, "Enabled", "").replace("EXTERNAL", "AWS_KMS");
    let key = known(Target::AwsKms, ARN, None);
    let mine = described(ARN, "Enabled", "");
    assert_eq!(ids(std::slice::from_ref(&key), &state(&[&mine, &own])), [""; 0]);
    let imported = described(OTHER, "Disabled", "");
    assert_eq!(ids(&[key], &state(&[&mine, &imported])), [format!("state aws-kms {OTHER} unknown")]);
    // At Azure and Google those that lie beside a key that is known.
    let list = [
        entry(&format!("https://{VAULT}/keys/records-2027"), true, "null"),
        entry(&format!("https://{VAULT}/keys/stranger"), true, "null"),
        entry("https://other.vault.azure.net/keys/stranger", true, "null"),
    ]
    .join("\n");
    let key = known(Target::AzureKeyVault, "Records-2027", Some(VAULT));
    assert_eq!(
        ids(&[key], &state(&[&list])),
        [format!("state azure-key-vault https://{VAULT}/keys/stranger unknown")]
    );
    let list =
        [version("k1", 1, "ENABLED", ""), version("k2", 1, "ENABLED", ""), version("k2", 2, "DESTROYED", "")];
    let key = known(Target::GoogleKms, &format!("{RING}/cryptoKeys/k1"), None);
    assert_eq!(
        ids(&[key], &state(&[&list.join(",").replace("},{", "}\n{")])),
        [format!("state google-kms {RING}/cryptoKeys/k2/cryptoKeyVersions/1 unknown")]
    );
}

#[test]
fn of_several_versions_the_best_counts_and_a_version_named_alone_is_that_one() {
    let list = |first: &str, second: &str| {
        state(&[&format!("[{},{}]", version("k1", 1, first, ""), version("k1", 2, second, ""))])
    };
    let name = format!("{RING}/cryptoKeys/k1");
    let key = known(Target::GoogleKms, &name, None);
    assert_eq!(ids(std::slice::from_ref(&key), &list("DESTROYED", "ENABLED")), [""; 0]);
    assert_eq!(
        ids(std::slice::from_ref(&key), &list("DESTROYED", "DISABLED")),
        [format!("state google-kms {name} disabled")]
    );
    let stopped = KnownKey { active: false, ..key.clone() };
    assert_eq!(
        ids(&[stopped], &list("DESTROYED", "ENABLED")),
        [format!("state google-kms {name} still-usable")]
    );
    let first = known(Target::GoogleKms, &format!("{name}/cryptoKeyVersions/1"), None);
    assert_eq!(
        ids(std::slice::from_ref(&first), &list("DESTROYED", "ENABLED")),
        [
            format!("state google-kms {name}/cryptoKeyVersions/1 destroyed"),
            format!("state google-kms {name}/cryptoKeyVersions/2 unknown"),
        ]
    );
    // The list of keys shows the primary version alone, and the list of versions all of them.
    let primary =
        state(&[&format!(r#"[{{"name": "{name}", "primary": {}}}]"#, version("k1", 2, "ENABLED", ""))]);
    assert!(ids(std::slice::from_ref(&first), &primary)[0].ends_with("/1 not-covered"));
    let alone = version("k1", 2, "ENABLED", "");
    assert!(ids(std::slice::from_ref(&first), &state(&[&format!("[{alone}]")]))[0].ends_with("/1 absent"));
    // A version that was described alone says nothing of the others.
    assert!(ids(&[first], &state(&[&alone]))[0].ends_with("/1 not-covered"));
}

#[test]
fn a_name_without_its_vault_is_no_certainty() {
    let in_vault = |vault: &str| entry(&format!("https://{vault}/keys/records-2027"), true, "null");
    let key = known(Target::AzureKeyVault, "records-2027", None);
    let one = state(&[&in_vault(VAULT)]);
    assert_eq!(ids(std::slice::from_ref(&key), &one), ["state azure-key-vault records-2027 by-name-alone"]);
    let two = state(&[&in_vault(VAULT), &in_vault("other.vault.azure.net")]);
    assert_eq!(ids(std::slice::from_ref(&key), &two), ["state azure-key-vault records-2027 not-covered"]);
    let placed = KnownKey { place: Some(VAULT.to_owned()), ..key };
    assert_eq!(ids(&[placed], &two), [""; 0]);
    // An identifier says its vault itself, and the list has no versions.
    let kid = format!("https://{VAULT}/keys/records-2027/0123456789abcdef0123456789abcdef");
    assert_eq!(ids(&[known(Target::AzureKeyVault, &kid, None)], &two), [""; 0]);
}

/// The page in `docs/byok` has the word of every difference, and no word is that of two.
#[test]
fn the_page_says_what_is_reported() {
    let page = include_str!("../../../../../docs/byok/provider-state.md");
    let moved = Change::AliasMoved { alias: "alias/x".to_owned(), from: None, to: None };
    let all = [
        Change::Disabled,
        Change::PendingDeletion(None),
        Change::Destroyed,
        Change::NotImported,
        Change::ExpiryMoved { was: None, is: None },
        moved,
        Change::Unknown,
        Change::KnownAbsent,
        Change::NotCovered,
        Change::StillUsable,
        Change::StateNotShown,
        Change::Unclear("Updating".to_owned()),
        Change::ByNameAlone,
    ];
    let mut words = BTreeSet::new();
    for what in all {
        let difference = Difference { target: Target::AwsKms, key: ARN.to_owned(), what };
        assert!(difference.says().contains(ARN), "{}", difference.says());
        let id = difference.id();
        let word = id.split(' ').nth(3).unwrap().to_owned();
        assert!(page.contains(&format!("`{word}`")), "{word}");
        words.insert(word);
    }
    assert_eq!(words.len(), 13);
}

proptest! {
    #[test]
    fn nothing_that_is_carried_in_makes_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = ProviderState::read(&[&bytes]);
    }

    #[test]
    fn nor_does_an_export_with_something_else_in_it(at in 0_usize..2000, with in "[ -~\n]{0,6}", which in 0_usize..4) {
        let mut text = [
            described(ARN, "Enabled", r#""ValidTo": 1801396800,"#),
            aliased("alias/records", ARN),
            entry("https://hospital.vault.azure.net/keys/k", true, "null"),
            version("k1", 1, "ENABLED", ""),
        ][which].clone();
        let at = at % text.len();
        text.replace_range(at..(at + with.len()).min(text.len()), &with);
        if let Ok(seen) = ProviderState::read(&[text.as_bytes()]) {
            let _ = ids(&[known(Target::AwsKms, ARN, None)], &seen);
        }
    }

    #[test]
    fn a_state_and_itself_differ_in_nothing(
        keys in proptest::collection::btree_map("[a-z0-9]{1,6}", (0_usize..4, 0_usize..5, any::<bool>()), 1..12),
    ) {
        let mut text = String::new();
        for (name, (provider, state, ends)) in &keys {
            text += &match provider {
                0 => {
                    let arn = format!("arn:aws:kms:eu-central-1:111122223333:key/{name}");
                    let more = if *ends { r#""ExpirationModel": "KEY_MATERIAL_EXPIRES", "ValidTo": 1801396800,"# } else { "" };
                    let state = ["Enabled", "Disabled", "PendingDeletion", "PendingImport", "Enabled"][*state];
                    described(&arn, state, more) + &aliased(&format!("alias/{name}"), &arn)
                }
                1 => {
                    let expires = if *ends { "1801396800" } else { "null" };
                    entry(&format!("https://{VAULT}/keys/{name}"), state % 2 == 0, expires)
                }
                2 => entry(&format!("https://hospital.managedhsm.azure.net/keys/{name}"), state % 2 == 0, "null"),
                _ => {
                    let state = ["ENABLED", "DISABLED", "DESTROYED", "PENDING_IMPORT", "DESTROY_SCHEDULED"][*state];
                    version(name, 1, state, "")
                }
            };
        }
        let seen = state(&[&text]);
        let known: Vec<KnownKey> = seen.keys.iter().map(KnownKey::from).collect();
        prop_assert_eq!(ids(&known, &seen), [""; 0]);
    }
}
