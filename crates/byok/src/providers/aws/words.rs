//! What AWS's bundle, its questions and its receipts say.

use super::kind::KeySpec;
use crate::arrived::Wanted;
use crate::bundle::{Bundle, Rotation};
use crate::digest::sha256_hex;
use crate::moment::iso;
use crate::provider::Import;
use crate::says::says;
use crate::stop::Command;
use data_encoding::HEXLOWER;
use std::fmt::Write as _;

/// An example, and the key that a stand-in is for.
pub const ARN: &str = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
pub(super) const KEY_ARN: &str = "Which key is it for? Its ARN, which the console's archive does not say.";
pub(super) const VALID_TO: &str = "\
    Until when are the parameters valid, in UTC? The console's archive does not say it: 24 hours after the download.";
pub(super) const A_TIME: &str = "2027-01-31T12:00:00Z";
pub(super) const CALLED: &str = "AWS KMS";
pub(super) const TO_FETCH: &str = "\
aws kms create-key --origin EXTERNAL --key-spec SYMMETRIC_DEFAULT
aws kms get-parameters-for-import --key-id KEY_ARN --wrapping-algorithm RSAES_OAEP_SHA_256 \\
    --wrapping-key-spec RSA_4096 --output json > import-params.json
(for RSA keys: --wrapping-algorithm RSA_AES_KEY_WRAP_SHA_256; the reply does not say which was asked for: write it down.
The parameters last 24 hours.)
";

pub(super) const WANTED: Wanted = Wanted {
    what: "the JSON that get-parameters-for-import prints, or the console's zip archive",
    how: "Save it with aws kms get-parameters-for-import with --output json > import-params.json, and carry that file in.",
};
pub(super) const TITLE: &str = "Imports the wrapped key into AWS KMS.";

pub(super) const CHINA_TAKES_SM4: &str = "KMS in China takes symmetric keys of 16 bytes (SM4) alone";
pub(super) const CHINA_TAKES_OAEP: &str = "KMS in China takes no key wrapped with RSA_AES_KEY_WRAP";

pub(super) const SYMMETRIC_ONLY: &str =
    "only a symmetric key takes new material; an HMAC, RSA or elliptic-curve key keeps its first for ever";
pub(super) const DESCRIPTION: &str =
    "its description must be of letters, digits and -_.:/=@+ only, at most 256";
pub(super) const MATERIAL_ID: &str = "a key material ID is 64 lower-case hexadecimal digits";
pub(super) const NOT_ONE_KEY: &str =
    "these are not the parameters of one multi-Region key (mrk-…) in its Regions";
pub(super) const SAME_WRAPPING_KEY: &str =
    "two Regions have the same wrapping key; fetch each Region's own parameters";
pub(super) const THEN_REPLICAS: &str = "the material shows PENDING_MULTI_REGION_IMPORT_AND_ROTATION";
pub(super) const THEN_NEXT: &str = "the import succeeded in this Region";
pub(super) const THEN_ROTATE: &str =
    "all Regions show PENDING_ROTATION: then run aws kms rotate-key-on-demand in the primary Region";

pub(super) const STATE: &str = "State: Enabled; origin: EXTERNAL";
pub(super) const CURRENT_NOT_COMPARED: &str =
    "The current material is not compared: rotation decides which one that is";
pub(super) const NOT_DESCRIBED: &str =
    "Not shown: state, origin and expiry (describe-key is not in the receipt)";
pub(super) const NO_KEY_ID: &str = "no KeyId";
pub(super) const PUBLIC_KEY_NOT_BASE64: &str = "PublicKey is not base64";
pub(super) const MATERIAL_ID_MALFORMED: &str = "KeyMaterialId is not 64 hexadecimal digits";

/// `REVOKE.txt`, with the commands that switch the key off and that delete its material.
pub(super) fn revoke(stops: &[Command; 2], b: &Bundle<'_>) -> String {
    let [disable, delete] = stops;
    format!(
        "Ceremony: {}\nMade: {}\nCheck value of the key: {}\n\nTo take this key out of the cloud again:\n{}\n{}\n\
         The second deletes the material at once; the same material, and no other, can be imported again. Disable a key that\n\
         may be compromised first, and see what still uses it. The ceremony's backup still holds the key. Destroying it too\n\
         is another ceremony.\n",
        b.ceremony,
        b.made_at,
        b.check_value,
        disable.line(),
        delete.line(),
    )
}

