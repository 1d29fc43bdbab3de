//! The workstation card's page: what the card's file says, to be kept on paper away from the workstation.

mod words;

use paper::{Block, Imprint, Look, Media, PaperError, When};
use protocol::visible_lines;

/// What the page is made of.
pub struct CardOf<'a> {
    /// The card's text, as `docs/formats/workstation-card.md` has it.
    pub text: &'a str,
    /// The SHA-256 of the script of the ceremony that wrote it, in lower-case hex.
    pub script_sha256: &'a str,
    /// When that ceremony ended.
    pub when: When,
    /// Whether it was a rehearsal.
    pub rehearsal: bool,
    /// The paper.
    pub media: Media,
}

/// The card as PDF; none where the text is no card, or any byte of it is another than was signed.
pub fn pdf(of: &CardOf<'_>) -> Option<Result<Vec<u8>, PaperError>> {
    let card = transcript::card::read(of.text.as_bytes())?;
    let rest = of.text.split_once(&card.says).map_or("", |(_, rest)| rest);
    let blocks = [
        Block::Heading(1, words::TITLE.into()),
        Block::Text(words::WHAT_FOR.into()),
        Block::Framed(words::KEEP.into()),
        Block::Heading(2, words::SAYS.into()),
        Block::Fixed(visible_lines(card.says.trim_end()).into_owned().into()),
        Block::Heading(2, words::KEY.into()),
        Block::Text(words::KEY_SAYS.into()),
        Block::Fixed(visible_lines(rest.trim()).into_owned().into()),
    ];
    let imprint = Imprint {
        title: words::TITLE,
        script_hash: of.script_sha256,
        language: "en",
        when: of.when,
        rehearsal: of.rehearsal,
    };
    Some(paper::document(&imprint, Look::on(of.media), &blocks))
}
