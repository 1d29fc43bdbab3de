//! The security domain of an Azure Managed HSM: the custodians' key pairs, their certificates for the online team, and
//! the file that comes back.

use super::{bundle, byok_problem, noted, out_of_order};
use crate::engine::{Engine, Halt, Outcome, memory, not_an_answer};
use crate::plan::Planned;
use crate::store::{disk, read_again, sync_folder, write_new};
use ::byok::bundle::BundleFile;
use ::byok::security_domain::{self as domain, Custodian, SecurityDomain};
use ::byok::{ByokError, WrappingKey};
use protocol::{Answer, Ask, Fact, Mode, Problem, Verdict};
use secrets::SecretText;
use std::path::Path;
use transcript::{Draft, FileDigest, Kind, Level, count};

/// How long a custodian's certificate says that it holds, in seconds: 20 years. Azure looks only at its key.
const CERTIFICATE_LIFE: i64 = 20 * 365 * 24 * 3600;
/// The fewest characters of a custodian's passphrase: it alone protects a lost medium.
const SHORTEST_PASSPHRASE: usize = 12;
/// What a rehearsal proposes: it protects nothing but practice.
const PRACTICE_PASSPHRASE: &str = "practice passphrase";
/// Larger than any security domain file, in bytes.
const LARGEST_DOMAIN: u64 = 4 * 1024 * 1024;

/// A fact of this turn's custodian.
pub(super) fn named(name: &str, turn: u8) -> String {
    format!("{name}-{turn}")
}

/// A passphrase, typed twice.
fn new_passphrase(engine: &mut Engine<'_>, step: &Planned) -> Result<SecretText, Halt> {
    let mut problem = None;
    loop {
        let first = passphrase(engine, step, "Passphrase of your custodian key", problem.take())?;
        let again = passphrase(engine, step, "The same passphrase, once more", None)?;
        let refused = if first.expose() != again.expose() {
            ("not-the-same", "The two are not the same.", "Type it twice again.")
        } else if first.expose().chars().count() < SHORTEST_PASSPHRASE {
            (
                "passphrase-short",
                "It has fewer than 12 characters.",
                "Choose a longer one: four words and more.",
            )
        } else {
            return Ok(first);
        };
        let (code, happened, todo) = refused;
        problem = Some(Problem::new(code, happened, "No key was made.", todo).can_try_again());
    }
}

/// A passphrase as one person types it.
pub(super) fn passphrase(
    engine: &mut Engine<'_>,
    step: &Planned,
    what: &str,
    mut problem: Option<Problem>,
) -> Result<SecretText, Halt> {
    let hint = (engine.plan.mode == Mode::Rehearsal).then(|| PRACTICE_PASSPHRASE.to_owned());
    loop {
        let ask = Ask::NewSecret {
            name: step.actor.name.clone(),
            what: what.to_owned(),
            rule: "At least 12 characters; nobody but you knows it, and nothing brings it back.".to_owned(),
            hint: hint.clone(),
        };
        match engine.ask(step, ask, problem.take())? {
            Answer::Secret { text } => return Ok(SecretText::new(text.into_text()).map_err(memory)?),
            _ => problem = Some(not_an_answer()),
        }
    }
}

pub(super) fn make_key(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let phrase = new_passphrase(engine, step)?;
    let practice = if engine.plan.mode == Mode::Rehearsal { "rehearsal-" } else { "" };
    let subject = format!("{practice}custodian-{}", step.turn);
    let now = (engine.now)();
    let doing = "Making an RSA key pair of 3072 bits in locked memory, and sealing it";
    let (made, sealed) = engine.wait_for(step, doing, "a few seconds", || {
        made_and_sealed(&subject, now, &phrase).map_err(|e| byok_problem(&e))
    })?;
    // An interrupted attempt may have left its files on the same medium.
    let attempts = engine.attempts(step);
    let attempt = if attempts > 1 { format!("-{attempts}") } else { String::new() };
    let name = format!("custodian-{}{attempt}", step.turn);
    let folder = hand_to_custodian(engine, step, &name, &made, &sealed)?;
    let kept = format!("custodian-{}-{}.cer", step.turn, engine.journal.head().entries);
    let pem = made.certificate_pem();
    write_new(&engine.folder.join(&kept), pem.as_bytes())?;
    let thumbprint = crate::digest::hex(&made.thumbprint());
    let how = "under the custodian's own passphrase, on their own medium, read back from it";
    let draft = Draft::new(Kind::Outcome)
        .fact(Level::Public, &named("custodian-thumbprint", step.turn), thumbprint.as_str())
        .fact(Level::Public, &named("custodian-certificate", step.turn), kept.as_str())
        .fact(Level::Public, &named("custodian-private-key", step.turn), how)
        .fact(Level::Internal, &named("custodian-medium", step.turn), folder)
        .file(FileDigest::of(&*kept, pem.as_bytes()));
    let mut facts = vec![
        noted("Certificate, SHA-256 (x5t#S256)", thumbprint),
        noted("On your medium", format!("{name}.key, under your passphrase, and {name}.cer")),
    ];
    if attempts > 1 {
        facts.push(Fact {
            name: "Left behind by an interruption, where it is on your medium; delete it".to_owned(),
            expected: None,
            observed: format!("custodian-{}.key and its like with a lower number", step.turn),
            verdict: Verdict::Differs,
        });
    }
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}

