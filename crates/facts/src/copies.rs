//! The copies of a key and of its shares, and what became of each.

use crate::declare::facts;
use crate::{Became, CheckValue, List, Number, Pair, SetName, Text, YesNo};

facts! {
    COPY: Fact = public "copy", Text, "the word for the copy that a note is about, as `sheet-2` or `wrapped-file`";
    COPY_OF: Fact = public "copy-of", SetName, "the set that the copy belongs to, or the set of the key that it is of";
    BECAME: Fact = public "became", Became, "what became of the copy";
    OLD_SET: Fact = public "old-set", SetName, "the set that was replaced";
    OLD_SHEETS_DESTROYED: Fact = public "old-sheets-destroyed", List<Number>, "the shares of that set whose sheets were destroyed here";
    OLD_SHEETS_OWED: Fact = public "old-sheets-owed", List<Number>, "the shares of that set whose sheets are to be destroyed later";
    OLD_SHEETS_MISSING: Fact = public "old-sheets-missing", List<Number>, "the shares of that set whose sheets are missing";
    OLD_SET_STILL_OPENS: Fact = public "old-set-still-opens", YesNo, "whether enough sheets of that set are left to open its wrapped file";
    OLD_FILE_TO_DESTROY: Fact = public "old-file-to-destroy", Text, "the wrapped file that those sheets open, with its digest, in words";
    COPIES_IN_TOKEN: Fact = public "copies-in-token", List<Text>, "the labels under which the key was found in the token";
    EARLIER_KEY_LABEL: Fact = public "earlier-key-label", Text, "the key's label in the token that it was backed up from";
    COPIES_ACCOUNTED: Fact = public "copies-accounted", List<Pair<Text, Text>>, "the word for each copy, and what two people say of it";
    GUARDS_NOTHING: Fact = public "guards-nothing", Number, "how many other keys of the plan two people said that the sheets guard no more";
    SHEETS_SHREDDED: Fact = public "sheets-shredded", List<Number>, "the shares whose sheets were shredded";
    SHEETS_LEFT: Fact = public "sheets-left", Number, "how many sheets were left then, missing ones included";
    BELOW_THRESHOLD: Fact = public "below-threshold", YesNo, "whether fewer were left than rebuild the key";
    DESTROYED_IN_TOKEN: Fact = public "destroyed-in-token", List<Text>, "the labels of the keys that were destroyed in the token";
    DESTROYED_CHECK_VALUE: Fact = public "destroyed-check-value", CheckValue, "the check value of the key that was destroyed";
    OTHER_KEYS_UNTOLD: Fact = auditor "other-keys-untold", List<Text>, "the labels of other keys in the token that cannot be told from the destroyed one, which somebody decided about";
    SEEN_ABSENT: Fact = public "seen-absent", Text, "what the token shows after that, in words";
    GONE_WHEN_BEGUN_AGAIN: Fact = public "gone-when-begun-again", List<Text>, "the labels that were gone already when the step was begun again";
    COPIES_AT_THE_END: Fact = public "copies-at-the-end", List<Pair<Text, Text>>, "the word for each copy, and what became of it in the end";
}
