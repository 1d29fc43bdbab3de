//! Drawing on a page. Every mark is either tagged content, in reading order, or an artifact.

use crate::face::{Faces, Weight};
use crate::look::{LEAST, MM, Media};
use crate::{PaperError, words};
use krilla::color::luma;
use krilla::geom::{PathBuilder, Point, Rect, Transform};
use krilla::num::NormalizedF32;
use krilla::paint::{Fill, FillRule, LineCap, Stroke, StrokeDash};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, SpanTag, Tag, TagGroup, TagKind, TagTree};

/// Ink, from black to the grey of hairlines and the paler one of the watermark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ink {
    Black,
    Grey,
    Pale,
}

impl Ink {
    fn color(self) -> luma::Color {
        luma::Color::new(match self {
            Self::Black => 0,
            Self::Grey => 90,
            Self::Pale => 226,
        })
    }
}

/// The document's structure, built as it is drawn.
#[derive(Default)]
pub(crate) struct Tags {
    root: TagTree,
    open: Vec<TagGroup>,
}

impl Tags {
    fn push_leaf(&mut self, leaf: krilla::tagging::Identifier) {
        match self.open.last_mut() {
            Some(group) => group.push(leaf),
            None => self.root.push(TagGroup::with_children(Tag::P, vec![leaf.into()])),
        }
    }

    fn close(&mut self) {
        if let Some(group) = self.open.pop() {
            match self.open.last_mut() {
                Some(parent) => parent.push(group),
                None => self.root.push(group),
            }
        }
    }

    pub(crate) fn into_tree(mut self, language: &str) -> TagTree {
        while !self.open.is_empty() {
            self.close();
        }
        self.root.with_lang(Some(language.to_owned()))
    }
}

/// Draws on one page; the origin is the upper left corner, y grows downwards, text stands on its baseline.
pub(crate) struct Pen<'p, 's> {
    surface: &'p mut Surface<'s>,
    pub(crate) faces: &'p Faces,
    tags: &'p mut Tags,
    pub(crate) media: Media,
}

impl<'p, 's> Pen<'p, 's> {
    pub(crate) fn new(
        surface: &'p mut Surface<'s>,
        faces: &'p Faces,
        tags: &'p mut Tags,
        media: Media,
    ) -> Self {
        Self { surface, faces, tags, media }
    }

    /// Opens a group of the document's structure; what is drawn until [`Pen::close`] belongs to it.
    pub(crate) fn open(&mut self, tag: impl Into<TagKind>) {
        self.tags.open.push(TagGroup::new(tag));
    }

    /// Closes the group opened last.
    pub(crate) fn close(&mut self) {
        self.tags.close();
    }

    fn ink(&mut self, ink: Ink) {
        self.surface.set_fill(Some(Fill {
            paint: ink.color().into(),
            opacity: NormalizedF32::ONE,
            rule: FillRule::NonZero,
        }));
        self.surface.set_stroke(None);
    }

    fn glyphs(&mut self, weight: Weight, size: f32, x: f32, y: f32, text: &str) -> Result<(), PaperError> {
        debug_assert!(size >= LEAST, "{}", words::TOO_SMALL);
        let glyphs = self.faces.glyphs(weight, text)?;
        self.surface.draw_glyphs(Point::from_xy(x, y), &glyphs, self.faces.font(weight), text, size, false);
        Ok(())
    }

    /// Text that is read, in black.
    pub(crate) fn text(
        &mut self,
        weight: Weight,
        size: f32,
        x: f32,
        y: f32,
        text: &str,
    ) -> Result<(), PaperError> {
        if text.is_empty() {
            return Ok(());
        }
        self.ink(Ink::Black);
        let leaf = self.surface.start_tagged(ContentTag::Span(SpanTag::empty()));
        let drawn = self.glyphs(weight, size, x, y, text);
        self.surface.end_tagged();
        self.tags.push_leaf(leaf);
        drawn
    }

