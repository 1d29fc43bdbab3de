//! Judges that share no code with the product: the openssl program and pyca/cryptography.
#![allow(dead_code, reason = "each test file uses some of it")]

use aws_lc_rs::cipher::{self, EncryptingKey, UnboundCipherKey};
use aws_lc_rs::key_wrap::{AES_256, AesKek, KeyWrapPadded};
use aws_lc_rs::rsa::{self, OaepPublicEncryptingKey, PublicEncryptingKey};
use byok::{Hash, Recipe};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// RSAES-OAEP as the recipe's hash has it.
pub(crate) fn oaep(spki: &[u8], hash: Hash, plain: &[u8]) -> Vec<u8> {
    let algorithm = match hash {
        Hash::Sha1 => &rsa::OAEP_SHA1_MGF1SHA1,
        Hash::Sha256 => &rsa::OAEP_SHA256_MGF1SHA256,
        Hash::Sha384 => &rsa::OAEP_SHA384_MGF1SHA384,
        Hash::Sha512 => &rsa::OAEP_SHA512_MGF1SHA512,
    };
    let key = OaepPublicEncryptingKey::new(PublicEncryptingKey::from_der(spki).unwrap()).unwrap();
    let mut out = vec![0; key.ciphertext_size()];
    let len = key.encrypt(algorithm, plain, &mut out, None).unwrap().len();
    out.truncate(len);
    out
}

pub(crate) fn kwp(kek: &[u8], plain: &[u8]) -> Vec<u8> {
    let mut out = vec![0; plain.len() + 16];
    let len = AesKek::new(&AES_256, kek).unwrap().wrap_with_padding(plain, &mut out).unwrap().len();
    out.truncate(len);
    out
}

pub(crate) fn ecb(key: &[u8], plain: &[u8]) -> Vec<u8> {
    let pad = 16 - plain.len() % 16;
    let mut out = [plain, &vec![u8::try_from(pad).unwrap(); pad]].concat();
    let key = UnboundCipherKey::new(&cipher::AES_256, key).unwrap();
    EncryptingKey::ecb(key).unwrap().encrypt(&mut out).unwrap();
    out
}

/// Wraps on the host; the AES key in the middle is fixed, since nothing here is a secret.
pub(crate) fn wrap(spki: &[u8], recipe: Recipe, plain: &[u8]) -> Vec<u8> {
    let middle = [9; 32];
    match recipe {
        Recipe::Oaep(hash) => oaep(spki, hash, plain),
        Recipe::RsaAesKeyWrap(hash) => [oaep(spki, hash, &middle), kwp(&middle, plain)].concat(),
        Recipe::OaepThenAesEcb(hash) => [oaep(spki, hash, &middle), ecb(&middle, plain)].concat(),
    }
}

pub(crate) fn name(hash: Hash) -> &'static str {
    match hash {
        Hash::Sha1 => "SHA1",
        Hash::Sha256 => "SHA256",
        Hash::Sha384 => "SHA384",
        Hash::Sha512 => "SHA512",
    }
}

/// Runs a shell line in a folder; its output, or nothing if it failed.
pub(crate) fn shell(dir: &Path, line: &str) -> Option<Vec<u8>> {
    let done = Command::new("sh").args(["-euc", line]).current_dir(dir).output().unwrap();
    done.status.success().then_some(done.stdout)
}

/// The Python of an environment with these packages, of which it can import `module`; none, which the output says, where
/// they cannot be had.
///
/// # Panics
/// In CI (`CI` set), where this must not be skipped.
pub(crate) fn python(name: &str, module: &str, packages: &[&str]) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap();
    let made = Command::new(root.join("scripts/python-for")).args([name, module]).args(packages).status();
    if made.is_ok_and(|s| s.success()) {
        return Some(root.join("target/tools").join(name).join("bin/python"));
    }
    assert!(std::env::var_os("CI").is_none(), "{packages:?} could not be installed");
    println!("SKIPPED: {packages:?} could not be installed");
    None
}

/// Opens a blob with the openssl program alone.
pub(crate) fn openssl(dir: &Path, key: &Path, bits: u16, recipe: Recipe, blob: &[u8]) -> Option<Vec<u8>> {
    let (cut, md) = (bits / 8, name(recipe.hash()).to_ascii_lowercase());
    std::fs::write(dir.join("blob"), blob).unwrap();
    let first = format!(
        "head -c {cut} blob | openssl pkeyutl -decrypt -inkey '{}' -keyform DER -out first \
         -pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:{md} -pkeyopt rsa_mgf1_md:{md} 2>/dev/null",
        key.display()
    );
    let cipher = match recipe {
        Recipe::Oaep(_) => {
            return shell(dir, &format!("test \"$(wc -c < blob)\" = {cut}; {first}; cat first"));
        }
        Recipe::RsaAesKeyWrap(_) => "-id-aes256-wrap-pad -iv A65959A6",
        Recipe::OaepThenAesEcb(_) => "-aes-256-ecb",
    };
    let second = format!(
        "tail -c +{} blob | openssl enc -d {cipher} -K \"$(od -An -v -tx1 first | tr -d ' \\n')\" 2>/dev/null",
        cut + 1
    );
    shell(dir, &format!("{first}; {second}"))
}

/// pyca/cryptography in a process of its own.
pub(crate) struct Pyca {
    child: Child,
    replies: BufReader<std::process::ChildStdout>,
}

impl Pyca {
    /// Starts it, from a virtual environment that is made when there is none. Where packages cannot be fetched there is no such judge: the
    /// test then says so, and fails in CI.
    pub(crate) fn start() -> Option<Self> {
        let python = python("judge", "cryptography", &["cryptography==48.0.0"])?;
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/judges/unwrap.py");
        let mut child =
            Command::new(python).arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let replies = BufReader::new(child.stdout.take().unwrap());
        Some(Self { child, replies })
    }

    /// Opens a blob, or refuses it.
    pub(crate) fn open(&mut self, key: &Path, recipe: Recipe, mgf: Hash, blob: &[u8]) -> Option<Vec<u8>> {
        let layout = match recipe {
            Recipe::Oaep(_) => "oaep",
            Recipe::RsaAesKeyWrap(_) => "kwp",
            Recipe::OaepThenAesEcb(_) => "ecb",
        };
        let hex = data_encoding::HEXLOWER;
        let ask = serde_json::json!({
            "key": key, "layout": layout, "hash": name(recipe.hash()), "mgf": name(mgf), "blob": hex.encode(blob),
        });
        writeln!(self.child.stdin.as_mut().unwrap(), "{ask}").unwrap();
        let mut line = String::new();
        self.replies.read_line(&mut line).unwrap();
        match line.trim() {
            "refused" => None,
            opened => Some(hex.decode(opened.as_bytes()).expect("pyca/cryptography answers in hex")),
        }
    }
}

impl Drop for Pyca {
    fn drop(&mut self) {
        // It ends when its input does.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}
