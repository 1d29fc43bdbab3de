//! What a hospital keeps beside its keys, as parts of the binder; and the questionnaire, as a document of its own.

mod picture;
mod words;

use crate::page::shown;
use estate::flow::{flow, table};
use estate::{Count, Estate, coverage, questionnaire, retention, worksheet};
use paper::{Block, Column, Imprint, Look, Media, PaperError, When};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// So many rows of a table are printed; the exports have the rest.
const MOST: usize = 400;

type Row = Vec<Cow<'static, str>>;

/// Systems and their coverage, agreements, policies, safeguards, incidents, what is kept, and where keys go; nothing where
/// nothing of it is kept.
pub(crate) fn blocks(estate: &Estate<'_>) -> Vec<Block<'static>> {
    let mut out = Vec::new();
    if estate.register.kept.is_empty() {
        return out;
    }
    out.push(Block::Text(words::as_of(&estate.today).into()));
    systems(estate, &mut out);
    agreements(estate, &mut out);
    policies(estate, &mut out);
    safeguards(estate, &mut out);
    incidents(estate, &mut out);
    kept(estate, &mut out);
    ways(estate, &mut out);
    sources(estate, &mut out);
    out
}

fn put(out: &mut Vec<Block<'static>>, columns: Vec<Column<'static>>, mut rows: Vec<Row>) {
    let more = rows.len().saturating_sub(MOST);
    rows.truncate(MOST);
    out.push(if rows.is_empty() { Block::Text(words::NONE.into()) } else { Block::Table(columns, rows) });
    if more > 0 {
        out.push(Block::Text(words::more(more).into()));
    }
}

fn systems(estate: &Estate<'_>, out: &mut Vec<Block<'static>>) {
    let found = coverage(estate);
    out.push(Block::Heading(2, words::SYSTEMS.into()));
    out.push(Block::Text(words::covered(&found.all).into()));
    let count = |name: &str, count: &Count| -> Row {
        let numbers = [
            count.systems,
            count.with_ephi,
            count.covered,
            count.verified_not_covered,
            count.said,
            count.unknown,
            count.unencrypted,
        ];
        std::iter::once(shown(name)).chain(numbers.map(|n| Cow::from(n.to_string()))).collect()
    };
    for (head, counts) in [
        (words::VENDOR, &found.by_vendor),
        (words::CUSTODY, &found.by_custody),
        (words::DATA, &found.by_data),
    ] {
        let counts: &BTreeMap<String, Count> = counts;
        let heads = words::COUNTS.iter().map(|head| Column::new(*head, 12));
        let columns = std::iter::once(Column::new(head, 22)).chain(heads).collect();
        put(out, columns, counts.iter().map(|(name, one)| count(name, one)).collect());
    }
    let row = |system: &estate::System<'_>| -> Row {
        vec![
            shown(system.id()),
            shown(&words::name_and_key(system.text("name"), system.key())),
            shown(system.text("vendor")),
            shown(system.text("encryption")),
            shown(system.text("custody")),
            shown(&estate.lacks(system).join(", ")),
        ]
    };
    let columns = vec![
        Column::new(words::SYSTEM, 17),
        Column::new(words::NAME, 26),
        Column::new(words::VENDOR, 16),
        Column::new(words::ENCRYPTION, 16),
        Column::new(words::CUSTODY, 18),
        Column::new(words::LACKS, 17),
    ];
    put(out, columns, estate.systems.iter().map(row).collect());
}

fn agreements(estate: &Estate<'_>, out: &mut Vec<Block<'static>>) {
    out.push(Block::Heading(2, words::AGREEMENTS.into()));
    let row = |one: &estate::Agreement<'_>| -> Row {
        let matrix = ["generates", "stores", "backs-up", "rotates", "destroys"];
        let matrix: Vec<String> = matrix.iter().map(|what| format!("{what}: {}", one.text(what))).collect();
        vec![
            shown(one.id()),
            shown(one.text("party")),
            shown(&matrix.join("; ")),
            shown(one.text("notify-hours")),
            shown(one.text("audit-logs")),
            shown(one.text("expires")),
            if one.is_current(&estate.today) { words::COUNTS_TODAY } else { words::ENDED }.into(),
        ]
    };
    let columns = vec![
        Column::new(words::AGREEMENT, 19),
        Column::new(words::PARTY, 17),
        Column::new(words::WHO_DOES, 28),
        Column::new(words::HOURS, 10),
        Column::new(words::LOGS, 9),
        Column::new(words::ENDS, 16),
        Column::new(words::TODAY, 13),
    ];
    put(out, columns, estate.agreements.iter().filter(|one| one.is_listed()).map(row).collect());
}

fn policies(estate: &Estate<'_>, out: &mut Vec<Block<'static>>) {
    out.push(Block::Heading(2, words::POLICIES.into()));
    let row = |one: &estate::Policy<'_>| -> Row {
        vec![
            shown(&words::version(one.id(), one.text("version"))),
            shown(one.text("title")),
            shown(one.text("sha256")),
            shown(one.text("approver")),
            shown(&words::in_force(one.text("effective"), one.said("ended"))),
            shown(one.text("review")),
        ]
    };
    let columns = vec![
        Column::new(words::POLICY, 21),
        Column::new(words::TITLE, 22),
        Column::new("SHA-256", 24).fixed(),
        Column::new(words::APPROVER, 17),
        Column::new(words::IN_FORCE, 16),
        Column::new(words::REVIEW, 15),
    ];
    put(out, columns, estate.policies.iter().filter(|one| one.is_listed()).map(row).collect());
}