    /// Text as an artifact of the page: running foot, repeated heads.
    pub(crate) fn artifact(
        &mut self,
        kind: ArtifactType,
        weight: Weight,
        size: f32,
        x: f32,
        y: f32,
        text: &str,
    ) -> Result<(), PaperError> {
        self.ink(Ink::Black);
        self.surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(kind)));
        let drawn = self.glyphs(weight, size, x, y, text);
        self.surface.end_tagged();
        drawn
    }

    /// A straight line from one point to another.
    pub(crate) fn line(&mut self, from: (f32, f32), to: (f32, f32), width: f32, ink: Ink, dash: Option<f32>) {
        let mut path = PathBuilder::new();
        path.move_to(from.0, from.1);
        path.line_to(to.0, to.1);
        let Some(path) = path.finish() else { return };
        self.surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Other)));
        self.surface.set_fill(None);
        self.surface.set_stroke(Some(Stroke {
            paint: ink.color().into(),
            width,
            line_cap: LineCap::Butt,
            dash: dash.map(|length| StrokeDash { array: vec![length, length], offset: 0.0 }),
            ..Stroke::default()
        }));
        self.surface.draw_path(&path);
        self.surface.set_stroke(None);
        self.surface.end_tagged();
    }

    /// The outline of a rectangle with its upper left corner there, dashed where a dash is given.
    pub(crate) fn frame(
        &mut self,
        (x, y): (f32, f32),
        (width, height): (f32, f32),
        line: f32,
        ink: Ink,
        dash: Option<f32>,
    ) {
        let (right, bottom) = (x + width, y + height);
        for (from, to) in [
            ((x, y), (right, y)),
            ((right, y), (right, bottom)),
            ((right, bottom), (x, bottom)),
            ((x, bottom), (x, y)),
        ] {
            self.line(from, to, line, ink, dash);
        }
    }

    /// A rectangle filled with ink.
    pub(crate) fn field(&mut self, x: f32, y: f32, width: f32, height: f32, ink: Ink) {
        let Some(rect) = Rect::from_xywh(x, y, width, height) else { return };
        let mut path = PathBuilder::new();
        path.push_rect(rect);
        let Some(path) = path.finish() else { return };
        self.surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Other)));
        self.ink(ink);
        self.surface.draw_path(&path);
        self.surface.end_tagged();
    }

    /// A QR symbol with its upper left corner, quiet zone of four modules included, at (x, y).
    pub(crate) fn symbol(
        &mut self,
        x: f32,
        y: f32,
        module: f32,
        symbol: (&str, u32),
        said: &str,
    ) -> Result<(), PaperError> {
        let (modules, width) = symbol;
        let width = usize::try_from(width).map_err(|_| PaperError::Symbol)?;
        if width == 0 || modules.len() != width * width || !modules.bytes().all(|b| matches!(b, b'0' | b'1'))
        {
            return Err(PaperError::Symbol);
        }
        let at = |modules: usize| u16::try_from(modules).map_or(0.0, f32::from) * module;
        let side = at(width + 8);
        // White under the symbol and its quiet zone, so that no watermark reaches them.
        let mut white = PathBuilder::new();
        white.push_rect(Rect::from_xywh(x, y, side, side).ok_or(PaperError::Symbol)?);
        let mut dark = PathBuilder::new();
        for (row, line) in modules.as_bytes().chunks(width).enumerate() {
            let mut column = 0;
            while column < width {
                // Neighbours are one rectangle: no seams between them in any viewer.
                let run = line.iter().skip(column).take_while(|b| **b == b'1').count();
                if run > 0 {
                    let (left, top) = (x + at(column + 4), y + at(row + 4));
                    let rect = Rect::from_xywh(left, top, at(run), module).ok_or(PaperError::Symbol)?;
                    dark.push_rect(rect);
                }
                column += run.max(1);
            }
        }
        let (white, dark) = (white.finish(), dark.finish());
        self.open(Tag::Figure(Some(said.to_owned())));
        let leaf = self.surface.start_tagged(ContentTag::Other);
        self.surface.set_stroke(None);
        if let (Some(white), Some(dark)) = (white, dark) {
            self.surface.set_fill(Some(Fill { paint: luma::Color::white().into(), ..Fill::default() }));
            self.surface.draw_path(&white);
            self.surface.set_fill(Some(Fill::default()));
            self.surface.draw_path(&dark);
        }
        self.surface.end_tagged();
        self.tags.push_leaf(leaf);
        self.close();
        Ok(())
    }

    /// The rehearsal mark: across the page behind everything, and along its upper edge.
    pub(crate) fn rehearsal(&mut self) -> Result<(), PaperError> {
        let (width, height) = self.media.size();
        let size = width * 0.19;
        let long = self.faces.width(Weight::Strong, size, words::REHEARSAL)?;
        self.ink(Ink::Pale);
        let mark = ContentTag::Artifact(Artifact::with_kind(ArtifactType::Watermark));
        self.surface.start_tagged(mark);
        self.surface.push_transform(&Transform::from_rotate_at(-52.0, width / 2.0, height / 2.0));
        // As outlines, so that the word does not turn up between the lines when text is copied.
        let glyphs = self.faces.glyphs(Weight::Strong, words::REHEARSAL)?;
        let start = Point::from_xy((width - long) / 2.0, height / 2.0 + size * 0.35);
        self.surface.draw_glyphs(
            start,
            &glyphs,
            self.faces.font(Weight::Strong),
            words::REHEARSAL,
            size,
            true,
        );
        self.surface.pop();
        self.surface.end_tagged();
        // Hatched like the frame of the window, so that a stack of sheets tells from the edge.
        let band = 4.0 * MM;
        let mut x = 5.0 * MM;
        while x < width - 5.0 * MM {
            let right = (x + band).min(width - 5.0 * MM);
            self.line((x, 9.0 * MM), (right, 9.0 * MM - (right - x)), 1.2, Ink::Grey, None);
            x += 2.2 * MM;
        }
        Ok(())
    }
}
