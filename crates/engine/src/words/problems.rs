//! The problems that the engine itself has.

use protocol::problems;
use tokens::TokenError;

problems! {
    /// A step came before what it needs; the checker makes this impossible.
    pub fn out_of_order() = "out-of-order" {
        "An earlier step's result is not there."
        "Nothing was done."
        "Stop and resume the ceremony: it goes back to the last safe point."
    }

    /// An action asks for a slot that its row does not name.
    pub(crate) fn not_its_slot(action: &str, material: &str) = "out-of-reach" {
        "The action {action} asked for what is not its own: {material}."
        "It got nothing."
        "Stop, and report this with the record: this program is at fault."
    }

    /// An action asks for a device that its row does not reach.
    pub(crate) fn out_of_reach(action: &str) = "out-of-reach" {
        "The action {action} asked for a device that is not its own to use."
        "It got nothing."
        "Stop, and report this with the record: this program is at fault."
    }

    /// The repertoire has no such action.
    pub(crate) fn action_unknown(action: &str) = "action-unknown" {
        "This program has no action \"{action}\"."
        "Nothing was done."
        "Use the version of Cofferdam that the script was written for."
    }

    /// The work in another thread panicked.
    pub(crate) fn broke_off() = "internal" {
        "The work on the device broke off inside this program."
        "The record shows the step as not done."
        "Stop, resume the ceremony, and report this with the record."
    }

    /// No locked memory is left.
    pub fn no_locked_memory(why: &str) = "no-locked-memory" {
        "{why}"
        "Nothing was changed."
        "Close other programs or raise the limit, then try again."
    }

    /// The journal's error, in its own words.
    pub(crate) fn transcript_failed(why: &str) = "transcript-failed" again {
        "The transcript could not be written or read: {why}."
        "Everything acknowledged before stays in the transcript."
        "Check the disk, then resume the ceremony."
    }

    /// The pack's error, in its own words.
    pub(crate) fn pack_not_written(why: &str) = "pack-not-written" again {
        "{why}"
        "The record is complete and signed; no part of a pack was left behind."
        "Check the disk and the token, then write the pack again."
    }

    /// What is owed stands in sentences.
    pub(crate) fn obligations_open(owed: &str) = "obligations-open" {
        "The ceremony cannot close yet. {owed}"
        "Nothing was closed."
        "Settle what is named first."
    }

    /// A rule over the whole record is not kept.
    pub fn record_disagrees(why: &str) = "record-does-not-agree" {
        "The record does not agree with itself or with what it is about: {why}."
        "Nothing more was made, wrapped or closed. What was made is in the token."
        "Stop, and import none of what was made: this program is at fault, or somebody changed the run's folder. Give the ceremony up, delete its keys in the token, and begin again with another copy of the program."
    }

    /// The run was given up, and its pack is written.
    pub(crate) fn run_abandoned() = "run-abandoned" {
        "This ceremony was given up by decision; it cannot be gone on with."
        "Nothing was added to the record."
        "Begin a new ceremony."
    }

    /// The machine is not as it should be for production when a ceremony goes on; each warning is a sentence.
    pub(crate) fn machine_to_mend_again(warnings: &str) = "workstation-to-mend" {
        "{warnings}"
        "The ceremony has not gone on, and nothing was done since it was stopped."
        "Stop here, mend it, and resume the ceremony; or have it decided that it goes on in spite of it, which the record says and two people sign."
    }

    /// Whoever put it there would have it taken for the evidence of this ceremony.
    pub(crate) fn pack_is_in_the_way(path: &str) = "pack-in-the-way" again {
        "Where this ceremony's evidence pack belongs there is something else already: {path}."
        "The record is whole, and nothing was written over it."
        "Find out who put it there, move it away, and try again."
    }

    /// Script, roster or parameters are not those of the first entry.
    pub(crate) fn run_changed() = "run-changed" {
        "The script, roster or parameters beside the record are not the ones it was opened with."
        "Nothing was added to the record."
        "Restore the run's folder from its copy, or begin a new ceremony."
    }

    /// The token keeps a later head of this run.
    pub(crate) fn record_goes_back(remembered: u64, entries: usize) = "record-goes-back" {
        "The token remembers {remembered} entries of this ceremony, and the record here has another history of {entries}."
        "Nothing was done on the token, and nothing was added to the record."
        "Somebody took the record back in time, or a disk lost what was on it. Bring the run's folder back from a copy that is newer, or begin a new ceremony and keep this folder as evidence."
    }

    /// Something else wrote the object that keeps it.
    pub(crate) fn memory_changed(label: &str) = "token-memory-changed" {
        "What the token remembers as {label} is nothing that this program wrote."
        "Nothing was done on the token, and nothing was added to the record."
        "Somebody with the PIN changed it. Do not go on with this ceremony: keep its folder as evidence, and begin a new one."
    }

    /// Its record says that the token keeps its head, and it does not.
    pub(crate) fn run_not_remembered() = "run-not-remembered" {
        "The token does not remember this ceremony, though the record says that it does."
        "Nothing was done on the token, and nothing was added to the record."
        "The ceremony ended before, and its record was taken back, or somebody with the PIN had the token forget it. Do not go on with it: keep its folder as evidence, look at `coffer register`, and begin a new ceremony."
    }

    /// It is on the list of ended ceremonies.
    pub(crate) fn run_ended_before() = "run-ended-before" {
        "This ceremony ended before, with another record than the one that is here."
        "Nothing was done on the token, and nothing was added to the record."
        "Somebody took the record back in time. Restore the run's folder from its copy; its evidence pack was written when it ended."
    }

    /// A line of it is not ours.
    pub(crate) fn ended_list_bad(why: &str) = "ended-list-bad" {
        "The list of ended ceremonies, ended.jsonl in the state folder, does not hold: {why}."
        "Nothing was begun or changed."
        "Restore it from its copy. A list that nobody can restore is moved elsewhere by hand, and kept: the next ceremony then says in its record that no ceremony ended before it."
    }

    /// It ends before what the token or the record says of it.
    pub(crate) fn ended_list_cut(known: u64, lines: usize) = "ended-list-cut" {
        "{known} ceremonies are known to have ended on this workstation, and the list here, ended.jsonl, is another one of {lines}."
        "Nothing was begun or changed."
        "Somebody replaced the list or cut it. Restore it from its copy, and look for the ceremonies that it does not name."
    }

    /// A recorded file has other bytes.
    pub(crate) fn file_changed(name: &str) = "file-changed" {
        "{name} in the run's folder is not the file that the record names."
        "Nothing was done with it."
        "Stop: somebody changed the run's folder. Restore it from its copy, or give the ceremony up."
    }

    /// An answer of another kind than was asked for.
    pub fn not_an_answer() = "not-an-answer" again {
        "That does not answer the question."
        "Nothing was changed."
        "Answer what the screen asks."
    }

    /// The token is gone.
    pub fn token_removed() = "token-removed" again {
        "The token was taken away, or it stopped answering."
        "The record shows the step as not done. What was acknowledged before is safe."
        "Put the same token back, then begin this step again: it asks for the PIN anew."
    }

    /// The token signed everybody out.
    pub(crate) fn token_signed_out() = "token-signed-out" again {
        "The token has signed everybody out."
        "The record shows the step as not done."
        "Begin this step again: it asks for the PIN anew."
    }

    /// The token's refusal, in its own words.
    pub(crate) fn token_refused(why: &TokenError) = "token-refused" again {
        "The token did not do it: {why}."
        "The record shows the step as not done."
        "Check that the token is in and the right one, then do the step again."
    }

    /// The token's own sentence about its PIN.
    pub(crate) fn wrong_pin(says: String) = "wrong-pin" again {
        "{says}"
        "Nothing was done; the attempt is in the record."
        "Check the PIN before you try again: some tokens lock after a few wrong ones."
    }

    /// The PIN that anybody knows.
    pub(crate) fn factory_pin(model: &str) = "factory-pin" again {
        "That is the PIN with which every {model} leaves its maker: whoever has read the manual could have put keys into this one."
        "It was not sent, and nothing was done; it is in the record that it was typed."
        "Reset the HSM by its maker's own tool, give it credentials of your own, and begin again with those."
    }

    /// The practice token in production.
    pub(crate) fn rehearsal_token() = "rehearsal-token" {
        "The embedded rehearsal token is not trusted in production."
        "Nothing was done on it."
        "Put in the production HSM and begin again with its PKCS#11 URI."
    }

    /// A rehearsal meets a token of production.
    pub(crate) fn token_of_production(serial: &str) = "token-of-the-other-mode" {
        "The token with the serial number {serial} was used in production here."
        "Nothing was done on it."
        "Put in another token: one token never serves both."
    }

    /// Production meets a token of a rehearsal.
    pub(crate) fn token_of_a_rehearsal(serial: &str) = "token-of-the-other-mode" {
        "The token with the serial number {serial} was used in a rehearsal here."
        "Nothing was done on it."
        "Put in another token: one token never serves both."
    }

    /// Not the token that the run began with.
    pub(crate) fn another_token(serial: &str, begun_with: &str) = "another-token" again {
        "The token in the reader has the serial number {serial}; this ceremony began with {begun_with}."
        "Nothing was done on it."
        "Put the first token back, then begin this step again."
    }

    /// The signing key is gone.
    pub(crate) fn no_signing_key() = "no-signing-key" {
        "The signing key that the record names is not in this token any more."
        "Nothing was signed."
        "Stop and find out who changed the token. The record goes on only with its own key."
    }

    /// The signing key is another one.
    pub(crate) fn another_signing_key() = "another-signing-key" {
        "The signing key in the token is not the one that this record names."
        "Nothing was signed."
        "Stop and find out who changed the token. The record goes on only with its own key."
    }

    /// A passphrase that is not the person's.
    pub fn wrong_passphrase(name: &str) = "wrong-passphrase" again {
        "That is not the passphrase of {name}."
        "Nothing was done; the attempt is in the record."
        "Type it again. Passphrases tell capital letters from small ones."
    }

    /// A YubiKey signed with a key that the roster does not name.
    pub(crate) fn not_their_key(serial: u32, name: &str) = "not-their-key" again {
        "YubiKey {serial} signed, but not with the key that the roster names for {name}."
        "The signature does not count."
        "Raise an exception: the key in slot 9C was replaced since this person was enrolled."
    }

    /// What a confirmer restated differs.
    pub(crate) fn restated_differs(name: &str) = "restated-differs" again {
        "What {name} restated is not what is about to be done."
        "Nothing was done; the difference is in the record."
        "Look at the script, the device or the slip itself, not at another person's screen, and answer again. If it still differs, raise an exception."
    }

    /// The clock cannot be right, and this is production.
    pub(crate) fn clock_behind(why: &str) = "clock-behind" {
        "{why}"
        "Nothing was started, and nothing was added to a record."
        "Set the clock by one that you trust, to UTC or with the right time zone, and begin again. If it is right already, the record that is named was written by a wrong one: keep it, and name another state folder with --state."
    }
}
