//! Everything that comes in on a medium is hostile until parsed: what is refused, with which code, and that the
//! ceremony stands where it stood.

use protocol::{Answer, Ask, RunState};
use std::io::Write;
use std::path::{Path, PathBuf};
use whole_program::room::Room;
use whole_program::{ARN, run, said, stand_in, write};

/// Plays byok-aws with these files offered one after another; the last is good. Gives the codes of the refusals.
fn offered(files: &[PathBuf], parameters: &[(&str, &str)]) -> Vec<String> {
    let dir = tempfile::tempdir().unwrap();
    let medium = tempfile::tempdir().unwrap();
    let mut room = Room::open(dir.path());
    room.medium = medium.path().display().to_string();
    let mut left = files.iter();
    let finished = room.rehearse("byok-aws", parameters, &mut |prompt, _| match &prompt.ask {
        Ask::File { .. } => Some(Answer::Path { path: left.next().unwrap().display().to_string() }),
        _ => None,
    });
    assert_eq!(finished.state, RunState::Closed);
    let codes = room.problems.iter().map(|(key, p)| {
        assert!(key.starts_with("read-parameters/"), "{key}: {p}");
        p.code.clone()
    });
    codes.collect()
}

fn zip(folder: &Path, name: &str, entries: &[(&str, &[u8])]) -> PathBuf {
    let path = folder.join(name);
    let mut archive = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
    for (name, bytes) in entries {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap();
    path
}

#[test]
fn bad_parameters_are_refused_one_by_one_and_good_ones_then_taken() {
    let media = tempfile::tempdir().unwrap();
    let (good, key) = stand_in(media.path(), 3600);
    let good_bytes = std::fs::read(&good).unwrap();
    let reply = |spki: &[u8], valid_to: i64| byok::stand_in_reply(spki, ARN, valid_to, b"token");
    let later = time::OffsetDateTime::now_utc().unix_timestamp() + 3600;
    // A P-256 key, as openssl writes it.
    let ec = data_encoding::BASE64
        .decode(
            b"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEYD54V/vp+54P9DXarYqx4MPcm+HKRIQzNasYSoRQHQ/6S6Ps8tpMcT+KvIIC8W/e9k0W7Cm72M1P9jU7SLf/vg==",
        )
        .unwrap();
    let key_bin: &[u8] = key.spki();
    let files = [
        (write(media.path(), "expired.json", &reply(key.spki(), 1_700_000_000)), "parameters-expired"),
        (write(media.path(), "cut.json", &good_bytes[..good_bytes.len() / 2]), "wrong-file"),
        (write(media.path(), "text.json", b"<html>sign in</html>"), "wrong-file"),
        (write(media.path(), "ec.json", &reply(&ec, later)), "wrapping-key-not-rsa"),
        (
            write(media.path(), "long.json", &reply(&[key.spki(), b"x"].concat(), later)),
            "wrapping-key-trailing-bytes",
        ),
        (write(media.path(), "huge.json", &vec![b' '; 300 * 1024]), "parameters-too-large"),
        (
            zip(
                media.path(),
                "extra.zip",
                &[
                    ("WrappingPublicKey.bin", key_bin),
                    ("ImportToken.bin", b"t"),
                    ("README.txt", b""),
                    ("evil.sh", b""),
                ],
            ),
            "zip-unexpected-entry",
        ),
        (zip(media.path(), "less.zip", &[("WrappingPublicKey.bin", key_bin)]), "zip-missing-entry"),
        (media.path().join("not-there.json"), "not-found"),
    ];
    let mut offers: Vec<PathBuf> = files.iter().map(|(path, _)| path.clone()).collect();
    offers.push(good);
    let expected: Vec<_> = files.iter().map(|(_, code)| (*code).to_owned()).collect();
    assert_eq!(offered(&offers, &[]), expected);
}

#[test]
fn what_aws_would_refuse_is_refused_before_a_key_is_made() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    // A symmetric key wrapped as pairs are: before anything is begun.
    let out = run(
        &state,
        &["rehearse", "byok-aws", "--set", "wrapping-algorithm=RSA_AES_KEY_WRAP_SHA_256", "--out", "x"],
    );
    let said = said(&out);
    assert!(
        said.contains("No aes-256 keys wrapped with RSA_AES_KEY_WRAP_SHA_256 are taken by aws-kms."),
        "{said}"
    );
    assert!(
        said.contains("[algorithm-not-for-key-type]") && !state.join("rehearsal/runs").exists(),
        "{said}"
    );
    // What only the file shows, such as that the key lies in China, when it is read.
    let china = ARN.replace("arn:aws:kms:eu-central-1", "arn:aws-cn:kms:cn-north-1");
    let (_, key) = stand_in(dir.path(), 3600);
    let later = time::OffsetDateTime::now_utc().unix_timestamp() + 3600;
    let reply = byok::stand_in_reply(key.spki(), &china, later, b"token");
    let mut room = Room::open(&state);
    room.file = write(dir.path(), "china.json", &reply).display().to_string();
    let mut offered = 0;
    let finished = room.rehearse("byok-aws", &[], &mut |prompt, _| {
        offered += u32::from(matches!(prompt.ask, Ask::File { .. }));
        (offered == 2).then_some(Answer::Stop)
    });
    assert_eq!(finished.state, RunState::Open);
    assert_eq!(room.problems[0].1.code, "key-type-not-taken");
    assert!(!room.record.iter().any(|l| l.contains("Make the master key")));
}

