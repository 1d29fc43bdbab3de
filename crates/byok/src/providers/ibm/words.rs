//! What IBM's bundle, its questions and its receipts say.

use crate::arrived::Wanted;
use crate::says::says;

pub(super) const CALLED: &str = "IBM Key Protect";
pub(super) const TO_FETCH: &str = "\
ibmcloud kp import-token create -i INSTANCE -e 86400 -m 1
ibmcloud kp import-token show -i INSTANCE --output json > import-token.json
(-e is the token's life in seconds, at most 86400; the default of 600 is over before a ceremony has begun. An instance
has one token: making another ends this one.)
";
pub(super) const WANTED: Wanted = Wanted {
    what: "the import token as JSON",
    how: "Save it with ibmcloud kp import-token show -i INSTANCE --output json > import-token.json, and carry that file in; \
          without --output json the tool prints a table.",
};

/// What to know before a key is stopped, beside how `REVOKE.txt` takes it away.
pub(super) const STOP: &str = "\
    disable stops all use of a root key; undo allows it again. IBM says that services which use the key may take up to\n\
    four hours to follow.\n\
    delete destroys the key. Bringing it back needs its material and is an import of its own, so that there is no restore.\n\
    There is no expire: the expiry of a key is set when it is made. There is no revoke: the roles on the instance say who\n\
    may use the key; look at those.";
pub(super) const BLANK_KEY: &str = "\
    set it to the ID of the key, from the list above; the record has its name alone, and a receipt has the ID";
pub(super) const BLANK_INSTANCE: &str = "\
    set it to the ID of the instance; the record does not say it";
pub(super) const REVOKE: &str = "\
    ibmcloud kp key disable KEY -i INSTANCE, at once; ibmcloud kp key delete KEY -i INSTANCE. A deleted key\n\
    can be restored for a while.\n";

pub(super) const CHECK: &str = "\
    receipt.json must name the key above and say that it is not extractable.\n\
    \n\
    Proof that IBM holds this key: the service opens the nonce with what it unwrapped, and refuses the\n\
    import if that fails. So an accepted import is an import of this key. key-request.json is the same\n\
    request for POST /api/v2/keys. The service is given no expiry; set one afterwards if it is wanted.\n";

pub(super) const ASK_INSTANCE: &str = "Which Key Protect instance is the key for? Its ID, or its CRN.";
pub(super) const ASK_KEY_NAME: &str =
    "What is the key to be called there? Letters, digits, hyphens and underscores, 2 to 90.";
pub(super) const NO_PROOF: &str = "the nonce under the key";
pub(super) const NOT_IMPORTED: &str = "not imported";

/// `importer-role.txt`.
pub(super) fn permissions(instance: &str) -> String {
    format!(
        "Service access role Writer on the Key Protect instance {instance}, for the import alone; take it away\n\
         afterwards. An instance policy (keyCreateImportAccess) can forbid that root keys are made in it.\n"
    )
}

says! {
    imported(id: &str) "Imported as {id}, not extractable"
    extractable(said: &str) "extractable: {said}"
}

pub(crate) const KEY_TO_MAKE: &str = "Key to make";
