//! The ways a key leaves a token: recipes (what the destination expects), rungs (how the token did it), and routes.

use std::fmt;

use crate::KeySpec;

/// The hash of RSA-OAEP and of its MGF1; the label is empty (RFC 8017).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OaepHash {
    /// SHA-1.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl OaepHash {
    /// Every hash that is tried, the usual ones first.
    pub(crate) const ALL: [Self; 4] = [Self::Sha256, Self::Sha1, Self::Sha384, Self::Sha512];
}

/// The word for a hash in trials' names.
pub(crate) fn hash_word(hash: OaepHash) -> &'static str {
    match hash {
        OaepHash::Sha1 => "sha1",
        OaepHash::Sha256 => "sha256",
        OaepHash::Sha384 => "sha384",
        OaepHash::Sha512 => "sha512",
    }
}

/// How a private key leaves for a trial.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// By AES-KWP: for a backup, and on the rung that is composed.
    Kwp,
    /// By `CKM_RSA_AES_KEY_WRAP`.
    OneMechanism,
}

/// How a key is wrapped for its destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Recipe {
    /// RSA-OAEP over the key itself: secret keys only.
    Oaep(OaepHash),
    /// `CKM_RSA_AES_KEY_WRAP`: RSA-OAEP of a one-time AES-256 key, then AES-KWP (RFC 5649) of the target.
    RsaAesKeyWrap(OaepHash),
}

/// Which of the ways was taken, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rung {
    /// One `CKM_RSA_AES_KEY_WRAP` call.
    OneMechanism,
    /// AES-KWP and RSA-OAEP put together, each inside the token.
    ComposedInToken,
    /// RSA-OAEP of the key itself, inside the token.
    OaepInToken,
    /// The key was in this computer's memory.
    HostMemory,
}

impl Rung {
    /// The word used in records.
    pub fn word(self) -> &'static str {
        match self {
            Self::OneMechanism => "one-mechanism",
            Self::ComposedInToken => "composed-in-token",
            Self::OaepInToken => "oaep-in-token",
            Self::HostMemory => "host-memory",
        }
    }
}

/// A wrapped key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrapped {
    /// The bytes for the destination.
    pub blob: Vec<u8>,
    /// How they were made.
    pub rung: Rung,
}

impl Rung {
    /// The rungs that keep the key in the token, best first.
    pub(crate) fn inside(recipe: Recipe) -> &'static [Self] {
        match recipe {
            Recipe::Oaep(_) => &[Self::OaepInToken],
            Recipe::RsaAesKeyWrap(_) => &[Self::OneMechanism, Self::ComposedInToken],
        }
    }
}

/// A way out of the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Route {
    /// Under an imported AES-256 backup key, and back.
    Backup,
    /// For a destination's RSA key.
    Wrap(Recipe, Rung),
}

impl Route {
    /// Every route there is, best rung first.
    pub fn all() -> Vec<Self> {
        let mut all = vec![Self::Backup];
        for recipe in [Recipe::Oaep, Recipe::RsaAesKeyWrap] {
            for hash in OaepHash::ALL {
                let recipe = recipe(hash);
                let rungs = Rung::inside(recipe).iter().copied().chain([Rung::HostMemory]);
                all.extend(rungs.map(|rung| Self::Wrap(recipe, rung)));
            }
        }
        all
    }

    pub(crate) fn rung(self) -> Option<Rung> {
        match self {
            Self::Backup => None,
            Self::Wrap(_, rung) => Some(rung),
        }
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Backup => f.write_str("backup"),
            Self::Wrap(Recipe::Oaep(hash), rung) => write!(f, "oaep-{} by {}", hash_word(*hash), rung.word()),
            Self::Wrap(Recipe::RsaAesKeyWrap(hash), rung) => {
                write!(f, "rsa-aes-key-wrap-{} by {}", hash_word(*hash), rung.word())
            }
        }
    }
}

/// Whether a route may be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offer {
    /// Its trials were passed.
    Offered,
    /// Only when a second person agrees.
    NeedsApproval,
    /// A trial stands against it.
    NotOffered,
}

impl Offer {
    /// The words used in records and tables.
    pub fn words(self) -> &'static str {
        match self {
            Self::Offered => "offered",
            Self::NeedsApproval => "needs approval",
            Self::NotOffered => "not offered",
        }
    }
}

/// A route's verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteFinding {
    /// Which route.
    pub route: Route,
    /// Whether it may be taken.
    pub offer: Offer,
    /// Why, or why not.
    pub reason: String,
}

/// The trials that a key of this kind needs on this route.
pub(crate) fn needs(route: Route, spec: KeySpec) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let pair = spec.is_asymmetric();
    if route.rung() == Some(Rung::HostMemory) {
        return names;
    }
    // A key that can be read needs no wrapping, and one that cannot be recognised must not travel.
    names.push("sensitive-unreadable".to_owned());
    if let KeySpec::Aes(_) = spec {
        names.push("check-value".to_owned());
    }
    match route {
        Route::Backup => {
            names.extend(["import-aes", "aes-kwp", "aes-kwp-unwrap", "aes-kwp-tamper"].map(str::to_owned));
            names.push(format!("restore-{}", tried_for(spec)));
        }
        Route::Wrap(Recipe::Oaep(hash), _) => names.push(format!("oaep-{}", hash_word(hash))),
        Route::Wrap(Recipe::RsaAesKeyWrap(hash), Rung::OneMechanism) => {
            let suffix = if pair { "-pair" } else { "" };
            names.push(format!("rsa-aes-key-wrap-{}{suffix}", hash_word(hash)));
        }
        Route::Wrap(Recipe::RsaAesKeyWrap(hash), _) => {
            names.extend(["aes-kwp".to_owned(), format!("oaep-{}", hash_word(hash))]);
        }
    }
    if pair && matches!(route, Route::Wrap(_, Rung::OneMechanism)) {
        names.push(form_trial(spec, Way::OneMechanism));
    } else if pair {
        names.push("private-key-exact".to_owned());
        names.push(form_trial(spec, Way::Kwp));
    }
    names
}

/// The trial that shows a private key of this kind to leave in its right form.
pub(crate) fn form_trial(spec: KeySpec, way: Way) -> String {
    let way = match way {
        Way::Kwp => "",
        Way::OneMechanism => "one-mechanism-",
    };
    format!("private-form-{way}{}", tried_for(spec))
}

/// The kind that was tried in this one's place.
pub(crate) fn tried_for(spec: KeySpec) -> KeySpec {
    match spec {
        KeySpec::Aes(_) => KeySpec::Aes(256),
        KeySpec::Hmac(_) => KeySpec::Hmac(32),
        KeySpec::Rsa(_) => KeySpec::Rsa(2048),
        curve => curve,
    }
}
