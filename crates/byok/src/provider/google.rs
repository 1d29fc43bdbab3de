//! Google Cloud KMS: an import job comes in, a wrapped file for `gcloud kms keys versions import` goes out.

mod algorithms;

pub(crate) use algorithms::algorithm_for;
pub use algorithms::key_type;

use super::{Ask, Import, Stated, member};
use crate::arrived::{JsonOrKey, Wanted};
use crate::bundle::{Bundle, BundleFile, Layout, Manifest, check_order, lay_out};
use crate::moment::{is_time, unix_from_text};
use crate::receipt::{Receipt, Replies, said, text};
use crate::script::{Output, Step, run};
use crate::text::{made_of, shown};
use crate::{ByokError, KeyType, Target, WrappingKey, table};

pub(crate) const ASKS: &[Ask] = &[
    Ask {
        name: "key",
        question: "Which key is to get the new version? Its full resource name.",
        example: "projects/P/locations/L/keyRings/R/cryptoKeys/K",
        needed: true,
    },
    Ask {
        name: "algorithm",
        question: "Which algorithm does the key have?",
        example: "GOOGLE_SYMMETRIC_ENCRYPTION",
        needed: true,
    },
    Ask {
        name: "protection-level",
        question: "Which protection level does the key have? HSM or SOFTWARE; the job's must be the same.",
        example: "HSM",
        needed: true,
    },
    Ask {
        name: "job",
        question: "Which import job is the wrapping key of? A PEM file does not say it.",
        example: "projects/P/locations/L/keyRings/R/importJobs/J",
        needed: false,
    },
    Ask {
        name: "method",
        question: "Which import method has the job? A PEM file does not say it.",
        example: "RSA_OAEP_4096_SHA256_AES_256",
        needed: false,
    },
    Ask {
        name: "valid-to",
        question: "When does the job expire, in UTC? A PEM file does not say it; jobs last three days.",
        example: "2027-01-31T12:00:00Z",
        needed: false,
    },
];

pub(crate) const TO_FETCH: &str = "\
gcloud kms keys create KEY --location L --keyring R --purpose PURPOSE --default-algorithm ALGORITHM \\
    --protection-level hsm --import-only --skip-initial-version-creation
gcloud kms import-jobs create JOB --location L --keyring R --import-method rsa-oaep-4096-sha256-aes-256 \\
    --protection-level hsm
gcloud kms import-jobs describe JOB --location L --keyring R --format json > job.json
(wait until its state is ACTIVE; it lasts three days)
";

pub(super) const WANTED: Wanted = Wanted {
    what: "the import job as JSON, or its public key as PEM",
    how: "Save it with gcloud kms import-jobs describe JOB --location L --keyring R --format json > job.json, and carry that \
          file in; without --format json the tool prints YAML.",
};

/// An import job and the key that gets a new version from it.
#[derive(Debug)]
pub struct Job {
    wrapping_key: WrappingKey,
    name: String,
    method: &'static str,
    protection: String,
    valid_to: Option<i64>,
    attestation: Option<String>,
    key: String,
    algorithm: &'static str,
}

