//! The workstation card's page: what the card's file says, to be kept on paper away from the workstation.

mod words;

pub use words::TITLE;

use paper::Block;
use protocol::visible_lines;

/// What its page is made of, in order: `text` is the card's, as `docs/formats/workstation-card.md` has it. None where it is no
/// card, or any byte of it is another than was signed.
pub fn blocks(text: &str) -> Option<Vec<Block<'static>>> {
    let card = transcript::card::read(text.as_bytes())?;
    let rest = text.split_once(&card.says).map_or("", |(_, rest)| rest);
    Some(vec![
        Block::Heading(1, TITLE.into()),
        Block::Text(words::WHAT_FOR.into()),
        Block::Framed(words::KEEP.into()),
        Block::Heading(2, words::SAYS.into()),
        Block::Fixed(visible_lines(card.says.trim_end()).into_owned().into()),
        Block::Heading(2, words::KEY.into()),
        Block::Text(words::KEY_SAYS.into()),
        Block::Fixed(visible_lines(rest.trim()).into_owned().into()),
    ])
}
