//! Keys a second for a key plan, wrapped on the host, beside the same wrapping in one pyca/cryptography process and in a
//! shell loop of openssl. `cargo bench -p byok`; needs `target/tools/judge`, which the tests make.
//!
//! Ours does more than the others for each key: it checks the plan, reads the parameters strictly, wraps, lays out the
//! bundle with its scripts and manifest, writes it and verifies it again. The key material is made once and is the same
//! for all; making RSA keys would hide the rest.
#![allow(clippy::unwrap_used, reason = "a measurement that cannot go on has failed")]
#![allow(clippy::print_stdout, reason = "it prints what it measured")]

#[path = "../tests/judges/mod.rs"]
mod judges;

use byok::bundle::{Bundle, Rotation, verify};
use byok::{Disposable, KeyType, Target, of, plan};
use judges::{shell, wrap};
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

/// The most memory this process had at once so far, as the kernel tells it: ten times the keys may not need ten times as
/// much.
fn most_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    line.map_or("the kernel does not tell".to_owned(), |kb| kb.trim().to_owned())
}

struct Job {
    name: &'static str,
    kind: &'static str,
    target: Target,
    key: KeyType,
    algorithm: &'static str,
    keys: usize,
}

/// The parameters of each key and the plan that names them.
fn prepare(job: &Job, dir: &Path, wrapping: &Disposable) -> String {
    let mut csv = String::from("system,provider,key type,algorithm,parameters file,owner,vault,key-name\n");
    let sent = of(job.target).usual_stand_in(job.key, wrapping, 4_000_000_000).unwrap();
    for n in 0..job.keys {
        std::fs::write(dir.join(format!("{n}.json")), &sent.bytes).unwrap();
        let answers = match job.target {
            Target::AwsKms => ",".to_owned(),
            _ => format!("https://hospital.vault.azure.net,key-{n}"),
        };
        let _ = writeln!(csv, "S{n},{},{},{},{n}.json,owner,{answers}", job.target, job.key, job.algorithm);
    }
    csv
}

fn ours(job: &Job, dir: &Path, csv: &str, material: &[u8], public: Option<&[u8]>) -> (f64, f64) {
    let start = Instant::now();
    let (mut preparing, mut wrapping, mut laying_out) = (0.0, 0.0, 0.0);
    let lap = |into: &mut f64, since: &mut Instant| {
        *into += since.elapsed().as_secs_f64();
        *since = Instant::now();
    };
    for planned in plan::read(csv.as_bytes()).unwrap() {
        let mut since = Instant::now();
        let bytes = std::fs::read(dir.join(&planned.parameters_file)).unwrap();
        let import = planned.prepare(&bytes, 1_795_000_000).unwrap();
        let recipe = import.recipe(planned.key, planned.algorithm).unwrap();
        lap(&mut preparing, &mut since);
        let blob = wrap(import.wrapping_key().spki(), recipe, material);
        lap(&mut wrapping, &mut since);
        let bundle = Bundle {
            key: planned.key,
            algorithm: planned.algorithm,
            blob: &blob,
            rung: "wrapped on the host",
            check_value: "none",
            public_key: public,
            proof: None,
            expiry: None,
            rehearsal: false,
            made_at: "2026-11-24T10:00:00Z",
            ceremony: "bench",
            rotation: Rotation::First,
        };
        let out = import.files(&bundle).unwrap();
        verify(&out).unwrap();
        lap(&mut laying_out, &mut since);
        let folder = dir.join(format!("bundle-{}", planned.line));
        std::fs::create_dir(&folder).unwrap();
        for file in &out {
            std::fs::write(folder.join(&file.name), &file.bytes).unwrap();
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{}: {} keys in {seconds:.2} s: reading {preparing:.2}, wrapping {wrapping:.2}, laying out and checking \
         {laying_out:.2}, the rest writing",
        job.name, job.keys
    );
    (seconds, wrapping)
}

fn pyca(job: &Job, dir: &Path) -> Option<f64> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = root.join("../../target/tools/judge/bin/python");
    let done = Command::new(python)
        .arg(root.join("benches/wrap.py"))
        .args([dir.to_str().unwrap(), job.kind, &job.keys.to_string()])
        .output()
        .ok()?;
    String::from_utf8(done.stdout).ok()?.trim().parse().ok()
}

