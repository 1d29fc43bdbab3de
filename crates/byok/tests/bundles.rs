//! Every file of every provider's bundle, for every kind of key, has the SHA-256 that it had: what an importer was told to
//! run, and what a check reads, does not change by the way. `COFFERDAM_BLESS=1` writes the list anew.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use byok::bundle::{Bundle, BundleFile, Rotation, verify};
use byok::proof::{Proof, ProofKind};
use byok::provider::{Expiry, Import, Input};
use byok::{KeyType, Target, expected_blob_len, of};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors")
}

fn sent(target: Target) -> Vec<u8> {
    std::fs::read(vectors().join("sent").join(target.name())).unwrap()
}

/// What the provider would have sent, read with answers that fit the key.
fn import(target: Target, key: KeyType, more: &[(&'static str, &str)]) -> Box<dyn Import> {
    let mut stated: Vec<(&str, &str)> =
        of(target).asks().iter().filter(|a| a.needed).map(|a| (a.name, a.example)).collect();
    stated.retain(|(name, _)| !more.iter().any(|(n, _)| n == name));
    stated.extend(more);
    if let Some(algorithm) = stated.iter_mut().find(|(name, _)| *name == "algorithm") {
        algorithm.1 = google(key);
    }
    of(target).read(&Input { file_name: "sent", bytes: &sent(target), stated: &stated }).unwrap()
}

fn google(key: KeyType) -> &'static str {
    match key {
        KeyType::Aes128 => "AES_128_GCM",
        KeyType::HmacSha1 => "HMAC_SHA1",
        KeyType::HmacSha224 => "HMAC_SHA224",
        KeyType::HmacSha256 => "HMAC_SHA256",
        KeyType::HmacSha384 => "HMAC_SHA384",
        KeyType::HmacSha512 => "HMAC_SHA512",
        KeyType::Rsa2048 => "RSA_SIGN_PSS_2048_SHA256",
        KeyType::Rsa3072 => "RSA_DECRYPT_OAEP_3072_SHA256",
        KeyType::Rsa4096 => "RSA_SIGN_PKCS1_4096_SHA512",
        KeyType::P256 => "EC_SIGN_P256_SHA256",
        KeyType::P384 => "EC_SIGN_P384_SHA384",
        KeyType::P256k1 => "EC_SIGN_SECP256K1_SHA256",
        KeyType::Ed25519 => "EC_SIGN_ED25519",
        _ => "GOOGLE_SYMMETRIC_ENCRYPTION",
    }
}

fn public_key(key: KeyType) -> Option<Vec<u8>> {
    let path = vectors().join("public-keys").join(format!("{key}.der"));
    key.is_asymmetric().then(|| std::fs::read(path).unwrap())
}

/// Lays out one bundle; `change` changes the order first.
fn laid_out(
    import: &dyn Import,
    (key, algorithm): (KeyType, &str),
    change: impl FnOnce(&mut Bundle<'_>),
) -> Vec<BundleFile> {
    let recipe = import.recipe(key, algorithm).unwrap();
    let blob = vec![7; expected_blob_len(recipe, import.wrapping_key().bits(), key.material_len().1)];
    let public = public_key(key);
    let mut order = Bundle {
        key,
        algorithm,
        blob: &blob,
        rung: "wrapped inside the HSM",
        check_value: "cmac-aes:763cbc",
        public_key: public.as_deref(),
        proof: match import.provider().proof() {
            ProofKind::SealedNonce => Some(Proof::SealedNonce { iv: &[1; 12], sealed: &[2; 28] }),
            ProofKind::KeySha256 => Some(Proof::KeySha256(&[3; 32])),
            ProofKind::Nothing => None,
        },
        expiry: None,
        rehearsal: false,
        made_at: "2026-11-24T10:00:00Z",
        ceremony: "it's \"seven\"; $(rm -rf /)",
        rotation: Rotation::First,
    };
    change(&mut order);
    let out = import.files(&order).unwrap();
    verify(&out).unwrap();
    out
}

/// The files, by provider and name: each content that they have, with the orders that give it.
#[derive(Default)]
struct Pinned(BTreeMap<(Target, String, String), Vec<String>>);

impl Pinned {
    fn take(&mut self, target: Target, order: &str, files: &[BundleFile]) {
        for file in files {
            let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &file.bytes);
            let digest = data_encoding::HEXLOWER.encode(digest.as_ref());
            self.0.entry((target, file.name.clone(), digest)).or_default().push(order.to_owned());
        }
    }

    fn text(&self) -> String {
        let line = |((target, name, digest), orders): (&(Target, String, String), &Vec<String>)| {
            format!("{digest}  {target}/{name}  {}\n", orders.join(", "))
        };
        self.0.iter().map(line).collect()
    }
}

#[test]
fn every_file_of_every_bundle_is_what_it_was() {
    let mut pinned = Pinned::default();
    for &target in Target::ALL {
        for &key in KeyType::ALL {
            if byok::table::rows(target).all(|r| !r.keys.contains(&key)) {
                continue;
            }
            let import = import(target, key, &[]);
            for (at, row) in import.algorithms(key).into_iter().enumerate() {
                let order = if at == 0 { key.to_string() } else { format!("{key} {}", row.algorithm) };
                pinned.take(target, &order, &laid_out(&*import, (key, row.algorithm), |_| {}));
            }
        }
        let (key, at) =
            if target == Target::AzureKeyVault { (KeyType::P256, "ec") } else { (KeyType::Aes256, "aes") };
        let import = import(target, key, &[]);
        let algorithm = import.algorithms(key)[0].algorithm;
        let rehearsed = laid_out(&*import, (key, algorithm), |order| order.rehearsal = true);
        pinned.take(target, &format!("{at} rehearsed"), &rehearsed);
        if of(target).expiry() != Expiry::Never {
            let until = laid_out(&*import, (key, algorithm), |order| order.expiry = Some(1_800_000_000));
            pinned.take(target, &format!("{at} until"), &until);
        }
    }
    for (target, answer) in [
        (Target::OracleVault, ("key", "ocid1.key.oc1.eu-frankfurt-1.abcd.aaaa")),
        (Target::Transit, ("version", "yes")),
    ] {
        let import = import(target, KeyType::Aes256, &[answer]);
        let algorithm = import.algorithms(KeyType::Aes256)[0].algorithm;
        let out = laid_out(&*import, (KeyType::Aes256, algorithm), |_| {});
        pinned.take(target, "aes to an existing key", &out);
    }
    later_imports(&mut pinned);
    let path = vectors().join("bundles.txt");
    if std::env::var_os("COFFERDAM_BLESS").is_some() {
        std::fs::write(&path, pinned.text()).unwrap();
    }
    let before = std::fs::read_to_string(&path).unwrap();
    for (before, now) in before.lines().zip(pinned.text().lines()) {
        assert_eq!(before, now);
    }
    assert_eq!(before.lines().count(), pinned.text().lines().count());
}

/// AWS's name of some material.
const ID: &str = "abababababababababababababababababababababababababababababababab";

/// AWS takes material for a key that had some before.
fn later_imports(pinned: &mut Pinned) {
    let import = import(Target::AwsKms, KeyType::Aes256, &[]);
    for (order, rotation) in [
        ("aes new", Rotation::New { description: Some("2026-Q4/ceremony-7") }),
        ("aes existing", Rotation::Existing { material_id: Some(ID) }),
        ("aes existing, unnamed", Rotation::Existing { material_id: None }),
    ] {
        let out = laid_out(&*import, (KeyType::Aes256, "RSAES_OAEP_SHA_256"), |order| {
            order.expiry = Some(1_800_000_000);
            order.rotation = rotation;
        });
        pinned.take(Target::AwsKms, order, &out);
    }
}
