//! Writes the fuzzers' seeds: one good file for each parser, made with throw-away keys. `fuzz/README.md` says when.
#![allow(clippy::unwrap_used, reason = "a tool of the developers: it stops where something is wrong")]

mod lent;

use byok::bundle::{Bundle, MANIFEST, Rotation};
use byok::proof::{Proof, ProofKind};
use byok::provider::Input;
use byok::security_domain::make_custodian;
use byok::{Disposable, KeyType, PROVIDERS, Target, expected_blob_len};
use data_encoding::BASE64;
use serde_json::{Value, json};
use std::path::Path;

fn pem(label: &str, der: &[u8]) -> String {
    let body = BASE64.encode(der);
    let lines: Vec<&str> = body.as_bytes().chunks(64).map(|l| std::str::from_utf8(l).unwrap()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

const PLAN: &str = "system,provider,key type,algorithm,parameters file,owner,vault,key-name\n\
    \"Records, main\",aws-kms,aes-256,RSAES_OAEP_SHA_256,a.json,J. Doe,,\n\
    PACS,azure-key-vault,rsa-3072,CKM_RSA_AES_KEY_WRAP,kek.json,R. Roe,https://h.vault.azure.net,pacs\n";

/// One reply for each manifest, in the order of the fuzz target `receipt`.
const RECEIPTS: [&str; 8] = [
    r#"{"KeyMetadata":{"KeyId":"key-rehearsal","KeyState":"Enabled","Origin":"EXTERNAL","MaterialExpireTime":""}}"#,
    r#"{"KeyId":"arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}
       {"KeyMetadata":{"Arn":"arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
       "KeyState":"Enabled","Origin":"EXTERNAL","ExpirationModel":"KEY_MATERIAL_DOES_NOT_EXPIRE"}}"#,
    r#"{"attributes":{"enabled":true,"expires":null},"key":{"kty":"RSA-HSM","e":"AQAB","n":"AQAB",
       "kid":"https://hospital.vault.azure.net/keys/records-2027/0123456789abcdef0123456789abcdef"}}"#,
    r#"{"name":"projects/P/locations/L/keyRings/R/cryptoKeys/K/cryptoKeyVersions/1","state":"ENABLED","protectionLevel":"HSM",
       "algorithm":"GOOGLE_SYMMETRIC_ENCRYPTION","importJob":"projects/P/locations/L/keyRings/R/importJobs/rehearsal"}"#,
    r#"{"id":"0a1b","name":"records-2027","state":1,"extractable":false,"imported":true}"#,
    r#"{"data":{"id":"ocid1.key.oc1.a","display-name":"records-2027","compartment-id":"ocid1.compartment.oc1..aaaa",
       "lifecycle-state":"ENABLED","protection-mode":"HSM","key-shape":{"algorithm":"AES","length":32}}}
       {"data":{"key-id":"ocid1.key.oc1.a","lifecycle-state":"ENABLED","origin":"EXTERNAL"}}"#,
    r#"{"data":{"name":"records-2027","type":"aes256-gcm96","imported_key":true,"latest_version":1,"keys":{"1":1795000000}}}"#,
    r#"{"Id":"02GRM00000001Ab","Status":"ACTIVE","SecretValueHash":"AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM=",
       "SecretValueCertificate":"BYOK_2027"}"#,
];

/// A security domain file of the right form; nothing in it opens.
fn security_domain() -> Vec<u8> {
    let base64 = |bytes: &[u8]| data_encoding::BASE64URL_NOPAD.encode(bytes);
    let jwe = |algorithm: &str, key: &[u8]| {
        let header = json!({ "alg": algorithm, "enc": "A256CBC-HS512" }).to_string();
        [base64(header.as_bytes()), base64(key), base64(&[1; 16]), base64(&[2; 32]), base64(&[3; 32])]
            .join(".")
    };
    let shares: Vec<Value> = (0..3)
        .map(|n| json!({ "enc_key": jwe("RSA-OAEP-256", &[n; 256]), "x5t_256": base64(&[n; 32]) }))
        .collect();
    json_bytes(&json!({
        "EncData": { "data": [{ "compact_jwe": jwe("dir", &[]), "tag": "part" }], "kdf": "sp108_kdf" },
        "SharedKeys": { "required": 2, "key_algorithm": "shamir_share", "enc_shares": shares },
    }))
}

fn main() {
    let root = std::env::args().nth(1).unwrap_or_else(|| "fuzz".to_owned());
    let write = |folder: &str, name: &str, bytes: &[u8]| {
        let folder = Path::new(&root).join(folder);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(name), bytes).unwrap();
    };
    fixed(&write);
    lent::borrowed(&write);
    lent::listed(&write);
    made(&write);
}