impl Job {
    pub(super) fn read(bytes: &[u8], stated: &Stated<'_>) -> Result<Self, ByokError> {
        let key = stated.checked("key", |k| resource(k, "cryptoKeys").is_some())?.to_owned();
        let wanted = stated.needed("algorithm")?;
        let algorithm = algorithms::named(wanted).ok_or_else(|| ByokError::unknown_name(wanted))?;
        let protection = stated.checked("protection-level", |p| matches!(p, "HSM" | "SOFTWARE"))?.to_owned();
        let read = match WANTED.json_or_key(bytes)? {
            JsonOrKey::Key(key) => from_pem(key, stated)?,
            JsonOrKey::Json(job) => from_json(&job, &protection)?,
        };
        let (wrapping_key, job, method, valid_to, attestation) = read;
        let differs = |said: &str, name: &str| ByokError::ParametersDiffer {
            found: shown(said),
            expected: format!("the {name} stated"),
        };
        if stated.given("job").is_some_and(|given| given != job) {
            return Err(differs(&job, "job"));
        }
        // gcloud writes rsa-oaep-4096-sha256-aes-256, the service RSA_OAEP_4096_SHA256_AES_256.
        if let Some(given) = stated.given("method")
            && method_named(given)? != method
        {
            return Err(differs(method, "method"));
        }
        let job_ring = resource(&job, "importJobs").ok_or(ByokError::ParametersField("name"))?.0;
        if resource(&key, "cryptoKeys").map(|(ring, _)| ring) != Some(job_ring) {
            return Err(ByokError::ParametersDiffer {
                found: format!("of the key ring {job_ring}"),
                expected: "the key's own key ring".to_owned(),
            });
        }
        // The method's name says the size of the wrapping key.
        let sizes = table::rows(Target::GoogleKms).find(|r| r.algorithm == method).map(|r| r.wrapping_bits);
        if !sizes.is_some_and(|s| s.contains(&wrapping_key.bits())) {
            let found = wrapping_key.bits();
            return Err(ByokError::WrappingKeySizeForAlgorithm { algorithm: method, found });
        }
        Ok(Self { wrapping_key, name: job, method, protection, valid_to, attestation, key, algorithm })
    }
}

/// The key ring and the last part of `projects/P/locations/L/keyRings/R/KIND/NAME`.
fn resource<'a>(name: &'a str, kind: &str) -> Option<(&'a str, &'a str)> {
    let parts: Vec<&str> = name.split('/').collect();
    let ["projects", project, "locations", location, "keyRings", ring, found, last] = parts[..] else {
        return None;
    };
    // A project of a domain reads `example.com:project`.
    let plain = made_of(project, 63, b"-.:") && [location, ring, last].iter().all(|p| made_of(p, 63, b"-_"));
    (plain && found == kind).then(|| (name.rsplitn(3, '/').last().unwrap_or_default(), last))
}

fn method_named(text: &str) -> Result<&'static str, ByokError> {
    let name = text.to_ascii_uppercase().replace('-', "_");
    let left_out =
        table::LEFT_OUT.iter().find(|l| l.target == Target::GoogleKms && name.starts_with(l.algorithm));
    if let Some(l) = left_out {
        return Err(ByokError::AlgorithmLeftOut { algorithm: l.algorithm, why: l.why });
    }
    table::rows(Target::GoogleKms)
        .map(|r| r.algorithm)
        .find(|a| *a == name)
        .ok_or_else(|| ByokError::unknown_name(text))
}

