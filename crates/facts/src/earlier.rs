//! The backup of an earlier ceremony, as its verified pack tells of it, and what is kept of that.

use crate::declare::facts;
use crate::{
    BagNumber, CheckValueOrOfAll, FileName, Json, KeySpecName, List, Number, Pair, RunId, SetName, Sha256Hex,
    Text, Triple,
};

facts! {
    EARLIER_CEREMONY: Fact = public "earlier-ceremony", RunId, "the run of the earlier ceremony";
    EARLIER_PACK: Fact = internal "earlier-pack", Text, "the path of the earlier ceremony's pack";
    EARLIER_PACK_SIGNED_BY: Fact = public "earlier-pack-signed-by", Text, "whether the pack is signed with this workstation's own key or with another that two people compared, in words";
    EARLIER_TOKEN_SERIAL: Fact = auditor "earlier-token-serial", Text, "the serial number of the token that the key was backed up from";
    DRILL_SET: Fact = public "drill-set", SetName, "the set of shares that was opened; the entry that has it is the opening of the pack";
    DRILL_SHARES: Fact = public "drill-shares", Number, "how many shares that set has";
    DRILL_THRESHOLD: Fact = public "drill-threshold", Number, "how many shares of that set rebuild the key, where people count wherever they are";
    DRILL_SITES_NEEDED: Fact = public "drill-sites-needed", Number, "how many sites of that set rebuild the key, where sites count";
    DRILL_GROUPS: Fact = public "drill-groups", List<Pair<Number, Number>>, "for each site of that set in order, how many of its shares give its part, and how many it has";
    DRILL_GROUP_SITES: Fact = auditor "drill-group-sites", List<Text>, "the names of that set's sites, in the order of `drill-groups`";
    DRILL_COMMITMENTS: Fact = public "drill-commitments", List<Sha256Hex>, "the commitment to each share of that set, in the order of their numbers";
    DRILL_BAGS: Fact = auditor "drill-bags", List<Pair<Number, BagNumber>>, "each share's number and the bag that it was sealed in, by the pack";
    DRILL_NEWER_BAGS: Fact = auditor "drill-newer-bags", List<Triple<Number, BagNumber, Text>>, "each share's number, the bag that a later ceremony here sealed it in, and that ceremony";
    DRILL_BAGS_NOT_TAKEN: Fact = auditor "drill-bags-not-taken", List<Pair<Text, Text>>, "later ceremonies on the set that are not believed, each with why";
    DRILL_BOXES: Fact = internal "drill-boxes", List<Json>, "the set's shares that are on YubiKeys: objects of `index` (a number), `file` and `sha256`";
    DRILL_CHECK_VALUE: Fact = public "drill-check-value", CheckValueOrOfAll, "the check value that the backup has to open to; of a plan, that of all its keys";
    EARLIER_KEY_PATH: Fact = public "earlier-key-path", Text, "where the key was made and how it came out for its backup, by the pack, in words";
    DRILL_KEY_SPEC: Fact = public "drill-key-spec", KeySpecName, "the kind of key that the backup is of";
    COPIES_KNOWN: Fact = auditor "copies-known", List<Json>, "every place where the key went, by all records at hand: objects of `id`, `sort`, `says`, `run`, `became` (with the ceremony) and `perhaps`";
    EARLIER_WRAPPED_BACKUP: Fact = public "earlier-wrapped-backup", FileName, "the name of the wrapped backup in the earlier pack";
    DRILLED_BACKUP_SHA256: Fact = public "drilled-backup-sha256", Sha256Hex, "the digest of that wrapped backup";
    DRILLED_BACKUP: Fact = internal "drilled-backup", FileName, "the copy of that wrapped backup in the run's folder; never in the pack";
    DRILLED_PUBLIC_KEY: Fact = internal "drilled-public-key", FileName, "the copy of the key's public half in the run's folder";
    DRILL_LINE: Fact = public "drill-line", Number, "the line of an earlier key plan, where that line's one key is brought back";
    DRILL_LINE_OTHERS: Fact = public "drill-line-others", List<Pair<Number, CheckValueOrOfAll>>, "the other lines of that plan, each with the check value of its key: the same sheets guard them";
    DRILL_PLAN: Fact = public "drill-plan", List<Json>, "the lines of an earlier key plan: objects of `line` (a number), `key_spec`, `check_value`, `sha256` (of the wrapped file) and `public_sha256`";
    DRILL_PLAN_SHA256: Fact = public "drill-plan-sha256", Sha256Hex, "the digest of that key plan";
    DRILLED_PLAN_PLACES_SHA256: Fact = public "drilled-plan-places-sha256", Sha256Hex, "the digest of the list of every place where the keys of that plan went, in that folder";
    DRILLED_PLAN: Fact = internal "drilled-plan", FileName, "the folder of the run's folder with that plan's wrapped files; never in the pack";
}
