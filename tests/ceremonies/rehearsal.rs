//! A whole rehearsal on the embedded token, judged by sha256sum and openssl.

use std::path::Path;
use std::process::Command;
use whole_program::{files, run, said};

fn sh(folder: &Path, line: &str) -> (bool, String) {
    let out = Command::new("sh").arg("-c").arg(line).current_dir(folder).output().unwrap();
    (out.status.success(), said(&out))
}

#[test]
fn the_pack_checks_with_two_common_programs_and_the_blob_opens_to_the_recorded_key() {
    let dir = tempfile::tempdir().unwrap();
    let (state, pack) = (dir.path().join("state"), dir.path().join("pack"));
    let out = run(&state, &["rehearse", "byok-aws", "--out", pack.to_str().unwrap()]);
    assert!(out.status.success(), "{}", said(&out));

    let (ok, text) = sh(&pack, "sha256sum -c SHA256SUMS");
    assert!(ok, "{text}");
    let (ok, text) =
        sh(&pack, "openssl dgst -sha256 -verify signer.pem -signature SHA256SUMS.sig SHA256SUMS");
    assert!(ok, "{text}");
    assert!(whole_program::intact(&run(&state, &["verify", pack.to_str().unwrap()])));

    // The stand-in's private key opens the blob with openssl alone.
    let stand_in = dir.path().join("pack.stand-in/rehearsal-cloud-key.pkcs8.der");
    let line = format!(
        "openssl pkeyutl -decrypt -keyform DER -inkey {} -in bundle/EncryptedKeyMaterial.bin \
         -pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256 -pkeyopt rsa_mgf1_md:sha256 -out ../key.bin",
        stand_in.display()
    );
    let (ok, text) = sh(&pack, &line);
    assert!(ok, "{text}");
    let key = std::fs::read(dir.path().join("key.bin")).unwrap();
    assert_eq!(key.len(), 32);
    std::fs::remove_file(dir.path().join("key.bin")).unwrap();

    // AES-CMAC of a zero block, computed by openssl, is the check value the transcript names.
    let hex = data_encoding::HEXLOWER.encode(&key);
    let (ok, mac) = sh(
        &pack,
        &format!("head -c 16 /dev/zero | openssl mac -cipher AES-256-CBC -macopt hexkey:{hex} CMAC"),
    );
    assert!(ok, "{mac}");
    let value = format!("cmac-aes:{}", mac.trim().to_lowercase());
    let transcript = std::fs::read_to_string(pack.join("transcript.jsonl")).unwrap();
    assert!(transcript.contains(&value), "{value} is not in the transcript");

    // Now that the key is known: it is nowhere on the disk, in no usual form.
    let base64 = data_encoding::BASE64.encode(&key);
    for file in files(dir.path()) {
        let bytes = std::fs::read(&file).unwrap();
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        assert!(!bytes.windows(32).any(|w| w == key), "{} holds the key", file.display());
        assert!(!text.contains(&hex), "{} holds the key in hex", file.display());
        assert!(!text.contains(&base64.to_lowercase()), "{} holds the key in base64", file.display());
    }

    // One byte changed in any file is noticed, and the file or entry is named.
    for file in files(&pack) {
        let before = std::fs::read(&file).unwrap();
        let mut after = before.clone();
        let middle = after.len() / 2;
        after[middle] ^= 1;
        std::fs::write(&file, &after).unwrap();
        let found = run(&state, &["verify", pack.to_str().unwrap()]);
        assert_eq!(found.status.code(), Some(1), "{} was changed: {}", file.display(), said(&found));
        assert!(said(&found).contains("FAILS"));
        std::fs::write(&file, &before).unwrap();
    }
    assert!(whole_program::intact(&run(&state, &["verify", pack.to_str().unwrap()])));

    // Names can be withheld; the rest still verifies against the same signed head.
    let public = dir.path().join("public");
    let out = run(
        &state,
        &["disclose", pack.to_str().unwrap(), "--level", "public", "--out", public.to_str().unwrap()],
    );
    assert!(out.status.success(), "{}", said(&out));
    assert!(!std::fs::read_to_string(public.join("transcript.jsonl")).unwrap().contains("Ada Lindqvist"));
    assert!(whole_program::intact(&run(&state, &["verify", public.to_str().unwrap()])));
}

