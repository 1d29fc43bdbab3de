//! What a transit engine's bundle, its questions and its receipts say.

use crate::arrived::Wanted;
use crate::bundle::Bundle;
use crate::says::says;

pub(super) const CALLED: &str = "HashiCorp Vault";
pub(super) const TO_FETCH: &str = "\
bao read -format=json transit/wrapping_key > wrapping-key.json
(or vault in place of bao; the key belongs to the mount and has no end. Never use `bao transit import`: it wants the
key itself on the online machine.)
";
pub(super) const WANTED: Wanted = Wanted {
    what: "the mount's wrapping key, as JSON or as PEM",
    how: "Save it with bao read -format=json transit/wrapping_key > wrapping-key.json (or vault in place of bao), and carry \
          that file in; without -format=json the tool prints a table.",
};

/// What to know before a key is stopped, beside how `REVOKE.txt` takes it away.
pub(super) const STOP: &str = "\
    The engine cannot switch a key off. disable ends the versions below STOP_NEXT, and works only where the key has that later\n\
    version: it shows the versions first. undo allows decryption with the earlier versions again.\n\
    delete destroys the key with all its versions at once, and nothing undoes it but an import under the same name.\n\
    There is no expire: imported keys have no end here. There is no revoke: the policies of the server say who may use the\n\
    key; look for its path in them.";
pub(super) const A_PATH: &str = "MOUNT/keys/NAME with the name of this key";
pub(super) const BLANK_PROGRAM: &str = "\
    set it to vault or bao, whichever the server is; the record does not say it";
pub(super) const BLANK_MOUNT: &str = "\
    set it to the path where the transit engine is mounted; the record does not say it";
pub(super) const BLANK_NEXT: &str = "\
    set it to the lowest version that stays in use, from latest_version and the list above";
pub(super) const BLANK_OLDEST: &str = "\
    set it to the lowest version that is to decrypt again";
pub(super) const REVOKE: &str = "\
    Set deletion_allowed=true on the key's config, then delete MOUNT/keys/NAME. To end one version only, raise\n\
    min_decryption_version above it.\n";

/// What the receipt must say, and what proves which key the provider holds.
pub(super) fn check(b: &Bundle<'_>) -> String {
    let mut s = String::from(
        "receipt.json must show the key above, its type, and imported_key true. Imported keys have no expiry, and get new\n\
         versions by import only unless allow_rotation was set.\n\n",
    );
    s.push_str(if b.key.is_asymmetric() {
        "Proof that the engine holds this key: the public_key of its latest version is that of PublicKey.pem.\n"
    } else if b.key.is_hmac() {
        "Proof that the engine holds this key: its HMAC of a known message equals the HMAC that the ceremony's key gives.\n"
    } else {
        "What the receipt cannot prove: which AES key the engine holds. Encrypt a known text there and open it in a\n\
         ceremony with the backup.\n"
    });
    s
}

pub(super) const ASK_PROGRAM: &str = "Which program imports it? vault or bao.";
pub(super) const ASK_MOUNT: &str = "Where is the transit engine mounted?";
pub(super) const ASK_KEY_NAME: &str = "What is the key called there? Letters, digits, hyphens, underscores.";
pub(super) const ASK_VERSION: &str = "Is it a new version of an imported key that exists? yes or no.";
pub(super) const ORIGIN: &str = "\
    nothing carried in proves it; the mount never changes it, so that its SHA-256 must be that of every time before";
pub(super) const NO_TYPE: &str = "the engine has no type for it";
pub(super) const NEW_VERSION: &str = "a new version";
pub(super) const NEW_KEY: &str = "a new key";
pub(super) const SIZE: &str = "RSA of 4096 bits, as every transit engine has it";
pub(super) const NO_LATEST: &str = "keys (of the latest version)";

/// `importer-policy.hcl`.
pub(super) fn permissions(path: &str, verb: &str) -> String {
    format!(
        "# Imports this key and reads about it; it cannot use it.\n\
         path \"{path}/{verb}\" {{\n  capabilities = [\"create\", \"update\"]\n}}\n\
         path \"{path}\" {{\n  capabilities = [\"read\"]\n}}\n"
    )
}

says! {
    name(key: &str, version: u64) "{key} version {version}"
    imported(version: u64) "Imported as version {version}"
    not_imported(said: &str) "imported_key: {said}"
}
