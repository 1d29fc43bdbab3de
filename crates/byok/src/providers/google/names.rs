//! Names of keys, key versions and import jobs.

use crate::answers::url;
use crate::text::made_of;
use std::fmt;

/// A key or an import job: `projects/P/locations/L/keyRings/R/KIND/NAME`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Resource {
    /// `projects/P/locations/L/keyRings/R`.
    pub(super) ring: String,
    pub(super) kind: &'static str,
    pub(super) name: String,
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.ring, self.kind, self.name)
    }
}

/// Reads a resource's name: relative as gcloud prints it, full as Google's audit logs have it
/// (`//cloudkms.googleapis.com/…`), or the address of the interface (`https://cloudkms.googleapis.com/v1/…`). Names in it
/// are not the same in capitals; the words between them are.
pub(super) fn resource(text: &str, kind: &'static str) -> Option<Resource> {
    let path = match text.strip_prefix("//") {
        Some(full) => of_interface(full)?,
        None if text.contains("://") => of_interface(text)?.strip_prefix("v1/")?,
        None => text.trim_matches('/'),
    };
    let parts: Vec<&str> = path.split('/').collect();
    let [projects, project, locations, location, rings, ring, found, name] = parts[..] else { return None };
    let words = [(projects, "projects"), (locations, "locations"), (rings, "keyRings"), (found, kind)];
    // A project of a domain reads `example.com:project`.
    let plain = made_of(project, 63, b"-.:") && [location, ring, name].iter().all(|p| made_of(p, 63, b"-_"));
    (plain && words.iter().all(|(found, word)| found.eq_ignore_ascii_case(word))).then(|| Resource {
        ring: format!("projects/{project}/locations/{location}/keyRings/{ring}"),
        kind,
        name: name.to_owned(),
    })
}

/// What follows the host in an address of Cloud KMS's interface.
fn of_interface(text: &str) -> Option<&str> {
    url(text).filter(|(host, _)| host == "cloudkms.googleapis.com").map(|(_, path)| path)
}

/// A key and the number of a version of it, from the version's name.
pub(super) fn version_of(text: &str) -> Option<(Resource, &str)> {
    let (key, version) = text.rsplit_once("/cryptoKeyVersions/")?;
    let number = !version.is_empty() && version.len() < 20 && version.bytes().all(|b| b.is_ascii_digit());
    number.then(|| resource(key, "cryptoKeys").map(|key| (key, version)))?
}

/// A key ring, a key in it and, where the name has one, the number of a version, each in its normal form.
pub(crate) fn key_in(text: &str) -> Option<(String, String, Option<String>)> {
    let (key, version) = match version_of(text) {
        Some((key, version)) => (key, Some(version.to_owned())),
        None => (resource(text, "cryptoKeys")?, None),
    };
    Some((key.ring.clone(), key.to_string(), version))
}
