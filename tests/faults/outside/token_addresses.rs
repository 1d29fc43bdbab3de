//! Addresses of tokens as tools print them, and what nobody should have written into one.

use protocol::{Answer, Ask, FinishedView, Mode, Problem, RunState, ToRoom};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output};
use whole_program::room::Room;
use whole_program::softhsm::{self, MODULE as SOFTHSM};
use whole_program::{files, run, said};

/// Everything in a state folder and everything said, searched for a PIN.
fn leaks(state: &Path, out: &str) -> Vec<String> {
    const PIN: &[u8] = b"73519264";
    let has = |bytes: &[u8]| bytes.windows(PIN.len()).any(|w| w == PIN);
    let mut found: Vec<String> = files(state)
        .into_iter()
        .filter(|f| std::fs::read(f).is_ok_and(|bytes| has(&bytes)))
        .map(|f| f.display().to_string())
        .collect();
    if has(out.as_bytes()) {
        found.push(format!("said: {out}"));
    }
    found
}

#[test]
fn a_pin_in_a_tokens_address_reaches_no_record_and_no_message() {
    let dir = tempfile::tempdir().unwrap();
    let answers = dir.path().join("answers.toml");
    std::fs::write(&answers, "pin = \"135790\"\n").unwrap();
    for address in [
        "pkcs11:token=a;pin-value=73519264?module-path=/nowhere.so",
        "pkcs11:token=a;pin-source=file:/73519264?module-path=/nowhere.so",
        "pkcs11:token=a?module-path=/nowhere.so&PIN-VALUE=73519264",
        "pkcs11:token=a?module-path=/nowhere.so&x-pin=73519264",
        "pkcs11:token=a?module-path=/nowhere.so&pin-value=73519264",
        "pkcs11:token=a?module-path=/nowhere.so&%70in-value=73519264",
        "pkcs11:token=a;pin-value:73519264?module-path=/nowhere.so",
        "softhsm;pin-value=73519264",
    ] {
        let state = dir.path().join("state");
        let args = ["play", "rehearsal-minimal", "--answers", answers.to_str().unwrap(), "--token", address];
        let out = run(&state, &args);
        assert!(!out.status.success());
        assert_eq!(leaks(&state, &said(&out)), Vec::<String>::new(), "{address}");
        assert!(said(&out).contains("[token-address]"), "{}", said(&out));
        // The same from the window.
        let mut room = Room::open(&state);
        let refused = room.try_play(&start("rehearsal-minimal", Some(address.to_owned())), &mut |_, _| None);
        assert_eq!(refused.unwrap_err().code, "token-address");
        let heard = room.heard.join("\n");
        drop(room);
        assert_eq!(leaks(&state, &heard), Vec::<String>::new(), "{address}");
    }
}

fn start(script: &str, token: Option<String>) -> ToRoom {
    ToRoom::Start {
        script: script.to_owned(),
        mode: Mode::Rehearsal,
        parameters: BTreeMap::new(),
        roster: None,
        token,
    }
}

/// What a program prints with SoftHSM's tokens; none, said on standard error, where it is not installed, which is a
/// failure in CI.
fn printed(conf: &Path, program: &str, args: &[&str]) -> Option<String> {
    let out: std::io::Result<Output> = Command::new(program).args(args).env("SOFTHSM2_CONF", conf).output();
    match out {
        Ok(out) if out.status.success() => Some(String::from_utf8(out.stdout).unwrap()),
        other => {
            assert!(std::env::var_os("CI").is_none(), "{program}: {other:?}");
            let _ = writeln!(std::io::stderr(), "SKIPPED: {program} cannot be run");
            None
        }
    }
}

