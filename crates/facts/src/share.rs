//! A share, as its custodian takes it.

use crate::declare::facts;
use crate::{BagNumber, Digits, FileInPack, Number, Text};

facts! {
    SHARE_INDEX: Fact = public "share-index", Number, "the share's number through the whole set, from 1";
    CUSTODIAN: Fact = auditor "custodian", Text, "the id of the custodian whose share this is";
    SITE: Fact = auditor "site", Text, "the site where the custodian keeps the bag, by the roster";
    BAG: Fact = auditor "bag", BagNumber, "the number of the bag that the sheet was sealed in";
    READ_BACK: Fact = public "read-back", Text, "what a share that was read back was held against, in words";
    READ_BACK_HOW: Fact = public "read-back-how", Text, "how a share came in from its sheet or YubiKey, in words";
    SHEET: Fact = public "sheet", Text, "how the sheet was made, in words; of a share on a YubiKey, that there is none";
    COPIES_PRINTED: Fact = public "copies-printed", Number, "how many copies of the sheet were sent to a printer";
    PRINTED_COPY: Fact = public "printed-copy", Number, "which copy of the sheet is about to be sent to a printer, from 1";
    PRINTER: Fact = auditor "printer", Text, "the printer's queue and, in brackets, its device";
    SHARE_BOX_FILE: Fact = public "share-box-file", FileInPack, "the share encrypted to its custodian's YubiKey, in the pack (docs/formats/custodian-box.md)";
    SHARE_BOX_YUBIKEY: Fact = auditor "share-box-yubikey", Digits, "the serial number of the YubiKey that opens the share";
}