#[test]
fn the_consoles_zip_needs_key_and_time_from_the_operator() {
    let dir = tempfile::tempdir().unwrap();
    let (_, key) = stand_in(dir.path(), 3600);
    let path = zip(
        dir.path(),
        "Import_Parameters_download.zip",
        &[
            ("WrappingPublicKey.bin", key.spki()),
            ("ImportToken.bin", b"token"),
            ("README.txt", b"The wrapping algorithm is RSAES_OAEP_SHA_256."),
        ],
    );
    let medium = tempfile::tempdir().unwrap();
    let mut room = Room::open(&dir.path().join("state"));
    room.file = path.display().to_string();
    room.medium = medium.path().display().to_string();
    let at = |hours| {
        let time = time::OffsetDateTime::now_utc() + time::Duration::hours(hours);
        time.format(&time::format_description::well_known::Rfc3339).unwrap()
    };
    let mut keys = vec![ARN.to_owned(), "alias/mine".to_owned()];
    let mut times = vec![at(10), at(30), "tomorrow".to_owned()];
    let next = |all: &mut Vec<String>| {
        let text = if all.len() > 1 { all.pop().unwrap() } else { all[0].clone() };
        Some(Answer::Text { text })
    };
    let finished = room.rehearse("byok-aws", &[], &mut |prompt, _| match &prompt.ask {
        Ask::Text { question, .. } if question.contains("Its ARN") => next(&mut keys),
        Ask::Text { question, .. } if question.contains("24 hours after") => next(&mut times),
        _ => None,
    });
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    let codes: Vec<_> = room.problems.iter().map(|(_, p)| p.code.as_str()).collect();
    assert_eq!(codes, ["stated-malformed", "stated-malformed", "valid-too-long"]);
    let pack = finished.pack.unwrap();
    let transcript = std::fs::read_to_string(Path::new(&pack).join("transcript.jsonl")).unwrap();
    assert!(transcript.contains(&format!(r#""stated-by-the-operator":{{"key-arn":"{ARN}","valid-to":"#)));
    assert!(whole_program::intact(&run(dir.path(), &["verify", &pack])));
}

#[test]
fn a_ticked_row_too_few_stops_the_comparison() {
    let dir = tempfile::tempdir().unwrap();
    let (good, _) = stand_in(dir.path(), 3600);
    let mut room = Room::open(&dir.path().join("state"));
    room.file = good.display().to_string();
    let mut people = Vec::new();
    let finished = room.rehearse("byok-aws", &[], &mut |prompt, _| match &prompt.ask {
        Ask::Compare { person, value, .. } => {
            people.push(person.clone());
            let same = |n| person != "wit" || n != 3;
            let rows =
                value.rows.iter().map(|r| protocol::CompareRow { number: r.number, same: same(r.number) });
            Some(Answer::Compared { rows: rows.collect() })
        }
        _ => None,
    });
    // Nobody decided, so the ceremony stands there, open.
    assert_eq!(finished.state, RunState::Open);
    assert_eq!(people, ["adm", "wit"]);
    assert_eq!(room.problems[0].1.code, "wrapping-key-differs");
}

/// A whole import, then the receipt of it in a ceremony of its own.
#[test]
fn a_receipt_is_held_against_the_bundle() {
    let dir = tempfile::tempdir().unwrap();
    let medium = dir.path().join("medium");
    std::fs::create_dir(&medium).unwrap();
    let state = dir.path().join("state");
    let (good, _) = stand_in(dir.path(), 3600);
    let mut room = Room::open(&state);
    room.file = good.display().to_string();
    room.medium = medium.display().to_string();
    let pack = room.rehearse("byok-aws", &[], &mut |_, _| None).pack.unwrap();

    let answered = |arn: &str, state: &str| {
        format!(
            "{{\"KeyId\":\"{arn}\",\"KeyMaterialId\":\"{}\"}}\n{{\"KeyMetadata\":{{\"Arn\":\"{arn}\",\"KeyState\":\"{state}\",\
             \"Origin\":\"EXTERNAL\",\"KeySpec\":\"SYMMETRIC_DEFAULT\",\"ExpirationModel\":\"KEY_MATERIAL_DOES_NOT_EXPIRE\"}}}}\n",
            "ab".repeat(32)
        )
    };
    let good = write(dir.path(), "receipt.json", answered(ARN, "Enabled").as_bytes());
    let pending = write(dir.path(), "pending.json", answered(ARN, "PendingImport").as_bytes());
    let other = write(
        dir.path(),
        "other.json",
        answered(&ARN.replace("0000-4000", "0000-4001"), "Enabled").as_bytes(),
    );
    let garbage = write(dir.path(), "garbage.json", b"{");

    room.problems.clear();
    let mut files = vec![good, other, pending, garbage];
    let mut packs = vec![pack.clone(), dir.path().display().to_string()];
    let finished = room.rehearse("byok-receipt", &[], &mut |prompt, _| match &prompt.ask {
        Ask::Folder { .. } => Some(Answer::Path { path: packs.pop().unwrap() }),
        Ask::File { .. } => Some(Answer::Path { path: files.pop().unwrap().display().to_string() }),
        // A receipt that says something else is put before people, who decide.
        Ask::Decide { .. } => Some(Answer::Decided { id: "again".into(), reason: "another file".into() }),
        _ => None,
    });
    let codes: Vec<_> = room.problems.iter().map(|(_, p)| p.code.as_str()).collect();
    assert_eq!(codes, ["pack-does-not-hold", "wrong-file", "receipt-state", "receipt-other-key"]);
    assert_eq!(finished.state, RunState::Closed);
    let out = run(&state, &["verify", &finished.pack.unwrap()]);
    assert!(whole_program::intact(&out), "{}", said(&out));
}

#[test]
fn a_medium_that_comes_late_is_found_by_looking_again() {
    let (dir, medium) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut room = Room::at_desk(dir.path(), medium.path());
    let mut seen = Vec::new();
    let stopped = room.rehearse("byok-aws", &[], &mut |prompt, _| match &prompt.ask {
        Ask::File { found, .. } => {
            seen.push(found.len());
            let path = found.first().map_or(String::new(), |f| f.path.clone());
            if found.is_empty() {
                stand_in(medium.path(), 3600);
            }
            Some(Answer::Path { path })
        }
        Ask::Compare { .. } => Some(Answer::Stop),
        _ => None,
    });
    assert_eq!((stopped.state, seen), (RunState::Open, vec![0, 1]));
    assert!(room.problems.is_empty(), "{:?}", room.problems);
}