type Read = (WrappingKey, String, &'static str, Option<i64>, Option<String>);

fn from_pem(key: WrappingKey, stated: &Stated<'_>) -> Result<Read, ByokError> {
    let job = stated.checked("job", |j| resource(j, "importJobs").is_some())?;
    let method = method_named(stated.needed("method")?)?;
    let valid_to = unix_from_text(stated.needed("valid-to")?).ok_or_else(|| stated.malformed("valid-to"))?;
    Ok((key, job.to_owned(), method, Some(valid_to), None))
}

fn from_json(job: &serde_json::Value, protection: &str) -> Result<Read, ByokError> {
    let state = member(job, "state")?;
    if state != "ACTIVE" {
        return Err(ByokError::ParametersDiffer {
            found: format!("in the state {}", shown(state)),
            expected: "ACTIVE".to_owned(),
        });
    }
    let level = member(job, "protectionLevel")?;
    if level != protection {
        return Err(ByokError::ParametersDiffer {
            found: format!("of protection level {}", shown(level)),
            expected: format!("the key's level, {protection}"),
        });
    }
    let method = method_named(member(job, "importMethod")?)?;
    let pem = job.get("publicKey").ok_or(ByokError::ParametersField("publicKey"))?;
    let key = WrappingKey::from_pem(member(pem, "pem")?.as_bytes())?;
    let valid_to = unix_from_text(member(job, "expireTime")?)
        .filter(|t| is_time(*t))
        .ok_or(ByokError::TimeMalformed("expireTime"))?;
    let attestation = job.get("attestation").map(|a| said(a, "format"));
    Ok((key, member(job, "name")?.to_owned(), method, Some(valid_to), attestation))
}

impl Import for Job {
    fn target(&self) -> Target {
        Target::GoogleKms
    }

    fn wrapping_key(&self) -> &WrappingKey {
        &self.wrapping_key
    }

    fn valid_to(&self) -> Option<i64> {
        self.valid_to
    }

    fn fixed_algorithm(&self) -> Option<&'static str> {
        Some(self.method)
    }

    fn called(&self) -> &str {
        &self.key
    }

    fn made_for(&self) -> Option<KeyType> {
        key_type(self.algorithm)
    }

    fn shown(&self) -> Vec<(&'static str, String)> {
        let attestation = match &self.attestation {
            Some(format) => format!("present ({format}), not verified"),
            None => "none".to_owned(),
        };
        vec![
            ("Key", self.key.clone()),
            ("Algorithm of the new version", self.algorithm.to_owned()),
            ("Import job", self.name.clone()),
            ("Import method", self.method.to_owned()),
            ("Protection level", self.protection.clone()),
            ("Attestation", attestation),
        ]
    }

    fn origin(&self) -> &'static str {
        if self.attestation.is_some() {
            "the job carries an HSM's attestation; it is kept, and not verified by this program: Google's and \
             Marvell's tools do that online"
        } else {
            "nothing carried in proves it; compare its SHA-256 with the online team's slip"
        }
    }

    fn files(&self, bundle: &Bundle<'_>) -> Result<Vec<BundleFile>, ByokError> {
        check_order(self, bundle)?;
        if bundle.expiry.is_some() {
            return Err(ByokError::ExpiryNotHere);
        }
        if key_type(self.algorithm) != Some(bundle.key) {
            return Err(ByokError::ParametersDiffer {
                found: format!("for {}", self.algorithm),
                expected: bundle.key.to_string(),
            });
        }
        let parts: Vec<&str> = self.key.split('/').collect();
        let part = |at: usize| parts.get(at).copied().unwrap_or_default();
        let job = self.name.rsplit('/').next().unwrap_or_default();
        let algorithm = self.algorithm.to_ascii_lowercase().replace('_', "-");
        let import = run![
            Output::Kept("version"),
            "gcloud",
            "kms",
            "keys",
            "versions",
            "import",
            "--project",
            part(1),
            "--location",
            part(3),
            "--keyring",
            part(5),
            "--key",
            part(7),
            "--import-job",
            job,
            "--algorithm",
            algorithm,
            "--wrapped-key-file",
            "WrappedKey.bin",
            "--format",
            "value(name)",
        ];
        let mut steps = vec![
            import,
            Step::Say("The import runs in the background; waiting for a minute."),
            Step::Wait(60),
        ];
        let version = || crate::script::Word::Kept("version");
        steps.push(run![
            Output::Receipt,
            "gcloud",
            "kms",
            "keys",
            "versions",
            "describe",
            version(),
            "--format",
            "json"
        ]);
        if bundle.key.is_asymmetric() {
            steps.push(run![
                Output::Shown,
                "gcloud",
                "kms",
                "keys",
                "versions",
                "get-public-key",
                version(),
                "--output-file",
                "receipt-public-key.pem",
            ]);
        }
        let layout = Layout {
            destination: vec![
                ("key", self.key.clone()),
                ("algorithm", self.algorithm.to_owned()),
                ("import-job", self.name.clone()),
                ("protection-level", self.protection.clone()),
            ],
            blob: (BundleFile { name: "WrappedKey.bin".to_owned(), bytes: bundle.blob.to_vec() }, None),
            more: Vec::new(),
            steps,
            permissions: permissions(),
            revoke: "gcloud kms keys versions disable VERSION, at once; gcloud kms keys versions destroy VERSION schedules\n\
                     its destruction, which can be undone until the time set for the key has passed.\n",
            check: check(bundle),
        };
        lay_out(self, bundle, layout)
    }
}

