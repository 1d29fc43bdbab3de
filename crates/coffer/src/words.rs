//! What the commands refuse, and what is said where nothing can be said.

use protocol::problems;
use std::fmt::Display;

problems! {
    /// The manual pages' folder, most likely.
    pub(crate) fn man_not_written(folder: &dyn Display, why: &dyn Display) = "man-not-written" {
        "{folder} could not be written: {why}."
        "Nothing else was changed."
        "Name a folder that is there."
    }

    /// A parameter without its value.
    pub(crate) fn set_not_a_pair(pair: &str) = "set-not-a-pair" {
        "\"{pair}\" is not NAME=VALUE."
        "Nothing was started."
        "Write for instance --set threshold=3."
    }
}

pub(crate) const OUTPUT_LOST: &str = "the output cannot be written";
pub(crate) const OUTPUT_NOT_WRITTEN: &str = "What was to be printed could not be written.\nWhat the command did is as it \
     is.\nLook at where the output goes.\n[output-not-written]";
