//! The identifier of one dealing.

use crate::ShareError;
use std::fmt;

/// Eight random bytes that name one dealing. Shown as sixteen upper-case hexadecimal digits, 4-4-4-4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SetId([u8; 8]);

impl SetId {
    /// Takes eight bytes; random ones, drawn anew for every dealing.
    pub const fn from_bytes(bytes: [u8; 8]) -> Self {
        Self(bytes)
    }

    /// The eight bytes.
    pub const fn as_bytes(&self) -> &[u8; 8] {
        &self.0
    }
}

impl fmt::Display for SetId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, pair) in self.0.chunks(2).enumerate() {
            let dash = if i > 0 { "-" } else { "" };
            f.write_str(dash)?;
            for byte in pair {
                write!(f, "{byte:02X}")?;
            }
        }
        Ok(())
    }
}

impl std::str::FromStr for SetId {
    type Err = ShareError;

    fn from_str(text: &str) -> Result<Self, ShareError> {
        let mut bytes = [0u8; 8];
        let mut digits = 0;
        for character in text.chars().filter(|c| !crate::row::separates(*c)) {
            let digit = character.to_digit(16).and_then(|d| u8::try_from(d).ok()).ok_or(ShareError::SetId)?;
            let byte = bytes.get_mut(digits / 2).ok_or(ShareError::SetId)?;
            *byte = *byte << 4 | digit;
            digits += 1;
        }
        if digits == 16 { Ok(Self(bytes)) } else { Err(ShareError::SetId) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        let set = SetId::from_bytes([0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef]);
        assert_eq!(set.to_string(), "0123-4567-89AB-CDEF");
        assert_eq!("0123 4567 89ab cdef".parse(), Ok(set));
        for wrong in ["", "0123-4567-89AB-CDE", "0123-4567-89AB-CDEF0", "0123-4567-89AB-CDEG"] {
            assert_eq!(wrong.parse::<SetId>(), Err(ShareError::SetId));
        }
    }
}
