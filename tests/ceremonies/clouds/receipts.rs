//! What a cloud answered to an import, held against the bundle.

use super::{facts, json_of, rehearsed, sh};
use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER};
use protocol::{Answer, Ask, RunState};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use whole_program::room::Room;
use whole_program::{files, run, said, write};

/// Plays `byok-receipt` with these files one after another; gives how it stands, the codes, and the pack.
fn receipted(dir: &Path, pack: &Path, receipts: &[PathBuf]) -> (RunState, Vec<String>, Option<PathBuf>) {
    let mut room = Room::open(&dir.join("state"));
    let mut left = receipts.iter();
    let finished = room.rehearse("byok-receipt", &[], &mut |prompt, _| match &prompt.ask {
        Ask::Folder { .. } => Some(Answer::Path { path: pack.display().to_string() }),
        Ask::File { .. } => Some(match left.next() {
            Some(path) => Answer::Path { path: path.display().to_string() },
            None => Answer::Stop,
        }),
        Ask::Decide { .. } => Some(Answer::Decided { id: "again".into(), reason: "another file".into() }),
        _ => None,
    });
    let codes = room.problems.iter().map(|(_, p)| p.code.clone()).collect();
    (finished.state, codes, finished.pack.map(PathBuf::from))
}

/// What each provider answers to an import that worked, and what it would say of another key.
fn answers(target: &str, bundle: &Path) -> (Value, Value, &'static str) {
    let hash = std::fs::read_to_string(bundle.join("secret-sha256.b64")).unwrap_or_default();
    match target {
        "azure-key-vault" => {
            let point = std::fs::read(bundle.join("PublicKey.der")).unwrap();
            let point = &point[point.len() - 64..];
            let at = |x: &[u8]| BASE64URL_NOPAD.encode(x);
            let good = json!({ "attributes": { "enabled": true }, "key": {
                "kid": "https://hospital.vault.azure.net/keys/records-2027/00112233445566778899aabbccddeeff",
                "kty": "EC-HSM", "crv": "P-256", "x": at(&point[..32]), "y": at(&point[32..]),
            } });
            // The generator of P-256: a point on the curve, and nobody's public key.
            let x =
                HEXLOWER.decode(b"6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296").unwrap();
            let y =
                HEXLOWER.decode(b"4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5").unwrap();
            let mut other = good.clone();
            other["key"]["x"] = json!(at(&x));
            other["key"]["y"] = json!(at(&y));
            (good, other, "receipt-public-key")
        }
        "google-kms" => {
            let key = "projects/P/locations/L/keyRings/R/cryptoKeys/K";
            let good = json!({
                "name": format!("{key}/cryptoKeyVersions/1"), "state": "ENABLED", "protectionLevel": "HSM",
                "algorithm": "GOOGLE_SYMMETRIC_ENCRYPTION",
                "importJob": "projects/P/locations/L/keyRings/R/importJobs/rehearsal",
            });
            let mut other = good.clone();
            other["name"] = json!(format!("{key}2/cryptoKeyVersions/1"));
            (good, other, "receipt-other-key")
        }
        "oracle-vault" => {
            let good = json!([{ "data": {
                "id": "ocid1.key.oc1.f.a.b", "display-name": "records-2027",
                "compartment-id": "ocid1.compartment.oc1..aaaa", "lifecycle-state": "ENABLED",
                "protection-mode": "HSM", "key-shape": { "algorithm": "AES", "length": 32 },
            } }, { "data": {
                "id": "ocid1.keyversion.oc1.f", "key-id": "ocid1.key.oc1.f.a.b", "lifecycle-state": "ENABLED",
                "origin": "EXTERNAL",
            } }]);
            let mut other = good.clone();
            other[0]["data"]["display-name"] = json!("records-2028");
            (good, other, "receipt-other-key")
        }
        "alibaba-kms" => {
            let good = json!({ "KeyMetadata": {
                "KeyId": "key-rehearsal", "KeyState": "Enabled", "Origin": "EXTERNAL", "MaterialExpireTime": "",
            } });
            let mut other = good.clone();
            other["KeyMetadata"]["KeyId"] = json!("key-other");
            (good, other, "receipt-other-key")
        }
        "ibm-key-protect" => {
            let good = json!({ "id": "0aa1", "name": "records-2027", "state": 1, "imported": true, "extractable": false });
            let mut other = good.clone();
            other["name"] = json!("records-2028");
            (good, other, "receipt-other-key")
        }
        "vault-transit" => {
            let good = json!({ "data": {
                "name": "records-2027", "type": "aes256-gcm96", "imported_key": true, "latest_version": 1,
                "keys": { "1": 1_800_000_000 },
            } });
            let mut other = good.clone();
            other["data"]["name"] = json!("records-2028");
            (good, other, "receipt-other-key")
        }
        _ => {
            let good = json!({ "Id": "02GRM00000001Ab", "Status": "ACTIVE", "SecretValueHash": hash,
                "SecretValueCertificate": "BYOK_2027" });
            let mut other = good.clone();
            other["SecretValueHash"] = json!(BASE64.encode(&[7; 32]));
            (good, other, "receipt-other-material")
        }
    }
}

