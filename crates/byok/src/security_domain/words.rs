//! What is said of a security domain file that is not one, to follow "it cannot be read".

use crate::arrived::Wanted;
use crate::says::says;

pub(super) const FILE: Wanted = Wanted {
    what: "the security domain file, JSON",
    how: "Download it with az keyvault security-domain download --security-domain-file FILE, and carry that file in.",
};
pub(super) const CERTIFICATE: Wanted = Wanted {
    what: "one certificate, PEM or DER",
    how: "Carry in the file that az keyvault security-domain init-recovery wrote for an exchange certificate, or the \
          custodian's own certificate.",
};
pub(super) const REQUIRED: &str = "required is not 2 to 10";
pub(super) const NO_THUMBPRINT: &str = "x5t_256 is not a SHA-256";
pub(super) const ONE_CERTIFICATE: &str = "two shares are for one certificate";
pub(super) const SHARE_SEALED: &str = "a share is not sealed with RSA-OAEP-256 or RSA-OAEP";
pub(super) const TAG: &str = "a tag is empty, too long or holds control characters";
pub(super) const PART_SEALED: &str = "a part is not sealed with a derived key (dir)";
pub(super) const FIVE_PARTS: &str = "a JWE has not five parts";
pub(super) const NO_BASE64URL: &str = "a JWE is not base64url";
pub(super) const HEADER: &str = "a JWE's header is not JSON";
pub(super) const ALG: &str = "a JWE's alg is not dir, RSA-OAEP-256 or RSA-OAEP";
pub(super) const ENC: &str = "a JWE's enc is not A256CBC-HS512";
pub(super) const CRIT: &str = "a JWE has crit or zip";
pub(super) const KEY: &str = "a JWE has a key where there is none, or none where there is one";
pub(super) const BLOCKS: &str = "a JWE's ciphertext is not whole blocks";
pub(super) const IV: &str = "a JWE's IV is not 16 bytes";
pub(super) const AUTH_TAG: &str = "a JWE's tag is not 32 bytes";
pub(super) const NOT_SEALED: &str = "it could not be sealed again";
pub(super) const KEY_NOT_SEALED: &str = "its new key could not be sealed";
pub(super) const PRIVATE_NOT_SEALED: &str = "a private key could not be sealed";
pub(super) const PRIVATE_FORM: &str =
    "the private key file is not one under a passphrase by PBKDF2 and AES-256";
pub(super) const PASSPHRASE: &str = "the private key does not open with this passphrase";
pub(super) const NO_ROUNDS: &str = "a private key file asks for no rounds";
pub(super) const SHARE_NUMBERS: &str = "a share does not hold numbers of one custodian";
pub(super) const SHARE_NUMBER: &str = "a share has no number";
pub(super) const ONE_CUSTODIAN: &str = "two shares are of one custodian, or of different security domains";

says! {
    no(name: &str) "it has no {name}"
    not_text(name: &str) "{name} is not text"
    not_a_list(name: &str) "{name} is not a list"
    parts(name: &str, many: usize) "{name} has {many} parts"
    too_many(bytes: usize) "{bytes} bytes are too many"
    other_shares(kind: &str) "its shares are of the kind {kind}"
    shares(many: usize, required: usize) "{many} shares, {required} required"
    other_kdf(kdf: &str) "its keys are derived by {kdf}"
}

pub(crate) const CUSTODIANS_NAME: &str = "the custodian's name";

pub(crate) const NAME_IN_COMMAND: &str = "the HSM's or a certificate's name";
