use crate::bundle::{Bundle, BundleFile, MANIFEST, Rotation, verify};
use crate::proof::{Proof, ProofKind, key_sha256, seal_nonce};
use crate::provider::{Import, Input};
use crate::receipt::{self, Identity};
use crate::{
    ByokError, Disposable, KeyType, PROVIDERS, Target, WrappingKey, aws, expected_blob_len, of, pem,
    public_key, table,
};
use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::signature::{self, EcdsaKeyPair, KeyPair};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use rsa::pkcs8::DecodePublicKey;
use rsa::traits::PublicKeyParts;
use serde_json::{Value, json};
use std::sync::OnceLock;

mod azure_tests;
mod clock_tests;
mod google_tests;
mod other_tests;
mod written_otherwise;

/// A wrapping key of each size, made once.
fn spki(bits: u16) -> &'static [u8] {
    static KEYS: OnceLock<[Vec<u8>; 3]> = OnceLock::new();
    let keys =
        KEYS.get_or_init(|| [2048, 3072, 4096].map(|b| Disposable::generate(b).unwrap().spki().to_vec()));
    &keys[usize::from(bits / 1024 - 2)]
}

fn spki_pem(bits: u16) -> String {
    pem::encode(spki(bits), "PUBLIC KEY")
}

fn modulus(der: &[u8]) -> Vec<u8> {
    rsa::RsaPublicKey::from_public_key_der(der).unwrap().n().to_be_bytes_trimmed_vartime().into_vec()
}

/// Public keys of the kinds that are imported.
fn p256() -> Vec<u8> {
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(
        &signature::ECDSA_P256_SHA256_ASN1_SIGNING,
        &aws_lc_rs::rand::SystemRandom::new(),
    );
    let pair = EcdsaKeyPair::from_pkcs8(&signature::ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.unwrap().as_ref())
        .unwrap();
    let der: PublicKeyX509Der<'_> = pair.public_key().as_der().unwrap();
    der.as_ref().to_vec()
}

fn code<T>(r: Result<T, ByokError>) -> &'static str {
    r.err().map_or("accepted", |e| e.code())
}

fn import(target: Target, bytes: &[u8], stated: &[(&str, &str)]) -> Result<Box<dyn Import>, ByokError> {
    of(target).read(&Input { file_name: "input", bytes, stated })
}

fn order<'a>(key: KeyType, algorithm: &'a str, blob: &'a [u8]) -> Bundle<'a> {
    Bundle {
        key,
        algorithm,
        blob,
        rung: "wrapped inside the HSM",
        check_value: "cmac-aes:763cbc",
        public_key: None,
        proof: None,
        expiry: None,
        rehearsal: false,
        made_at: "2026-11-24T10:00:00Z",
        ceremony: "it's \"seven\"; $(rm -rf /)",
        rotation: Rotation::First,
    }
}

/// A blob of the right length for the cell.
fn blob(import: &dyn Import, key: KeyType, algorithm: &str) -> Vec<u8> {
    let recipe = import.recipe(key, algorithm).unwrap();
    vec![7; expected_blob_len(recipe, import.wrapping_key().bits(), key.material_len().1)]
}

fn text(files: &[BundleFile], name: &str) -> String {
    String::from_utf8(files.iter().find(|f| f.name == name).unwrap().bytes.clone()).unwrap()
}

/// Whether a PowerShell grammar reads the script without an error.
fn parses(script: &str) -> bool {
    let mut parser = tree_sitter::Parser::new();
    parser.set_language(&tree_sitter_powershell::LANGUAGE.into()).unwrap();
    !parser.parse(script, None).unwrap().root_node().has_error()
}

/// What must hold of every bundle: it verifies until it is touched, and its scripts are sound and free of free text.
fn check_bundle(out: &[BundleFile]) {
    verify(out).unwrap();
    for at in 0..out.len() - 1 {
        let mut bad = out.to_vec();
        bad[at].bytes[0] ^= 1;
        assert_eq!(code(verify(&bad)), "bundle-file-changed", "{}", bad[at].name);
        bad.remove(at);
        assert_eq!(code(verify(&bad)), "bundle-files");
    }
    for name in ["import.sh", "import.ps1", "REVOKE.txt", "CHECK-AFTER-IMPORT.txt", MANIFEST] {
        assert!(!text(out, name).is_empty(), "{name}");
    }
    for script in ["import.sh", "import.ps1"] {
        assert!(!text(out, script).contains("seven"), "free text stays out of scripts");
    }
    let powershell = text(out, "import.ps1");
    assert!(parses(&powershell), "{powershell}");
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("import.sh");
    std::fs::write(&path, text(out, "import.sh")).unwrap();
    assert!(std::process::Command::new("sh").arg("-n").arg(&path).status().unwrap().success());
    if let Ok(done) = std::process::Command::new("shellcheck").arg(&path).output() {
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
    }
}

