//! The certificates that an attestation may lead to.
//!
//! Built in are the two roots under which Yubico attests PIV keys, and the intermediates that firmware 5.7.4 and later
//! does not carry itself, as published at <https://developers.yubico.com/PKI/>. `docs/devices-yubikey.md` says where
//! the copies come from and names their fingerprints, so that an operator can compare them with Yubico's.

use der::Decode;
use x509_cert::Certificate;

use crate::PivError;
use crate::words;

/// PEM files, and whether they are roots.
const YUBICO: [&str; 6] = [
    include_str!("../roots/yubico-piv-root-ca-263751.pem"),
    include_str!("../roots/yubico-attestation-root-1.pem"),
    include_str!("../roots/yubico-attestation-intermediate-a-1.pem"),
    include_str!("../roots/yubico-attestation-intermediate-b-1.pem"),
    include_str!("../roots/yubico-piv-attestation-a-1.pem"),
    include_str!("../roots/yubico-piv-attestation-b-1.pem"),
];

/// A certificate with its bytes as they came.
pub(crate) struct Known {
    pub(crate) certificate: Certificate,
    pub(crate) der: Vec<u8>,
}

impl Known {
    pub(crate) fn read(der: &[u8]) -> Option<Self> {
        Some(Self { certificate: Certificate::from_der(der).ok()?, der: der.to_vec() })
    }

    fn is_self_issued(&self) -> bool {
        let tbs = self.certificate.tbs_certificate();
        tbs.subject() == tbs.issuer()
    }
}

/// Pinned roots, and intermediates that only help to reach them.
pub struct Roots {
    pub(crate) anchors: Vec<Known>,
    pub(crate) intermediates: Vec<Known>,
}

impl Roots {
    /// Yubico's, as built in.
    pub fn yubico() -> Result<Self, PivError> {
        Self::from_pem(YUBICO.concat().as_bytes())
    }

    /// Those of a PEM file that the operator gives. Self-signed certificates become roots, the others intermediates.
    ///
    /// Errors: [`PivError::Roots`] if there is no root in it, or something that is no certificate.
    pub fn from_pem(pem: &[u8]) -> Result<Self, PivError> {
        let not_pem = |_| PivError::Roots { why: words::NOT_PEM_CERTIFICATES };
        let text = incoming::text(pem).map_err(|_| PivError::Roots { why: words::NOT_TEXT })?;
        let blocks = incoming::pem_blocks(&text).map_err(not_pem)?;
        let mut roots = Self { anchors: vec![], intermediates: vec![] };
        for block in blocks {
            if block.label != "CERTIFICATE" {
                return Err(PivError::Roots { why: words::SOMETHING_ELSE });
            }
            let known =
                Known::read(&block.der).ok_or(PivError::Roots { why: words::CERTIFICATE_UNREADABLE })?;
            if known.is_self_issued() { roots.anchors.push(known) } else { roots.intermediates.push(known) }
        }
        if roots.anchors.is_empty() {
            return Err(PivError::Roots { why: words::NO_ROOT });
        }
        Ok(roots)
    }

    /// One root (DER) and nothing else: for tests with a virtual YubiKey, whose root nobody else may trust.
    pub fn only(root: &[u8]) -> Result<Self, PivError> {
        let known = Known::read(root)
            .filter(Known::is_self_issued)
            .ok_or(PivError::Roots { why: words::NOT_SELF_SIGNED })?;
        Ok(Self { anchors: vec![known], intermediates: vec![] })
    }

    /// The roots' subjects and the SHA-256 of their DER, for screens and records.
    pub fn anchors(&self) -> Vec<(String, [u8; 32])> {
        self.anchors.iter().map(|k| (subject(&k.certificate), fingerprint(&k.der))).collect()
    }
}

pub(crate) fn subject(certificate: &Certificate) -> String {
    certificate.tbs_certificate().subject().to_string()
}

pub(crate) fn fingerprint(der: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, der).as_ref());
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use data_encoding::HEXLOWER;

    /// The fingerprints that `docs/devices-yubikey.md` lists.
    #[test]
    fn the_built_in_certificates_are_the_ones_listed() {
        let roots = Roots::yubico().unwrap();
        let prints = |list: &[Known]| -> Vec<(String, String)> {
            list.iter().map(|k| (subject(&k.certificate), HEXLOWER.encode(&fingerprint(&k.der)))).collect()
        };
        let pairs = |list: &[(&str, &str)]| -> Vec<(String, String)> {
            list.iter().map(|(s, f)| (format!("CN={s}"), (*f).to_owned())).collect()
        };
        assert_eq!(
            prints(&roots.anchors),
            pairs(&[
                (
                    "Yubico PIV Root CA Serial 263751",
                    "63ece914e54dd87915f34033c85af4c0696ba1512f8add66ced738331207b546"
                ),
                (
                    "Yubico Attestation Root 1",
                    "62760c6a6ef91679f454c8902b80fd009825b3f25da90f1fbace2ec6586cd5a8"
                ),
            ])
        );
        assert_eq!(
            prints(&roots.intermediates),
            pairs(&[
                (
                    "Yubico Attestation Intermediate A 1",
                    "4698a1d3389c3ec60016c216250f1d0439922832d65142327436376dc2942b55"
                ),
                (
                    "Yubico Attestation Intermediate B 1",
                    "d4cc3f456fdaf4e7812a21aab1dfe9d8e27d24e2fd2d6f21c9940109f0daa754"
                ),
                (
                    "Yubico PIV Attestation A 1",
                    "6de693f05376f5d8ca29069261e1c8626c75d503bd2edbfd75354cad1f722870"
                ),
                (
                    "Yubico PIV Attestation B 1",
                    "2d55b7998f4e42569d6d8fa382b6dc77d1dacf07358b19701163892922b17052"
                ),
            ])
        );
    }

    /// PowerShell's `>` made a file of roots unreadable, and so did the text that `openssl x509 -text` puts round a block.
    #[test]
    fn roots_read_in_every_encoding_and_layout() {
        let all = YUBICO.concat();
        let subjects = |bytes: &[u8]| Roots::from_pem(bytes).unwrap().anchors();
        let wide = |mark: &[u8], write: fn(u16) -> [u8; 2]| {
            let text = all.replace('\n', "\r\n");
            [mark.to_vec(), text.encode_utf16().flat_map(write).collect()].concat()
        };
        for bytes in [
            [b"\xef\xbb\xbf", all.as_bytes()].concat(),
            wide(b"\xff\xfe", u16::to_le_bytes),
            wide(b"\xfe\xff", u16::to_be_bytes),
            all.replace('\n', "\r").into_bytes(),
            format!("Certificate:\n    Data:\n        Version: 3 (0x2)\n{}", all.replace('\n', "  \n  "))
                .into_bytes(),
        ] {
            assert_eq!(subjects(&bytes), subjects(all.as_bytes()));
        }
    }

    #[test]
    fn a_file_without_a_root_is_refused() {
        let refused = |pem: &str| matches!(Roots::from_pem(pem.as_bytes()), Err(PivError::Roots { .. }));
        assert!(refused(""));
        assert!(refused("no certificate"));
        assert!(refused(YUBICO[2]));
        assert!(Roots::only(&[0x30, 0]).is_err());
    }
}
