//! Google Cloud KMS: an import job comes in, a wrapped file for `gcloud kms keys versions import` goes out.

mod algorithms;
mod names;
mod stop;
mod words;

pub(crate) use names::key_in;

use crate::answers::{choice, unknown_name};
use crate::arrived::JsonOrKey;
use crate::asks::{Ask, Form, Stated};
use crate::bundle::{Bundle, BundleFile, Layout, Manifest, Texts};
use crate::json::{file, member};
use crate::layout::{check_order, lay_out};
use crate::moment::{is_time, iso, unix_from_text, unix_seconds, utc};
use crate::provider::{Answers, Facts, Import, Input, ORIGIN, Practice, Provider, Sent};
use crate::replies::{Receipt, Replies, said, text};
use crate::script::{Output, Step, Word, run};
use crate::stop::Stop;
use crate::text::shown;
use crate::{ByokError, KeyType, Target, WrappingKey, pem, table};
use algorithms::{algorithm_for, key_type};
use names::{resource, version_of};
use serde_json::json;
use std::collections::BTreeMap;

/// Google Cloud KMS.
#[derive(Debug)]
pub(crate) struct Google;

const ASKS: &[Ask] = &[
    Ask::needed(
        "key",
        words::ASK_KEY,
        "projects/P/locations/L/keyRings/R/cryptoKeys/K",
        Form::Read(|text| resource(text, "cryptoKeys").map(|r| r.to_string())),
    ),
    Ask::needed(
        "algorithm",
        words::ASK_ALGORITHM,
        "GOOGLE_SYMMETRIC_ENCRYPTION",
        Form::Read(|text| Some(algorithms::named(text).unwrap_or(text).to_owned())),
    ),
    Ask::needed("protection-level", words::ASK_PROTECTION_LEVEL, "HSM", Form::Choice(&["HSM", "SOFTWARE"])),
    Ask::beside(
        "job",
        words::ASK_JOB,
        "projects/P/locations/L/keyRings/R/importJobs/J",
        Form::Read(|text| resource(text, "importJobs").map(|r| r.to_string())),
    ),
    Ask::beside(
        "method",
        words::ASK_METHOD,
        "RSA_OAEP_4096_SHA256_AES_256",
        Form::Read(|text| Some(method_named(text).unwrap_or(text).to_owned())),
    ),
    Ask::beside(
        "valid-to",
        words::ASK_VALID_TO,
        "2027-01-31T12:00:00Z",
        Form::Read(|text| utc(text).map(iso)),
    ),
];

/// An import job and the key that gets a new version from it.
#[derive(Debug)]
struct Job {
    made: Prepared,
    protection: String,
    key: String,
    algorithm: &'static str,
}

/// What is known of the job itself.
#[derive(Debug)]
struct Prepared {
    wrapping_key: WrappingKey,
    name: String,
    method: &'static str,
    valid_from: Option<i64>,
    valid_to: i64,
    attestation: Option<String>,
}

impl Job {
    fn read(bytes: &[u8], stated: &Stated) -> Result<Self, ByokError> {
        let wanted = stated.needed("algorithm")?;
        let algorithm = algorithms::named(wanted).ok_or_else(|| unknown_name(wanted, algorithms::names()))?;
        let protection = stated.needed("protection-level")?.to_owned();
        let key = resource(stated.needed("key")?, "cryptoKeys").ok_or_else(|| stated.malformed("key"))?;
        let mut job = match words::WANTED.json_or_key(bytes)? {
            JsonOrKey::Key(key) => from_pem(key, stated)?,
            JsonOrKey::Json(job) => from_json(&job, &protection)?,
        };
        let named = resource(&job.name, "importJobs").ok_or(ByokError::ParametersField("name"))?;
        job.name = named.to_string();
        if stated.given("job").is_some_and(|given| given != job.name) {
            return Err(words::not_as_stated(&job.name, "job"));
        }
        let method = job.method;
        if let Some(given) = stated.given("method")
            && method_named(given)? != method
        {
            return Err(words::not_as_stated(method, "method"));
        }
        if key.ring != named.ring {
            return Err(words::other_ring(&named.ring));
        }
        // The method's name says the size of the wrapping key.
        let sizes = table::rows(Target::GoogleKms).find(|r| r.algorithm == method).map(|r| r.wrapping_bits);
        let found = job.wrapping_key.bits();
        if !sizes.is_some_and(|s| s.contains(&found)) {
            return Err(ByokError::WrappingKeySizeForAlgorithm { algorithm: method, found });
        }
        Ok(Self { made: job, protection, key: key.to_string(), algorithm })
    }
}