/// A key pair with its certificate, and the private half under the passphrase. What leaves is opened before it does: a
/// key that never opened is none.
fn made_and_sealed(subject: &str, now: i64, phrase: &SecretText) -> Result<(Custodian, String), ByokError> {
    // A day's grace for clocks.
    let made =
        domain::make_custodian(subject, now - 24 * 3600, now + CERTIFICATE_LIFE, &mut domain::system_random)?;
    let sealed = domain::seal_key(&made.private_key, phrase, &mut domain::system_random)?;
    let opened = domain::open_key(sealed.as_bytes(), phrase)?;
    let ours = opened.same_as(made.private_key.expose()) && domain::belongs(&opened, &made.certificate)?;
    if ours { Ok((made, sealed)) } else { Err(ByokError::Unwrap) }
}

/// Writes the sealed key and the certificate to the custodian's own medium, and reads both back from it.
fn hand_to_custodian(
    engine: &mut Engine<'_>,
    step: &Planned,
    name: &str,
    made: &Custodian,
    sealed: &str,
) -> Result<String, Halt> {
    let files = [(format!("{name}.cer"), made.certificate_pem()), (format!("{name}.key"), sealed.to_owned())];
    let names = files.each_ref().map(|(name, _)| name.as_str());
    let mut problem = None;
    loop {
        let path = engine.folder_of_medium(
            step,
            "Which folder of your own medium takes your key?",
            &names,
            problem.take(),
        )?;
        let folder = &path;
        match bundle::is_medium(engine, folder).and_then(|()| written(folder, &files)) {
            Ok(()) => return Ok(path.display().to_string()),
            Err(p) => problem = Some(p.can_try_again()),
        }
    }
}

/// Writes new files, and takes back those of a write that did not come to its end: the next try may be here again.
fn written(folder: &Path, files: &[(String, String)]) -> Result<(), Problem> {
    if let Some((taken, _)) = files.iter().find(|(name, _)| folder.join(name).exists()) {
        return Err(disk(&folder.join(taken), &std::io::ErrorKind::AlreadyExists.into()));
    }
    let all = || {
        for (name, text) in files {
            write_new(&folder.join(name), text.as_bytes())?;
        }
        sync_folder(folder)?;
        files.iter().try_for_each(|(name, text)| read_again(&folder.join(name), text.as_bytes()))
    };
    all().inspect_err(|_| {
        for (name, _) in files {
            let _ = std::fs::remove_file(folder.join(name));
        }
    })
}

/// Asks for a folder of the medium that goes to the online team, and writes these files into a new folder there.
pub(super) fn to_online_team(
    engine: &mut Engine<'_>,
    step: &Planned,
    name: &str,
    files: &[BundleFile],
) -> Result<Outcome, Halt> {
    let mut problem = None;
    let dest = loop {
        let path = engine.folder_of_medium(
            step,
            "Into which folder of the online team's medium is it written?",
            &[name],
            problem.take(),
        )?;
        let medium = &path;
        match bundle::is_medium(engine, medium).and_then(|()| bundle::hand_over(medium, name, files)) {
            Ok(dest) => break dest.display().to_string(),
            Err(p) => problem = Some(p.can_try_again()),
        }
    };
    let read_back = count(files.len(), "file", "files") + ", read back from the medium";
    let draft = Draft::new(Kind::Outcome).fact(Level::Public, "written-to-medium", read_back).fact(
        Level::Internal,
        "handed-over-folder",
        dest.as_str(),
    );
    let facts =
        vec![noted("Written to", dest), noted("Files read back from the medium", files.len().to_string())];
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}