fn receipt_of(out: &[BundleFile], replies: &[(&str, String)]) -> Result<receipt::Receipt, ByokError> {
    let files: Vec<BundleFile> =
        replies.iter().map(|(name, text)| BundleFile::text(name, text.clone())).collect();
    receipt::read_beside_bundle(&files, out)
}

#[test]
fn the_grammar_can_tell() {
    assert!(parses("$a = 'b'\nif ($LASTEXITCODE -ne 0) { throw 'c' }\n"));
    assert!(!parses("if ($a -ne 'b') { throw 'c\n"));
}

/// Each target has one provider, which is its own.
#[test]
fn the_list_is_of_the_targets() {
    assert!(PROVIDERS.iter().map(|p| p.target()).eq(Target::ALL.iter().copied()));
    for &target in Target::ALL {
        assert_eq!(of(target).target(), target);
        // What it calls a key is read as that key.
        for &key in KeyType::ALL {
            assert_eq!(of(target).key_named(of(target).key_name(key)), Ok(key), "{target}");
            assert_eq!(of(target).key_named(key.name()), Ok(key), "{target}");
        }
        assert_eq!(code(of(target).key_named("sm4")), "unknown-name");
    }
}

#[test]
fn every_target_says_what_to_fetch_and_what_to_ask() {
    for provider in PROVIDERS {
        let target = provider.target();
        assert!(provider.to_fetch().len() > 80, "{target}");
        for ask in provider.asks() {
            assert!(ask.question.len() > 20 && !ask.example.is_empty(), "{target} {}", ask.name);
        }
        assert_eq!(code(import(target, b"", &[("nonsense", "x")])), "unknown-name");
        assert_eq!(code(import(target, &vec![b' '; 262_145], &[])), "parameters-too-large");
        // Nothing that is not what the provider sends is ever read.
        let stated: Vec<(&str, &str)> = provider.asks().iter().map(|a| (a.name, a.example)).collect();
        for junk in [
            &b""[..],
            b"{",
            b"{}",
            b"[]",
            b"null",
            b"-----BEGIN PUBLIC KEY-----\n",
            b"PK\x03\x04",
            &[0xff; 99],
        ] {
            assert!(import(target, junk, &stated).is_err(), "{target} {junk:?}");
        }
        if let Some(needed) = provider.asks().iter().find(|a| a.needed) {
            let without: Vec<(&str, &str)> =
                stated.iter().copied().filter(|(n, _)| *n != needed.name).collect();
            assert_eq!(code(import(target, b"{}", &without)), "stated-missing", "{target}");
        }
    }
}

#[test]
fn wrapping_keys_are_read_strictly() {
    use WrappingKey as W;
    let good = spki_pem(3072);
    assert_eq!(W::from_pem(good.as_bytes()).unwrap().spki(), spki(3072));
    assert_eq!(W::from_pem(good.replace('\n', "\r\n").as_bytes()).unwrap().bits(), 3072);
    for (bad, why) in [
        (format!("{good}{}", spki_pem(4096)), "pem"),
        (good.replace("PUBLIC KEY", "CERTIFICATE"), "pem"),
        (format!("{good}{}", good.replace("PUBLIC", "PRIVATE")), "private-key-came-in"),
        (good.replacen('\n', "\nProc-Type: 4,ENCRYPTED\n\n", 1), "pem"),
        (good.replace('A', "*"), "pem"),
        (good.replace("-----END PUBLIC KEY-----", ""), "pem"),
        (" ".repeat(20_000), "parameters-too-large"),
        (pem::encode(&spki(3072)[..300], "PUBLIC KEY"), "wrapping-key-malformed"),
        (pem::encode(&[spki(3072), &[0]].concat(), "PUBLIC KEY"), "wrapping-key-trailing-bytes"),
        (pem::encode(&p256(), "PUBLIC KEY"), "wrapping-key-not-rsa"),
    ] {
        assert_eq!(code(W::from_pem(bad.as_bytes())), why, "{bad}");
    }
    let n = modulus(spki(2048));
    assert_eq!(W::from_modulus(&n, &[1, 0, 1]).unwrap().spki(), spki(2048));
    assert_eq!(code(W::from_modulus(&n, &[3])), "wrapping-key-exponent");
    assert_eq!(code(W::from_modulus(&n[1..], &[1, 0, 1])), "wrapping-key-size");
    let mut even = n.clone();
    *even.last_mut().unwrap() &= 0xfe;
    assert_eq!(code(W::from_modulus(&even, &[1, 0, 1])), "wrapping-key-malformed");
}