/// An import method: gcloud writes `rsa-oaep-4096-sha256-aes-256`, the service `RSA_OAEP_4096_SHA256_AES_256`.
fn method_named(text: &str) -> Result<&'static str, ByokError> {
    let name = text.to_ascii_uppercase().replace('-', "_");
    let left_out =
        table::LEFT_OUT.iter().find(|l| l.target == Target::GoogleKms && name.starts_with(l.algorithm));
    if let Some(l) = left_out {
        return Err(ByokError::AlgorithmLeftOut { algorithm: l.algorithm, why: l.why });
    }
    let names = || table::rows(Target::GoogleKms).map(|r| r.algorithm);
    choice(text, names()).ok_or_else(|| unknown_name(text, names()))
}

fn from_pem(wrapping_key: WrappingKey, stated: &Stated) -> Result<Prepared, ByokError> {
    let name = stated.needed("job")?.to_owned();
    let method = method_named(stated.needed("method")?)?;
    let valid_to = utc(stated.needed("valid-to")?).ok_or_else(|| stated.malformed("valid-to"))?;
    Ok(Prepared { wrapping_key, name, method, valid_from: None, valid_to, attestation: None })
}

fn from_json(job: &serde_json::Value, protection: &str) -> Result<Prepared, ByokError> {
    let state = member(job, "state")?;
    if state != "ACTIVE" {
        return Err(words::not_active(state));
    }
    let level = member(job, "protectionLevel")?;
    if level != protection {
        return Err(words::other_level(level, protection));
    }
    let method = method_named(member(job, "importMethod")?)?;
    let pem = job.get("publicKey").ok_or(ByokError::ParametersField("publicKey"))?;
    let wrapping_key = WrappingKey::from_pem(member(pem, "pem")?.as_bytes())?;
    let valid_to = unix_from_text(member(job, "expireTime")?)
        .filter(|t| is_time(*t))
        .ok_or(ByokError::TimeMalformed("expireTime"))?;
    let attestation = job.get("attestation").map(|a| said(a, "format"));
    let name = member(job, "name")?.to_owned();
    let valid_from = job.get("createTime").and_then(unix_seconds);
    Ok(Prepared { wrapping_key, name, method, valid_from, valid_to, attestation })
}

static FACTS: Facts = Facts {
    longest_life: Some(72),
    existing: Some("key"),
    ..Facts::of(Target::GoogleKms, words::CALLED, ASKS, words::TO_FETCH, |bytes| {
        words::WANTED.json_or_key(bytes).map(drop)
    })
};

impl Provider for Google {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn parse(&self, input: &Input<'_>, stated: &Stated) -> Result<Box<dyn Import>, ByokError> {
        Ok(Box::new(Job::read(input.bytes, stated)?))
    }

    /// Reads `gcloud kms keys versions describe`; the public key comes as PEM beside it.
    fn receipt(
        &self,
        replies: &Replies,
        manifest: &Manifest,
        receipt: &mut Receipt,
    ) -> Result<(), ByokError> {
        let key = manifest.destination("key")?;
        let reply =
            replies.json.iter().find(|r| r.get("state").is_some()).ok_or(ByokError::ReceiptField("state"))?;
        let name = text(reply, "name")?;
        let (of_key, version) = version_of(name).ok_or(ByokError::ReceiptOtherKey)?;
        if resource(key, "cryptoKeys").is_none_or(|ours| ours != of_key) {
            return Err(ByokError::ReceiptOtherKey);
        }
        let state = text(reply, "state")?;
        if state != "ENABLED" {
            let why = reply
                .get("importFailureReason")
                .map(|_| format!(" ({})", said(reply, "importFailureReason")));
            return Err(ByokError::ReceiptState(shown(state) + &why.unwrap_or_default()));
        }
        let job = |name| resource(name, "importJobs");
        let by = job(text(reply, "importJob")?);
        if by.is_none() || by != job(manifest.destination("import-job")?) {
            return Err(ByokError::ReceiptOrigin(said(reply, "importJob")));
        }
        for (member, part) in [("algorithm", "algorithm"), ("protectionLevel", "protection-level")] {
            if text(reply, member)? != manifest.destination(part)? {
                return Err(ByokError::ReceiptSpec(said(reply, member)));
            }
        }
        receipt.name = Some(name.to_owned());
        receipt.lines.push(words::imported(version));
        receipt.expiry(manifest, None)
    }