fn permissions() -> BundleFile {
    BundleFile::text(
        "importer-role.yaml",
        "# gcloud iam roles create keyImporter --project P --file importer-role.yaml; bind it on the key ring alone.\n\
         title: Key importer\nstage: GA\nincludedPermissions:\n\
         - cloudkms.importJobs.get\n- cloudkms.importJobs.useToImport\n- cloudkms.cryptoKeyVersions.create\n\
         - cloudkms.cryptoKeyVersions.get\n- cloudkms.cryptoKeyVersions.viewPublicKey\n"
            .to_owned(),
    )
}

fn check(b: &Bundle<'_>) -> String {
    let mut s = String::from(
        "Google imports in the background: PENDING_IMPORT first, then ENABLED or IMPORT_FAILED with a reason. The receipt\n\
         must say ENABLED, the key, algorithm, job and protection level above. If it says PENDING_IMPORT, run the\n\
         describe command of the script again. Imported material does not expire.\n\n",
    );
    s.push_str(if b.key.is_asymmetric() {
        "Proof that Google holds this key: receipt-public-key.pem is PublicKey.pem. Then sign a message in Cloud KMS and\n\
         verify it with PublicKey.pem, or encrypt one to it and let Cloud KMS decrypt it.\n"
    } else if b.key.is_hmac() {
        "Proof that Google holds this key: gcloud kms mac-sign of a known message equals the HMAC that the ceremony's key\n\
         gives for the same message.\n"
    } else {
        "For the algorithms AES_128_* and AES_256_*: gcloud kms raw-encrypt of a known text opens in a ceremony with the\n\
         backup, which proves which key Google holds. For GOOGLE_SYMMETRIC_ENCRYPTION that cannot be proven: its\n\
         ciphertexts open in Cloud KMS only, so that encrypting and decrypting shows that the key works, not which it is.\n"
    });
    s
}

/// Reads `gcloud kms keys versions describe`; the public key comes as PEM beside it.
pub(crate) fn receipt(
    replies: &Replies,
    manifest: &Manifest,
    receipt: &mut Receipt,
) -> Result<(), ByokError> {
    let key = manifest.destination("key")?;
    let reply =
        replies.json.iter().find(|r| r.get("state").is_some()).ok_or(ByokError::ReceiptField("state"))?;
    let name = text(reply, "name")?;
    let version = name.strip_prefix(key).and_then(|r| r.strip_prefix("/cryptoKeyVersions/"));
    let version = version.filter(|v| !v.is_empty() && v.len() < 20 && v.bytes().all(|b| b.is_ascii_digit()));
    let version = version.ok_or(ByokError::ReceiptOtherKey)?;
    let state = text(reply, "state")?;
    if state != "ENABLED" {
        let why =
            reply.get("importFailureReason").map(|_| format!(" ({})", said(reply, "importFailureReason")));
        return Err(ByokError::ReceiptState(shown(state) + &why.unwrap_or_default()));
    }
    if text(reply, "importJob")? != manifest.destination("import-job")? {
        return Err(ByokError::ReceiptOrigin(said(reply, "importJob")));
    }
    for (member, part) in [("algorithm", "algorithm"), ("protectionLevel", "protection-level")] {
        if text(reply, member)? != manifest.destination(part)? {
            return Err(ByokError::ReceiptSpec(said(reply, member)));
        }
    }
    receipt.name = Some(name.to_owned());
    receipt.lines.push(format!("Imported as version {version}, ENABLED, by this job"));
    receipt.expiry(manifest, None)
}
