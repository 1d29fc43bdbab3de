//! An earlier ceremony's key, in a token again.

use crate::declare::facts;
use crate::{CheckValue, SetName, Text};

facts! {
    RESTORED_CHECK_VALUE: Fact = public "restored-check-value", CheckValue, "the check value of the key that was restored";
    RESTORED_FROM_SET: Fact = public "restored-from-set", SetName, "the set of shares that it was restored from";
    RESTORED_INTO: Fact = auditor "restored-into", Text, "the serial number of the token that it was restored into";
    FINISHED_BY_INTERRUPTED_ATTEMPT: Fact = public "finished-by-interrupted-attempt", Text, "the label of the key, where an attempt that broke off had brought it in already";
    BROUGHT_BACK_CHECK_VALUE: Fact = public "brought-back-check-value", CheckValue, "the check value of the key that was brought back from its backup for the moment, to be wrapped again";
    FOUND_CHECK_VALUE: Fact = public "found-check-value", CheckValue, "the check value of an earlier ceremony's key that was found in the token";
}
