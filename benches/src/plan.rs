//! A whole plan's bundles, as the program makes them in a ceremony that plays by itself: the plan and every set of parameters read
//! and checked, each key wrapped in the token, each bundle laid out with its scripts and manifest, checked, written, flushed, read
//! back and recorded; against one pyca/cryptography process that wraps as many keys and writes and flushes what the provider's
//! import takes. Ours is the time that the record's own clock has between the beginnings of those steps and their outcomes; what
//! people sign, and the copy onto a medium, is in neither.

use crate::{beside, on_a_disk, table};
use byok::{Disposable, KeyType, Target, of};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use transcript::{Kind, Reading};

const ROUNDS: usize = 3;
/// The steps of `byok-plan` that are measured.
const STEPS: [&str; 2] = ["read-plan", "wrap"];
/// Long after any run of this.
const VALID_TO: i64 = 4_000_000_000;

struct Job {
    what: &'static str,
    kind: &'static str,
    target: Target,
    key: KeyType,
    algorithm: &'static str,
    keys: usize,
}

pub(crate) fn measure() {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/tools/judge/bin/python");
    if !python.is_file() {
        table::note(
            "plan: not measured, pyca/cryptography is not in target/tools/judge (make test puts it there)",
        );
        return;
    }
    let jobs = [
        Job {
            what: "plan: 1,000 AES-256 keys for AWS, to pyca by hand",
            kind: "aws",
            target: Target::AwsKms,
            key: KeyType::Aes256,
            algorithm: "RSAES_OAEP_SHA_256",
            keys: 1000,
        },
        Job {
            what: "plan: 200 RSA-3072 keys for Azure, to the same",
            kind: "azure",
            target: Target::AzureKeyVault,
            key: KeyType::Rsa3072,
            algorithm: "CKM_RSA_AES_KEY_WRAP",
            keys: 200,
        },
    ];
    for job in jobs {
        let rounds: Vec<_> = (0..ROUNDS)
            .map(|_| {
                let dir = on_a_disk();
                job.parameters(dir.path());
                (Job::ours(dir.path()), job.by_hand(dir.path(), &python))
            })
            .collect();
        table::line(job.what, &rounds, Some(1.0));
    }
}

impl Job {
    /// The parameters of each key, the plan that names them, and a key of the kind for those who have no token.
    fn parameters(&self, dir: &Path) {
        let wrapping = Disposable::generate(4096).expect("a key");
        let sent = of(self.target).usual_stand_in(self.key, &wrapping, VALID_TO).expect("parameters");
        let mut csv =
            String::from("system,provider,key type,algorithm,parameters file,owner,vault,key-name\n");
        for n in 0..self.keys {
            let (bytes, answers) = match self.target {
                Target::AwsKms => {
                    let arn =
                        format!("arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-4000-8000-{n:012}");
                    (
                        byok::stand_in_reply(wrapping.spki(), &arn, VALID_TO, b"a token of a measurement"),
                        ",".to_owned(),
                    )
                }
                _ => (sent.bytes.clone(), format!("https://hospital.vault.azure.net,key-{n}")),
            };
            std::fs::write(dir.join(format!("{n}.json")), bytes).expect("is written");
            let _ = writeln!(
                csv,
                "S{n},{},{},{},{n}.json,owner,{answers}",
                self.target, self.key, self.algorithm
            );
        }
        std::fs::write(dir.join("plan.csv"), csv).expect("is written");
        let material = match self.key {
            KeyType::Rsa3072 => Disposable::generate(3072)
                .and_then(|key| key.private_pkcs8().map(|der| der.expose().to_vec()))
                .expect("a key"),
            _ => vec![5; 32],
        };
        std::fs::write(dir.join("key"), material).expect("is written");
    }

    fn ours(dir: &Path) -> Duration {
        let (state, medium, answers) = (dir.join("state"), dir.join("medium"), dir.join("answers.toml"));
        std::fs::create_dir(&medium).expect("a folder");
        let (plan, folder, medium) = (dir.join("plan.csv"), dir.display(), medium.display());
        let text = format!(
            "[answers]\n\"read-plan/file\" = \"{}\"\n\"read-plan/folder\" = \"{folder}\"\n\
             \"write-bundles/folder\" = \"{medium}\"\n",
            plan.display()
        );
        std::fs::write(&answers, text).expect("is written");
        let out = Command::new(beside("coffer"))
            .arg("--state")
            .arg(&state)
            .args(["play", "byok-plan", "--answers"])
            .arg(&answers)
            .stdin(Stdio::null())
            .output()
            .expect("it starts");
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stdout));
        STEPS.iter().map(|step| taken(&record(&state), step)).sum()
    }

    fn by_hand(&self, dir: &Path, python: &Path) -> Duration {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("wrap_by_hand.py");
        let out = Command::new(python)
            .arg(script)
            .arg(dir)
            .args([self.kind, &self.keys.to_string()])
            .output()
            .expect("it starts");
        let seconds = String::from_utf8_lossy(&out.stdout).trim().parse();
        let seconds = seconds.unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&out.stderr)));
        Duration::from_secs_f64(seconds)
    }
}

/// The record of the only run.
fn record(state: &Path) -> PathBuf {
    let runs = std::fs::read_dir(state.join("rehearsal/runs")).expect("runs").flatten();
    runs.map(|run| run.path()).next().expect("a run").join("transcript.jsonl")
}

/// What a step took, from its beginning to its outcome.
fn taken(record: &Path, step: &str) -> Duration {
    let bytes = std::fs::read(record).expect("a record");
    let entries = Reading::of(&bytes).entries;
    let at = |kind: Kind| {
        let of_it = entries.iter().rev().find(|e| e.kind == kind && e.step.as_deref() == Some(step));
        of_it.unwrap_or_else(|| panic!("{step} has no {kind:?}")).monotonic_ms
    };
    Duration::from_millis(at(Kind::Outcome) - at(Kind::Intent))
}
