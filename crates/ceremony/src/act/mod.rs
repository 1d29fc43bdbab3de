//! What each action does.

mod at_hand;
mod aws;
mod backup;
pub(crate) mod boxed;
mod bundle;
mod card;
pub(crate) mod close;
mod cloud;
mod copies;
mod destroy;
mod domain;
mod drill;
mod earlier;
mod enrol;
pub(crate) mod enter;
mod key;
pub(crate) mod key_plan;
mod newest;
pub(crate) mod people;
pub(crate) mod places;
mod quorum;
mod receipt;
mod restore;
pub(crate) mod route;
mod share;
mod sheet;
mod sheet_text;
mod token;
mod workstation;
mod yubikey;

pub(crate) use card::problem_of as piv_problem;
pub use receipt::bundle_in;
pub(crate) use restore::may_receive;
pub(crate) use token::TokenSigner;

use crate::engine::{Engine, Halt, Outcome};
use crate::plan::Planned;
use protocol::{Fact, Problem, Verdict};

/// Performs a step's action.
pub(crate) fn perform(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    match step.action.name {
        "attend" => people::attend(engine, step),
        "agree" => people::agree(engine, step),
        "check-workstation" => workstation::check(engine, step),
        "read-roles" => workstation::read_roles(engine, step),
        "try-medium" => workstation::try_medium(engine, step),
        "enrol-person" => enrol::enrol(engine, step),
        "write-roster" => enrol::write_roster(engine, step),
        "open-token" => token::open(engine, step),
        "self-test" => token::self_test(engine, step),
        "report-token" => token::report(engine, step),
        "signing-key" => token::signing_key(engine, step),
        "read-parameters" => aws::read_parameters(engine, step),
        "read-wrapping-key" => cloud::read_wrapping_key(engine, step),
        "compare-wrapping-key" => aws::compare(engine, step),
        "read-plan" => key_plan::read(engine, step),
        "test-plan-routes" => key_plan::test_routes(engine, step),
        "compare-plan-keys" => key_plan::compare(engine, step),
        "make-plan-keys" => key_plan::make(engine, step),
        "wrap-plan-backup" => key_plan::wrap_backup(engine, step),
        "rebuild-plan-backup" => key_plan::rebuild(engine, step),
        "wrap-plan-keys" => key_plan::wrap(engine, step),
        "generate-key" => key::generate(engine, step),
        "wrap-backup" => backup::wrap(engine, step),
        "split-backup" => backup::split(engine, step),
        "give-share" => share::give(engine, step),
        "rebuild-backup" => backup::rebuild(engine, step),
        "wrap-for-aws" => bundle::wrap(engine, step),
        "wrap-for-cloud" => cloud::wrap(engine, step),
        "write-bundle" => bundle::write(engine, step),
        "open-backup" => drill::open(engine, step),
        "bring-share" => drill::bring(engine, step),
        "prove-backup" => drill::prove(engine, step),
        "check-shares" => drill::check(engine, step),
        "reseal" => drill::reseal(engine, step),
        "certify-drill" => drill::certify(engine, step),
        "restore-key" => restore::restore(engine, step),
        "find-key" => restore::find(engine, step),
        "settle-old-sheets" | "destroy-old-sheets" => copies::settle_old(engine, step),
        "open-copies" => copies::open(engine, step),
        "account-copies" => copies::account(engine, step),
        "shred-sheets" => destroy::shred_sheets(engine, step),
        "destroy-key" => destroy::key(engine, step),
        "shred-rest" => destroy::shred_rest(engine, step),
        "certify-destruction" => destroy::certify(engine, step),
        "find-yubikey" => yubikey::find(engine, step),
        "set-up-yubikey" => yubikey::set_up(engine, step),
        "make-yubikey-key" => yubikey::make_key(engine, step),
        "sign-with-yubikey" => yubikey::sign(engine, step),
        "make-custodian-key" => domain::make_key(engine, step),
        "write-certificates" => domain::write_certificates(engine, step),
        "read-security-domain" => domain::read(engine, step),
        "open-domain-share" => quorum::open_share(engine, step),
        "test-quorum" => quorum::test(engine, step),
        "read-exchange-certificate" => domain::read_exchange(engine, step),
        "seal-restore-blob" => quorum::seal(engine, step),
        "write-restore-blob" => quorum::write(engine, step),
        "open-bundle" => receipt::open(engine, step),
        "read-receipt" => receipt::read(engine, step),
        "close" => close::close(engine, step),
        other => Err(Problem::new(
            "action-unknown",
            format!("This program has no action \"{other}\"."),
            "Nothing was done.",
            "Use the version of Cofferdam that the script was written for.",
        )
        .into()),
    }
}