#[test]
fn the_smallest_ceremony_closes() {
    let dir = tempfile::tempdir().unwrap();
    let (state, pack) = (dir.path().join("state"), dir.path().join("pack"));
    let out = run(&state, &["rehearse", "rehearsal-minimal", "--out", pack.to_str().unwrap()]);
    assert!(out.status.success(), "{}", said(&out));
    assert!(whole_program::intact(&run(&state, &["verify", pack.to_str().unwrap()])));

    // What a script asks, it is told as JSON.
    let json = |args: &[&str]| -> serde_json::Value {
        serde_json::from_slice(&run(&state, args).stdout).expect("JSON")
    };
    assert_eq!(json(&["runs", "--json"])[0]["state"], "closed");
    assert_eq!(json(&["verify", pack.to_str().unwrap(), "--json"])["holds"], true);
    assert!(json(&["devices", "--json"])["devices"].is_array());
}

/// The commands of `docs/checking-a-pack.md`, run as they stand there: the `n`th block of them is at `n`.
fn documented(hash: &str, blocks: &[usize]) -> String {
    let text = include_str!("../../docs/checking-a-pack.md");
    let all: Vec<_> = text.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert_eq!(all.len(), 9, "number the blocks anew");
    let lines: String = blocks.iter().map(|block| all[*block]).collect();
    assert!(lines.contains("PACK.stand-in") && lines.contains("hash=sha256 "));
    format!("set -e\n{lines}\nrm -r \"$work\"").replace("PACK.", "pack.").replace("hash=sha256 ", hash)
}

#[test]
fn every_wrapping_algorithm_opens_with_the_documented_openssl_commands() {
    for (spec, algorithm, hash, blocks, value, digits) in [
        ("HMAC_256", "RSAES_OAEP_SHA_1", "hash=sha1 ", &[2, 3, 5][..], "hmac-sha256:", 32),
        ("SYMMETRIC_DEFAULT", "RSAES_OAEP_SHA_256", "hash=sha256 ", &[2, 3, 4], "cmac-aes:", 32),
        ("RSA_2048", "RSA_AES_KEY_WRAP_SHA_1", "hash=sha1 ", &[2, 6], "spki-sha256:", 64),
        ("RSA_2048", "RSA_AES_KEY_WRAP_SHA_256", "hash=sha256 ", &[2, 6], "spki-sha256:", 64),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let (state, pack) = (dir.path().join("state"), dir.path().join("pack"));
        let parameters = (format!("key-spec={spec}"), format!("wrapping-algorithm={algorithm}"));
        let args = [
            &["rehearse", "byok-aws", "--out", pack.to_str().unwrap()][..],
            &["--set", &parameters.0, "--set", &parameters.1],
        ]
        .concat();
        let out = run(&state, &args);
        assert!(out.status.success(), "{spec} {algorithm}: {}", said(&out));
        assert!(whole_program::intact(&run(&state, &["verify", pack.to_str().unwrap()])));

        let (ok, printed) = sh(&pack, &documented(hash, blocks));
        assert!(ok, "{spec} {algorithm}: {printed}");
        let shown = printed.trim().to_lowercase();
        let shown = shown.lines().last().unwrap().get(..digits).unwrap();
        let transcript = std::fs::read_to_string(pack.join("transcript.jsonl")).unwrap();
        assert!(transcript.contains(&format!("{value}{shown}")), "{spec} {algorithm}: {printed}");
    }
}

/// The rest of what ships, in two halves that run side by side; `tests/ceremonies/yubikeys/yubikey.rs` plays the one that needs
/// YubiKeys.
#[test]
fn every_other_ceremony_rehearses_by_itself() {
    rehearse_by_themselves(0);
}

#[test]
fn and_so_does_the_other_half_of_them() {
    rehearse_by_themselves(1);
}

fn rehearse_by_themselves(half: usize) {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let mut played = 0;
    let scripts = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../ceremonies"));
    for script in scripts.into_iter().skip(half).step_by(2) {
        let name = script.file_stem().unwrap().to_str().unwrap();
        let text = std::fs::read_to_string(&script).unwrap();
        let is_script = script.extension().is_some_and(|e| e == "toml") && text.contains("[[act]]");
        if !is_script || ["byok-aws", "rehearsal-minimal", "master-key-yubikey"].contains(&name) {
            continue;
        }
        let pack = dir.path().join(name);
        let out = run(&state, &["rehearse", name, "--out", pack.to_str().unwrap()]);
        assert!(out.status.success(), "{name}: {}", said(&out));
        let out = run(&state, &["verify", pack.to_str().unwrap()]);
        assert!(whole_program::intact(&out), "{name}: {}", said(&out));
        played += 1;
    }
    assert!(played >= 20, "only {played} scripts were found");
}
