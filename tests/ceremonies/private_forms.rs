//! A token that leaves zeros out of the private keys that it wraps: a ceremony for such a key stops before it is made,
//! or, where the plan allows it and the confirmer agrees, mends the form in this computer's memory and records that.

use byok::KeyType;
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};
use whole_program::{coffer, module, said};

/// Rehearses `byok-azure` for a P-521 key on a token with this quirk.
fn rehearse(folder: &Path, pack: &Path, quirk: &str, host_memory: &str) -> Output {
    Command::new(coffer())
        .arg("--state")
        .arg(folder.join(format!("state-{host_memory}")))
        .args(["rehearse", "byok-azure", "--set", "key-spec=ec-p521", "--set"])
        .arg(format!("host-memory={host_memory}"))
        .arg("--out")
        .arg(pack)
        .env("COFFERDAM_REHEARSAL_TOKEN", module("libcofferdam_p11_proxy.so", "p11-proxy"))
        .env("COFFERDAM_PROXY_MODULE", module("libcofferdam_rehearsal_token.so", "rehearsal-token"))
        .env("COFFERDAM_PROXY_QUIRKS", quirk)
        .output()
        .unwrap()
}

fn sh(folder: &Path, line: &str) -> Vec<u8> {
    let out = Command::new("sh").args(["-euc", line]).current_dir(folder).output().unwrap();
    assert!(out.status.success(), "{line}: {}", said(&out));
    out.stdout
}

/// The key in the pack's bundle, opened by openssl with the stand-in's key.
fn opened(folder: &Path, pack: &Path) -> Vec<u8> {
    let stand_in = pack.with_file_name(format!("{}.stand-in", pack.file_name().unwrap().to_str().unwrap()));
    let bundle = pack.join("bundle");
    let json = |path: &Path| serde_json::from_slice::<Value>(&std::fs::read(path).unwrap()).unwrap();
    let manifest = json(&bundle.join("manifest.json"));
    let file = json(&bundle.join(manifest["blob_file"].as_str().unwrap()));
    let blob = file[manifest["blob_member"].as_str().unwrap()].as_str().unwrap();
    let blob = BASE64URL_NOPAD.decode(blob.as_bytes()).unwrap();
    let cut = usize::try_from(manifest["wrapping_key_bits"].as_u64().unwrap() / 8).unwrap();
    std::fs::write(folder.join("first"), &blob[..cut]).unwrap();
    std::fs::write(folder.join("second"), &blob[cut..]).unwrap();
    let key = stand_in.join("rehearsal-cloud-key.pkcs8.der");
    let kek = HEXLOWER.encode(&sh(
        folder,
        &format!(
            "openssl pkeyutl -decrypt -keyform DER -inkey '{}' -in first -pkeyopt rsa_padding_mode:oaep \
             -pkeyopt rsa_oaep_md:sha1 -pkeyopt rsa_mgf1_md:sha1",
            key.display()
        ),
    ));
    sh(folder, &format!("openssl enc -d -id-aes256-wrap-pad -iv A65959A6 -K {kek} -in second"))
}

#[test]
fn a_token_that_shortens_private_numbers_is_refused_or_mended_with_approval() {
    let dir = tempfile::tempdir().unwrap();
    let pack = dir.path().join("refused");
    let out = rehearse(dir.path(), &pack, "short-numbers", "never");
    let words = said(&out);
    assert!(!out.status.success() && !pack.exists(), "{words}");
    assert!(words.contains("private-form-p-521") && words.contains("65 bytes in place of 66"), "{words}");
    assert!(words.contains("host-memory=with-approval"), "{words}");

    let pack = dir.path().join("mended");
    let out = rehearse(dir.path(), &pack, "short-numbers", "with-approval");
    assert!(out.status.success(), "{}", said(&out));
    KeyType::P521.check_material(&opened(dir.path(), &pack)).unwrap();

    let (plan, entries) = engine::replay::pack(&pack, &actions::REPERTOIRE).unwrap().unwrap();
    engine::replay::follows(&plan, &actions::REPERTOIRE, &entries).unwrap();
    let with = |fact: &str| entries.iter().filter(|e| e.value(fact).is_some()).count();
    assert_eq!((with("private-key-form"), with("host-memory-approved-by"), with("backup-rung")), (2, 2, 1));
    // A backup that went through the computer's memory without anybody's agreement does not follow.
    let mut entries = entries;
    for entry in entries.iter_mut().filter(|e| e.value("backup-rung").is_some()) {
        for facts in entry.facts.values_mut() {
            facts.remove("host-memory-approved-by");
        }
    }
    let departs = engine::replay::follows(&plan, &actions::REPERTOIRE, &entries).unwrap_err();
    assert!(departs.why.to_string().contains("nobody agreed"), "{departs}");
}

#[test]
fn a_token_that_adds_bytes_after_private_keys_is_refused_either_way() {
    let dir = tempfile::tempdir().unwrap();
    for host_memory in ["never", "with-approval"] {
        let pack = dir.path().join(host_memory);
        let out = rehearse(dir.path(), &pack, "pad-private", host_memory);
        let words = said(&out);
        assert!(!out.status.success() && words.contains("private-key-exact"), "{words}");
        assert!(!words.contains("or with host-memory=with-approval"), "it would not help: {words}");
    }
}
