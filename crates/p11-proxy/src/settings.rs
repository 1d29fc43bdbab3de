//! What the environment asks of the proxy.

use std::path::PathBuf;
use std::str::FromStr;

/// A way in which some module differs from the standard, or from what it says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quirk {
    /// `length-long`: `C_WrapKey` asked for a length answers 16 too many (allowed, so callers must cut).
    LengthLong,
    /// `length-short`: 8 too few (NSS).
    LengthShort,
    /// `trailing-bytes`: 8 zero bytes follow every wrapped key, and count as part of it.
    TrailingBytes,
    /// `no-kwp`: neither 0x210A nor 0x210B.
    NoKwp,
    /// `no-rsa-aes`: `CKM_RSA_AES_KEY_WRAP` is not added.
    NoRsaAes,
    /// `pad-private`: private keys are wrapped with zero bytes after their DER (`SoftHSM`).
    PadPrivate,
    /// `short-numbers`: the private number of an elliptic-curve key is wrapped without the zeros it begins with (kryoptic).
    ShortNumbers,
    /// `sign-byte`: it is wrapped as an INTEGER would be, with a zero before a first bit that is set.
    SignByte,
    /// `unsigned-integers`: the integers of an RSA key are wrapped without the zero before a first bit that is set.
    UnsignedIntegers,
    /// `oaep-sha1`: OAEP uses SHA-1 whatever hash is asked for.
    OaepSha1,
    /// `wraps-locked`: a key that says it is not extractable is wrapped all the same (NSS).
    WrapsLocked,
    /// `leaks-value`: a key that says it is sensitive shows its value.
    LeaksValue,
    /// `leaks-private`: private keys alone do.
    LeaksPrivate,
    /// `always-sensitive`: every key says it was always sensitive (opencryptoki).
    AlwaysSensitive,
    /// `local`: every key says it was made inside.
    Local,
    /// `pin-pad`: the user's PIN is entered on the token, played by `COFFERDAM_PROXY_PIN`, and taken from nobody else.
    PinPad,
    /// `hardware`: mechanisms say they run in hardware.
    Hardware,
    /// `no-changes`: no attribute of an object is ever changed.
    NoChanges,
    /// `no-data`: data objects are not made (NSS keeps none on its token).
    NoData,
}

impl FromStr for Quirk {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        Ok(match name {
            "length-long" => Self::LengthLong,
            "length-short" => Self::LengthShort,
            "trailing-bytes" => Self::TrailingBytes,
            "no-kwp" => Self::NoKwp,
            "no-rsa-aes" => Self::NoRsaAes,
            "pad-private" => Self::PadPrivate,
            "short-numbers" => Self::ShortNumbers,
            "sign-byte" => Self::SignByte,
            "unsigned-integers" => Self::UnsignedIntegers,
            "oaep-sha1" => Self::OaepSha1,
            "wraps-locked" => Self::WrapsLocked,
            "leaks-value" => Self::LeaksValue,
            "leaks-private" => Self::LeaksPrivate,
            "always-sensitive" => Self::AlwaysSensitive,
            "local" => Self::Local,
            "pin-pad" => Self::PinPad,
            "hardware" => Self::Hardware,
            "no-changes" => Self::NoChanges,
            "no-data" => Self::NoData,
            _ => return Err(()),
        })
    }
}

/// All of it.
pub(crate) struct Settings {
    pub(crate) module: PathBuf,
    pub(crate) quirks: Vec<Quirk>,
    pub(crate) log: Option<PathBuf>,
    pub(crate) reader: Option<PathBuf>,
    pub(crate) dies: Option<PathBuf>,
    pub(crate) pin: String,
}

impl Settings {
    /// `None` without a module, or with a quirk nobody knows: a misspelt one must not pass for a good module.
    pub(crate) fn from_environment() -> Option<Self> {
        let path = |name: &str| std::env::var_os(name).map(PathBuf::from);
        let names = std::env::var("COFFERDAM_PROXY_QUIRKS").unwrap_or_default();
        Some(Self {
            module: path("COFFERDAM_PROXY_MODULE")?,
            quirks: names
                .split(',')
                .filter(|n| !n.is_empty())
                .map(str::parse)
                .collect::<Result<_, _>>()
                .ok()?,
            log: path("COFFERDAM_PROXY_LOG"),
            reader: path("COFFERDAM_PROXY_READER"),
            dies: path("COFFERDAM_PROXY_DIES"),
            pin: std::env::var("COFFERDAM_PROXY_PIN").unwrap_or_default(),
        })
    }
}
