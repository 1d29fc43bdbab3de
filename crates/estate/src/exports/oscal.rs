//! What people decided of safeguards, and which records there are, as OSCAL assessment results 1.2.3. `docs/exports/oscal.md`
//! says what is where.

mod parts;

use super::{Pack, uuid, words};
use crate::{Decided, Estate, worksheet};
use parts::{
    Assessment, BackMatter, Control, Document, Evidence, Hash, Import, Link, Metadata, Observation, Outcome,
    Property, Resource, Reviewed, Selection,
};
use serde_json::Value;
use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, UtcOffset};

const SCHEMA: &str = "http://csrc.nist.gov/ns/oscal/1.2.3/oscal-ar-schema.json";
const VERSION: &str = "1.2.3";
/// Whose the names of properties are: a domain that nobody can have (RFC 2606).
const NAMESPACE: &str = "https://cofferdam.invalid/ns/oscal";
/// Documents were looked at. Nobody was asked and nothing was tried for this document.
const EXAMINED: &str = "EXAMINE";

/// The document at a moment (RFC 3339): an observation for each safeguard of which a decision or evidence is on record, one for
/// each pack, and each pack as a resource with the SHA-256 of its `SHA256SUMS`. It says what people decided and why, and has no
/// finding. The same estate and packs give the same document at the same moment.
pub fn oscal(estate: &Estate<'_>, packs: &[Pack], at: &str) -> Value {
    let at = utc(at, at);
    let all = worksheet(estate);
    let mut packs: Vec<&Pack> = packs.iter().collect();
    packs.sort_by(|a, b| (&a.run, &a.sums_sha256).cmp(&(&b.run, &b.sums_sha256)));
    packs.dedup_by(|a, b| a.run == b.run && a.sums_sha256 == b.sums_sha256);
    let spoken: Vec<&Decided<'_>> = all.iter().filter(|one| is_spoken_of(one)).collect();
    let safeguards = spoken.iter().filter_map(|one| of_safeguard(one, &packs, &at));
    let observations: Vec<Observation> =
        safeguards.chain(packs.iter().map(|pack| of_pack(pack, &at))).collect();
    let no_plan = Resource {
        uuid: uuid::of(&["oscal", "no plan"]),
        title: words::NO_PLAN_TITLE.to_owned(),
        description: words::NO_PLAN.to_owned(),
        props: Vec::new(),
        rlinks: Vec::new(),
    };
    let outcome = Outcome {
        uuid: String::new(),
        title: words::RESULT,
        description: words::RESULT_SAYS,
        start: observations.iter().map(|one| &one.collected).min().unwrap_or(&at).clone(),
        end: at.clone(),
        reviewed_controls: reviewed(&all, &spoken),
        observations,
    };
    let mut made = Document {
        schema: SCHEMA,
        results: Assessment {
            uuid: String::new(),
            metadata: Metadata {
                title: words::OSCAL_TITLE,
                last_modified: at.clone(),
                version: at,
                oscal_version: VERSION,
                props: vec![property("rule", words::RULE), property("program-version", words::VERSION)],
            },
            import_ap: Import { href: format!("#{}", no_plan.uuid) },
            results: [outcome],
            back_matter: BackMatter {
                resources: std::iter::once(no_plan).chain(packs.iter().map(|pack| resource(pack))).collect(),
            },
        },
    };
    let content = valued(&made).to_string();
    made.results.uuid = uuid::of(&["oscal", "document", &content]);
    made.results.results[0].uuid = uuid::of(&["oscal", "result", &content]);
    valued(&made)
}

/// Texts alone always have a form in JSON.
fn valued(document: &Document) -> Value {
    serde_json::to_value(document).unwrap_or_default()
}

fn is_spoken_of(one: &Decided<'_>) -> bool {
    one.row.is_some_and(|row| one.decision() != "undecided" || row.said("evidence").is_some())
}

