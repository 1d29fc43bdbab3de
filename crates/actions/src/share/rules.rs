//! What holds over a whole record of bags: each goes to the site at which the roster has its custodian.

use super::words;
use engine::{Departure, Rule, Whole};
use facts::Named as _;

/// A bag that was sealed goes where the roster says, and is said to go nowhere where it says nothing.
pub(crate) struct BagsGoToTheirSites;

impl Rule for BagsGoToTheirSites {
    fn holds(&self, whole: &Whole<'_>) -> Result<(), Departure> {
        for entry in whole.past.entries {
            let bag = facts::BAG.within(entry).or_else(|| facts::BAG_RESEALED.within(entry));
            let Some((custodian, _)) = facts::CUSTODIAN.within(entry).zip(bag) else { continue };
            let site = whole.plan.roster.person(&custodian).and_then(|p| p.site.clone());
            if facts::SITE.within(entry) != site {
                return Err(Departure::of(Some(entry), "give-share", "another-site", words::ANOTHER_SITE));
            }
        }
        Ok(())
    }
}