/// Opens the token of an address in a ceremony; gives the address as it was recorded.
fn opened(dir: &Path, conf: &Path, address: &str) -> Result<String, Problem> {
    let mut room = Room::with(&dir.join("state"), &[("SOFTHSM2_CONF", conf)]);
    "123456".clone_into(&mut room.pin);
    let mut begun = None;
    let finished: FinishedView =
        room.try_play(&start("token-check", Some(address.to_owned())), &mut |prompt, _| {
            match &prompt.ask {
                Ask::Decide { .. } => Some(Answer::Stop),
                // The step after the one that opens it.
                _ if prompt.begins && prompt.step.number > 3 => Some(Answer::Stop),
                _ => None,
            }
        })?;
    if let Some((_, problem)) = room.problems.first() {
        return Err(problem.clone());
    }
    assert_eq!(finished.state, RunState::Open);
    drop(room);
    for folder in std::fs::read_dir(dir.join("state/rehearsal/runs")).unwrap().flatten() {
        let record = std::fs::read(folder.path().join("transcript.jsonl")).unwrap();
        let entries = transcript::Reading::of(&record).entries;
        begun = entries[0].value("token-uri").and_then(|v| v.as_str()).map(str::to_owned).or(begun);
        std::fs::remove_dir_all(folder.path()).unwrap();
    }
    Ok(begun.unwrap())
}

#[test]
fn a_tokens_address_is_taken_as_p11tool_and_pkcs11_tool_print_it() {
    let dir = tempfile::tempdir().unwrap();
    let conf = softhsm::with_tokens(dir.path(), &["records of 2027", "spare"]);
    let provider = format!("--provider={SOFTHSM}");
    let by_gnutls = printed(&conf, "p11tool", &[&provider, "--list-token-urls"]);
    let by_opensc = printed(&conf, "pkcs11-tool", &["--module", SOFTHSM, "-L"]);
    let wanted = "token=records%20of%202027";
    let mut addresses: Vec<String> = [by_gnutls, by_opensc]
        .into_iter()
        .flatten()
        .flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>())
        .filter(|line| line.contains("pkcs11:") && line.contains(wanted))
        .map(|line| line[line.find("pkcs11:").unwrap()..].to_owned())
        .collect();
    // By label alone, and by a label as the token keeps it, filled to 32 bytes.
    addresses.push(format!("pkcs11:{wanted}"));
    addresses.push(format!("pkcs11:{wanted}{}", "%20".repeat(17)));
    addresses.push(format!("'pkcs11:{wanted}?module-name=softhsm2'\n"));
    assert!(addresses.len() >= 3, "{addresses:?}");
    for address in addresses {
        let recorded = opened(dir.path(), &conf, &address).unwrap_or_else(|p| panic!("{address}: {p}"));
        assert!(recorded.starts_with(&format!("pkcs11:{wanted}")), "{recorded}");
        assert!(recorded.ends_with(&format!("?module-path={SOFTHSM}")), "{recorded}");
        assert!(!recorded.contains("%20%20"), "{recorded}");
    }
}

#[test]
fn a_tokens_address_that_fits_nothing_says_what_is_there_and_another_model_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let conf = softhsm::with_tokens(dir.path(), &["records", "spare", "spare"]);
    let text = |p: Problem| format!("{p} {}", p.detail.clone().unwrap_or_default());
    for address in ["pkcs11:token=other".to_owned(), format!("pkcs11:token=other?module-path={SOFTHSM}")] {
        let said = text(opened(dir.path(), &conf, &address).unwrap_err());
        for there in ["\"records\"", "\"spare\"", "SoftHSM project", "SoftHSM v2", "serial number"] {
            assert!(said.contains(there), "{address}: {said}");
        }
    }
    for address in ["pkcs11:token=spare".to_owned(), format!("pkcs11:token=spare?module-path={SOFTHSM}")] {
        let said = text(opened(dir.path(), &conf, &address).unwrap_err());
        assert!(said.contains("several tokens fit") || said.contains("2 tokens fit"), "{address}: {said}");
    }
    for (part, wanted) in
        [("manufacturer", "SafeNet"), ("model", "Luna K7"), ("library-manufacturer", "Thales")]
    {
        let part = format!("{part}={}", wanted.replace(' ', "%20"));
        for module in [String::new(), format!("?module-path={SOFTHSM}")] {
            let address = format!("pkcs11:token=records;{part}{module}");
            let said = text(opened(dir.path(), &conf, &address).unwrap_err());
            assert!(said.contains(wanted) && said.contains("SoftHSM"), "{address}: {said}");
        }
    }
}
