//! What documents say of an evidence pack, held against the pack of a rehearsal that is played here.

use crate::clerk::{paper, read, root, spans};
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::LazyLock;
use whole_program::{coffer, files, run, said};

/// A rehearsal of `byok-aws`, as the README has it played, and what `coffer verify` says of its pack.
struct Rehearsed {
    _folder: tempfile::TempDir,
    pack: PathBuf,
    verified: String,
}

static REHEARSED: LazyLock<Rehearsed> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let (state, pack) = (folder.path().join("state"), folder.path().join("first"));
    let out = run(&state, &["rehearse", "byok-aws", "--out", pack.to_str().unwrap()]);
    assert!(out.status.success(), "{}", said(&out));
    let out = Command::new(coffer()).arg("--state").arg(&state).arg("verify").arg(&pack).output().unwrap();
    assert!(whole_program::intact(&out), "{}", said(&out));
    Rehearsed { _folder: folder, pack, verified: said(&out) }
});

fn sh(command: &str) -> Output {
    Command::new("sh").arg("-ec").arg(command).current_dir(&REHEARSED.pack).output().unwrap()
}

#[test]
fn the_decoder_lies_where_the_recovery_page_says() {
    let page = paper("docs/recovery-without-us.md");
    let needs = page.parts().into_iter().find(|p| p.text.contains("**The small program**")).unwrap();
    let [decoder, folder, itself] = spans(&needs.text)[..] else { panic!("{}", needs.text) };
    let pack = &REHEARSED.pack;
    for (name, ours) in [(decoder, "recover/decode_shares.py"), (itself, "docs/recovery-without-us.md")] {
        let there =
            std::fs::read(pack.join(folder).join(name)).unwrap_or_else(|e| panic!("{folder}/{name}: {e}"));
        assert_eq!(there, std::fs::read(root().join(ours)).unwrap(), "{name}");
    }
    // And nowhere else: a person who looks at the end of the record finds the record.
    let record = std::fs::read_to_string(pack.join("transcript.jsonl")).unwrap();
    assert!(!record.contains("def ") && !record.contains(decoder));
    // What is to be read should the program be lost, too.
    let lost = page.text.split("## If the small program is lost too").nth(1).unwrap();
    let named = spans(lost).into_iter().filter(|s| s.ends_with(".md")).collect::<Vec<_>>();
    assert_eq!(named, ["share.md", "custodian-box.md"]);
    assert_eq!(
        std::fs::read(pack.join(folder).join(named[0])).unwrap(),
        read("docs/formats/share.md").into_bytes()
    );
    assert!(read("crates/actions/src/backup/give.rs").contains(&format!("\"{folder}/{}\"", named[1])));
    // The crosswalk says the same.
    for name in [decoder, itself] {
        assert!(paper("docs/hipaa-crosswalk.md").text.contains(&format!("`{folder}/{name}`")));
    }
}

#[test]
fn the_pack_has_the_files_that_its_format_lists() {
    for row in paper("docs/formats/transcript.md").table("File") {
        for name in spans(&row[0]) {
            assert!(REHEARSED.pack.join(name).is_file(), "{name}");
        }
    }
    // What the auditor is told that a pack holds.
    let page = paper("docs/checking-a-pack.md").text.split("\n\n").nth(1).unwrap();
    for name in spans(page) {
        assert!(REHEARSED.pack.join(name).is_file(), "{name}");
    }
}

#[test]
fn row_45_the_verifier_says_what_the_page_for_auditors_says_that_it_says() {
    let lines: Vec<&str> = REHEARSED.verified.lines().collect();
    let is_said = |saying: &str| lines.iter().any(|line| is_within(saying, line));
    let mut seen = 0;
    for row in paper("docs/checking-a-pack.md").table("It says") {
        // These people signed with passphrases; that line is in tests/ceremonies/yubikeys/commission.rs.
        if row[0].contains("YubiKeys") {
            assert!(
                read("crates/coffer/src/pages/words.rs").contains(row[0].trim_start_matches("… ")),
                "{}",
                row[0]
            );
            continue;
        }
        for saying in row[0].split(';') {
            seen += 1;
            assert!(is_said(saying), "{saying:?} is not in:\n{}", REHEARSED.verified);
        }
    }
    assert!(seen > 9, "{seen}");
    // And nothing that the verifier finds is left without a word.
    let rows = paper("docs/checking-a-pack.md").table("It says");
    let sayings: Vec<&str> = rows.iter().flat_map(|row| row[0].split(';')).map(str::trim).collect();
    for line in lines.iter().filter_map(|l| l.strip_prefix("holds  ")) {
        assert!(sayings.iter().any(|s| is_within(s, line)), "the page does not explain {line:?}");
    }
}

/// Whether all words of a saying stand in a line, in their order; numbers and names stand between them.
fn is_within(saying: &str, line: &str) -> bool {
    let mut said = line.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    saying.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).all(|w| said.any(|s| s == w))
}

