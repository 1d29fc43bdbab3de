//! What people read of security domains.

use engine::words::observed;
use protocol::{Fact, Verdict, problems};
use script::Plan;
use script::passphrase::Weak;
use transcript::count;

problems! {
    /// The second time it was typed otherwise.
    pub(in crate::domain) fn not_the_same() = "not-the-same" again {
        "The two are not the same."
        "No key was made."
        "Type it twice again."
    }

    /// It would protect nothing.
    pub(in crate::domain) fn passphrase_weak(why: &Weak) = "passphrase-weak" again {
        "{why}"
        "No key was made."
        "Choose another: four or five words that do not belong together."
    }

    /// Too few or too many of the file's custodians take part.
    pub(in crate::domain) fn other_number_of_custodians(required: usize, of: usize, opening: usize) = "other-number-of-custodians" {
        "This security domain needs {required} of {of} custodians, and this ceremony is for {opening}."
        "Nothing was read from it."
        "Begin again with the number of custodians that come."
    }

    /// It names other certificates.
    pub(in crate::domain) fn security_domain_of_others() = "security-domain-of-others" {
        "The security domain is not sealed for exactly the certificates that were made here."
        "Nothing was read from it."
        "Bring the file that was downloaded with these certificates. If it is, somebody exchanged one: download anew."
    }

    /// It needs another number of custodians than was decided.
    pub(in crate::domain) fn other_quorum(required: usize) = "other-quorum" {
        "The security domain needs {required} custodians, which is not what was decided."
        "Nothing was read from it."
        "Have it downloaded again with the command in DOWNLOAD.txt."
    }

    /// Key and certificate are of two people.
    pub(in crate::domain) fn key_of_another() = "key-of-another" {
        "This private key is not that of this custodian's certificate."
        "No share was opened."
        "Bring the key that was made for you; its certificate lies beside it under the same name."
    }

    /// A custodian of another security domain.
    pub(in crate::domain) fn no_share_for_certificate() = "no-share-for-certificate" {
        "The security domain has no share for this certificate."
        "No share was opened."
        "Bring the key that belongs to this security domain, or its file."
    }

    /// One custodian would count for two.
    pub(in crate::domain) fn share_twice() = "share-twice" {
        "This share was opened already in this ceremony."
        "No share was opened."
        "Another custodian brings another key."
    }

    /// Too few custodians, or too many, or one lost key would lose the HSM.
    pub(in crate::domain) fn quorum() = "quorum" {
        "The quorum has to be at least 2 and smaller than the number of custodians, which is 3 to 10: one lost key must not lose the HSM."
        "Nothing was started."
        "Mend the script, the roster or the parameters, and check again."
    }
}

// What a rehearsal that plays by itself is given.
pub(in crate::domain) const FIRST_CUSTODIANS_KEYS: &str = "First a ceremony that makes the custodians' keys:";

// Questions.

pub(in crate::domain) const YOUR_PASSPHRASE: &str = "Passphrase of your custodian key";
pub(in crate::domain) const ONCE_MORE: &str = "The same passphrase, once more";
pub(in crate::domain) const PASSPHRASE_RULE: &str = "12 characters or more that nobody guesses: four or five words that do not belong together. Nobody but you knows it, and nothing brings it back.";
pub(in crate::domain) const WHICH_FOLDER_FOR_KEY: &str = "Which folder of your own medium takes your key?";
pub(in crate::domain) const WHICH_FOLDER: &str =
    "Into which folder of the online team's medium is it written?";
pub(in crate::domain) const WHICH_DOMAIN: &str =
    "Which file is the security domain that the online team downloaded?";
pub(in crate::domain) const WHICH_KEY: &str = "Which file of your own medium is your key?";
pub(in crate::domain) const WHICH_CERTIFICATE: &str =
    "Which file is the exchange certificate of the HSM that is to take the security domain?";

/// What a rehearsal proposes: it protects nothing but practice.
pub(in crate::domain) const PRACTICE_PASSPHRASE: &str = "practice passphrase of this rehearsal";

// What takes its time.

pub(in crate::domain) const MAKING: &str =
    "Making an RSA key pair of 3072 bits in locked memory, and sealing it";
pub(in crate::domain) const A_FEW_SECONDS: &str = "a few seconds";

// What the record says.

pub(in crate::domain) const ON_OWN_MEDIUM: &str =
    "under the custodian's own passphrase, on their own medium, read back from it";
pub(in crate::domain) const KEY_DID_NOT_OPEN: &str = "a custodian's key did not open";

pub(in crate::domain) fn needs(required: usize, of: usize) -> String {
    format!("{required} of {of} custodians")
}

/// What was tried, to be read in the record.
pub(in crate::domain) fn opened_all(sets: usize, required: usize, parts: usize) -> String {
    let each = if sets == 1 { "" } else { " each" };
    format!("{} of {required} shares{each} opened all {parts} parts", count(sets, "set", "sets"))
}

