//! From pages to bytes: what every document says about itself, and the exporter's settings.

use crate::PaperError;
use crate::face::Faces;
use crate::look::Media;
use crate::pen::{Pen, Tags};
use krilla::Document;
use krilla::SerializeSettings;
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::Point;
use krilla::metadata::{DateTime, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;

/// When a document was made, in UTC; the caller has the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct When {
    /// 1 to 9999.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
}

impl When {
    fn checked(self) -> Result<DateTime, PaperError> {
        let real = (1..=9999).contains(&self.year)
            && (1..=12).contains(&self.month)
            && (1..=31).contains(&self.day)
            && self.hour < 24
            && self.minute < 60;
        if !real {
            return Err(PaperError::Date);
        }
        let date = DateTime::new(self.year).month(self.month).day(self.day).hour(self.hour);
        Ok(date.minute(self.minute).second(0).utc_offset_hour(0).utc_offset_minute(0))
    }
}

impl std::fmt::Display for When {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { year, month, day, hour, minute } = self;
        write!(f, "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02} UTC")
    }
}

/// What stands on every page of a document.
#[derive(Debug, Clone, Copy)]
pub struct Imprint<'a> {
    /// The document's title.
    pub title: &'a str,
    /// SHA-256 of the script in lower-case hex, printed on every page; empty where there is no script.
    pub script_hash: &'a str,
    /// Language of the text (BCP 47), as in `en`.
    pub language: &'a str,
    /// When it was made.
    pub when: When,
    /// Made in a rehearsal: every page says so, across and above.
    pub rehearsal: bool,
}

/// A heading, for the outline.
pub(crate) struct Heading {
    /// 1 to 3.
    pub(crate) level: u8,
    pub(crate) text: String,
    /// The page, from 0, and how far down on it.
    pub(crate) page: usize,
    pub(crate) y: f32,
}

/// A document's pages, each drawn by a function.
pub(crate) type Page<'a> = Box<dyn Fn(&mut Pen<'_, '_>) -> Result<(), PaperError> + 'a>;

/// Draws a page and throws it away: for what it says about where things end.
pub(crate) fn measure(media: Media, faces: &Faces, draw: &Page<'_>) -> Result<(), PaperError> {
    let (width, height) = media.size();
    let mut document = Document::new();
    let mut page = document.start_page_with(PageSettings::from_wh(width, height).ok_or(PaperError::Font)?);
    let mut surface = page.surface();
    let mut tags = Tags::default();
    let drawn = draw(&mut Pen::new(&mut surface, faces, &mut tags, media));
    surface.finish();
    page.finish();
    drawn
}

/// The outline: headings of level 2 with those of level 3 below them. The title, of level 1, is none of it.
fn outlined(headings: &[Heading], outline: &mut Outline) {
    let node =
        |h: &Heading| OutlineNode::new(h.text.clone(), XyzDestination::new(h.page, Point::from_xy(0.0, h.y)));
    let mut open: Option<OutlineNode> = None;
    for heading in headings.iter().filter(|h| h.level > 1) {
        match &mut open {
            Some(above) if heading.level > 2 => above.push_child(node(heading)),
            _ => {
                if let Some(done) = open.replace(node(heading)) {
                    outline.push_child(done);
                }
            }
        }
    }
    if let Some(done) = open {
        outline.push_child(done);
    }
}

/// Draws the pages and exports them. Each page is an entry of the outline if it has a name, and so are headings.
pub(crate) fn export(
    imprint: &Imprint<'_>,
    media: Media,
    faces: &Faces,
    (pages, headings): (&[(Option<String>, Page<'_>)], &[Heading]),
    compressed: bool,
) -> Result<Vec<u8>, PaperError> {
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|e| PaperError::Refused(format!("{e:?}")))?;
    let mut document = Document::new_with(SerializeSettings {
        compress_content_streams: compressed,
        configuration,
        ..SerializeSettings::default()
    });
    let (width, height) = media.size();
    let settings = || PageSettings::from_wh(width, height).ok_or(PaperError::Font);
    let mut tags = Tags::default();
    let mut outline = Outline::new();
    for (number, (name, draw)) in pages.iter().enumerate() {
        let mut page = document.start_page_with(settings()?);
        let mut surface = page.surface();
        let mut pen = Pen::new(&mut surface, faces, &mut tags, media);
        let drawn = draw(&mut pen);
        surface.finish();
        page.finish();
        drawn?;
        if let Some(name) = name {
            let top = XyzDestination::new(number, Point::from_xy(0.0, 0.0));
            outline.push_child(OutlineNode::new(name.clone(), top));
        }
    }
    outlined(headings, &mut outline);
    document.set_tag_tree(tags.into_tree(imprint.language));
    document.set_outline(outline);
    document.set_metadata(
        Metadata::new()
            .title(imprint.title.to_owned())
            .language(imprint.language.to_owned())
            .creator("Cofferdam".to_owned())
            .producer("Cofferdam".to_owned())
            .creation_date(imprint.when.checked()?),
    );
    // The validators' messages name places, never text; still, they are only for a developer.
    document.finish().map_err(|e| PaperError::Refused(format!("{e:?}")))
}