#[test]
fn how_to_check_is_done_as_it_stands_in_the_pack() {
    let text = std::fs::read_to_string(REHEARSED.pack.join("HOW-TO-CHECK.txt")).unwrap();
    let command = |line: &str| {
        let line = line.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.' || c == ' ');
        ["sha256sum", "openssl"].iter().any(|p| line.starts_with(p)).then(|| line.to_owned())
    };
    let commands: Vec<String> = text.lines().filter(|l| l.starts_with("  ")).filter_map(command).collect();
    assert_eq!(commands.len(), 4, "{commands:?}");
    for command in &commands {
        let out = sh(command);
        assert!(out.status.success(), "{command}: {}", said(&out));
    }
    assert!(said(&sh(&commands[0])).lines().all(|l| l.ends_with("OK")));
    for n in [1, 2] {
        assert!(said(&sh(&commands[n])).contains("Verified OK"));
    }
    // The digest is what the record says of the key.
    let digest = said(&sh(&commands[3]));
    let record = std::fs::read_to_string(REHEARSED.pack.join("transcript.jsonl")).unwrap();
    assert!(record.contains(&format!("\"signing-key-sha256\":\"{}\"", &digest[..64])), "{digest}");
}

/// The ways of the recovery page to look at a key, on keys whose check values are known.
#[test]
fn check_values_are_worked_out_as_the_recovery_page_says() {
    let text = &paper("docs/recovery-without-us.md").text;
    let part =
        text.split("## 4. Check that it is the right key").nth(1).unwrap().split("\n## ").next().unwrap();
    let usual = part.split("```sh\n").nth(1).unwrap().split("```").next().unwrap();
    let mut said = spans(part.split("```").nth(2).unwrap()).into_iter();
    assert_eq!(said.next(), Some("spki-sha256:"));
    let pair = said.next().unwrap();
    let shown = |key: &[u8], command: &str| {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("master-key.bin"), key).unwrap();
        std::fs::write(folder.path().join("decode_shares.py"), read("recover/decode_shares.py")).unwrap();
        let out = Command::new("sh").arg("-ec").arg(command).current_dir(folder.path()).output().unwrap();
        assert!(out.status.success(), "{command}: {}", whole_program::said(&out));
        String::from_utf8(out.stdout).unwrap().to_lowercase()
    };
    // The values are those of crates/tokens/src/check.rs.
    let check = read("crates/tokens/src/check.rs");
    for (key, kind, value) in [
        (&[7; 32][..], "Aes(256), &[7; 32]", "cmac-aes:44d4a7922becbd8a24a4b116960c73ba"),
        (&[0; 16], "Aes(128), &[0; 16]", "cmac-aes:763cbcde81df9131bf897712c088edad"),
        (&[7; 32], "Hmac(32), &[7; 32]", "hmac-sha256:0fed187475dded4edb142d2b2469dbcc"),
    ] {
        assert!(check.contains(kind) && check.contains(value), "{kind}");
        let shown = shown(key, usual);
        assert!(shown.lines().any(|line| line == value), "{value}: {shown}");
    }
    // Of a key of 24 bytes too, held against openssl.
    let by_openssl = "head -c 16 /dev/zero | openssl mac -cipher AES-192-CBC -macopt hexkey:$(printf 07%.0s $(seq 24)) -in - CMAC";
    assert!(shown(&[7; 24], usual).contains(shown(&[7; 24], by_openssl).trim()));
    let made = Command::new("openssl")
        .args(["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-outform", "PEM"])
        .output()
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("key.pem"), made.stdout).unwrap();
    let der = "openssl pkcs8 -topk8 -nocrypt -in key.pem -outform DER -out key.der; openssl pkey -in key.pem -pubout -outform DER | sha256sum";
    let out = Command::new("sh").arg("-ec").arg(der).current_dir(folder.path()).output().unwrap();
    let key = std::fs::read(folder.path().join("key.der")).unwrap();
    assert_eq!(shown(&key, pair), String::from_utf8(out.stdout).unwrap());
}

/// Whoever holds a sheet looks for these names in the records.
#[test]
fn every_share_sheet_names_the_page_as_it_is_called_in_the_pack() {
    let sheet = read("crates/paper/src/words.rs").split_whitespace().collect::<Vec<_>>().join(" ");
    let names: Vec<String> = files(&REHEARSED.pack.join("recovery"))
        .iter()
        .map(|f| f.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    assert!(!names.is_empty());
    for name in names {
        assert!(sheet.contains(&name), "the sheet does not say {name}");
    }
}

/// What another program reads in a bundle, and what the online team finds in it.
#[test]
fn the_bundle_has_the_members_and_files_that_its_pages_list() {
    let bundle = REHEARSED.pack.join("bundle");
    let manifest: serde_json::Value =
        serde_json::from_slice(&std::fs::read(bundle.join("manifest.json")).unwrap()).unwrap();
    let page = &paper("docs/formats/bundle.md").text;
    let listed = spans(page);
    for member in manifest.as_object().unwrap().keys() {
        assert!(
            listed.contains(&member.as_str()),
            "the manifest has {member}, and docs/formats/bundle.md does not"
        );
    }
    let part = paper("docs/byok/aws-kms.md").text.split("## The bundle").nth(1).unwrap();
    let sentence = part.split("The scripts write").next().unwrap();
    let mut named: Vec<&str> = spans(sentence);
    // Of a key pair there is a public key too; this key has none.
    named.retain(|n| *n != "PublicKey.der");
    named.sort_unstable();
    let mut there: Vec<String> =
        files(&bundle).iter().map(|f| f.file_name().unwrap().to_str().unwrap().to_owned()).collect();
    there.sort_unstable();
    assert_eq!(named, there);
}
