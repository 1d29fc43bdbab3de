//! Where a share belongs: its site, who holds it, and the file that the rebuilt key opens.

use crate::ShareError;

/// Bytes of a place on a card.
pub(crate) const PLACE_LEN: usize = 10;
/// Bytes of a key print.
const PRINT_LEN: usize = 6;

/// The first six bytes of the SHA-256 of the wrapped file, so that a sheet and the file it opens can be matched
/// without any record. Shown as three groups of four hexadecimal digits. All zero means that none was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct KeyPrint([u8; PRINT_LEN]);

impl KeyPrint {
    /// The print of a wrapped file.
    pub fn of_file(wrapped: &[u8]) -> Self {
        let mut print = [0; PRINT_LEN];
        print.copy_from_slice(&crate::sha256(&[], &[wrapped])[..PRINT_LEN]);
        Self(print)
    }

    /// Whether a print was given at all.
    pub fn is_given(self) -> bool {
        self.0 != [0; PRINT_LEN]
    }
}

impl std::fmt::Display for KeyPrint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (i, byte) in self.0.iter().enumerate() {
            let dash = if i > 0 && i % 2 == 0 { "-" } else { "" };
            write!(f, "{dash}{byte:02X}")?;
        }
        Ok(())
    }
}

/// Who holds a share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Role {
    /// A share custodian.
    #[default]
    Custodian,
    /// A deputy who stands in for a custodian.
    Deputy,
    /// Somebody outside the organisation, as a notary or a bank.
    Escrow,
}

impl Role {
    /// The word on the sheet.
    pub fn word(self) -> &'static str {
        match self {
            Self::Custodian => "custodian",
            Self::Deputy => "deputy custodian",
            Self::Escrow => "escrow holder",
        }
    }
}

/// Site, role and key print. `needed` is 0 where people count regardless of their site; otherwise the key is shared
/// among the sites first (any `needed` of `sites`), and each site's part among its people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The site's number, 1 to `sites`.
    pub site: u8,
    /// How many sites must take part: 0, or 2 to `sites`.
    pub needed: u8,
    /// How many sites there are.
    pub sites: u8,
    /// Who holds the share.
    pub role: Role,
    /// The wrapped file that the key opens.
    pub key: KeyPrint,
}

impl Place {
    /// Whether such a place can exist.
    pub(crate) fn is_possible(self) -> bool {
        (1..=self.sites).contains(&self.site) && self.needed != 1 && self.needed <= self.sites
    }

    pub(crate) fn bytes(self) -> [u8; PLACE_LEN] {
        let role = match self.role {
            Role::Custodian => 0,
            Role::Deputy => 1,
            Role::Escrow => 2,
        };
        let mut bytes = [0; PLACE_LEN];
        let (first, print) = bytes.split_at_mut(PLACE_LEN - PRINT_LEN);
        first.copy_from_slice(&[self.site, self.needed, self.sites, role]);
        print.copy_from_slice(&self.key.0);
        bytes
    }

    pub(crate) fn from_bytes(bytes: [u8; PLACE_LEN]) -> Result<Self, ShareError> {
        let [site, needed, sites, role, key @ ..] = bytes;
        let role = match role {
            0 => Role::Custodian,
            1 => Role::Deputy,
            2 => Role::Escrow,
            _ => return Err(ShareError::UnknownSetting),
        };
        let place = Self { site, needed, sites, role, key: KeyPrint(key) };
        if place.is_possible() { Ok(place) } else { Err(ShareError::Damaged) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_print_is_the_start_of_the_files_digest() {
        // SHA-256 of nothing, as sha256sum shows it for an empty file.
        assert_eq!(KeyPrint::of_file(b"").to_string(), "E3B0-C442-98FC");
        assert!(KeyPrint::of_file(b"").is_given() && !KeyPrint::default().is_given());
    }
}