/// Replies stand one after another in a receipt.
fn as_receipt(replies: &Value) -> Vec<u8> {
    let list = replies.as_array().cloned().unwrap_or_else(|| vec![replies.clone()]);
    list.iter().flat_map(|r| format!("{r}\n").into_bytes()).collect()
}

#[test]
fn the_receipt_of_the_wrong_key_is_refused_and_of_the_right_one_closes() {
    let dir = tempfile::tempdir().unwrap();
    let offline = "for a symmetric key this cannot be proven offline";
    let compared = "the provider compared a proof of the key before it took it";
    for (n, (script, set, shows)) in [
        ("byok-azure", &["key-spec=ec-p256"][..], "the public key in it is ours"),
        ("byok-google", &[], offline),
        ("byok-other", &[], offline),
        ("byok-other", &["target=alibaba-kms"], offline),
        ("byok-other", &["target=ibm-key-protect"], compared),
        ("byok-other", &["target=vault-transit"], offline),
        ("byok-other", &["target=salesforce-shield"], compared),
    ]
    .into_iter()
    .enumerate()
    {
        let pack = rehearsed(dir.path(), &format!("made-{n}"), script, set);
        let target = json_of(&pack.join("bundle/manifest.json"))["target"].as_str().unwrap().to_owned();
        let (good, other, code) = answers(&target, &pack.join("bundle"));
        let other = write(dir.path(), &format!("other-{n}.json"), &as_receipt(&other));
        let good = write(dir.path(), &format!("good-{n}.json"), &as_receipt(&good));
        let garbage = write(dir.path(), &format!("garbage-{n}.json"), b"{");
        // The wrong one alone leaves the obligation open.
        let (state, codes, none) = receipted(dir.path(), &pack, std::slice::from_ref(&other));
        assert_eq!((state, none), (RunState::Open, None), "{target}");
        assert_eq!(codes, [code], "{target}");
        let (state, codes, receipt) = receipted(dir.path(), &pack, &[garbage, other, good]);
        assert_eq!(state, RunState::Closed, "{target}");
        assert_eq!(codes, ["wrong-file", code], "{target}");
        let receipt = receipt.unwrap();
        assert_eq!(facts(&receipt, "receipt-shows-which-key"), [json!(shows)], "{target}");
        assert_eq!(facts(&receipt, "receipt-target"), [json!(target)]);
        let out = run(&dir.path().join("state"), &["verify", receipt.to_str().unwrap()]);
        assert!(whole_program::intact(&out), "{target}: {}", said(&out));
    }
}

/// A key pair at Google: its public key comes in a file of its own, and is read where it lies beside the receipt.
#[test]
fn a_public_key_beside_the_receipt_is_read_with_it() {
    let dir = tempfile::tempdir().unwrap();
    let pack = rehearsed(dir.path(), "made", "byok-google", &["key-spec=ec-p256"]);
    let bundle = pack.join("bundle");
    let destination = json_of(&bundle.join("manifest.json"))["destination"].clone();
    let text = |name: &str| destination[name].as_str().unwrap().to_owned();
    let reply = json!({
        "name": format!("{}/cryptoKeyVersions/1", text("key")), "state": "ENABLED",
        "protectionLevel": text("protection-level"), "algorithm": text("algorithm"), "importJob": text("import-job"),
    });
    let place = |name: &str, pem: Option<Vec<u8>>| {
        let folder = dir.path().join(name);
        std::fs::create_dir(&folder).unwrap();
        if let Some(pem) = pem {
            write(&folder, "receipt-public-key.pem", &pem);
        }
        write(&folder, "receipt.json", &as_receipt(&reply))
    };
    sh(dir.path(), "openssl ecparam -name prime256v1 -genkey -noout -out other.key");
    let stranger = sh(dir.path(), "openssl pkey -in other.key -pubout");
    let ours = std::fs::read(bundle.join("PublicKey.pem")).unwrap();
    let files = [place("stranger", Some(stranger)), place("ours", Some(ours))];
    let (state, codes, receipt) = receipted(dir.path(), &pack, &files);
    assert_eq!((state, codes), (RunState::Closed, vec!["receipt-public-key".to_owned()]));
    let receipt = receipt.unwrap();
    assert_eq!(facts(&receipt, "receipt-shows-which-key"), [json!("the public key in it is ours")]);
    assert!(self::files(&receipt).iter().any(|f| f.to_str().unwrap().ends_with("-public-key.pem")));
    // Without it the receipt is read, and says that it does not show the key.
    let (state, _, receipt) = receipted(dir.path(), &pack, &[place("alone", None)]);
    assert_eq!(state, RunState::Closed);
    let said = facts(&receipt.unwrap(), "receipt-shows-which-key");
    assert!(said[0].as_str().unwrap().contains("does not show which key"), "{said:?}");
}
