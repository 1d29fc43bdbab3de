//! Files as people's programs write them, given to the program itself: Notepad's mark, PowerShell's UTF-16, old line
//! ends, text around a PEM block. Each plays, and what is no text that is read here is named with its encoding.

use byok::provider;
use byok::{KeyType, Target};
use std::fmt::Write as _;
use std::path::Path;
use whole_program::{run, said, write};

/// A way of writing a text: what to call it, and the bytes.
type Way = (&'static str, fn(&str) -> Vec<u8>);

fn utf16(text: &str) -> Vec<u8> {
    [b"\xff\xfe".to_vec(), text.encode_utf16().flat_map(u16::to_le_bytes).collect()].concat()
}

const WAYS: [Way; 5] = [
    ("a byte-order mark", |text| [b"\xef\xbb\xbf", text.as_bytes()].concat()),
    ("CR LF", |text| text.replace('\n', "\r\n").into_bytes()),
    ("CR", |text| text.replace('\n', "\r").into_bytes()),
    ("UTF-16 from PowerShell", |text| utf16(&text.replace('\n', "\r\n"))),
    ("UTF-16, big end first", |text| {
        [b"\xfe\xff".to_vec(), text.encode_utf16().flat_map(u16::to_be_bytes).collect()].concat()
    }),
];

fn shipped(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ceremonies").join(name);
    std::fs::read_to_string(path).unwrap()
}

/// A roster in UTF-16 was "no such roster", a script with a mark or in UTF-16 no script.
#[test]
fn scripts_rosters_and_answers_read_in_every_encoding() {
    let dir = tempfile::tempdir().unwrap();
    let answers = "[answers]\n\"no-such-question/file\" = \"x\"\n";
    for (way, written) in WAYS {
        let script = write(dir.path(), "script.toml", &written(&shipped("rehearsal-minimal.toml")));
        let roster = write(dir.path(), "roster.toml", &written(&shipped("rehearsal-roster.toml")));
        let answers = write(dir.path(), "answers.toml", &written(answers));
        let state = dir.path().join("state");
        let [script, roster, answers] = [&script, &roster, &answers].map(|p| p.to_str().unwrap());
        let out = run(&state, &["check", script, "--roster", roster]);
        assert!(out.status.success(), "{way}: {}", said(&out));
        let out = run(&state, &["play", script, "--roster", roster, "--answers", answers]);
        assert!(out.status.success(), "{way}: {}", said(&out));
        std::fs::remove_dir_all(&state).unwrap();
    }
}

#[test]
fn a_text_in_another_encoding_is_refused_with_its_name() {
    let dir = tempfile::tempdir().unwrap();
    let wide: Vec<u8> = shipped("rehearsal-roster.toml").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let latin = [b"# K\xfcche\n", shipped("rehearsal-roster.toml").as_bytes()].concat();
    for (bytes, part) in [
        (wide, "UTF-16 without a byte-order mark"),
        (latin, "Windows-1252"),
        (b"PK\x03\x04\x14\0\x06\0".to_vec(), "a zip archive"),
        (b"\xff\xfe\0\0#\0\0\0".to_vec(), "UTF-32"),
    ] {
        let file = write(dir.path(), "file.toml", &bytes);
        let file = file.to_str().unwrap();
        for args in [
            ["check", file, "--set", "custodians=3"].as_slice(),
            &["check", "rehearsal-minimal", "--roster", file],
            &["play", "rehearsal-minimal", "--answers", file],
        ] {
            let out = run(&dir.path().join("state"), args);
            let said = said(&out);
            assert!(!out.status.success() && said.contains(part), "{args:?}: {said}");
            assert!(said.contains("not-text"), "{args:?}: {said}");
        }
    }
}

/// An answers file for the questions of one provider.
fn answers_for(target: Target, key: &Path, medium: &Path, sent: &provider::StandIn) -> String {
    let mut text = format!("[answers]\n\"read-wrapping-key/file\" = {:?}\n", key.to_str().unwrap());
    // Asked in the order of the list: what is always asked, and what no file answers.
    let mut asked = 0;
    for ask in byok::of(target).asks() {
        let answer = sent.stated.iter().find(|(n, _)| *n == ask.name).map(|(_, a)| a.as_str());
        let Some(answer) = answer.or(ask.none) else { continue };
        asked += 1;
        let nth = if asked == 1 { String::new() } else { format!("/{asked}") };
        writeln!(text, "\"read-wrapping-key/text{nth}\" = {answer:?}").unwrap();
    }
    writeln!(text, "\"write-bundle/folder\" = {:?}", medium.to_str().unwrap()).unwrap();
    text
}

/// What PowerShell's `>` makes of a provider's file, through a whole ceremony: PEM for Azure, Google, Vault and Oracle, and
/// Salesforce's certificate, were no PEM and no certificate.
#[test]
fn a_ceremony_plays_on_files_that_went_through_powershell() {
    let dir = tempfile::tempdir().unwrap();
    let wrapping = whole_program::wrapping_key(4096);
    let until = time::OffsetDateTime::now_utc().unix_timestamp() + 3600;
    for (target, script) in [
        (Target::OracleVault, "byok-other"),
        (Target::SalesforceShield, "byok-other"),
        (Target::GoogleKms, "byok-google"),
        (Target::AzureKeyVault, "byok-azure"),
    ] {
        let folder = dir.path().join(target.name());
        let medium = folder.join("medium");
        std::fs::create_dir_all(&medium).unwrap();
        let key_type = if target == Target::AzureKeyVault { KeyType::Rsa3072 } else { KeyType::Aes256 };
        let sent = byok::of(target).usual_stand_in(key_type, wrapping, until).unwrap();
        let text = String::from_utf8(sent.bytes.clone()).unwrap();
        let key = write(&folder, sent.file_name, &utf16(&text.replace('\n', "\r\n")));
        let answers = write(&folder, "answers.toml", answers_for(target, &key, &medium, &sent).as_bytes());
        let to = format!("target={target}");
        let mut args = vec!["play", script, "--answers", answers.to_str().unwrap()];
        if script == "byok-other" {
            args.extend(["--set", to.as_str()]);
        }
        let out = run(&folder.join("state"), &args);
        assert!(out.status.success(), "{target}: {}", said(&out));
        assert!(std::fs::read_dir(&medium).unwrap().count() == 1, "{target}: no bundle on the medium");
    }
}