/// A fact that was observed, with nothing expected.
fn noted(name: &str, observed: impl Into<String>) -> Fact {
    Fact { name: name.to_owned(), expected: None, observed: observed.into(), verdict: Verdict::Noted }
}

/// A fact beside what was expected.
fn expected(name: &str, expected: &str, observed: &str) -> Fact {
    let verdict = if expected == observed { Verdict::Matches } else { Verdict::Differs };
    Fact {
        name: name.to_owned(),
        expected: Some(expected.to_owned()),
        observed: observed.to_owned(),
        verdict,
    }
}

/// A token's refusal in the three sentences.
pub(crate) fn token_problem(e: &tokens::TokenError) -> Problem {
    if *e == tokens::TokenError::TokenRemoved {
        return Problem::new(
            "token-removed",
            "The token was taken away, or it stopped answering.",
            "The record shows the step as not done. What was acknowledged before is safe.",
            "Put the same token back, then begin this step again: it asks for the PIN anew.",
        )
        .can_try_again();
    }
    if *e == tokens::TokenError::NotSignedIn {
        return Problem::new(
            "token-signed-out",
            "The token has signed everybody out.",
            "The record shows the step as not done.",
            "Begin this step again: it asks for the PIN anew.",
        )
        .can_try_again();
    }
    Problem::new(
        "token-refused",
        format!("The token did not do it: {e}."),
        "The record shows the step as not done.",
        "Check that the token is in and the right one, then do the step again.",
    )
    .can_try_again()
}

fn share_problem(e: &shares::ShareError) -> Problem {
    use shares::ShareError as E;
    let todo = match e {
        E::NotTheShareThatWasDealt { .. } => {
            "Do not type it again: raise an exception, and keep the sheet as evidence."
        }
        E::AnotherSet { .. } | E::WrongMode { .. } => "Bring the sheet of the right set, and type that one.",
        E::Duplicate { .. } => "Type another custodian's sheet.",
        E::Contradiction | E::DigestMismatch | E::MixedSets | E::SelfCheck | E::CombinersDisagree => {
            "Typing cannot mend this. Make the backup anew, or stop and find out which sheet is false."
        }
        _ => "Look at the sheet again and type the row once more.",
    };
    Problem::new("share-refused", sentence(&e.to_string()), "No share was taken.", todo).can_try_again()
}

fn paper_problem(e: &paper::PaperError) -> Problem {
    Problem::new(
        e.code(),
        sentence(&e.to_string()),
        "Nothing was printed.",
        "Write the sheet by hand, or begin again with another paper or type size.",
    )
    .can_try_again()
}

/// An error of the library's in the three sentences; what to do about it is the error's own to say.
pub(crate) fn byok_problem(e: &byok::ByokError) -> Problem {
    Problem::new(e.code(), sentence(&e.to_string()), "Nothing was wrapped or written.", e.remedy())
}

fn another_key() -> Problem {
    Problem::new(
        "another-key",
        "The key in the token is not the one this ceremony made.",
        "Nothing was wrapped.",
        "Stop and find out who changed the token.",
    )
}

/// An error's text as a sentence.
pub fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    let stop = if text.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{first}{}{stop}", chars.as_str())
}

/// A step came before what it needs; the checker makes this impossible.
pub(crate) fn out_of_order() -> Problem {
    Problem::new(
        "out-of-order",
        "An earlier step's result is not there.",
        "Nothing was done.",
        "Stop and resume the ceremony: it goes back to the last safe point.",
    )
}
