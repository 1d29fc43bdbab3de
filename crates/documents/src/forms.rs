//! Forms that are printed before the day beside the booklet: the online team's slip, slips for where the record ends, labels
//! for bags, envelopes and YubiKeys. A pure function of the plan.

mod words;

use crate::sheet::site_of;
use paper::{Block, Imprint, Label, Look, Media, PaperError, ShareSheet, When, share_sheet};
use protocol::{visible, visible_lines};
use script::{Plan, Planned};
use std::borrow::Cow;

/// What forms are made of.
pub struct FormsOf<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// What the online team fetches; none where nothing comes in from a cloud.
    pub to_fetch: Option<&'a str>,
    /// The day they are printed.
    pub when: When,
    /// The paper.
    pub media: Media,
}

/// How many slips for a stop are printed, beside the one for the end.
const STOPS: usize = 3;

fn imprint<'a>(of: &FormsOf<'_>, hash: &'a str, title: &'a str) -> Imprint<'a> {
    Imprint {
        title,
        script_hash: hash,
        language: "en",
        when: of.when,
        rehearsal: of.plan.mode == protocol::Mode::Rehearsal,
    }
}

/// The forms as one PDF.
pub fn pdf(of: &FormsOf<'_>) -> Result<Vec<u8>, PaperError> {
    let hash = script::hex(&script::script_hash(&of.plan.text));
    let title = words::title(&visible(&of.plan.script.title));
    paper::document(&imprint(of, &hash, &title), Look::on(of.media), &blocks(of))
}

/// What their pages are made of, in order.
pub fn blocks(of: &FormsOf<'_>) -> Vec<Block<'static>> {
    let title = words::title(&visible(&of.plan.script.title));
    let mut out = vec![Block::Heading(1, title.into()), Block::Text(words::SAYS.into())];
    if let Some(commands) = of.to_fetch {
        slip(commands, &mut out);
    }
    ends(&mut out);
    labels(of, &mut out);
    out
}

fn blanks(list: &[(&'static str, u8)]) -> Block<'static> {
    Block::Blanks(list.iter().map(|(says, n)| (Cow::from(*says), *n)).collect())
}

/// The slip that comes in with the provider's file: what was fetched, and its fingerprint, copied by hand.
fn slip(commands: &str, out: &mut Vec<Block<'static>>) {
    out.push(Block::Heading(2, words::SLIP.into()));
    out.push(Block::Text(words::SLIP_SAYS.into()));
    out.push(Block::Fixed(visible_lines(commands).into_owned().into()));
    out.push(blanks(words::OF_SLIP));
    out.push(Block::Signatures(words::SIGN_SLIP.iter().map(|who| Cow::from(*who)).collect()));
}

/// Slips for where the record ends: one for the end, some for stops.
fn ends(out: &mut Vec<Block<'static>>) {
    out.push(Block::NewPage);
    out.push(Block::Heading(2, words::HEAD.into()));
    out.push(Block::Text(words::HEAD_SAYS.into()));
    let slip = |head: &'static str| Label {
        head: head.into(),
        text: words::HEAD_ROWS.into(),
        blanks: words::OF_HEAD.iter().map(|says| Cow::from(*says)).collect(),
    };
    let stops = std::iter::repeat_n(words::AT_A_STOP, STOPS);
    out.push(Block::Labels(std::iter::once(words::AT_THE_END).chain(stops).map(slip).collect()));
}

/// The steps in which somebody is handed a share. Others are alone at the screen too, to enter one of an earlier set.
fn handed_out(plan: &Plan) -> impl Iterator<Item = &Planned> {
    plan.steps.iter().filter(|step| step.action.hands_out.is_some())
}

/// Labels for the bag of each share, for the envelope of the wrapped file, and for each YubiKey.
fn labels(of: &FormsOf<'_>, out: &mut Vec<Block<'static>>) {
    let mut labels = Vec::new();
    if let Some(dealing) = &of.plan.dealing {
        for step in handed_out(of.plan) {
            let site = step.actor.site.as_deref().map(visible);
            let text = words::bag(&visible(&step.actor.name), site.as_deref(), of.plan.mode);
            labels.push(Label {
                head: words::share(step.turn, dealing.count()).into(),
                text: text.into(),
                blanks: words::OF_BAG.iter().map(|says| Cow::from(*says)).collect(),
            });
        }
        labels.push(Label {
            head: words::WRAPPED_FILE.into(),
            text: words::WRAPPED_FILE_SAYS.into(),
            blanks: words::OF_ENVELOPE.iter().map(|says| Cow::from(*says)).collect(),
        });
    }
    for person in of.plan.everyone() {
        if let Some(yubikey) = &person.yubikey {
            labels.push(Label {
                head: words::yubikey(yubikey.serial).into(),
                text: words::yubikey_of(&visible(&person.name)).into(),
                blanks: Vec::new(),
            });
        }
    }
    labels.push(Label {
        head: words::EVIDENCE.into(),
        text: words::EVIDENCE_SAYS.into(),
        blanks: words::OF_ENVELOPE.iter().map(|says| Cow::from(*says)).collect(),
    });
    out.push(Block::NewPage);
    out.push(Block::Heading(2, words::LABELS.into()));
    out.push(Block::Text(words::LABELS_SAY.into()));
    out.push(Block::Labels(labels));
}

/// The rows of a card: seven, or eight where sites count, which a locked card of nine never is by hand.
const ROWS: u8 = 8;

/// A blank sheet for each custodian, to be written by hand: its name, and the PDF. None where the script deals no shares.
pub fn blank_sheets(of: &FormsOf<'_>) -> Result<Vec<(String, Vec<u8>)>, PaperError> {
    let Some(dealing) = &of.plan.dealing else { return Ok(Vec::new()) };
    let hash = script::hex(&script::script_hash(&of.plan.text));
    let mut sheets = Vec::new();
    for step in handed_out(of.plan) {
        let title = words::share(step.turn, dealing.count());
        let one_group = dealing.groups().first().map_or(0, |group| group.threshold);
        let threshold = dealing.site_of(step.turn).map_or(one_group, |at| at.threshold);
        let made = share_sheet(
            &ShareSheet {
                imprint: imprint(of, &hash, &title),
                rows: paper::Rows::ByHand(ROWS),
                symbol: None,
                index: step.turn,
                threshold,
                count: dealing.count(),
                set: "",
                set_words: "",
                purpose: &visible(&of.plan.script.title),
                key_file: "",
                custodian: &visible(&step.actor.name),
                site: site_of(dealing, step.turn),
                locked: false,
            },
            Look::on(of.media),
        )?;
        sheets.push((format!("share-{}-of-{}.pdf", step.turn, dealing.count()), made.to_vec()));
    }
    Ok(sheets)
}