/// The name of a control: OSCAL's tokens begin with a letter and have no brackets, so `164.312(a)(2)(iv)` is
/// `hipaa-164.312-a-2-iv`.
fn control_id(citation: &str) -> String {
    let plain = citation.replace(')', "").replace('(', "-");
    format!("hipaa-{plain}")
}

/// The controls of which something is on record; all where nothing is, for the format asks for one at least.
fn reviewed(all: &[Decided<'_>], spoken: &[&Decided<'_>]) -> Reviewed {
    let control = |one: &Decided<'_>| Control { control_id: control_id(&one.of.citation) };
    let selection = if spoken.is_empty() {
        Selection { description: words::NONE_REVIEWED, include_controls: all.iter().map(control).collect() }
    } else {
        Selection {
            description: words::REVIEWED,
            include_controls: spoken.iter().map(|one| control(one)).collect(),
        }
    };
    Reviewed { control_selections: [selection] }
}

fn of_safeguard(one: &Decided<'_>, packs: &[&Pack], at: &str) -> Option<Observation> {
    let row = one.row?;
    let citation = one.of.citation.as_str();
    let said = |column: &str| row.said(column).map(line);
    // The evidence is people's own text: a pack is linked where its run stands there.
    let named = said("evidence").unwrap_or_default();
    let evidence = packs.iter().filter(|pack| pack.is_named_in(&named)).map(|pack| evidence(pack));
    let props = vec![
        property("citation", citation),
        property("control-id", &control_id(citation)),
        property("decision", one.decision()),
        property("record", &row.row.run),
    ];
    Some(Observation {
        uuid: uuid::of(&["oscal", "safeguard", citation, &row.row.run, &row.row.changed]),
        title: line(&words::of_safeguard(citation, &one.of.name)),
        description: words::decided(&one.of.sort, one.decision(), &said, &row.row.run),
        props,
        methods: [EXAMINED],
        relevant_evidence: evidence.collect(),
        collected: utc(&row.row.changed, at),
    })
}

fn of_pack(pack: &Pack, at: &str) -> Observation {
    Observation {
        uuid: uuid::of(&["oscal", "pack", &pack.run, &pack.sums_sha256]),
        title: line(&words::of_pack(&pack.title, &pack.run)),
        description: line(&words::pack(pack.is_rehearsal(), &pack.says)),
        props: vec![property("record", &pack.run), property("mode", &pack.mode)],
        methods: [EXAMINED],
        relevant_evidence: vec![evidence(pack)],
        collected: utc(&pack.closed, at),
    }
}

fn evidence(pack: &Pack) -> Evidence {
    Evidence { href: format!("#{}", resource_uuid(pack)), description: words::PACK_EVIDENCE.to_owned() }
}

fn resource_uuid(pack: &Pack) -> String {
    uuid::of(&["oscal", "resource", &pack.run, &pack.sums_sha256])
}

fn resource(pack: &Pack) -> Resource {
    Resource {
        uuid: resource_uuid(pack),
        title: line(&words::of_pack(&pack.title, &pack.run)),
        description: words::PACK_EVIDENCE.to_owned(),
        props: vec![property("mode", &pack.mode), property("closed", &pack.closed)],
        rlinks: vec![Link {
            // A run's id is letters, digits and dashes.
            href: format!("{}/SHA256SUMS", pack.run),
            media_type: "text/plain",
            hashes: [Hash { algorithm: "SHA-256", value: pack.sums_sha256.clone() }],
        }],
    }
}

fn property(name: &'static str, value: &str) -> Property {
    Property { name, ns: NAMESPACE, value: line(value) }
}

/// A text in one line without spaces around it, as OSCAL's strings are.
fn line(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|w| !w.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// A time in UTC, as OSCAL has it; this other one where a text is none.
fn utc(text: &str, other: &str) -> String {
    let at = OffsetDateTime::parse(text, &Rfc3339).ok();
    let at = at.and_then(|at| at.to_offset(UtcOffset::UTC).format(&Rfc3339).ok());
    at.unwrap_or_else(|| other.to_owned())
}

#[cfg(test)]
mod tests;