/// A loop of openssl, for the first keys only: it takes about as long for each.
fn openssl(job: &Job, dir: &Path, keys: usize) -> f64 {
    let oaep = "openssl pkeyutl -encrypt -pubin -inkey wrapping.pem -pkeyopt rsa_padding_mode:oaep";
    let line = if job.kind == "aws" {
        format!("{oaep} -pkeyopt rsa_oaep_md:sha256 -pkeyopt rsa_mgf1_md:sha256 -in key -out blob-$n")
    } else {
        format!(
            "openssl rand 32 > middle; {oaep} -pkeyopt rsa_oaep_md:sha1 -pkeyopt rsa_mgf1_md:sha1 -in middle -out blob-$n; \
             openssl enc -id-aes256-wrap-pad -iv A65959A6 -K \"$(od -An -v -tx1 middle | tr -d ' \\n')\" -in key >> blob-$n"
        )
    };
    let start = Instant::now();
    shell(dir, &format!("for n in $(seq {keys}); do {line}; done")).unwrap();
    start.elapsed().as_secs_f64()
}

fn main() {
    let aes = |name, keys| Job {
        name,
        kind: "aws",
        target: Target::AwsKms,
        key: KeyType::Aes256,
        algorithm: "RSAES_OAEP_SHA_256",
        keys,
    };
    let jobs = [
        aes("1,000 AES-256 keys for AWS", 1000),
        aes("10,000 AES-256 keys for AWS", 10_000),
        Job {
            name: "200 RSA-3072 keys for Azure",
            kind: "azure",
            target: Target::AzureKeyVault,
            key: KeyType::Rsa3072,
            algorithm: "CKM_RSA_AES_KEY_WRAP",
            keys: 200,
        },
    ];
    let wrapping = Disposable::generate(4096).unwrap();
    for job in jobs {
        let room = tempfile::tempdir().unwrap();
        let dir = room.path();
        let (material, public) = if job.key == KeyType::Rsa3072 {
            let line = "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072 -out k.pem 2>/dev/null; \
                        openssl pkcs8 -topk8 -nocrypt -in k.pem -outform DER";
            let key = shell(dir, line).unwrap();
            (key, shell(dir, "openssl pkey -in k.pem -pubout -outform DER"))
        } else {
            (vec![5; 32], None)
        };
        std::fs::write(dir.join("key"), &material).unwrap();
        std::fs::write(dir.join("wrapping.der"), wrapping.spki()).unwrap();
        shell(dir, "openssl pkey -pubin -inform DER -in wrapping.der -out wrapping.pem").unwrap();
        let csv = prepare(&job, dir, &wrapping);
        let count = |keys: usize| f64::from(u32::try_from(keys).unwrap());
        let (all, wrapping_alone) = ours(&job, dir, &csv, &material, public.as_deref());
        let (all, alone) = (count(job.keys) / all, count(job.keys) / wrapping_alone);
        let some = 100.min(job.keys);
        let openssl = count(some) / openssl(&job, dir, some);
        print!("    ours {all:.0} keys/s, wrapping alone {alone:.0}; openssl loop {openssl:.0}");
        match pyca(&job, dir) {
            Some(seconds) => {
                let pyca = count(job.keys) / seconds;
                println!("; pyca/cryptography {pyca:.0}");
            }
            None => println!("; pyca/cryptography is not in target/tools/judge: not measured"),
        }
        println!("    most memory so far: {}", most_memory());
    }
}
