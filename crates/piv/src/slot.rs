//! Where keys live on a YubiKey.

use yubikey::piv::{RetiredSlotId, SlotId};

/// A key slot (SP 800-73-4 part 1, table 4b).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Slot {
    /// 9A.
    Authentication,
    /// 9C: the factory's rule asks for the PIN every time.
    Signature,
    /// 9D.
    KeyManagement,
    /// 9E: the factory's rule asks for no PIN.
    CardAuthentication,
    /// 82 to 95.
    Retired(RetiredSlot),
}

/// One of the twenty slots for retired key-management keys, 1 to 20.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct RetiredSlot(u8);

impl Slot {
    /// A retired slot by its number, 1 to 20.
    pub fn retired(number: u8) -> Option<Self> {
        (1..=20).contains(&number).then_some(Self::Retired(RetiredSlot(number)))
    }

    /// Every slot that can hold a key of ours, each once. (The `yubikey` crate's own list names 9D twice, because it
    /// takes the PIN's reference for a slot with the same data object.)
    pub fn all() -> impl Iterator<Item = Self> {
        [Self::Authentication, Self::Signature, Self::KeyManagement, Self::CardAuthentication]
            .into_iter()
            .chain((1..=20).filter_map(Self::retired))
    }

    /// The key reference, as in 9A.
    pub fn reference(self) -> u8 {
        match self {
            Self::Authentication => 0x9a,
            Self::Signature => 0x9c,
            Self::KeyManagement => 0x9d,
            Self::CardAuthentication => 0x9e,
            Self::Retired(RetiredSlot(number)) => 0x81 + number,
        }
    }

    /// The slot of a key reference.
    pub fn from_reference(reference: u8) -> Option<Self> {
        Self::all().find(|s| s.reference() == reference)
    }

    /// The data object that holds the slot's certificate (SP 800-73-4 part 1, table 3).
    pub(crate) fn certificate_object(self) -> u32 {
        match self {
            Self::Authentication => 0x5f_c105,
            Self::Signature => 0x5f_c10a,
            Self::KeyManagement => 0x5f_c10b,
            Self::CardAuthentication => 0x5f_c101,
            Self::Retired(RetiredSlot(number)) => 0x5f_c10c + u32::from(number),
        }
    }

    pub(crate) fn id(self) -> SlotId {
        match self {
            Self::Authentication => SlotId::Authentication,
            Self::Signature => SlotId::Signature,
            Self::KeyManagement => SlotId::KeyManagement,
            Self::CardAuthentication => SlotId::CardAuthentication,
            // Numbers are 1 to 20 by construction, and the crate knows all of 82 to 95.
            Self::Retired(_) => {
                RetiredSlotId::try_from(self.reference()).map_or(SlotId::KeyManagement, SlotId::Retired)
            }
        }
    }
}

/// Two hexadecimal digits in capitals, as in 9C.
impl std::fmt::Display for Slot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:02X}", self.reference())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_slot_is_listed_once_and_is_what_it_says() {
        let slots: Vec<Slot> = Slot::all().collect();
        assert_eq!(slots.len(), 24);
        for slot in &slots {
            assert_eq!(slots.iter().filter(|s| s.reference() == slot.reference()).count(), 1, "{slot}");
            assert_eq!(
                slots.iter().filter(|s| s.certificate_object() == slot.certificate_object()).count(),
                1,
                "{slot}"
            );
            assert_eq!(u8::from(slot.id()), slot.reference(), "{slot}");
            assert_eq!(Slot::from_reference(slot.reference()), Some(*slot));
        }
        assert_eq!(Slot::retired(0), None);
        assert_eq!(Slot::retired(21), None);
    }
}