// What people see.

pub(in crate::domain) fn thumbprint(thumbprint: &str) -> Fact {
    observed("Certificate, SHA-256 (x5t#S256)", thumbprint)
}

pub(in crate::domain) fn on_your_medium(name: &str) -> Fact {
    observed("On your medium", format!("{name}.key, under your passphrase, and {name}.cer"))
}

pub(in crate::domain) fn left_behind(turn: u8) -> Fact {
    Fact {
        verdict: Verdict::Differs,
        ..observed(
            "Left behind by an interruption, where it is on your medium; delete it",
            format!("custodian-{turn}.key and its like with a lower number"),
        )
    }
}

pub(in crate::domain) fn domain(sha256: &str, needs: &str, parts: usize) -> [Fact; 3] {
    [
        observed("Security domain, SHA-256", sha256),
        observed("Needs", needs),
        observed("Parts", parts.to_string()),
    ]
}

pub(in crate::domain) fn share_opened(number: u8, thumbprint: &str) -> [Fact; 2] {
    [
        observed("Share of the security domain", format!("{number}, opened")),
        observed("For the certificate", thumbprint),
    ]
}

pub(in crate::domain) fn quorum_tested(shown: &str) -> [Fact; 2] {
    [observed(QUORUM, shown), observed("What was opened", "only checked; nothing of it was kept or shown")]
}

pub(in crate::domain) fn exchange(thumbprint: &str, bits: u16) -> [Fact; 3] {
    [
        observed("Exchange certificate, SHA-256", thumbprint),
        observed("Its key", format!("RSA, {bits} bits")),
        Fact {
            verdict: Verdict::NotProvable,
            ..observed(
                "That the new HSM made this certificate",
                "cannot be proven offline; the next step compares it with the online team's slip",
            )
        },
    ]
}

pub(in crate::domain) fn sealed(thumbprint: &str, sha256: &str) -> [Fact; 2] {
    [observed("Sealed for the exchange certificate, SHA-256", thumbprint), observed(RESTORE_BLOB, sha256)]
}

// What was made.

pub(in crate::domain) const SECURITY_DOMAIN: &str = "Security domain, SHA-256";
pub(in crate::domain) const QUORUM: &str = "Quorum";
pub(in crate::domain) const RESTORE_BLOB: &str = "Restore blob, SHA-256";
pub(in crate::domain) const SEALED_FOR: &str = "Restore blob sealed for";
pub(in crate::domain) const ON_TEAMS_MEDIUM: &str = "On the online team's medium";

// What the online team reads.

/// The first line of what a rehearsal hands over.
fn practice(plan: &Plan) -> &'static str {
    match plan.mode {
        protocol::Mode::Rehearsal => "REHEARSAL. Nothing here is to be used.\n\n",
        protocol::Mode::Production => "",
    }
}

pub(in crate::domain) fn how_to_download(plan: &Plan, hsm: &str, command: &str, sums: &[String]) -> String {
    format!(
        "{}On a machine that is signed in to Azure, in this folder:\n\n{command}\n\nBring {hsm}-SD.json back. It names each \
         custodian by the SHA-256 of the certificate's DER:\n\n{}\n",
        practice(plan),
        sums.join("\n"),
    )
}

pub(in crate::domain) fn how_to_upload(plan: &Plan, blob: &str) -> String {
    format!(
        "{}On a machine that is signed in to Azure, in this folder, with the name of the new HSM in place of NEW:\n\n\
         az keyvault security-domain upload --hsm-name NEW --sd-file {blob} --restore-blob\n\nThen take a backup of the \
         new HSM, and restore the old one's into it.\n",
        practice(plan)
    )
}

/// What people call the materials, to stand after "needs".
pub(crate) mod called {
    pub(crate) const CUSTODIAN_KEYS: &str = "the custodians' key pairs";
    pub(crate) const SECURITY_DOMAIN: &str = "a security domain that was read";
    pub(crate) const DOMAIN_SHARES: &str = "the opened shares of the security domain";
    pub(crate) const TESTED_QUORUM: &str = "a security domain that enough custodians opened";
    pub(crate) const EXCHANGE_CERTIFICATE: &str =
        "the certificate of the HSM that is to take the security domain";
    pub(crate) const RESTORE_BLOB: &str = "the sealed security domain";
}

/// What is owed, in sentences; `{}` stands for the turn or the share.
pub(crate) mod owed {
    pub(crate) const CUSTODIAN_OPENED: &str =
        "The key of custodian {} has to open its share of the security domain.";
    pub(crate) const QUORUM_TESTED: &str = "Enough custodians have to open the security domain.";
    pub(crate) const RESTORE_BLOB_ON_MEDIUM: &str =
        "The restore blob has to be written to a medium and read back from it.";
}
