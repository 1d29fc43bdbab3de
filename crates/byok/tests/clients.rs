//! The providers' own clients take our bundles, and what they print is read as a receipt. The stand-ins that they talk
//! to are in `tests/clients`; nothing leaves the machine. Where the clients cannot be installed a test says so; in CI
//! that is a failure.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::print_stdout, reason = "what was skipped is for people to see")]

mod judges;

use byok::bundle::{Bundle, BundleFile, MANIFEST, Rotation};
use byok::provider::Input;
use byok::receipt::{self, Identity};
use byok::security_domain::{SecurityDomain, Share, make_custodian};
use byok::{Disposable, KeyType, Target, of, table};
use judges::{python, shell, wrap};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn azure() -> Option<PathBuf> {
    python("clients-azure", "azure.cli.command_modules.keyvault", &["azure-cli==2.91.0"])
}

/// A stand-in that tells its port and ends with the test.
struct StandIn(Child, u16);

impl StandIn {
    fn start(python: &Path, script: &str, arguments: &[&str]) -> Self {
        let script = root().join("tests/clients").join(script);
        let mut child =
            Command::new(python).arg(script).args(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self(child, line.trim().parse().expect("the stand-in tells its port"))
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A key as openssl makes it: PKCS#8 and public key, or raw bytes.
fn key(dir: &Path, kind: KeyType) -> (Vec<u8>, Option<Vec<u8>>) {
    let options = match kind {
        KeyType::Rsa3072 => "RSA -pkeyopt rsa_keygen_bits:3072",
        KeyType::P256 => "EC -pkeyopt ec_paramgen_curve:P-256",
        KeyType::P521 => "EC -pkeyopt ec_paramgen_curve:P-521",
        KeyType::P256k1 => "EC -pkeyopt ec_paramgen_curve:secp256k1",
        raw => return (shell(dir, &format!("openssl rand {}", raw.material_len().0)).unwrap(), None),
    };
    let line = format!("openssl genpkey -algorithm {options} -out k.pem 2>/dev/null");
    shell(dir, &line).unwrap();
    let private = shell(dir, "openssl pkcs8 -topk8 -nocrypt -in k.pem -outform DER").unwrap();
    (private, shell(dir, "openssl pkey -in k.pem -pubout -outform DER"))
}

fn order<'a>(key: KeyType, algorithm: &'a str, blob: &'a [u8], public_key: Option<&'a [u8]>) -> Bundle<'a> {
    Bundle {
        key,
        algorithm,
        blob,
        rung: "wrapped on the host, in a test",
        check_value: "none",
        public_key,
        proof: None,
        expiry: None,
        rehearsal: false,
        made_at: "2026-11-24T10:00:00Z",
        ceremony: "test",
        rotation: Rotation::First,
    }
}

fn write_all(dir: &Path, bundle: &[BundleFile]) {
    for file in bundle {
        std::fs::write(dir.join(&file.name), &file.bytes).unwrap();
    }
}

fn file(dir: &Path, name: &str) -> Option<BundleFile> {
    let bytes = std::fs::read(dir.join(name)).ok()?;
    Some(BundleFile { name: name.to_owned(), bytes })
}

/// Imports one key with the bundle's own script and the real azure-cli; the receipt is what that printed.
fn azure_import(
    python: &Path,
    target: Target,
    host: &str,
    kind: KeyType,
    expiry: Option<i64>,
) -> receipt::Receipt {
    let dir = tempfile::tempdir().unwrap();
    let kek = Disposable::generate(2048).unwrap();
    let kek_id = format!("https://{host}/keys/KEKforBYOK/0123456789abcdef0123456789abcdef");
    std::fs::write(dir.path().join("kek.p8"), kek.private_pkcs8().unwrap().expose()).unwrap();
    std::fs::write(dir.path().join("kid"), &kek_id).unwrap();
    let standin = StandIn::start(python, "azure_standin.py", &[dir.path().to_str().unwrap()]);
    // The bundle's script says `az`; this is the real one behind the names and the sign-in of a test.
    let bin = dir.path().join("bin");
    std::fs::create_dir(&bin).unwrap();
    let az = root().join("tests/clients/az");
    let shim = format!("#!/bin/sh\nexec '{}' '{}' \"$@\"\n", python.display(), az.display());
    std::fs::write(bin.join("az"), shim).unwrap();
    shell(&bin, "chmod +x az").unwrap();
    let online = |line: &str| {
        let done = Command::new("sh")
            .args(["-euc", line])
            .current_dir(dir.path())
            .env("PATH", format!("{}:{}", bin.display(), std::env::var("PATH").unwrap()))
            .env("STANDIN_PORT", standin.1.to_string())
            .env("STANDIN_CA", dir.path().join("ca.pem"))
            .env("AZURE_CONFIG_DIR", dir.path().join("azure"))
            .output()
            .unwrap();
        assert!(done.status.success(), "{kind}: {}", String::from_utf8_lossy(&done.stderr));
    };
    let place = if target == Target::AzureManagedHsm { "--hsm-name" } else { "--vault-name" };
    online(&format!("az keyvault key show --name KEKforBYOK {place} hospital --output json > kek.json"));
    let shown = std::fs::read(dir.path().join("kek.json")).unwrap();
    let vault = format!("https://{host}");
    let stated = [("vault", vault.as_str()), ("key-name", "records-2027")];
    let import = of(target).read(&Input { file_name: "kek.json", bytes: &shown, stated: &stated }).unwrap();
    assert_eq!((import.wrapping_key().spki(), import.valid_to()), (kek.spki(), Some(1_900_000_000)));
    let algorithm = "CKM_RSA_AES_KEY_WRAP";
    let (material, public) = key(dir.path(), kind);
    let blob = wrap(kek.spki(), import.recipe(kind, algorithm).unwrap(), &material);
    let bundle =
        import.files(&Bundle { expiry, ..order(kind, algorithm, &blob, public.as_deref()) }).unwrap();
    let out = dir.path().join("bundle");
    std::fs::create_dir(&out).unwrap();
    write_all(&out, &bundle);
    online("sh bundle/import.sh");
    assert_eq!(std::fs::read(dir.path().join("imported-records-2027")).unwrap(), material, "{kind}");
    let manifest = bundle.iter().find(|f| f.name == MANIFEST).unwrap();
    receipt::read(&[file(&out, "receipt.json").unwrap()], &manifest.bytes).unwrap()
}

#[test]
fn azure_cli_imports_our_byok_files() {
    let Some(python) = azure() else { return };
    let vault = "hospital.vault.azure.net";
    for (kind, expiry) in
        [(KeyType::Rsa3072, None), (KeyType::P256k1, Some(1_800_000_000)), (KeyType::P521, None)]
    {
        let receipt = azure_import(&python, Target::AzureKeyVault, vault, kind, expiry);
        assert_eq!(receipt.identity, Identity::PublicKeySame, "{kind}: {:?}", receipt.lines);
    }
    let receipt = azure_import(
        &python,
        Target::AzureManagedHsm,
        "hospital.managedhsm.azure.net",
        KeyType::Aes256,
        None,
    );
    assert_eq!(receipt.identity, Identity::CannotBeProven);
}

#[test]
fn azure_cli_and_we_restore_the_same_security_domain() {
    let Some(python) = azure() else { return };
    let room = tempfile::tempdir().unwrap();
    let dir = room.path();
    let mut random = |to: &mut [u8]| aws_lc_rs::rand::fill(to).map_err(|_| byok::ByokError::Disposable);
    let names = ["custodian-1", "custodian-2", "custodian-3", "exchange"];
    let people: Vec<_> =
        names.iter().map(|n| make_custodian(n, 1_795_000_000, 1_900_000_000, &mut random).unwrap()).collect();
    for (name, person) in names.iter().zip(&people) {
        std::fs::write(dir.join(format!("{name}.cer")), person.certificate_pem()).unwrap();
        std::fs::write(dir.join("k.der"), person.private_key.expose()).unwrap();
        shell(dir, &format!("openssl pkey -inform DER -in k.der -out {name}.key")).unwrap();
    }
    let script = root().join("tests/clients/security_domain.py");
    let run = |arguments: &str| {
        shell(dir, &format!("'{}' '{}' {arguments}", python.display(), script.display())).expect("python")
    };
    run("make . 2 custodian-1.cer custodian-2.cer custodian-3.cer");
    // Ours: two of the three, the last and the first.
    let domain = SecurityDomain::read(&std::fs::read(dir.join("sd.json")).unwrap()).unwrap();
    let open = |at: usize| -> Share {
        let share = domain.share_for(&people[at].certificate).unwrap();
        domain.open_share(share, &people[at].private_key).unwrap()
    };
    let (first, last) = (open(0), open(2));
    assert_eq!(domain.test_quorum(&[&last, &first]).unwrap().opened, ["backup key", "internal"]);
    let ours =
        domain.restore_blob(&[&last, &first], people[3].certificate_pem().as_bytes(), &mut random).unwrap();
    std::fs::write(dir.join("ours.json"), ours).unwrap();
    // Theirs, from the same file with another two.
    let az = root().join("tests/clients/az");
    let line = format!(
        "AZURE_CONFIG_DIR=azure '{}' '{}' keyvault security-domain restore-blob --sd-exchange-key exchange.cer \
         --sd-file sd.json --sd-wrapping-keys custodian-2.key custodian-3.key --sd-file-restore-blob theirs.json",
        python.display(),
        az.display()
    );
    shell(dir, &line).expect("az keyvault security-domain restore-blob");
    let (ours, theirs) = (run("open ours.json exchange.key"), run("open theirs.json exchange.key"));
    assert!(ours.len() > 100);
    assert_eq!(String::from_utf8(ours).unwrap(), String::from_utf8(theirs).unwrap());
}

#[test]
fn googles_client_imports_our_wrapped_keys() {
    let Some(python) =
        python("clients-google", "google.cloud.kms_v1", &["google-cloud-kms==3.18.0", "cryptography"])
    else {
        return;
    };
    let script = root().join("tests/clients/google_kms.py");
    for (row, (kind, algorithm)) in table::rows(Target::GoogleKms).zip([
        (KeyType::Rsa3072, "RSA_SIGN_PSS_3072_SHA256"),
        (KeyType::P256, "EC_SIGN_P256_SHA256"),
        (KeyType::Aes256, "GOOGLE_SYMMETRIC_ENCRYPTION"),
        (KeyType::HmacSha512, "HMAC_SHA512"),
        (KeyType::P256k1, "EC_SIGN_SECP256K1_SHA256"),
        (KeyType::Aes128, "AES_128_GCM"),
    ]) {
        let room = tempfile::tempdir().unwrap();
        let dir = room.path();
        let wrapping = Disposable::generate(row.wrapping_bits[0]).unwrap();
        std::fs::write(dir.join("wrapping.p8"), wrapping.private_pkcs8().unwrap().expose()).unwrap();
        std::fs::write(dir.join("method"), row.algorithm).unwrap();
        let standin = StandIn::start(&python, "google_kms.py", &["serve", dir.to_str().unwrap()]);
        let run = |verb: &str, more: &str| {
            let line = format!("'{}' '{}' {verb} {} . {more}", python.display(), script.display(), standin.1);
            shell(dir, &line).unwrap_or_else(|| panic!("{verb} {} {kind}", row.algorithm));
        };
        run("job", "");
        let job = std::fs::read(dir.join("job.json")).unwrap();
        let stated = [
            ("key", "projects/hospital-1/locations/europe-west3/keyRings/records/cryptoKeys/k1"),
            ("algorithm", algorithm),
            ("protection-level", "HSM"),
        ];
        let import = of(Target::GoogleKms)
            .read(&Input { file_name: "job.json", bytes: &job, stated: &stated })
            .unwrap();
        let (material, public) = key(dir, kind);
        let blob = wrap(wrapping.spki(), row.recipe, &material);
        let bundle = import.files(&order(kind, row.algorithm, &blob, public.as_deref())).unwrap();
        write_all(dir, &bundle);
        run("import", algorithm);
        assert_eq!(std::fs::read(dir.join("imported")).unwrap(), material, "{kind} {}", row.algorithm);
        let manifest = bundle.iter().find(|f| f.name == MANIFEST).unwrap();
        let back: Vec<BundleFile> =
            ["receipt.json", "receipt-public-key.pem"].iter().filter_map(|n| file(dir, n)).collect();
        let receipt = receipt::read(&back, &manifest.bytes).unwrap();
        let expected = if public.is_some() { Identity::PublicKeySame } else { Identity::CannotBeProven };
        assert_eq!(receipt.identity, expected);
    }
}
