//! What holds over a whole record: it is about one key.

use super::words;
use engine::{Departure, Past, Rule, Whole};
use facts::Named as _;
use tokens::KeySpec;

/// The check value of what was rebuilt, wrapped or drilled is that of the key that was made or backed up.
pub(crate) struct SameKeyThroughout;

impl Rule for SameKeyThroughout {
    fn holds(&self, whole: &Whole<'_>) -> Result<(), Departure> {
        same_key(whole.past)
    }
}

/// The public half of a pair is kept with it: what later steps, and later ceremonies, know the pair by.
pub(crate) struct PairHasPublicHalf;

impl Rule for PairHasPublicHalf {
    fn holds(&self, whole: &Whole<'_>) -> Result<(), Departure> {
        for entry in whole.past.entries {
            let spec = facts::KEY_SPEC.within(entry).filter(|_| facts::CHECK_VALUE.within(entry).is_some());
            let pair = spec.and_then(|s| s.parse::<KeySpec>().ok()).is_some_and(KeySpec::is_asymmetric);
            if pair && facts::PUBLIC_KEY_FILE.within(entry).is_none() {
                return Err(Departure::of(Some(entry), "key", "no-public-half", words::NO_PUBLIC_HALF));
            }
        }
        Ok(())
    }
}

fn same_key(past: Past<'_>) -> Result<(), Departure> {
    let mut made: Option<String> = None;
    let mut drilled: Option<String> = None;
    for entry in past.entries {
        let own = facts::CHECK_VALUE.within(entry);
        made = own.clone().or(made);
        drilled = facts::DRILL_CHECK_VALUE.within(entry).or(drilled);
        let (restored, found) =
            (facts::RESTORED_CHECK_VALUE.within(entry), facts::FOUND_CHECK_VALUE.within(entry));
        let brought_back = facts::BROUGHT_BACK_CHECK_VALUE.within(entry);
        let wrapped_of = if brought_back.is_some() { &drilled } else { &made };
        // An earlier ceremony's key that is restored, found or brought back is that key and no other.
        let is_earlier = [&restored, &found, &brought_back].into_iter().any(Option::is_some);
        let of_earlier = if is_earlier { drilled.clone() } else { own.clone() };
        for (name, found, expected) in [
            (facts::REBUILT_CHECK_VALUE.name(), facts::REBUILT_CHECK_VALUE.within(entry), &made),
            (facts::WRAPPED_CHECK_VALUE.name(), facts::WRAPPED_CHECK_VALUE.within(entry), wrapped_of),
            (facts::SEALED_CHECK_VALUE.name(), facts::SEALED_CHECK_VALUE.within(entry), &made),
            (facts::BROUGHT_BACK_CHECK_VALUE.name(), brought_back, &drilled),
            (facts::DRILLED_CHECK_VALUE.name(), facts::DRILLED_CHECK_VALUE.within(entry), &drilled),
            (facts::RESTORED_CHECK_VALUE.name(), restored, &drilled),
            (facts::FOUND_CHECK_VALUE.name(), found, &drilled),
            (facts::DESTROYED_CHECK_VALUE.name(), facts::DESTROYED_CHECK_VALUE.within(entry), &drilled),
            (facts::CHECK_VALUE.name(), own, &of_earlier),
        ] {
            if found.is_some() && found != *expected {
                return Err(Departure::of(Some(entry), "key", "not-the-same-key", words::not_that_key(name)));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use transcript::{Draft, Journal, Kind, Level, SystemClock};

    const ONE: &str = "cmac-aes:0a1b2c0a1b2c0a1b2c0a1b2c0a1b2c0a";
    const OTHER: &str = "cmac-aes:0a1b2c0a1b2c0a1b2c0a1b2c0a1b2c0b";

    /// What the rule says to a record with one outcome for each of these lists of facts.
    fn says(outcomes: &[&[(&str, &str)]]) -> Option<String> {
        let folder = tempfile::tempdir().unwrap();
        let clock = Box::new(SystemClock::default());
        let path = folder.path().join("record");
        let first = Draft::new(Kind::Opened).fact(Level::Public, "mode", "rehearsal").fact(
            Level::Public,
            "run",
            "run",
        );
        let mut journal = Journal::create(&path, first, clock).unwrap();
        for facts in outcomes {
            let says = |draft: Draft, (name, value): &(&str, &str)| draft.fact(Level::Public, name, *value);
            journal.append(facts.iter().fold(Draft::new(Kind::Outcome), says)).unwrap();
        }
        same_key(Past { entries: journal.entries() }).err().map(|departure| departure.to_string())
    }

    #[test]
    fn what_is_rebuilt_is_what_was_made() {
        assert_eq!(says(&[&[("check-value", ONE)], &[("rebuilt-check-value", ONE)]]), None);
        let other = says(&[&[("check-value", ONE)], &[("rebuilt-check-value", OTHER)]]).unwrap();
        let why = "its rebuilt-check-value is not that of the key this ceremony is about";
        assert!(other.ends_with(why), "{other}");
    }

    #[test]
    fn a_key_that_is_restored_is_the_earlier_one() {
        let opened: &[(&str, &str)] = &[("drill-check-value", ONE)];
        assert_eq!(says(&[opened, &[("restored-check-value", ONE), ("check-value", ONE)]]), None);
        assert!(says(&[opened, &[("restored-check-value", ONE), ("check-value", OTHER)]]).is_some());
        assert!(says(&[opened, &[("found-check-value", OTHER)]]).is_some());
        // A key that is made anew beside it is another one, and may be.
        assert_eq!(says(&[opened, &[("check-value", OTHER)]]), None);
    }
}
