//! A real AWS client (`aws`) and a stand-in for AWS KMS (`ministack`) on loopback, from `PyPI`, in `target/tools/aws`.
//!
//! What the stand-in is worth: it makes real RSA wrapping keys and opens what is imported with them (OAEP and
//! RFC 5649, by pyca/cryptography), refuses what does not open, computes real MACs and RSA and ECDSA signatures.
//! Its *symmetric* encryption is no AES: it XORs with a SHA-256 stream over the key, the context and a nonce. That
//! still depends on every bit of the key, so [`opened_by`] shows that the stand-in holds exactly the key given.

use crate::coffer;
use serde_json::Value;
use std::io::Write as _;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

const REQUIREMENTS: &str = include_str!("../clients/aws-requirements.txt");

/// The folder of the client's programs, installed on first use; none, said on standard error, where that is impossible.
///
/// # Panics
/// In CI (`CI=true`), where this must not be skipped.
pub fn tools() -> Option<&'static Path> {
    static TOOLS: OnceLock<Option<PathBuf>> = OnceLock::new();
    let found = TOOLS.get_or_init(|| match install() {
        Ok(bin) => Some(bin),
        Err(why) => {
            assert!(std::env::var_os("CI").is_none(), "the AWS client cannot be installed: {why}");
            // Not eprintln!, which the test harness would swallow.
            let _ = writeln!(
                std::io::stderr(),
                "SKIPPED: no AWS client. The Python packages of tests/clients/aws-requirements.txt cannot be installed: {why}"
            );
            None
        }
    });
    found.as_deref()
}

fn install() -> Result<PathBuf, String> {
    let target = coffer().parent().and_then(Path::parent).ok_or("no target folder")?.to_owned();
    let venv = target.join("tools/aws");
    let stamp = venv.join("installed");
    if std::fs::read_to_string(&stamp).is_ok_and(|s| s == REQUIREMENTS) {
        return Ok(venv.join("bin"));
    }
    let say = |e: std::io::Error| e.to_string();
    std::fs::create_dir_all(&venv).map_err(say)?;
    let list = venv.join("requirements.txt");
    must(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&venv))?;
    std::fs::write(&list, REQUIREMENTS).map_err(say)?;
    must(
        Command::new(venv.join("bin/pip"))
            .args(["install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:", "-r"])
            .arg(&list),
    )?;
    std::fs::write(stamp, REQUIREMENTS).map_err(say)?;
    Ok(venv.join("bin"))
}

fn must(command: &mut Command) -> Result<(), String> {
    let out = command.stdin(Stdio::null()).output().map_err(|e| format!("{command:?}: {e}"))?;
    if out.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    Err(format!("{command:?}: {}", said.lines().last().unwrap_or("no reason given")))
}

/// The stand-in for AWS KMS, running on loopback until dropped.
pub struct StandIn {
    server: Child,
    port: u16,
    bin: PathBuf,
    home: PathBuf,
}