/// Keys and files that are the same every time.
fn fixed(write: &dyn Fn(&str, &str, &[u8])) {
    // Ed25519 with a seed of zeros, and P-256 with the number 1: nobody's keys.
    let hex = |text: &str| data_encoding::HEXLOWER.decode(text.as_bytes()).unwrap();
    let ed25519 = [&hex("302e020100300506032b657004220420")[..], &[0; 32]].concat();
    let p256 =
        [&hex("3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420")[..], &[0; 31], &[1]]
            .concat();
    KeyType::Ed25519.check_material(&ed25519).unwrap();
    KeyType::P256.check_material(&p256).unwrap();
    write("seeds/private_key", "ed25519.p8", &ed25519);
    write("seeds/private_key", "p256.p8", &p256);
    write("seeds/plan", "plan.csv", PLAN.as_bytes());
    byok::plan::read(PLAN.as_bytes()).unwrap();
    let domain = security_domain();
    byok::security_domain::SecurityDomain::read(&domain).unwrap();
    write("seeds/security_domain", "sd.json", &domain);
    for (target, name, text) in lent::TYPED {
        write(&format!("seeds/{target}"), name, text.as_bytes());
    }
    write("seeds/token_answer", "ed25519.p8", &ed25519);
    write("seeds/token_answer", "p256.p8", &p256);
    // A custodian's key sealed with few rounds, since the fuzzer takes no more.
    let sealed = lent::sealed_with_few_rounds(&p256);
    write("seeds/custodian_box", "sealed-key.pem", pem("ENCRYPTED PRIVATE KEY", &sealed).as_bytes());
    for (n, reply) in RECEIPTS.iter().enumerate() {
        let choice = u8::try_from(n).unwrap();
        write("seeds/receipt", &format!("receipt-{n}"), &[&[choice][..], reply.as_bytes()].concat());
    }
}

/// What providers send for throw-away wrapping keys, and the manifests of bundles made with it.
fn made(write: &dyn Fn(&str, &str, &[u8])) {
    let (small, large) = (Disposable::generate(2048).unwrap(), Disposable::generate(4096).unwrap());
    let wrapping = pem("PUBLIC KEY", large.spki());
    let certificate = make_custodian("seed", 1_795_000_000, 1_900_000_000, &mut |to| {
        to.fill(7);
        Ok(())
    })
    .unwrap();
    write("seeds/wrapping_key", "spki.der", small.spki());
    write("seeds/wrapping_key", "spki.pem", wrapping.as_bytes());
    write("seeds/wrapping_key", "certificate.pem", certificate.certificate_pem().as_bytes());
    for provider in PROVIDERS {
        let target = provider.target();
        let wrapping = if provider.stand_in_bits() == 2048 { &small } else { &large };
        let key = if target == Target::AzureKeyVault { KeyType::Rsa2048 } else { KeyType::Aes256 };
        let sent = provider.usual_stand_in(key, wrapping, 1_800_000_000).unwrap();
        let (folder, choice) = match target {
            Target::AwsKms => ("seeds/aws_parameters", None),
            Target::AzureKeyVault => ("seeds/azure_kek", None),
            Target::GoogleKms => ("seeds/google_job", None),
            // The fuzzer of the other providers chooses by the first byte.
            _ => ("seeds/providers", Target::ALL.iter().position(|t| *t == target)),
        };
        let mut seed: Vec<u8> = choice.and_then(|at| u8::try_from(at).ok()).into_iter().collect();
        seed.extend(&sent.bytes);
        write(folder, target.name(), &seed);
        let stated: Vec<(&str, &str)> = sent.stated.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let input = Input { file_name: sent.file_name, bytes: &sent.bytes, stated: &stated };
        let import = provider.read(&input).unwrap();
        let row = import.algorithms(key)[0];
        let blob = vec![7; expected_blob_len(row.recipe, import.wrapping_key().bits(), key.material_len().1)];
        let proof = match provider.proof() {
            ProofKind::SealedNonce => Some(Proof::SealedNonce { iv: &[1; 12], sealed: &[2; 28] }),
            ProofKind::KeySha256 => Some(Proof::KeySha256(&[3; 32])),
            ProofKind::Nothing => None,
        };
        let out = import
            .files(&Bundle {
                key,
                algorithm: row.algorithm,
                blob: &blob,
                rung: "wrapped inside the HSM",
                check_value: "cmac-aes:763cbc",
                public_key: key.is_asymmetric().then(|| small.spki()),
                proof,
                expiry: None,
                rehearsal: false,
                made_at: "2026-11-24T10:00:00Z",
                ceremony: "seeds",
                rotation: Rotation::First,
            })
            .unwrap();
        let manifest = &out.iter().find(|f| f.name == MANIFEST).unwrap().bytes;
        write("manifests", &format!("{target}.json"), manifest);
        write("seeds/manifest", target.name(), manifest);
    }
}

fn json_bytes(value: &Value) -> Vec<u8> {
    value.to_string().into_bytes()
}