fn safeguards(estate: &Estate<'_>, out: &mut Vec<Block<'static>>) {
    out.push(Block::Heading(2, words::SAFEGUARDS.into()));
    out.push(Block::Text(words::SAFEGUARDS_SAY.into()));
    let row = |one: estate::Decided<'_>| -> Row {
        let said =
            |column: &str| one.row.as_ref().and_then(|row| row.said(column)).unwrap_or_default().to_owned();
        let through = one.of.sort == "standard" && one.decision() == "undecided";
        let by = one.row.as_ref().and_then(|row| row.said("by"));
        vec![
            shown(&one.of.citation),
            shown(&words::name_and_sort(&one.of.name, &one.of.sort)),
            if through { words::THROUGH.into() } else { shown(&words::decided(one.decision(), by)) },
            shown(&[said("reason"), said("alternative")].join(" ")),
            shown(&said("evidence")),
        ]
    };
    let columns = vec![
        Column::new(words::CITATION, 24),
        Column::new(words::NAME, 27),
        Column::new(words::DECISION, 19),
        Column::new(words::WHY, 21),
        Column::new(words::EVIDENCE, 19),
    ];
    put(out, columns, worksheet(estate).into_iter().map(row).collect());
}

fn incidents(estate: &Estate<'_>, out: &mut Vec<Block<'static>>) {
    out.push(Block::Heading(2, words::INCIDENTS.into()));
    out.push(Block::Text(words::INCIDENTS_SAY.into()));
    if estate.incidents.is_empty() {
        out.push(Block::Text(words::NONE.into()));
    }
    for one in &estate.incidents {
        out.push(Block::Heading(3, shown(one.id())));
        let said = one.said_by_column().map(|(column, value)| (shown(column), shown(value)));
        let sixtieth = one.sixtieth_day().map(|day| (words::SIXTIETH.into(), shown(&day)));
        out.push(Block::Facts(said.chain(sixtieth).collect()));
    }
}

fn kept(estate: &Estate<'_>, out: &mut Vec<Block<'static>>) {
    out.push(Block::Heading(2, words::RETENTION.into()));
    out.push(Block::Text(words::RETENTION_SAYS.into()));
    let row = |one: estate::Retained| -> Row {
        let until = one.until.unwrap_or_else(|| words::IN_EFFECT.to_owned());
        let then = if one.may_go { words::OVER } else { words::KEEP };
        vec![shown(&one.kind), shown(&one.id), shown(&until), then.into()]
    };
    let columns = vec![
        Column::new(words::WHAT, 16),
        Column::new(words::NAME, 40),
        Column::new(words::KEPT_UNTIL, 20),
        Column::new(words::THEN, 24),
    ];
    put(out, columns, retention(estate).into_iter().map(row).collect());
}

fn ways(estate: &Estate<'_>, out: &mut Vec<Block<'static>>) {
    out.push(Block::Heading(2, words::WAYS.into()));
    out.push(Block::Text(words::WAYS_SAY.into()));
    let all = flow(estate);
    out.extend(picture::picture(&all));
    let row = |way: [String; 3]| -> Row { way.iter().map(|text| shown(text)).collect() };
    let columns =
        vec![Column::new(words::FROM, 36), Column::new(words::HAPPENS, 28), Column::new(words::TO, 36)];
    put(out, columns, table(&all).into_iter().map(row).collect());
}

/// By which record each row is as it is.
fn sources(estate: &Estate<'_>, out: &mut Vec<Block<'static>>) {
    out.push(Block::Heading(2, words::SOURCES.into()));
    let listed = estate.register.kept_rows.iter().filter(|row| row.left.is_none());
    let row = |one: &register::KeptRow| -> Row {
        let day = one.changed.get(..10).unwrap_or_default();
        vec![shown(&one.kind), shown(&one.id), shown(day), shown(&one.run)]
    };
    let columns = vec![
        Column::new(words::WHAT, 16),
        Column::new(words::NAME, 34),
        Column::new(words::CHANGED, 18),
        Column::new(words::RECORD, 32).fixed(),
    ];
    put(out, columns, listed.map(row).collect());
}

/// What a questionnaire is made of.
pub struct QuestionnaireOf<'a> {
    /// What is kept.
    pub estate: &'a Estate<'a>,
    /// About whose systems.
    pub vendor: &'a str,
    /// Whether it is of rehearsals.
    pub rehearsal: bool,
    /// The day it is made.
    pub when: When,
    /// The paper.
    pub media: Media,
}

/// The questionnaire as PDF/A and PDF/UA, with blanks to sign.
pub fn questionnaire_pdf(of: &QuestionnaireOf<'_>) -> Result<Vec<u8>, PaperError> {
    let title = words::questionnaire(&protocol::visible(of.vendor));
    let imprint =
        Imprint { title: &title, script_hash: "", language: "en", when: of.when, rehearsal: of.rehearsal };
    let mut out = vec![
        Block::Heading(1, title.clone().into()),
        Block::Text(words::QUESTIONNAIRE_SAYS.into()),
        Block::Facts(vec![(words::TODAY.into(), shown(&of.estate.today))]),
    ];
    let answered = questionnaire(of.estate, of.vendor);
    for some in answered.chunk_by(|a, b| a.question.topic == b.question.topic) {
        let Some(first) = some.first() else { continue };
        out.push(Block::Heading(2, shown(&first.question.topic.replace('-', " "))));
        for one in some {
            out.push(Block::Facts(vec![
                (words::QUESTION.into(), shown(&one.question.asks)),
                (words::ANSWER.into(), shown(one.answer.as_deref().unwrap_or(words::NO_ANSWER))),
                (words::ANSWERED_BY.into(), shown(&one.by)),
            ]));
        }
    }
    out.push(Block::Signatures(words::SIGN.iter().map(|who| Cow::from(*who)).collect()));
    paper::document(&imprint, Look::on(of.media), &out)
}
