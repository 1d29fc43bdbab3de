//! The security domain of a managed HSM and its custodians.

use crate::declare::facts;
use crate::{FileInPack, List, Number, Sha256Hex, Text};

facts! {
    CUSTODIAN_THUMBPRINT: Each = public "custodian-thumbprint", Sha256Hex, "for each turn, the digest of the custodian's certificate (DER), Azure's x5t#S256 in hex";
    CUSTODIAN_CERTIFICATE: Each = public "custodian-certificate", FileInPack, "for each turn, the custodian's certificate (PEM), in the pack";
    CUSTODIAN_PRIVATE_KEY: Each = public "custodian-private-key", Text, "for each turn, where the private key is and under what, in words";
    CUSTODIAN_MEDIUM: Each = internal "custodian-medium", Text, "for each turn, the path of the folder on the custodian's own medium";
    HANDED_OVER_FOLDER: Fact = internal "handed-over-folder", Text, "the path of the folder on the online team's medium";
    SECURITY_DOMAIN_SHA256: Fact = public "security-domain-sha256", Sha256Hex, "the digest of the security domain's file";
    SECURITY_DOMAIN_NEEDS: Fact = public "security-domain-needs", Text, "how many of how many custodians open it, in words";
    SECURITY_DOMAIN_CERTIFICATES: Fact = public "security-domain-certificates", List<Sha256Hex>, "the digests of the certificates that it is sealed for";
    SECURITY_DOMAIN_PARTS: Fact = public "security-domain-parts", List<Text>, "the names of its parts";
    SECURITY_DOMAIN_FILE: Fact = internal "security-domain-file", FileInPack, "the security domain, in the pack";
    EXCHANGE_CERTIFICATE_SHA256: Fact = public "exchange-certificate-sha256", Sha256Hex, "the digest of the exchange certificate (DER) of the HSM that is to take the security domain";
    EXCHANGE_CERTIFICATE_FILE: Fact = internal "exchange-certificate-file", FileInPack, "the exchange certificate, in the pack";
    DOMAIN_SHARE: Fact = public "domain-share", Number, "the number of the share that a custodian opened";
    OPENED_FOR_CERTIFICATE: Fact = public "opened-for-certificate", Sha256Hex, "the digest of the certificate that this share is for";
    QUORUM_TESTED: Fact = public "quorum-tested", Text, "how many sets of how many shares opened all parts, in words";
    QUORUM_SHARES: Fact = public "quorum-shares", List<Number>, "the numbers of the shares that took part";
    RESTORE_BLOB_SHA256: Fact = public "restore-blob-sha256", Sha256Hex, "the digest of the restore blob";
    SEALED_FOR_CERTIFICATE: Fact = public "sealed-for-certificate", Sha256Hex, "the digest of the exchange certificate that the restore blob is sealed for";
    RESTORE_BLOB_FILE: Fact = internal "restore-blob-file", FileInPack, "the restore blob, in the pack";
}
