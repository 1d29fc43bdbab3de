//! What a person signs with their own YubiKey: one statement, bound to the run and to the place in its record.
//!
//! A passphrase convinces the workstation alone. A signature also convinces whoever reads the pack later: the statement
//! and the signature stand in the record, and the public key in the roster beside it.

use crate::outcome::Outcome;
use crate::replay::{Signed, Why};
use crate::words;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use data_encoding::BASE64;
use facts::Named as _;
use script::{Person, Roster};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use transcript::{Entry, Kind};

/// What the statement is, so that a signature under it is good for nothing else.
const PURPOSE: &str = "cofferdam approval v1";

/// What is signed, as JSON with its members in this order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Statement {
    /// Always [`PURPOSE`].
    pub(crate) what: String,
    /// `rehearsal` or `production`.
    pub(crate) mode: String,
    /// The run's id.
    pub(crate) run: String,
    /// How many entries the record had.
    pub(crate) entries: u64,
    /// The record's chain value at that place, hex.
    pub(crate) chain: String,
    /// The step's id.
    pub(crate) step: String,
    /// The person's id.
    pub(crate) person: String,
    /// The sentence that was on the screen.
    pub(crate) says: String,
    /// What a confirmer restated.
    pub(crate) restated: Option<String>,
}

impl Statement {
    pub(crate) fn new(mode: &str, run: &str, head: &transcript::Head) -> Self {
        Self {
            what: PURPOSE.to_owned(),
            mode: mode.to_owned(),
            run: run.to_owned(),
            entries: head.entries,
            chain: script::hex(&head.chain),
            step: String::new(),
            person: String::new(),
            says: String::new(),
            restated: None,
        }
    }

    /// The bytes that are signed: one line of JSON in UTF-8.
    pub(crate) fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// Whether a signature (DER, ECDSA P-256 with SHA-256) over these bytes was made with the person's key.
pub(crate) fn is_by(person: &Person, statement: &str, signature: &[u8]) -> bool {
    person.yubikey.as_ref().is_some_and(|yubikey| {
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, yubikey.sign_key.spki())
            .verify(statement.as_bytes(), signature)
            .is_ok()
    })
}

/// The note that keeps an approval in the record.
pub(crate) fn noted(person: &Person, statement: &str, signature: &[u8]) -> Outcome {
    Outcome::new()
        .fact(&facts::NOTE, words::SIGNED_WITH_YUBIKEY)
        .fact(&facts::PERSON, person.id.as_str())
        .fact(
            &facts::APPROVAL,
            serde_json::json!({ "statement": statement, "signature": BASE64.encode(signature) }),
        )
}

/// Checks the approval that an entry holds, if it holds one: who signed. `heads` are the record's heads since the
/// last entry that was more than a sign of life: signing waits for a touch, and meanwhile the record may grow.
pub(crate) fn read(
    entry: &Entry,
    roster: &Roster,
    mode: &str,
    run: &str,
    heads: &[transcript::Head],
) -> Result<Option<Signed>, Why> {
    let Some(fact) = entry.value(facts::APPROVAL.name()) else { return Ok(None) };
    let text = |name: &str| fact.get(name).and_then(Value::as_str).ok_or(Why::ApprovalIncomplete);
    let statement = text("statement")?;
    let signature = BASE64.decode(text("signature")?.as_bytes()).map_err(|_| Why::ApprovalNotBase64)?;
    let said: Statement = serde_json::from_str(statement).map_err(|_| Why::ApprovalForm)?;
    let place = |head: &transcript::Head| {
        let here = Statement::new(mode, run, head);
        (&said.what, &said.mode, &said.run, said.entries, &said.chain)
            == (&here.what, &here.mode, &here.run, here.entries, &here.chain)
    };
    if !heads.iter().any(place) || entry.step.as_deref() != Some(said.step.as_str()) {
        return Err(Why::ApprovalElsewhere);
    }
    let person = roster.person(&said.person).ok_or(Why::ApprovalByNobody)?;
    if facts::PERSON.within(entry).as_ref() != Some(&person.id) || !is_by(person, statement, &signature) {
        return Err(Why::ApprovalNotTheirs { name: person.name.clone() });
    }
    Ok(Some(said.into()))
}

impl From<Statement> for Signed {
    fn from(said: Statement) -> Self {
        Self { person: said.person, says: said.says, restated: said.restated }
    }
}

/// Who signed what, by a note that the replay has held already.
pub(crate) fn said(entry: &Entry) -> Option<Signed> {
    let fact = facts::APPROVAL.within(entry).filter(|_| entry.kind == Kind::Note)?;
    serde_json::from_str::<Statement>(fact.get("statement")?.as_str()?).ok().map(Signed::from)
}

/// Whether an entry keeps a statement that a person signed with their own YubiKey.
pub fn is_approval(entry: &Entry) -> bool {
    entry.kind == Kind::Note && facts::APPROVAL.within(entry).is_some()
}
