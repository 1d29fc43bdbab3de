//! Shares that are brought again, and what comes of trying them.

use crate::declare::facts;
use crate::{
    BagNumber, CheckValue, CheckValueOrOfAll, Day, FileInPack, Flag, List, Number, SealWord, SetName, Text,
};

facts! {
    BAG_BROUGHT: Fact = auditor "bag-brought", BagNumber, "the number of the bag that a share was brought in";
    SEAL: Fact = public "seal", SealWord, "how the seal of that bag was found; `none` where there was no bag or no seal";
    BROUGHT_BY_YUBIKEY: Each = public "brought-by-yubikey", Flag, "for each turn, `true` where a YubiKey opened the share";
    DRILL_RESULT: Fact = public "drill-result", Text, "what came of the drill, in words";
    DRILLED_CHECK_VALUE: Fact = public "drilled-check-value", CheckValueOrOfAll, "the check value of what the backup opened to; of a plan, that of all its keys";
    DRILLED_WHERE: Fact = public "drilled-where", Text, "where the backup was opened and what became of it, in words";
    DRILL_MINUTES: Fact = public "drill-minutes", Number, "whole minutes from the opening of the record to the result";
    SHARES_SEEN: Fact = public "shares-seen", List<Number>, "the numbers of the shares that were seen, where nothing was rebuilt";
    DRILLED_LINE_OF: Fact = public "drilled-line-of", SetName, "the set under which a line's backup was tried";
    DRILLED_LINE: Fact = public "drilled-line", Number, "the line of the plan whose backup opened to its key";
    DRILLED_LINE_CHECK_VALUE: Fact = public "drilled-line-check-value", CheckValue, "the check value of what that line's backup opened to";
    DRILL_FAILED_LINE: Fact = public "drill-failed-line", Number, "the line of the plan whose backup did not open to its key";
    DRILLED_LINES: Fact = public "drilled-lines", Number, "how many backups of the plan opened to their keys";
    BAG_RESEALED: Fact = auditor "bag-resealed", BagNumber, "the number of the new bag that the sheet was sealed in";
    YUBIKEY_TAKEN_BACK: Fact = public "yubikey-taken-back", Flag, "`true` where a custodian has their YubiKey again";
    CERTIFICATE_FILE: Fact = public "certificate-file", FileInPack, "the certificate of the drill or the destruction, in the pack";
    NEXT_DRILL: Fact = public "next-drill", Day, "the day on which the next drill is due";
}
