//! The problems of scripts, rosters and plans.

use protocol::problems;

problems! {
    /// What is read aloud is too long, or has no time that fits.
    pub(crate) fn record_inject(step: &str, most: usize, minutes: u16) = "record-inject" {
        "What the step {step} reads aloud has not 1 to {most} characters, or not 1 to {minutes} minutes, or it has minutes and reads nothing aloud."
        "Nothing was started."
        "Mend the script."
    }

    /// A step is for more people than its role has.
    pub(crate) fn first_of_too_few(step: &str, wants: usize, has: usize) = "first-of-too-few" {
        "Step {step} is for the first {wants} people of a role that has {has}."
        "Nothing was started."
        "Mend the script, the roster or the parameters, and check again."
    }

    /// One person would be both of two.
    pub(crate) fn one_person_alone(step: &str, name: &str) = "one-person-alone" {
        "In step {step}, {name} would confirm what they do themselves."
        "Nothing was started."
        "Mend the script, the roster or the parameters, and check again."
    }

    /// The roster has too few of a role.
    pub(crate) fn too_few_people(title: &str, need: usize, have: usize, role: &str, known: &str) = "too-few-people" {
        "{title} needs {need} people and the roster has {have}."
        "Nothing was started."
        "Put people of the role {role} into the roster, ask for fewer, or use a role that it has: {known}."
    }

    /// One person fills a role twice.
    pub(crate) fn person_twice(name: &str, role: &str) = "person-twice" {
        "{name} fills the role {role} twice, so one person would count for two."
        "Nothing was started."
        "Mend the script, the roster or the parameters, and check again."
    }

    /// A role is to be apart from one that is not there.
    pub(crate) fn apart_from_unknown(role: &str, other: &str) = "role-unknown" {
        "The role {role} is to be apart from {other}, which the script does not have."
        "Nothing was started."
        "Mend the script, the roster or the parameters, and check again."
    }

    /// One person fills two roles that are kept apart.
    pub(crate) fn roles_conflict(name: &str, role: &str, other: &str) = "roles-conflict" {
        "{name} cannot be both {role} and {other}."
        "Nothing was started."
        "Mend the script, the roster or the parameters, and check again."
    }

    /// Two steps have one id.
    pub(crate) fn step_twice(step: &str) = "step-twice" {
        "The step id {step} is used twice."
        "Nothing was started."
        "Mend the script, the roster or the parameters, and check again."
    }

    /// A step names a role that is not there.
    pub(crate) fn role_unknown(step: &str, role: &str) = "role-unknown" {
        "Step {step} names the role {role}, which the script does not have."
        "Nothing was started."
        "Mend the script, the roster or the parameters, and check again."
    }

    /// A step asks for no action that there is.
    pub(crate) fn action_unknown(step: &str, action: &str) = "action-unknown" {
        "Step {step} asks for the action \"{action}\", which does not exist."
        "Nothing was started."
        "Mend the script, the roster or the parameters, and check again."
    }

    /// A two-person action has no second person.
    pub(crate) fn second_person_missing(step: &str) = "one-person-alone" {
        "Step {step} needs a second person in another role to confirm it."
        "Nothing was started."
        "Mend the script, the roster or the parameters, and check again."
    }

    /// A step comes after the end.
    pub(crate) fn after_close(step: &str) = "after-close" {
        "Step {step} comes after the end."
        "Nothing was started."
        "Mend the script, the roster or the parameters, and check again."
    }

    /// Something would be owed at the end.
    pub(crate) fn obligation_open(id: &str) = "obligation-open" {
        "Nothing closes the obligation {id} before the end."
        "Nothing was started."
        "Mend the script, the roster or the parameters, and check again."
    }

    /// No step ends the record.
    pub(crate) fn no_close() = "no-close" {
        "The script never closes."
        "Nothing was started."
        "Mend the script, the roster or the parameters, and check again."
    }

    /// A step that leaves nothing for the next person.
    pub(crate) fn left_for_nobody(step: &str, need: &str) = "input-used-up" {
        "Step {step} needs {need} and leaves none, and it is to be played once for each of several people."
        "Nothing was started."
        "Have it played once: take for-each out of it."
    }

    /// A step needs what nobody made.
    pub(crate) fn input_missing(step: &str, need: &str, actions: &str) = "input-missing" {
        "Step {step} needs {need}, which no earlier step makes."
        "Nothing was started."
        "Put a step before it that makes it: the action {actions}."
    }

    /// A step needs what an earlier one wiped.
    pub(crate) fn wiped_by(step: &str, need: &str, by: &str, actions: &str) = "input-used-up" {
        "Step {step} needs {need}, and step {by} before it leaves nothing of that in memory."
        "Nothing was started."
        "Move step {step} before step {by}, or make it again between the two: the action {actions}."
    }

    /// A step needs what an earlier one made void.
    pub(crate) fn void_by(step: &str, need: &str, by: &str, actions: &str) = "input-used-up" {
        "Step {step} needs {need}, and step {by} before it makes that void."
        "Nothing was started."
        "Move step {step} before step {by}, or make it again between the two: the action {actions}."
    }

    /// Nobody decides exceptions.
    pub(crate) fn no_decider(role: &str) = "no-decider" {
        "The role \"{role}\", which decides exceptions, is not a role of this script."
        "Nothing was started."
        "Mend the script, the roster or the parameters, and check again."
    }

    /// A confirmer has nothing to say before what cannot be taken back.
    pub(crate) fn nothing_restated(step: &str) = "nothing-restated" {
        "Step {step} cannot be taken back, and its confirmer restates nothing."
        "Nothing was started."
        "Add to the step what its confirmer says in their own words, as restate = {{ ask = \"The last four characters of the serial number\", of = \"token-serial\", last = 4 }}."
    }

    /// What is to be restated is in no record.
    pub(crate) fn restate_unknown(step: &str) = "restate-unknown" {
        "What step {step} asks its confirmer to restate cannot be checked."
        "Nothing was started."
        "Mend the script, the roster or the parameters, and check again."
    }

    /// A value for no parameter.
    pub(crate) fn parameter_unknown(name: &str) = "parameter-unknown" {
        "The script has no parameter {name}."
        "Nothing was started."
        "Choose another value; `coffer print` shows what is allowed."
    }

    /// A value that the parameter cannot have.
    pub(crate) fn parameter_value(title: &str, value: &str, allowed: &str) = "parameter-value" {
        "{title} cannot be {value:?}. {allowed}"
        "Nothing was started."
        "Choose another value; `coffer print` shows what is allowed."
    }

    /// The roster is no roster.
    pub(crate) fn roster_unreadable() = "roster-unreadable" {
        "The roster cannot be read."
        "Nothing was started."
        "Mend the roster and check it again with `coffer check`."
    }

    /// A site that cannot be read.
    pub(crate) fn site_name(person: &str, longest: usize) = "site-name" {
        "The site of {person} is not a name of 1 to {longest} characters that a reader can see, with single spaces."
        "Nothing was started."
        "Mend the roster and check it again with `coffer check`."
    }

    /// Two sites that a reader takes for one.
    pub(crate) fn site_two_spellings(other: &str, site: &str) = "site-two-spellings" {
        "{other} and {site} differ in capital letters only, and would count as two sites."
        "Nothing was started."
        "Mend the roster and check it again with `coffer check`."
    }

    /// A rule for a site that nobody is at.
    pub(crate) fn site_of_nobody(number: usize) = "site-of-nobody" {
        "The roster's [[site]] number {number} is one at which nobody is."
        "Nothing was started."
        "Mend the roster and check it again with `coffer check`."
    }

    /// Two rules for one site.
    pub(crate) fn site_twice(site: &str) = "site-twice" {
        "The roster has two rules for {site}."
        "Nothing was started."
        "Mend the roster and check it again with `coffer check`."
    }

    /// A superior who is not there.
    pub(crate) fn reports_to_unknown(name: &str) = "reports-to-unknown" {
        "{name} reports to an id that is not in the roster."
        "Nothing was started."
        "Mend the roster and check it again with `coffer check`."
    }

    /// A line that comes back to itself.
    pub(crate) fn reports_in_circle(name: &str) = "reports-in-circle" {
        "{name} reports to themselves, directly or through others."
        "Nothing was started."
        "Mend the roster and check it again with `coffer check`."
    }

    /// Two people with one id.
    pub(crate) fn roster_twice(id: &str) = "roster-twice" {
        "The id {id} stands twice in the roster."
        "Nothing was started."
        "Mend the roster and check it again with `coffer check`."
    }

    /// Two people with one passphrase.
    pub(crate) fn passphrase_shared(other: &str, name: &str) = "passphrase-shared" {
        "{other} and {name} have the same passphrase verifier."
        "Nothing was started."
        "Mend the roster and check it again with `coffer check`."
    }

    /// Two people with one YubiKey.
    pub(crate) fn yubikey_shared(other: &str, name: &str) = "yubikey-shared" {
        "{other} and {name} have the same YubiKey."
        "Nothing was started."
        "Mend the roster and check it again with `coffer check`."
    }

    /// A rehearsal passphrase in production.
    pub(crate) fn rehearsal_roster(name: &str) = "rehearsal-roster" {
        "{name} has a rehearsal passphrase, and this is production."
        "Nothing was started."
        "Mend the roster and check it again with `coffer check`."
    }

    /// Two ways to sign.
    pub(crate) fn roster_two_ways(name: &str) = "roster-two-ways" {
        "{name} has a passphrase and a YubiKey to sign with; one of them counts."
        "Nothing was started."
        "Mend the roster and check it again with `coffer check`."
    }

    /// No way to sign.
    pub(crate) fn roster_no_passphrase(name: &str) = "roster-no-passphrase" {
        "{name} has neither a passphrase nor a YubiKey to sign with."
        "Nothing was started."
        "Mend the roster and check it again with `coffer check`."
    }

    /// A verifier that is not strong enough.
    pub(crate) fn roster_weak(name: &str, why: &str) = "roster-weak" {
        "{name}: {why}"
        "Nothing was started."
        "Mend the roster and check it again with `coffer check`."
    }

    /// The script is no script.
    pub(crate) fn script_unreadable() = "script-unreadable" {
        "This ceremony script cannot be read."
        "Nothing was started."
        "Mend the line named in the detail, or use a script that ships with Cofferdam."
    }

    /// Some custodians have a site and others none.
    pub(crate) fn custody_site_not_given(people: &str) = "site-not-given" {
        "{people} would hold a share, and the roster gives them no site, as it gives others."
        "Nothing was started."
        "Give every custodian a site in the roster, or none of them."
    }

    /// One person could rebuild the key.
    pub(crate) fn person_holds(name: &str, needed: usize, all: usize) = "custody-person-holds-threshold" {
        "{name} would hold {needed} or more shares, and {needed} of {all} are enough."
        "Nothing was started."
        "Give some of the shares to somebody else."
    }

    /// One site could.
    pub(crate) fn site_holds(site: &str, people: &str, needed: usize, all: usize) = "custody-site-holds-threshold" {
        "At {site}, {people} would hold {needed} or more shares, and {needed} of {all} are enough."
        "Nothing was started."
        "Choose custodians at other sites, or raise the threshold."
    }

    /// Without one site nobody could.
    pub(crate) fn site_loses(site: &str, people: &str, needed: usize, all: usize) = "custody-site-loss-loses-key" {
        "If {site} is lost, so are the shares of {people}, and fewer than the {needed} that are needed are left of {all}."
        "Nothing was started."
        "Choose custodians at other sites, or lower the threshold."
    }

    /// Whom somebody obeys cannot count as another person.
    pub(crate) fn both_in_one_line(name: &str, superior: &str) = "custody-reports-to-custodian" {
        "{name} reports to {superior}, directly or through others, and both would hold a share."
        "Nothing was started."
        "Choose a custodian outside that line."
    }

    /// Sites count, and some share's site is not known.
    pub(crate) fn site_of_every_custodian() = "site-not-given" {
        "Sites are to count, and the roster does not say of every custodian at which site their share lies."
        "Nothing was started."
        "Mend the script, the roster or the parameters, and check again."
    }

    /// A site that could not give its part.
    pub(crate) fn site_threshold(site: &str, count: u8, threshold: u8) = "site-threshold" {
        "At {site}, of {count} custodians with a share {threshold} would be needed; at each site at least 2 are needed, and no more than have one."
        "Nothing was started."
        "Mend the script, the roster or the parameters, and check again."
    }

    /// One lost site would lose the backup, or one site would do.
    pub(crate) fn sites_needed(needed: u8, sites: usize) = "sites-needed" {
        "{needed} sites would be needed of {sites}; at least 2 are needed, and fewer than there are: one lost site must not lose the backup."
        "Nothing was started."
        "Mend the script, the roster or the parameters, and check again."
    }
}