/// The first line of what a rehearsal hands over.
pub(super) fn practice(engine: &Engine<'_>) -> &'static str {
    if engine.plan.mode == Mode::Rehearsal { "REHEARSAL. Nothing here is to be used.\n\n" } else { "" }
}

/// The custodians' turns, where this ceremony makes their keys.
fn turns(engine: &Engine<'_>) -> Vec<u8> {
    engine.plan.steps.iter().filter(|s| s.action.name == "make-custodian-key").map(|s| s.turn).collect()
}

/// The certificate made for this turn, PEM.
pub(super) fn certificate(engine: &Engine<'_>, turn: u8) -> Result<Option<Vec<u8>>, Problem> {
    engine.fact(&named("custodian-certificate", turn)).map(|name| engine.kept(&name)).transpose()
}

pub(super) fn write_certificates(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let mut files = Vec::new();
    for turn in turns(engine) {
        let bytes = certificate(engine, turn)?.ok_or_else(out_of_order)?;
        files.push(BundleFile { name: format!("custodian-{turn}.cer"), bytes });
    }
    let names: Vec<&str> = files.iter().map(|f| f.name.as_str()).collect();
    let quorum = usize::from(engine.plan.number("quorum"));
    let command = domain::download_command(engine.plan.value("hsm-name"), &names, quorum)
        .map_err(|e| byok_problem(&e))?;
    let mut sums = Vec::new();
    for (file, turn) in files.iter().zip(turns(engine)) {
        let thumbprint = engine.fact(&named("custodian-thumbprint", turn)).ok_or_else(out_of_order)?;
        sums.push(format!("{thumbprint}  {}", file.name));
    }
    let text = format!(
        "{}On a machine that is signed in to Azure, in this folder:\n\n{command}\n\nBring {}-SD.json back. It names each \
         custodian by the SHA-256 of the certificate's DER:\n\n{}\n",
        practice(engine),
        engine.plan.value("hsm-name"),
        sums.join("\n"),
    );
    files.push(BundleFile { name: "DOWNLOAD.txt".to_owned(), bytes: text.into_bytes() });
    files.sort_by(|a, b| a.name.cmp(&b.name));
    let name = format!("{}-certificates-{}", engine.plan.mode.word(), engine.run);
    to_online_team(engine, step, &name, &files)
}

/// A file from a medium, no larger than `most` bytes.
pub(super) fn small(path: &Path, most: u64) -> Result<Vec<u8>, Problem> {
    crate::store::read_outside(path, most)
}

pub(super) fn read(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let mut problem = None;
    let (bytes, read) = loop {
        let path = engine.file_of_medium(
            step,
            "Which file is the security domain that the online team downloaded?",
            &["json"],
            problem.take(),
        )?;
        let tried = small(&path, LARGEST_DOMAIN).and_then(|bytes| {
            let read = SecurityDomain::read(&bytes).map_err(|e| byok_problem(&e))?;
            fits(engine, &read).map(|()| (bytes, read))
        });
        match tried {
            Ok(read) => break read,
            Err(p) => problem = Some(p.can_try_again()),
        }
    };
    let kept = format!("security-domain-{}.json", engine.journal.head().entries);
    write_new(&engine.folder.join(&kept), &bytes)?;
    let sha256 = crate::digest::sha256_hex(&bytes);
    let thumbprints: Vec<String> = read.thumbprints().map(|t| crate::digest::hex(t)).collect();
    let tags: Vec<&str> = read.tags().collect();
    let needs = format!("{} of {} custodians", read.required(), read.custodians());
    let draft = Draft::new(Kind::Outcome)
        .fact(Level::Public, "security-domain-sha256", sha256.as_str())
        .fact(Level::Public, "security-domain-needs", needs.as_str())
        .fact(Level::Public, "security-domain-certificates", serde_json::json!(thumbprints))
        .fact(Level::Public, "security-domain-parts", serde_json::json!(tags))
        .fact(Level::Internal, "security-domain-file", kept.as_str())
        .file(FileDigest::of(&*kept, &bytes));
    let facts = vec![
        noted("Security domain, SHA-256", sha256),
        noted("Needs", needs),
        noted("Parts", tags.len().to_string()),
    ];
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}

/// Refuses a security domain that is not for the certificates made here, or that these custodians cannot open.
fn fits(engine: &Engine<'_>, read: &SecurityDomain) -> Result<(), Problem> {
    let refused = |code: &str, happened: String, todo: &str| {
        Err(Problem::new(code, happened, "Nothing was read from it.", todo))
    };
    let turns = turns(engine);
    if turns.is_empty() {
        let opening = engine.plan.steps.iter().filter(|s| s.action.name == "open-domain-share").count();
        if (read.required()..=read.custodians()).contains(&opening) {
            return Ok(());
        }
        return refused(
            "other-number-of-custodians",
            format!(
                "This security domain needs {} of {} custodians, and this ceremony is for {opening}.",
                read.required(),
                read.custodians()
            ),
            "Begin again with the number of custodians that come.",
        );
    }
    let mut ours: Vec<String> =
        turns.iter().filter_map(|turn| engine.fact(&named("custodian-thumbprint", *turn))).collect();
    let mut theirs: Vec<String> = read.thumbprints().map(|t| crate::digest::hex(t)).collect();
    ours.sort_unstable();
    theirs.sort_unstable();
    if ours != theirs {
        return refused(
            "security-domain-of-others",
            "The security domain is not sealed for exactly the certificates that were made here.".to_owned(),
            "Bring the file that was downloaded with these certificates. If it is, somebody exchanged one: download anew.",
        );
    }
    if read.required() != usize::from(engine.plan.number("quorum")) {
        return refused(
            "other-quorum",
            format!(
                "The security domain needs {} custodians, which is not what was decided.",
                read.required()
            ),
            "Have it downloaded again with the command in DOWNLOAD.txt.",
        );
    }
    Ok(())
}

/// The security domain that was read, from the run's own copy.
pub(super) fn read_before(engine: &Engine<'_>) -> Result<SecurityDomain, Problem> {
    let name = engine.fact("security-domain-file").ok_or_else(out_of_order)?;
    SecurityDomain::read(&engine.kept(&name)?).map_err(|e| byok_problem(&e))
}

pub(super) fn read_exchange(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let mut problem = None;
    let (bytes, key, thumbprint) = loop {
        let path = engine.file_of_medium(
            step,
            "Which file is the exchange certificate of the HSM that is to take the security domain?",
            &["cer", "pem"],
            problem.take(),
        )?;
        let tried = super::aws::read(&path).and_then(|bytes| {
            let key = WrappingKey::from_certificate(&bytes).map_err(|e| byok_problem(&e))?;
            ::byok::check_begun(&bytes, (engine.now)()).map_err(|e| byok_problem(&e))?;
            let thumbprint = domain::thumbprint(&bytes).map_err(|e| byok_problem(&e))?;
            Ok((bytes, key, crate::digest::hex(&thumbprint)))
        });
        match tried {
            Ok(read) => break read,
            Err(p) => problem = Some(p.can_try_again()),
        }
    };
    let kept = format!("exchange-certificate-{}.cer", engine.journal.head().entries);
    write_new(&engine.folder.join(&kept), &bytes)?;
    let draft = Draft::new(Kind::Outcome)
        .fact(Level::Public, "exchange-certificate-sha256", thumbprint.as_str())
        .fact(Level::Internal, "exchange-certificate-file", kept.as_str())
        .file(FileDigest::of(&*kept, &bytes));
    let facts = vec![
        noted("Exchange certificate, SHA-256", thumbprint),
        noted("Its key", format!("RSA, {} bits", key.bits())),
        Fact {
            name: "That the new HSM made this certificate".to_owned(),
            expected: None,
            observed: "cannot be proven offline; the next step compares it with the online team's slip"
                .to_owned(),
            verdict: Verdict::NotProvable,
        },
    ];
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}

/// Whether the script takes in an exchange certificate.
pub(super) fn exchanges(engine: &Engine<'_>) -> bool {
    engine.plan.steps.iter().any(|s| s.action.name == "read-exchange-certificate")
}

/// The exchange certificate that was read, from the run's own copy, and its SHA-256.
pub(super) fn exchange(engine: &Engine<'_>) -> Result<(Vec<u8>, [u8; 32]), Problem> {
    let name = engine.fact("exchange-certificate-file").ok_or_else(out_of_order)?;
    let bytes = engine.kept(&name)?;
    let thumbprint = domain::thumbprint(&bytes).map_err(|e| byok_problem(&e))?;
    Ok((bytes, thumbprint))
}
