//! How every bundle is laid out around what its provider puts into it.

mod words;

use crate::bundle::{Bundle, BundleFile, Layout, Manifest, Rotation, Texts, check_blob_len, list};
use crate::digest::sha256_hex;
use crate::moment::unix_from_text;
use crate::provider::Import;
use crate::script::Script;
use crate::text::check_plain;
use crate::{ByokError, pem, public_key};
use data_encoding::HEXLOWER;

/// What is true of every provider's bundle, checked before a provider adds its own.
pub(crate) fn check_order(import: &dyn Import, bundle: &Bundle<'_>) -> Result<(), ByokError> {
    let made_at = unix_from_text(bundle.made_at).ok_or(ByokError::TimeMalformed(words::ITS_TIME))?;
    let row = import.check_before(bundle.key, bundle.algorithm, bundle.expiry, made_at)?;
    check_blob_len(row.recipe, import.wrapping_key().bits(), bundle.key, bundle.blob.len())?;
    match bundle.public_key {
        Some(der) if bundle.key.is_asymmetric() => public_key::check(bundle.key, der)?,
        None if !bundle.key.is_asymmetric() => {}
        _ => return Err(ByokError::PublicKeyMismatch),
    }
    if bundle.rotation != Rotation::First && !import.provider().rotates() {
        return Err(ByokError::Rotation(words::FIRST_ONLY));
    }
    for (name, text) in [
        ("the rung", bundle.rung),
        (words::ITS_CHECK_VALUE, bundle.check_value),
        ("the time", bundle.made_at),
        (words::ITS_CEREMONY, bundle.ceremony),
    ] {
        check_plain(name, text)?;
    }
    Ok(())
}

/// The bundle's files, the manifest last.
pub(crate) fn lay_out(
    import: &dyn Import,
    bundle: &Bundle<'_>,
    layout: Layout,
) -> Result<Vec<BundleFile>, ByokError> {
    let Layout { destination, blob: (blob, blob_member), more, steps, permissions, texts } = layout;
    let (pem_too, title, revoke, check) = match texts {
        Texts::Framed { revoke, check } => {
            let check = words::check(import, bundle, &destination, &check);
            (true, words::title(import.target()), words::revoke(bundle, revoke), check)
        }
        Texts::Whole { title, revoke, check } => (false, title.to_owned(), revoke, check),
    };
    let blob_file = blob.name.clone();
    let mut out = vec![blob];
    out.extend(more);
    let script = Script {
        title,
        until: import.valid_to(),
        files: out.iter().map(|f| (f.name.as_str(), sha256_hex(&f.bytes))).collect(),
        steps: &steps,
        rehearsal: bundle.rehearsal,
    };
    let (shell, powershell) = (script.shell()?, script.powershell()?);
    if let Some(public) = bundle.public_key {
        out.push(BundleFile { name: "PublicKey.der".to_owned(), bytes: public.to_vec() });
        if pem_too {
            out.push(BundleFile::text("PublicKey.pem", pem::encode(public, "PUBLIC KEY")));
        }
    }
    out.push(BundleFile::text("import.sh", shell));
    out.push(BundleFile::text("import.ps1", powershell));
    out.push(permissions);
    out.push(BundleFile::text("REVOKE.txt", revoke));
    out.push(BundleFile::text("CHECK-AFTER-IMPORT.txt", check));
    let manifest = Manifest {
        format: String::new(),
        target: import.target().to_string(),
        called: import.called().to_owned(),
        rehearsal: bundle.rehearsal,
        ceremony: bundle.ceremony.to_owned(),
        made_at: bundle.made_at.to_owned(),
        destination: destination.into_iter().map(|(k, v)| (k.to_owned(), v)).collect(),
        key_type: bundle.key.to_string(),
        wrapping_algorithm: bundle.algorithm.to_owned(),
        wrapping_key_bits: import.wrapping_key().bits(),
        wrapping_key_sha256: HEXLOWER.encode(&import.wrapping_key().fingerprint()),
        parameters_valid_to: import.valid_to(),
        rung: bundle.rung.to_owned(),
        check_value: bundle.check_value.to_owned(),
        public_key_sha256: bundle.public_key.map(sha256_hex),
        expiry: bundle.expiry,
        blob_file,
        blob_member: blob_member.map(str::to_owned),
        files: list(&out),
    };
    out.push(manifest.file()?);
    Ok(out)
}
