//! Custodians open their shares of a security domain: the test that enough of them do, and the restore blob.

use super::{byok_problem, domain, noted, out_of_order};
use crate::engine::{Engine, Halt, Outcome};
use crate::plan::Planned;
use crate::store::write_new;
use ::byok::bundle::BundleFile;
use ::byok::security_domain::{self, SecurityDomain, Share};
use protocol::Problem;
use secrets::SecretBytes;
use transcript::{Draft, FileDigest, Kind, Level};

/// A key file under a passphrase has a few thousand bytes.
const LARGEST_KEY: u64 = 64 * 1024;
const BLOB: &str = "restore-blob.json";

pub(super) fn open_share(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let read = domain::read_before(engine)?;
    let made_here = domain::certificate(engine, step.turn)?;
    let mut problem = None;
    let (thumbprint, share) = loop {
        let path = engine.file_of_medium(
            step,
            "Which file of your own medium is your key?",
            &["key"],
            problem.take(),
        )?;
        let files = domain::small(&path, LARGEST_KEY).and_then(|sealed| {
            let certificate = match &made_here {
                Some(made) => made.clone(),
                // azure-cli looks for it there, too.
                None => domain::small(&path.with_extension("cer"), LARGEST_KEY)?,
            };
            Ok((sealed, certificate))
        });
        let (sealed, certificate) = match files {
            Ok(files) => files,
            Err(p) => {
                problem = Some(p.can_try_again());
                continue;
            }
        };
        let phrase = domain::passphrase(engine, step, "Passphrase of your custodian key", None)?;
        let opened = security_domain::open_key(&sealed, &phrase).map_err(|e| byok_problem(&e));
        if opened.is_err() {
            let note = Draft::new(Kind::Note).fact(Level::Public, "note", "a custodian's key did not open");
            engine.append(engine.placed(note, step, false))?;
        }
        match opened.and_then(|private| share_of(engine, &read, &private, &certificate)) {
            Ok(found) => break found,
            Err(p) => problem = Some(p.can_try_again()),
        }
    };
    let number = share.number();
    engine.room.domain_shares.push(share);
    let draft = Draft::new(Kind::Outcome).fact(Level::Public, "domain-share", number).fact(
        Level::Public,
        "opened-for-certificate",
        thumbprint.as_str(),
    );
    let facts = vec![
        noted("Share of the security domain", format!("{number}, opened")),
        noted("For the certificate", thumbprint),
    ];
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}

/// The share that the file has for this certificate, opened; and the certificate's SHA-256 in hexadecimal.
fn share_of(
    engine: &Engine<'_>,
    read: &SecurityDomain,
    private: &SecretBytes,
    certificate: &[u8],
) -> Result<(String, Share), Problem> {
    let refused =
        |code: &str, happened: &str, todo: &str| Problem::new(code, happened, "No share was opened.", todo);
    if !security_domain::belongs(private, certificate).map_err(|e| byok_problem(&e))? {
        return Err(refused(
            "key-of-another",
            "This private key is not that of this custodian's certificate.",
            "Bring the key that was made for you; its certificate lies beside it under the same name.",
        ));
    }
    let thumbprint = security_domain::thumbprint(certificate).map_err(|e| byok_problem(&e))?;
    let at = read.thumbprints().position(|t| *t == thumbprint).ok_or_else(|| {
        refused(
            "no-share-for-certificate",
            "The security domain has no share for this certificate.",
            "Bring the key that belongs to this security domain, or its file.",
        )
    })?;
    let share = read.open_share(at, private).map_err(|e| byok_problem(&e))?;
    if engine.room.domain_shares.iter().any(|s| s.number() == share.number()) {
        return Err(refused(
            "share-twice",
            "This share was opened already in this ceremony.",
            "Another custodian brings another key.",
        ));
    }
    Ok((crate::digest::hex(&thumbprint), share))
}

fn shares<'e>(engine: &'e Engine<'_>) -> Result<Vec<&'e Share>, Problem> {
    let shares: Vec<_> = engine.room.domain_shares.iter().collect();
    if shares.is_empty() { Err(out_of_order()) } else { Ok(shares) }
}

pub(super) fn test(engine: &mut Engine<'_>, _step: &Planned) -> Result<Outcome, Halt> {
    let read = domain::read_before(engine)?;
    let shares = shares(engine)?;
    let numbers: Vec<u8> = shares.iter().map(|s| s.number()).collect();
    // As many sets as there are shares, so that each share takes part; one where all are needed.
    let sets = if shares.len() == read.required() { 1 } else { shares.len() };
    let mut parts = 0;
    for first in 0..sets {
        let set: Vec<&Share> = shares.iter().cycle().skip(first).take(read.required()).copied().collect();
        parts = read.test_quorum(&set).map_err(|e| byok_problem(&e))?.opened.len();
    }
    let each = if sets == 1 { "" } else { " each" };
    let shown = format!(
        "{} of {} shares{each} opened all {parts} parts",
        transcript::count(sets, "set", "sets"),
        read.required()
    );
    let draft = Draft::new(Kind::Outcome).fact(Level::Public, "quorum-tested", shown.as_str()).fact(
        Level::Public,
        "quorum-shares",
        serde_json::json!(numbers),
    );
    let facts = vec![
        noted("Quorum", shown),
        noted("What was opened", "only checked; nothing of it was kept or shown"),
    ];
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}

pub(super) fn seal(engine: &mut Engine<'_>, _step: &Planned) -> Result<Outcome, Halt> {
    let read = domain::read_before(engine)?;
    let (certificate, thumbprint) = domain::exchange(engine)?;
    let thumbprint = crate::digest::hex(&thumbprint);
    // The copy has to be what two people compared.
    if engine.fact("exchange-certificate-sha256").as_ref() != Some(&thumbprint) {
        return Err(out_of_order().into());
    }
    let blob = read
        .restore_blob(&shares(engine)?, &certificate, &mut security_domain::system_random)
        .map_err(|e| byok_problem(&e))?;
    let kept = format!("restore-blob-{}.json", engine.journal.head().entries);
    write_new(&engine.folder.join(&kept), &blob)?;
    let sha256 = crate::digest::sha256_hex(&blob);
    let draft = Draft::new(Kind::Outcome)
        .fact(Level::Public, "restore-blob-sha256", sha256.as_str())
        .fact(Level::Public, "sealed-for-certificate", thumbprint.as_str())
        .fact(Level::Internal, "restore-blob-file", kept.as_str())
        .file(FileDigest::of(kept, &blob));
    let facts = vec![
        noted("Sealed for the exchange certificate, SHA-256", thumbprint),
        noted("Restore blob, SHA-256", sha256),
    ];
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}

pub(super) fn write(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let name = engine.fact("restore-blob-file").ok_or_else(out_of_order)?;
    let bytes = engine.kept(&name)?;
    let text = format!(
        "{}On a machine that is signed in to Azure, in this folder, with the name of the new HSM in place of NEW:\n\n\
         az keyvault security-domain upload --hsm-name NEW --sd-file {BLOB} --restore-blob\n\nThen take a backup of the \
         new HSM, and restore the old one's into it.\n",
        domain::practice(engine)
    );
    let files = [
        BundleFile { name: "UPLOAD.txt".to_owned(), bytes: text.into_bytes() },
        BundleFile { name: BLOB.to_owned(), bytes },
    ];
    let name = format!("{}-restore-{}", engine.plan.mode.word(), engine.run);
    domain::to_online_team(engine, step, &name, &files)
}