impl StandIn {
    /// Starts it, with `home` as its home folder and the client's.
    pub fn start(bin: &Path, home: &Path) -> Self {
        // The port is free now; that somebody takes it within the next instant would fail loudly below.
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .and_then(|l| l.local_addr())
            .map(|a| a.port())
            .expect("a free port");
        let log = std::fs::File::create(home.join("stand-in.log")).expect("a log");
        let server = Command::new(bin.join("ministack"))
            .env_clear()
            .env("PATH", path(bin))
            .env("HOME", home)
            .env("BIND_HOST", "127.0.0.1")
            .env("GATEWAY_PORT", port.to_string())
            .env("IOT_MTLS_ENABLED", "0")
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a log"))
            .stderr(log)
            .spawn()
            .expect("the stand-in starts");
        let mut it = Self { server, port, bin: bin.to_owned(), home: home.to_owned() };
        let until = Instant::now() + Duration::from_secs(30);
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            let ended = it.server.try_wait().expect("a child");
            assert!(ended.is_none() && Instant::now() < until, "the stand-in did not come up: {ended:?}");
            std::thread::sleep(Duration::from_millis(20));
        }
        it
    }

    /// A command that finds this client and talks to this stand-in, and to nothing else.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", path(&self.bin))
            .env("HOME", &self.home)
            .env("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{}", self.port))
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .env("AWS_DEFAULT_REGION", "eu-central-1")
            .stdin(Stdio::null());
        command
    }

    /// Runs `aws kms …` in a folder.
    pub fn kms(&self, folder: &Path, args: &[&str]) -> Output {
        let mut command = self.command("aws");
        command.current_dir(folder).arg("kms").args(args).args(["--output", "json"]);
        command.output().expect("aws starts")
    }

    /// The same, for a call that has to work; its JSON reply.
    pub fn json(&self, folder: &Path, args: &[&str]) -> Value {
        let out = self.kms(folder, args);
        assert!(out.status.success(), "{args:?}: {}", crate::said(&out));
        serde_json::from_slice(&out.stdout).unwrap_or(Value::Null)
    }

    /// Makes a key whose material is to be imported; its ARN.
    pub fn external_key(&self, folder: &Path, spec: &str, usage: &str) -> String {
        let made = self
            .json(folder, &["create-key", "--origin", "EXTERNAL", "--key-spec", spec, "--key-usage", usage]);
        assert_eq!(made["KeyMetadata"]["KeyState"], "PendingImport");
        made["KeyMetadata"]["Arn"].as_str().expect("an ARN").to_owned()
    }

    /// The reply of `get-parameters-for-import`, as the online team would carry it. The two forms in which AWS's
    /// clients write times are `wire` (a number) and `iso8601`.
    pub fn parameters(&self, folder: &Path, arn: &str, algorithm: &str, bits: u32, times: &str) -> Vec<u8> {
        let settings = folder.join(format!("aws-{times}.config"));
        std::fs::write(&settings, format!("[default]\ncli_timestamp_format = {times}\n")).expect("a file");
        let spec = format!("RSA_{bits}");
        let out = self
            .command("aws")
            .env("AWS_CONFIG_FILE", settings)
            .args(["kms", "get-parameters-for-import", "--output", "json", "--key-id", arn])
            .args(["--wrapping-algorithm", algorithm, "--wrapping-key-spec", &spec])
            .output()
            .expect("aws starts");
        assert!(out.status.success(), "{}", crate::said(&out));
        out.stdout
    }

    /// `import-key-material` as a bundle's script calls it, with the files of `folder`.
    pub fn import(&self, folder: &Path, arn: &str) -> Output {
        self.kms(
            folder,
            &[
                "import-key-material",
                "--key-id",
                arn,
                "--encrypted-key-material",
                "fileb://EncryptedKeyMaterial.bin",
                "--import-token",
                "fileb://ImportToken.bin",
                "--expiration-model",
                "KEY_MATERIAL_DOES_NOT_EXPIRE",
            ],
        )
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn path(bin: &Path) -> String {
    format!("{}:/usr/local/bin:/usr/bin:/bin", bin.display())
}

/// Opens the stand-in's own symmetric ciphertext (no encryption context) with a key: `key id (36) ‖ SHA-256 of the
/// context (32) ‖ nonce (16) ‖ text XOR SHA-256(SHA-256(key ‖ "{}" ‖ nonce) ‖ counter)`. This is not what AWS does.
pub fn opened_by(key: &[u8], ciphertext: &[u8]) -> Vec<u8> {
    use aws_lc_rs::digest::{SHA256, digest};
    let (nonce, text) = ciphertext.split_at(84);
    let seed = digest(&SHA256, &[key, b"{}", &nonce[68..]].concat());
    let stream = (0_u32..)
        .flat_map(|n| digest(&SHA256, &[seed.as_ref(), &n.to_be_bytes()].concat()).as_ref().to_vec());
    text.iter().zip(stream).map(|(a, b)| a ^ b).collect()
}