pub(super) const STOP: [&str; 2] = [
    "\
    disable stops all use at once; undo makes it usable again.\n\
    expire deletes the imported material at once; the same material, and no other, can be imported again. Of a key with\n\
    several it deletes the current one, and the key is unusable until that is back.\n\
    delete has AWS delete the key after 30 days; restore cancels that, and leaves the key disabled.",
    "\
    revoke lists the grants and the key's policy. A grant allows use beside the policy.\n\
    A multi-Region key is stopped in each of its Regions, with the ARN that it has there.",
];
pub(super) const BLANK_GRANT: &str = "\
    set it to the GrantId of a grant that is to end, from the list above, and run this stage again; with no grants, nothing \
    is left to do";

/// `CHECK-AFTER-IMPORT.txt`.
pub(super) fn check_after(p: &dyn Import, b: &Bundle<'_>, spec: KeySpec, model: &str) -> String {
    let mut s = String::new();
    if b.rehearsal {
        s.push_str("REHEARSAL. Nothing here is to be imported.\n\n");
    }
    let _ = write!(
        s,
        "Ceremony: {}\nMade: {}\nKMS key: {}\nKind: {}\nWrapped with: {} under RSA of {} bits\n\
         SHA-256 of the wrapping key: {}\nWrapped at: {}\nCheck value of the key: {}\n\n\
         Import before {}. On Windows: powershell -ExecutionPolicy Bypass -File import.ps1\n\n\
         After import.sh or import.ps1, receipt.json must say:\n\
         - the key above, KeyState Enabled, Origin EXTERNAL, ExpirationModel {}\n\
         - KeyMaterialId: write it down. Only AWS can compute it; an import of the same key must show the same one.\n\n",
        b.ceremony,
        b.made_at,
        p.called(),
        spec,
        b.algorithm,
        p.wrapping_key().bits(),
        HEXLOWER.encode(&p.wrapping_key().fingerprint()),
        b.rung,
        b.check_value,
        p.valid_to().map(iso).unwrap_or_default(),
        model,
    );
    s.push_str(&explained(b.rotation));
    if let Some(public) = b.public_key {
        let _ = write!(
            s,
            "Proof that AWS holds this key: the PublicKey of get-public-key, decoded, equals PublicKey.der\n\
             (SHA-256 {}). Then sign a message in KMS and verify it with PublicKey.der.\n",
            sha256_hex(public)
        );
    } else if b.key.is_hmac() {
        s.push_str(
            "Proof that AWS holds this key: generate-mac of a known message equals the HMAC that the ceremony's key\n\
             gives for the same message.\n",
        );
    } else {
        s.push_str(
            "What cannot be proven: AWS publishes no check value of a symmetric key, and its ciphertexts cannot be\n\
             opened outside KMS. That the import succeeded shows that AWS unwrapped 32 bytes; encrypting and decrypting\n\
             shows that the key works, not which key it is. The nearest thing to proof: import the same key again from\n\
             the ceremony's backup with fresh parameters. It succeeds for the same key only; another one fails with\n\
             IncorrectKeyMaterialException.\n",
        );
    }
    s
}

/// What people must know about it.
fn explained(rotation: Rotation<'_>) -> String {
    match rotation {
        Rotation::First => String::new(),
        Rotation::New { .. } => "This is new material. After the import it is PENDING_ROTATION: nothing uses it until somebody runs\n\
             aws kms rotate-key-on-demand for the key (at most 25 times in a key's life; for a multi-Region key only after\n\
             every replica has the material). Older material stays for decryption and must stay importable: keep every\n\
             generation's backup. aws kms list-key-rotations --include-key-material ALL_KEY_MATERIAL shows them all.\n\n"
            .to_owned(),
        Rotation::Existing { material_id } => format!(
            "This puts back material that the key had before{}. The key is usable again only when all its material is back.\n\n",
            if material_id.is_some() {
                "; AWS compares its ID and refuses any other"
            } else {
                "; without its ID AWS finds out by itself whether it is the same"
            }
        ),
    }
}

says! {
    imported(key: &str) "Imported into {key}"
    key_material_id(id: &str) "Key material ID: {id}"
}
