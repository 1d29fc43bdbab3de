//! A custodian's key pair and its certificate, signed by itself: Azure wants a certificate and looks only at the key.

use super::Random;
use crate::ByokError;
use crate::digest::sha256;
use crate::pem;
use crate::text::made_of;
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use rsa::RsaPublicKey;
use rsa::pkcs8::der::asn1::{BitString, UtcTime};
use rsa::pkcs8::der::{Decode, Encode};
use rsa::pkcs8::spki::{AlgorithmIdentifierOwned, DynSignatureAlgorithmIdentifier, SubjectPublicKeyInfoRef};
use rsa::pkcs8::{DecodePublicKey, ObjectIdentifier};
use rsa::signature::Keypair;
use secrets::SecretBytes;
use std::str::FromStr;
use std::time::Duration;
use x509_cert::builder::profile::BuilderProfile;
use x509_cert::builder::{Builder, CertificateBuilder};
use x509_cert::ext::pkix::{KeyUsage, KeyUsages};
use x509_cert::ext::{Extension, ToExtension};
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::time::{Time, Validity};
use x509_cert::{SubjectPublicKeyInfo, TbsCertificate};

/// A custodian's key pair. The private half is to go to the custodian's own medium and nowhere else.
pub struct Custodian {
    /// PKCS#8 DER.
    pub private_key: SecretBytes,
    /// DER of the certificate; SHA-256 of it is what the security domain names the custodian by.
    pub certificate: Vec<u8>,
}

impl Custodian {
    /// The certificate as the `.cer` file that azure-cli takes: PEM. The private key must lie beside it under the same
    /// name with `.key`, or `restore-blob` does not find it.
    pub fn certificate_pem(&self) -> String {
        pem::encode(&self.certificate, "CERTIFICATE")
    }

    /// SHA-256 of the certificate (`x5t#S256`).
    pub fn thumbprint(&self) -> [u8; 32] {
        sha256(&self.certificate)
    }
}

/// Everything in it that a person chose: the subject, and what the key is for.
struct Profile(Name);

impl BuilderProfile for Profile {
    fn get_issuer(&self, subject: &Name) -> Name {
        subject.clone()
    }

    fn get_subject(&self) -> Name {
        self.0.clone()
    }

    fn build_extensions(
        &self,
        _: SubjectPublicKeyInfoRef<'_>,
        _: SubjectPublicKeyInfoRef<'_>,
        tbs: &TbsCertificate,
    ) -> x509_cert::builder::Result<Vec<Extension>> {
        let usage = KeyUsage(KeyUsages::KeyEncipherment.into());
        Ok(vec![usage.to_extension(tbs.subject(), &[]).map_err(x509_cert::builder::Error::from)?])
    }
}

/// Tells the builder which key signs and how; the signature itself is made by `aws-lc-rs`.
struct Signer(RsaPublicKey);

impl Keypair for Signer {
    type VerifyingKey = RsaPublicKey;

    fn verifying_key(&self) -> RsaPublicKey {
        self.0.clone()
    }
}

impl DynSignatureAlgorithmIdentifier for Signer {
    fn signature_algorithm_identifier(&self) -> rsa::pkcs8::spki::Result<AlgorithmIdentifierOwned> {
        // sha256WithRSAEncryption (RFC 4055), parameters NULL.
        let oid = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11");
        Ok(AlgorithmIdentifierOwned { oid, parameters: Some(rsa::pkcs8::der::asn1::Null.into()) })
    }
}

/// Makes a key pair of 3072 bits and its certificate. `name` (letters, digits, hyphens; at most 64) becomes the
/// certificate's common name; the times are Unix seconds; `random` gives the serial number.
pub fn make_custodian(
    name: &str,
    not_before: i64,
    not_after: i64,
    random: Random<'_>,
) -> Result<Custodian, ByokError> {
    if !made_of(name, 64, b"-") {
        return Err(ByokError::TextNotPlain(super::words::CUSTODIANS_NAME));
    }
    let pair = KeyPair::generate(KeySize::Rsa3072).map_err(|_| ByokError::Disposable)?;
    let private: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| ByokError::Disposable)?;
    let private_key = SecretBytes::copied_from(private.as_ref())?;
    let mut serial = [0; 16];
    random(&mut serial)?;
    Ok(Custodian { private_key, certificate: self_signed(&pair, name, not_before, not_after, serial)? })
}

/// A certificate (RFC 5280) over a key pair, signed by itself, DER. `name` must be safe in a distinguished name.
pub(crate) fn self_signed(
    pair: &KeyPair,
    name: &str,
    not_before: i64,
    not_after: i64,
    mut serial: [u8; 16],
) -> Result<Vec<u8>, ByokError> {
    let failed = || ByokError::Disposable;
    if not_after <= not_before {
        return Err(ByokError::TimeMalformed("the certificate"));
    }
    let validity = Validity::new(utc(not_before)?, utc(not_after)?);
    let public: PublicKeyX509Der<'_> = pair.public_key().as_der().map_err(|_| failed())?;
    let signer = Signer(RsaPublicKey::from_public_key_der(public.as_ref()).map_err(|_| failed())?);
    // A serial number is positive and, in 16 bytes, begins with a set bit below the sign.
    if let Some(top) = serial.first_mut() {
        *top = (*top & 0x7f) | 0x40;
    }
    let unsigned = || -> x509_cert::builder::Result<CertificateBuilder<Profile>> {
        CertificateBuilder::new(
            Profile(Name::from_str(&format!("CN={name}"))?),
            SerialNumber::new(&serial)?,
            validity,
            SubjectPublicKeyInfo::from_der(public.as_ref())?,
        )
    };
    let mut builder = unsigned().map_err(|_| failed())?;
    let to_sign = builder.finalize(&signer).map_err(|_| failed())?;
    let mut signature = vec![0; pair.public_modulus_len()];
    pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), &to_sign, &mut signature).map_err(|_| failed())?;
    let signature = BitString::from_bytes(&signature).map_err(|_| failed())?;
    let certificate = builder.assemble(signature, &signer).map_err(|_| failed())?;
    certificate.to_der().map_err(|_| failed())
}

/// Unix seconds as a certificate's time; years 1970 to 2049.
fn utc(unix: i64) -> Result<Time, ByokError> {
    let seconds = u64::try_from(unix).map_err(|_| ByokError::TimeMalformed("the certificate"))?;
    UtcTime::from_unix_duration(Duration::from_secs(seconds))
        .map(Time::UtcTime)
        .map_err(|_| ByokError::TimeMalformed("the certificate"))
}

/// The command that has the certificates (by file name) made into a security domain, `required` of them needed to open
/// it. Refuses numbers that azure-cli refuses.
pub fn download_command(hsm: &str, certificates: &[&str], required: usize) -> Result<String, ByokError> {
    let plain = |text: &str| made_of(text, 64, b"-_.");
    if !plain(hsm) || !certificates.iter().all(|c| plain(c)) {
        return Err(ByokError::TextNotPlain(super::words::NAME_IN_COMMAND));
    }
    if !(3..=10).contains(&certificates.len()) || !(2..=certificates.len()).contains(&required) {
        return Err(ByokError::QuorumTooSmall { found: certificates.len(), required });
    }
    Ok(format!(
        "az keyvault security-domain download --hsm-name {hsm} --sd-wrapping-keys {} --sd-quorum {required} \
         --security-domain-file {hsm}-SD.json",
        certificates.join(" ")
    ))
}