#[test]
fn public_keys_of_another_kind_are_refused() {
    let ec = p256();
    public_key::check(KeyType::P256, &ec).unwrap();
    for other in [KeyType::P384, KeyType::P256k1, KeyType::Rsa2048, KeyType::Ed25519] {
        assert_eq!(code(public_key::check(other, &ec)), "public-key-mismatch");
    }
    let point = &ec[ec.len() - 64..];
    assert_eq!(public_key::from_point(KeyType::P256, &point[..32], &point[32..]).unwrap(), ec);
    assert_eq!(public_key::from_point(KeyType::P256, &[0; 33], &point[32..]), None);
}

#[test]
fn stand_ins_read_like_the_real_ones_and_every_kind_of_key_gets_a_bundle() {
    let ec = p256();
    for provider in PROVIDERS {
        let target = provider.target();
        let wrapping = Disposable::generate(provider.stand_in_bits()).unwrap();
        let mut bundles = 0;
        for &key in KeyType::ALL {
            let sent = provider.usual_stand_in(key, &wrapping, 1_900_000_000).unwrap();
            let stated: Vec<(&str, &str)> = sent.stated.iter().map(|(n, v)| (*n, v.as_str())).collect();
            let input = Input { file_name: sent.file_name, bytes: &sent.bytes, stated: &stated };
            let import = match provider.read(&input) {
                Ok(import) => import,
                // Google has no algorithm for such a key to ask for.
                Err(e) => {
                    assert_eq!((target, e.code()), (Target::GoogleKms, "stated-missing"), "{key}");
                    continue;
                }
            };
            assert_eq!(import.wrapping_key().spki(), wrapping.spki());
            let Some(row) = import.algorithms(key).first().copied() else { continue };
            let public = match key {
                KeyType::P256 => Some(&ec[..]),
                KeyType::Rsa2048 => Some(spki(2048)),
                _ if key.is_asymmetric() => continue,
                _ => None,
            };
            let wrapped = blob(&*import, key, row.algorithm);
            let proof = match provider.proof() {
                ProofKind::SealedNonce => Some(Proof::SealedNonce { iv: &[1; 12], sealed: &[2; 28] }),
                ProofKind::KeySha256 => Some(Proof::KeySha256(&[3; 32])),
                ProofKind::Nothing => None,
            };
            let bundle = Bundle { public_key: public, proof, ..order(key, row.algorithm, &wrapped) };
            let out = import.files(&bundle).unwrap();
            verify(&out).unwrap();
            let powershell = text(&out, "import.ps1");
            assert!(parses(&powershell), "{powershell}");
            bundles += 1;
        }
        assert!(bundles > 0, "{target}");
    }
}

#[test]
fn receipts_have_a_limit() {
    let file = BundleFile { name: "receipt.json".to_owned(), bytes: vec![b' '; 262_145] };
    let manifest = include_bytes!("../../../../fuzz/manifests/google-kms.json");
    assert_eq!(code(receipt::read(&[file], manifest)), "receipt-malformed");
}

/// The seeds of the receipt fuzzer are receipts that close their bundles, so that the fuzzer starts behind the checks.
#[test]
fn the_fuzzers_receipts_are_good() {
    let manifests: [(&[u8], &[u8]); 7] = [
        (
            include_bytes!("../../../../fuzz/manifests/alibaba-kms.json"),
            include_bytes!("../../../../fuzz/seeds/receipt/receipt-0"),
        ),
        (
            include_bytes!("../../../../fuzz/manifests/aws-kms.json"),
            include_bytes!("../../../../fuzz/seeds/receipt/receipt-1"),
        ),
        (
            include_bytes!("../../../../fuzz/manifests/google-kms.json"),
            include_bytes!("../../../../fuzz/seeds/receipt/receipt-3"),
        ),
        (
            include_bytes!("../../../../fuzz/manifests/ibm-key-protect.json"),
            include_bytes!("../../../../fuzz/seeds/receipt/receipt-4"),
        ),
        (
            include_bytes!("../../../../fuzz/manifests/oracle-vault.json"),
            include_bytes!("../../../../fuzz/seeds/receipt/receipt-5"),
        ),
        (
            include_bytes!("../../../../fuzz/manifests/vault-transit.json"),
            include_bytes!("../../../../fuzz/seeds/receipt/receipt-6"),
        ),
        (
            include_bytes!("../../../../fuzz/manifests/salesforce-shield.json"),
            include_bytes!("../../../../fuzz/seeds/receipt/receipt-7"),
        ),
    ];
    for (at, (manifest, seed)) in manifests.into_iter().enumerate() {
        // The first byte of a seed is the fuzzer's choice of the manifest.
        let file = BundleFile { name: "receipt.json".to_owned(), bytes: seed[1..].to_vec() };
        let read = receipt::read(&[file], manifest);
        assert!(read.is_ok(), "{at}: {read:?}");
    }
}