    fn stop(&self, called: &str, _: &BTreeMap<String, String>) -> Result<Stop, ByokError> {
        stop::stop(called)
    }

    fn practise(&self, with: &Practice<'_>, stated: &mut Answers) -> Result<Sent, ByokError> {
        for (name, answer) in stated {
            if *name == "algorithm" {
                algorithm_for(with.key).unwrap_or_default().clone_into(answer);
            }
        }
        let job = json!({
            "name": "projects/P/locations/L/keyRings/R/importJobs/rehearsal",
            "importMethod": with.algorithm,
            "protectionLevel": "HSM",
            "state": "ACTIVE",
            "expireTime": iso(with.valid_to),
            "publicKey": { "pem": pem::encode(with.wrapping.spki(), "PUBLIC KEY") },
        });
        Ok(("job.json", file(&job)))
    }
}

impl Import for Job {
    fn provider(&self) -> &'static dyn Provider {
        &Google
    }

    fn wrapping_key(&self) -> &WrappingKey {
        &self.made.wrapping_key
    }

    fn valid_to(&self) -> Option<i64> {
        Some(self.made.valid_to)
    }

    fn valid_from(&self) -> Option<i64> {
        self.made.valid_from
    }

    fn fixed_algorithm(&self) -> Option<&'static str> {
        Some(self.made.method)
    }

    fn called(&self) -> &str {
        &self.key
    }

    fn made_for(&self) -> Option<KeyType> {
        key_type(self.algorithm)
    }

    fn shown(&self) -> Vec<(&'static str, String)> {
        let attestation = match &self.made.attestation {
            Some(format) => words::attested(format),
            None => "none".to_owned(),
        };
        vec![
            ("Key", self.key.clone()),
            (words::ALGORITHM_OF_VERSION, self.algorithm.to_owned()),
            ("Import job", self.made.name.clone()),
            ("Import method", self.made.method.to_owned()),
            ("Protection level", self.protection.clone()),
            ("Attestation", attestation),
        ]
    }

    fn origin(&self) -> &'static str {
        if self.made.attestation.is_some() { words::ORIGIN_ATTESTED } else { ORIGIN }
    }

    fn files(&self, bundle: &Bundle<'_>) -> Result<Vec<BundleFile>, ByokError> {
        check_order(self, bundle)?;
        let parts: Vec<&str> = self.key.split('/').collect();
        let part = |at: usize| parts.get(at).copied().unwrap_or_default();
        let job = self.made.name.rsplit('/').next().unwrap_or_default();
        let algorithm = self.algorithm.to_ascii_lowercase().replace('_', "-");
        let import = run![
            Output::Kept("version"),
            "gcloud kms keys versions import --project",
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
            "--wrapped-key-file WrappedKey.bin --format value(name)"
        ];
        let mut steps = vec![import, Step::Say(words::WAITING), Step::Wait(60)];
        let version = || Word::Kept("version");
        steps.push(run![Output::Receipt, "gcloud kms keys versions describe", version(), "--format json"]);
        if bundle.key.is_asymmetric() {
            steps.push(run![
                Output::Shown,
                "gcloud kms keys versions get-public-key",
                version(),
                "--output-file receipt-public-key.pem"
            ]);
        }
        let layout = Layout {
            destination: vec![
                ("key", self.key.clone()),
                ("algorithm", self.algorithm.to_owned()),
                ("import-job", self.made.name.clone()),
                ("protection-level", self.protection.clone()),
            ],
            blob: (BundleFile { name: "WrappedKey.bin".to_owned(), bytes: bundle.blob.to_vec() }, None),
            more: Vec::new(),
            steps,
            permissions: BundleFile::text("importer-role.yaml", words::PERMISSIONS.to_owned()),
            texts: Texts::Framed { revoke: words::REVOKE, check: words::check(bundle) },
        };
        lay_out(self, bundle, layout)
    }
}
