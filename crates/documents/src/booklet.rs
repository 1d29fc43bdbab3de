//! The booklet: a script as people hold it in their hands on the day, with blanks for what is written by hand. A pure
//! function of the plan.

mod cover;
mod sheets;
mod steps;
mod words;

use paper::{Block, Imprint, Look, Media, PaperError, TypeSize, When};
use script::Plan;

/// What a booklet is made of.
pub struct BookletOf<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// What the online team fetches before the day, in words and commands; none where nothing comes in from a cloud.
    pub to_fetch: Option<&'a str>,
    /// What is said before the day, beside the script's own notices.
    pub notice: Option<&'a str>,
    /// By what record the script is approved for production, in words; none where none here says so.
    pub approved: Option<&'a str>,
    /// The day it is printed.
    pub when: When,
    /// The paper.
    pub media: Media,
    /// Whether the type is large.
    pub large: bool,
}

/// The booklet as PDF/A and PDF/UA.
pub fn pdf(of: &BookletOf<'_>) -> Result<Vec<u8>, PaperError> {
    let hash = script::hex(&script::script_hash(&of.plan.text));
    let title = words::title(&of.plan.script.title);
    let imprint = Imprint {
        title: &title,
        script_hash: &hash,
        language: "en",
        when: of.when,
        rehearsal: of.plan.mode == protocol::Mode::Rehearsal,
    };
    let type_size = if of.large { TypeSize::Large } else { TypeSize::Normal };
    paper::document(&imprint, Look { type_size, ..Look::on(of.media) }, &blocks(of))
}

/// What its pages are made of, in order.
pub fn blocks(of: &BookletOf<'_>) -> Vec<Block<'static>> {
    let mut out = Vec::new();
    cover::page(of, &mut out);
    steps::section(of, &mut out);
    sheets::section(of, &mut out);
    out
}
