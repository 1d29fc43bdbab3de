//! What lives in this process only: secrets, in slots that belong to the folder that declares them.
//!
//! A room is lent for one row, and refuses a slot whose material the row neither needs nor makes. What no later row needs
//! is dropped by the engine; secrets wipe themselves when they are dropped, so nobody has to remember it.

use crate::words;
use protocol::Problem;
use script::{Material, Planned, Row};
use std::any::Any;
use std::collections::BTreeMap;
use std::marker::PhantomData;

/// A place for one secret of one type. Whoever has the slot can reach it, so folders keep theirs private.
pub struct Slot<T> {
    material: &'static Material,
    of: PhantomData<fn() -> T>,
}

impl<T: Send + 'static> Slot<T> {
    /// The slot of a material of the room.
    pub const fn of(material: &'static Material) -> Self {
        Self { material, of: PhantomData }
    }
}

/// Everything that is held.
#[derive(Default)]
pub(crate) struct Vault(BTreeMap<&'static str, (&'static Material, Box<dyn Any + Send>)>);

impl Vault {
    /// Lends what a row may reach, without what it uses up and does not need itself.
    pub(crate) fn lend(&mut self, row: &'static Row) -> Room<'_> {
        self.0.retain(|_, (material, _)| row.needs(material) || !row.takes(material));
        Room { vault: self, row }
    }

    /// After a row is done: what it used up is gone, and so is what none of the steps that are left needs.
    pub(crate) fn forget(&mut self, row: &'static Row, left: &[Planned]) {
        let needed = |m: &'static Material| left.iter().any(|s| s.action.needs(m));
        self.0.retain(|_, (material, _)| !row.leaves_none_of(material) && needed(material));
    }

    /// Everything is gone.
    pub(crate) fn empty(&mut self) {
        self.0.clear();
    }

    /// What is held, by name.
    pub(crate) fn names(&self) -> Vec<&'static str> {
        self.0.keys().copied().collect()
    }
}

/// What one row may reach.
pub struct Room<'r> {
    vault: &'r mut Vault,
    row: &'static Row,
}

impl Room<'_> {
    fn may(&self, material: &'static Material) -> Result<(), Problem> {
        let own = self.row.needs(material) || self.row.makes(material);
        if own && material.is_of_room() {
            Ok(())
        } else {
            Err(words::not_its_slot(self.row.name, material.name))
        }
    }

    /// What is in a slot; refused where nothing is.
    pub fn get<T: 'static>(&self, slot: &Slot<T>) -> Result<&T, Problem> {
        self.may(slot.material)?;
        let held = self.vault.0.get(slot.material.name).and_then(|(_, held)| held.downcast_ref());
        held.ok_or_else(words::out_of_order)
    }

    /// Puts something into a slot; what was there before is dropped.
    pub fn put<T: Send + 'static>(&mut self, slot: &Slot<T>, value: T) -> Result<(), Problem> {
        self.may(slot.material)?;
        self.vault.0.insert(slot.material.name, (slot.material, Box::new(value)));
        Ok(())
    }

    /// Changes what is in a slot, or what an empty one begins with.
    pub fn change<T: Send + Default + 'static>(
        &mut self,
        slot: &Slot<T>,
        change: impl FnOnce(&mut T),
    ) -> Result<(), Problem> {
        self.may(slot.material)?;
        let empty = || (slot.material, Box::<T>::default() as Box<dyn Any + Send>);
        let (_, held) = self.vault.0.entry(slot.material.name).or_insert_with(empty);
        held.downcast_mut().map(change).ok_or_else(words::out_of_order)
    }
}
