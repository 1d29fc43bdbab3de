//! What happens to a backup, as tests look at it: with Python and openssl, and with none of our own code.

use crate::room::Room;
use crate::{built, coffer, run, said};
use data_encoding::HEXLOWER;
use protocol::{Answer, Ask, PromptView, RunState};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The rows of each sheet.
pub type Sheets = Vec<Vec<String>>;

/// A ceremony that made a backup.
pub struct Backup {
    /// Its evidence pack.
    pub pack: PathBuf,
    /// What its custodians wrote down, in the order of the shares.
    pub sheets: Sheets,
}

/// The bag that share `n` is sealed in here.
pub fn bag(n: usize) -> Answer {
    Answer::Text { text: format!("B {n}") }
}

/// Answers about bags: share N is sealed in bag N, and custodian N brings it.
pub fn bags(prompt: &PromptView) -> Option<Answer> {
    let turn = prompt.step.id.rsplit('.').next().and_then(|n| n.parse().ok());
    turn.filter(|_| matches!(prompt.ask, Ask::Text { .. })).map(bag)
}

/// Makes a key and a backup with two of three shares.
pub fn made(state: &Path, script: &str, parameters: &[(&str, &str)]) -> Backup {
    let mut room = Room::open(state);
    let all = [parameters, &[("threshold", "2"), ("shares", "3")]].concat();
    let finished = room.rehearse(script, &all, &mut |prompt, _| bags(prompt));
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    Backup { pack: finished.pack.expect("a pack").into(), sheets: room.sheets_shown() }
}

/// A room whose custodians bring these sheets, in this order.
pub fn bringing(state: &Path, pack: &Path, mut sheets: Sheets) -> Room {
    let mut room = Room::open(state);
    room.medium = pack.display().to_string();
    sheets.reverse();
    room.sheets = sheets;
    room
}

/// Checks that a pack holds and follows its script.
pub fn holds(state: &Path, pack: &Path) {
    let out = run(state, &["verify", &pack.display().to_string()]);
    assert!(out.status.success() && said(&out).contains("follows the script"), "{}", said(&out));
}

/// Every value of a fact in a pack's record, in order.
pub fn facts(pack: &Path, name: &str) -> Vec<serde_json::Value> {
    let record = std::fs::read(pack.join("transcript.jsonl")).expect("a record");
    let entries = transcript::Reading::of(&record).entries;
    entries.iter().filter_map(|e| e.value(name).cloned()).collect()
}

/// The last text of that name in a pack's record.
pub fn fact(pack: &Path, name: &str) -> String {
    let all = facts(pack, name);
    all.last().and_then(|v| v.as_str()).unwrap_or_else(|| panic!("no {name}")).to_owned()
}

/// The pack's wrapped file.
pub fn wrapped(pack: &Path) -> PathBuf {
    pack.join(fact(pack, "wrapped-backup"))
}

/// Opens a wrapped file with sheets as somebody without this program would: `decode_shares.py` and openssl.
pub fn opened_without_us(sheets: &[Vec<String>], file: &Path) -> Result<Vec<u8>, String> {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let cards: Vec<String> = sheets.iter().map(|rows| rows.join("\n")).collect();
    std::fs::write(at("cards.txt"), cards.join("\n\n")).expect("is written");
    let decoder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../recover/decode_shares.py");
    let key = Command::new("python3").arg(decoder).arg(at("cards.txt")).output().expect("python3 starts");
    if !key.status.success() {
        return Err(said(&key));
    }
    let hex = String::from_utf8_lossy(&key.stdout).trim().to_owned();
    let out = Command::new("openssl")
        .args(["enc", "-d", "-id-aes256-wrap-pad", "-iv", "a65959a6", "-K", &hex, "-in"])
        .arg(file)
        .arg("-out")
        .arg(at("key.bin"))
        .output()
        .expect("openssl starts");
    if !out.status.success() {
        return Err(said(&out));
    }
    std::fs::read(at("key.bin")).map_err(|e| e.to_string())
}

/// The rehearsal token of a state folder, through a PKCS#11 client that is not ours.
fn look(state: &Path, words: &[&str]) -> Output {
    let module = built("libcofferdam_rehearsal_token.so", "rehearsal-token");
    let client = Path::new(env!("CARGO_MANIFEST_DIR")).join("clients/look_in_token.py");
    let mut command = Command::new("python3");
    command.arg(client).arg(words[0]).arg(module).arg("135790").args(&words[1..]);
    let out = command
        .env("KRYOPTIC_CONF", state.join("rehearsal/token/kryoptic.conf"))
        .output()
        .expect("python3 starts");
    assert!(out.status.success(), "{}", said(&out));
    out
}

/// The keys in the rehearsal token of a state folder, a line each.
pub fn in_token(state: &Path) -> Vec<String> {
    said(&look(state, &["list"])).lines().map(str::to_owned).collect()
}

/// Puts an AES key of these bytes into the rehearsal token, as somebody else might.
pub fn plant(state: &Path, label: &str, key: &[u8]) {
    look(state, &["plant", label, &HEXLOWER.encode(key)]);
}

/// Runs `coffer` and gives what it wrote as JSON.
pub fn json(state: &Path, args: &[&str]) -> serde_json::Value {
    let out = Command::new(coffer()).arg("--state").arg(state).args(args).output().expect("coffer starts");
    assert!(out.status.success(), "{}", said(&out));
    serde_json::from_slice(&out.stdout).unwrap_or_else(|e| {
        let _ = std::io::stderr().write_all(&out.stdout);
        panic!("{e}")
    })
}
