//! A share locked with its custodian's passphrase: Argon2id (RFC 9106) makes a key, AES key wrap (RFC 3394) locks the y.
//!
//! The card keeps its checksum and commitment, so that it can be printed, typed and checked without the passphrase.

use crate::cost::{Cost, SEALED_LEN};
use crate::layout::{self, Content, Head};
use crate::place::Place;
use crate::{SetId, Share, ShareError, Y_LEN, sha256, words};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use aws_lc_rs::key_wrap::{AES_256, AesKek, KeyWrap};
use secrets::{SecretBytes, SecretText};
use zeroize::{Zeroize, Zeroizing};

/// Least and most characters of a passphrase; the `argon2` program reads no more.
const PASSPHRASE: std::ops::RangeInclusive<usize> = 12..=126;

/// A share that only its custodian's passphrase opens.
pub struct SealedShare {
    head: Head,
    cost: Cost,
    locked: SecretBytes,
}

impl Share {
    /// Locks the share with a passphrase of 12 to 126 characters that every keyboard has (printable ASCII).
    pub fn seal(&self, passphrase: &SecretText, cost: Cost) -> Result<SealedShare, ShareError> {
        let text = passphrase.expose();
        if !PASSPHRASE.contains(&text.len()) || !text.chars().all(|c| c == ' ' || c.is_ascii_graphic()) {
            return Err(ShareError::PassphraseUnfit);
        }
        let kek = kek(&self.head, cost, passphrase)?;
        let locked = SecretBytes::filled_by(SEALED_LEN, |to| {
            let written = kek.wrap(self.y.expose(), to).map_err(|_| ShareError::SelfCheck)?.len();
            if written == SEALED_LEN { Ok(()) } else { Err(ShareError::SelfCheck) }
        })?;
        Ok(SealedShare { head: self.head, cost, locked })
    }
}

impl SealedShare {
    /// Opens the share; a wrong passphrase is told apart from a right one by key wrap's own 64-bit check.
    pub fn open(&self, passphrase: &SecretText) -> Result<Share, ShareError> {
        let kek = kek(&self.head, self.cost, passphrase)?;
        let y = SecretBytes::filled_by(Y_LEN, |to| {
            // aws-lc-rs asks for room of the locked length.
            let mut room = Zeroizing::new([0; SEALED_LEN]);
            let y = kek.unwrap(self.locked.expose(), &mut *room).map_err(|_| ShareError::WrongPassphrase)?;
            let y: &[u8; Y_LEN] = (&*y).try_into().map_err(|_| ShareError::WrongPassphrase)?;
            to.copy_from_slice(y);
            Ok::<(), ShareError>(())
        })?;
        Ok(Share { head: self.head, y })
    }

    pub(crate) fn from_parts(head: Head, cost: Cost, locked: &[u8]) -> Result<Self, ShareError> {
        Ok(Self { head, cost, locked: SecretBytes::copied_from(locked)? })
    }

    fn bytes(&self) -> Zeroizing<Vec<u8>> {
        layout::write(&self.head, Some(self.cost), self.locked.expose())
    }

    /// The card's rows, as [`Share::rows`].
    pub fn rows(&self) -> Vec<Zeroizing<String>> {
        layout::rows(&self.bytes())
    }

    /// The card's QR symbol, as [`Share::qr`].
    pub fn qr(&self) -> Result<(Zeroizing<String>, u32), ShareError> {
        layout::qr(&self.bytes())
    }

    /// SHA-256 over a domain and the bytes of the locked card. It differs from the open share's.
    pub fn commitment(&self) -> [u8; 32] {
        layout::commitment(&self.bytes())
    }

    /// Whether this is the locked card that was printed, as [`Share::belongs`]: no passphrase is needed to tell.
    /// `commitments` are those of the locked cards.
    pub fn belongs(&self, set: SetId, rehearsal: bool, commitments: &[[u8; 32]]) -> Result<(), ShareError> {
        self.head.belongs(set, rehearsal, self.commitment(), commitments)
    }

    /// The share's number.
    pub fn index(&self) -> u8 {
        self.head.index
    }

    /// How many shares give the key back, as [`Share::threshold`].
    pub fn threshold(&self) -> u8 {
        self.head.threshold
    }

    /// How many shares were dealt, as [`Share::count`].
    pub fn count(&self) -> u8 {
        self.head.count
    }

    /// The dealing this share comes from.
    pub fn set(&self) -> SetId {
        self.head.set
    }

    /// Whether it was dealt in a rehearsal.
    pub fn rehearsal(&self) -> bool {
        self.head.rehearsal
    }

    /// Site, role and key print, if the card carries them.
    pub fn place(&self) -> Option<Place> {
        self.head.place
    }
}

/// What a card turned out to be.
pub enum Card {
    /// A share that can be used at once.
    Open(Share),
    /// A share that needs its custodian's passphrase.
    Sealed(SealedShare),
}

impl Card {
    /// Reads a card of either kind, as [`Share::parse`].
    pub fn parse(text: &SecretText) -> Result<Self, ShareError> {
        let bytes = layout::parse(text.expose())?;
        Ok(match layout::read(&bytes)? {
            (head, Content::Open(y)) => Self::Open(Share { head, y: SecretBytes::copied_from(y)? }),
            (head, Content::Sealed(cost, locked)) => {
                Self::Sealed(SealedShare::from_parts(head, cost, locked)?)
            }
        })
    }
}

/// The key that locks a share. The salt is 32 hexadecimal digits, so that the `argon2` program can take it.
fn kek(head: &Head, cost: Cost, passphrase: &SecretText) -> Result<AesKek, ShareError> {
    let digest = sha256(words::SEAL_DOMAIN, &[&layout::clear_part(head, Some(cost))]);
    let nibbles = digest.iter().take(16).flat_map(|byte| [byte >> 4, byte & 15]);
    let salt: Vec<u8> = nibbles.map(|n| b"0123456789ABCDEF"[usize::from(n)]).collect();
    let params = Params::new(1 << cost.memory, cost.passes.into(), cost.lanes.into(), Some(32))
        .map_err(|_| ShareError::UnknownSetting)?;
    // The library neither wipes its working memory nor reports that there is none, so we bring it.
    let mut blocks = Vec::new();
    blocks.try_reserve_exact(params.block_count()).map_err(|_| ShareError::NoMemoryToOpen)?;
    blocks.resize(params.block_count(), Block::default());
    let key = SecretBytes::filled_by(32, |to| {
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into_with_memory(passphrase.expose().as_bytes(), &salt, to, &mut blocks)
            .map_err(|_| ShareError::UnknownSetting)
    });
    blocks.iter_mut().for_each(Zeroize::zeroize);
    AesKek::new(&AES_256, key?.expose()).map_err(|_| ShareError::SelfCheck)
}
