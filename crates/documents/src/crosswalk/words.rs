//! Where the page says what.

/// The heading above the sources of the rule's text.
pub(super) const CHECKED: &str = "## What was checked, and what not";
