//! The pack as an auditor meets it: with `sha256sum`, with `openssl`, with the verifier, and shortened.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop where it stands")]
mod common;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::{Key, small};
use transcript::pack::{PackError, PackFile, write};
use transcript::{Level, disclose, verify};

fn packed(dir: &Path) -> PathBuf {
    let mut key = Key::new();
    let journal = small(&dir.join("t.jsonl"), &mut key);
    let files = vec![
        PackFile { name: "script.toml".into(), bytes: b"foo".to_vec() },
        PackFile { name: "bundles/aws/key material.bin".into(), bytes: vec![7; 600] },
    ];
    let dest = dir.join("pack");
    write(&dest, files, &journal, &mut key).unwrap();
    dest
}

fn runs(dir: &Path, program: &str, args: &[&str]) -> bool {
    Command::new(program).args(args).current_dir(dir).output().unwrap().status.success()
}

fn copy(from: &Path, to: &Path) {
    let _ = std::fs::remove_dir_all(to);
    assert!(Command::new("cp").arg("-r").args([from, to]).status().unwrap().success());
}

#[test]
fn sha256sum_openssl_and_the_verifier_agree() {
    let dir = tempfile::tempdir().unwrap();
    let pack = packed(dir.path());
    assert!(runs(&pack, "sha256sum", &["--strict", "-c", "SHA256SUMS"]));
    for name in ["SHA256SUMS", "HEAD"] {
        let sig = format!("{name}.sig");
        assert!(runs(
            &pack,
            "openssl",
            &["dgst", "-sha256", "-verify", "signer.pem", "-signature", &sig, name]
        ));
    }
    let report = verify::any(&pack);
    assert!(report.holds, "{report:#?}");
    assert!(report.lines.iter().any(|line| line.says.contains("transcript recorded")));
}

#[test]
fn any_changed_lost_or_added_file_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let pack = packed(dir.path());
    let bad = dir.path().join("bad");
    for name in [
        "HEAD",
        "HEAD.sig",
        "signer.pem",
        "HOW-TO-CHECK.txt",
        "SHA256SUMS",
        "SHA256SUMS.sig",
        "transcript.jsonl",
        "script.toml",
        "bundles/aws/key material.bin",
    ] {
        copy(&pack, &bad);
        let mut bytes = std::fs::read(bad.join(name)).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(bad.join(name), bytes).unwrap();
        assert!(!verify::pack(&bad).holds, "{name} changed");
        copy(&pack, &bad);
        std::fs::remove_file(bad.join(name)).unwrap();
        assert!(!verify::pack(&bad).holds, "{name} lost");
    }
    copy(&pack, &bad);
    std::fs::write(bad.join("bundles/extra"), b"").unwrap();
    assert_eq!(verify::pack(&bad).first_bad.as_deref(), Some("bundles/extra"));
    copy(&pack, &bad);
    std::fs::write(bad.join("script.toml"), b"fop").unwrap();
    assert_eq!(verify::pack(&bad).first_bad.as_deref(), Some("script.toml"));
    copy(&pack, &bad);
    std::os::unix::fs::symlink("HEAD", bad.join("link")).unwrap();
    assert!(!verify::pack(&bad).holds);
}

#[test]
fn names_that_leave_the_folder_or_clash_are_refused_and_nothing_stays() {
    let dir = tempfile::tempdir().unwrap();
    let mut key = Key::new();
    let journal = small(&dir.path().join("t.jsonl"), &mut key);
    let dest = dir.path().join("pack");
    for name in ["", "../x", "/x", "a//b", "a\\b", "a\nb", "HEAD", "head", "sha256sums.SIG"] {
        let files = vec![PackFile { name: name.into(), bytes: Vec::new() }];
        assert!(matches!(write(&dest, files, &journal, &mut key), Err(PackError::Name { .. })), "{name:?}");
    }
    // A file that is also a folder fails half way: neither the pack nor its making may be left.
    let files = ["a", "a/b"].map(|name| PackFile { name: name.into(), bytes: Vec::new() });
    assert!(write(&dest, files.into(), &journal, &mut key).is_err());
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    write(&dest, Vec::new(), &journal, &mut key).unwrap();
    assert!(matches!(write(&dest, Vec::new(), &journal, &mut key), Err(PackError::Exists(_))));
}

#[test]
fn a_shortened_copy_withholds_and_still_leads_to_the_signed_head() {
    let dir = tempfile::tempdir().unwrap();
    let pack = packed(dir.path());
    let text = |path: &Path| std::fs::read_to_string(path.join("transcript.jsonl")).unwrap();
    assert!(text(&pack).contains("Countess"));
    let (auditor, public, again, all) =
        (dir.path().join("a"), dir.path().join("p"), dir.path().join("ap"), dir.path().join("all"));
    disclose(&pack, Level::Auditor, &auditor).unwrap();
    disclose(&pack, Level::Public, &public).unwrap();
    disclose(&auditor, Level::Public, &again).unwrap();
    disclose(&pack, Level::Internal, &all).unwrap();
    for each in [&auditor, &public, &again, &all] {
        let report = verify::pack(each);
        assert!(report.holds, "{report:#?}");
        assert!(runs(each, "sha256sum", &["--strict", "-c", "SHA256SUMS"]));
    }
    assert!(text(&auditor).contains("HSM-0042") && !text(&auditor).contains("Countess"));
    assert!(!text(&public).contains("HSM-0042") && text(&public).contains("763cbc"));
    assert_eq!(text(&public), text(&again));
    assert_eq!(text(&pack), text(&all));
    assert!(!public.join("script.toml").exists() && all.join("script.toml").exists());
    assert!(verify::pack(&public).not_checked.iter().any(|says| says.contains("SHA256SUMS is not signed")));
    // An extra file in a shortened copy is vouched for by nobody, listed or not.
    std::fs::write(public.join("more.txt"), b"").unwrap();
    assert_eq!(verify::pack(&public).first_bad.as_deref(), Some("more.txt"));
    // Changing a commitment breaks the chain.
    let changed = text(&auditor).replacen("\"commitment\":\"", "\"commitment\":\"00", 1);
    assert!(!verify::transcript(changed.as_bytes()).holds);
}
