//! Where the columns stand, and the lines between them.

use super::NodeKind;

/// The columns from left to right.
pub(super) const ORDER: [NodeKind; 6] =
    [NodeKind::Site, NodeKind::ShareSet, NodeKind::Hsm, NodeKind::Key, NodeKind::Provider, NodeKind::System];
/// What of the width each gets, in parts of [`ALL_SHARES`].
const SHARES: [i32; 6] = [15, 16, 18, 20, 15, 20];
const ALL_SHARES: i32 = 104;
/// The least width of all columns together, in pixels: words of twelve letters fit the narrowest.
const LEAST: i32 = 904;
/// The widest picture: lines of text need no more, and a wider one is this one, larger.
const WIDEST: i32 = 1600;
/// The narrowest picture of one line of text.
const ONE_LINE: i32 = 640;
/// Left and right of everything.
pub(super) const MARGIN: i32 = 24;
/// Between a column and the first line beside it: an arrowhead and some space.
pub(super) const BESIDE: i32 = 18;
/// Between two lines: the name of a line fits; and where there are more of them than [`FEW`], marks do.
const APART: i32 = 16;
const CLOSE: i32 = 10;
const FEW: i32 = 16;

/// Lines that go down between two columns.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gutter {
    left: i32,
    right: i32,
    lines: usize,
}

impl Gutter {
    /// Where a line stands; the first is the leftmost.
    pub(super) fn line(&self, at: usize) -> i32 {
        let room = self.right - self.left - 2 * BESIDE;
        match (i32::try_from(at), i32::try_from(self.lines)) {
            (Ok(at), Ok(lines)) if lines > 1 => self.left + BESIDE + room * at / (lines - 1),
            _ => self.middle(),
        }
    }

    pub(super) fn middle(&self) -> i32 {
        i32::midpoint(self.left, self.right)
    }

    /// Whether there is room for names on its lines.
    pub(super) fn takes_names(&self) -> bool {
        self.lines <= 1 || self.line(1) - self.line(0) >= APART
    }
}

/// All columns.
#[derive(Debug, Clone, Copy)]
pub(super) struct Columns {
    /// Where each begins, and how wide it is.
    at: [(i32, i32); 6],
    /// The width of the picture.
    pub(super) width: i32,
}

impl Columns {
    /// Columns with so many lines after each of the first five, in a picture of this width or of the least that they need.
    pub(super) fn new(lines: [usize; 5], width: u32) -> Self {
        let gutters = lines.map(|lines| {
            // Nobody has so many lines that it comes near to what a number holds.
            let lines = i32::try_from(lines).unwrap_or_default().clamp(1, 100_000);
            2 * BESIDE + (lines - 1) * if lines > FEW { CLOSE } else { APART }
        });
        let between: i32 = gutters.iter().sum::<i32>() + 2 * MARGIN;
        let width = i32::try_from(width).unwrap_or(i32::MAX).min(WIDEST).max(between + LEAST);
        let mut x = MARGIN;
        let mut at = [(0, 0); 6];
        for (n, (share, at)) in SHARES.into_iter().zip(&mut at).enumerate() {
            let w = (width - between) * share / ALL_SHARES;
            *at = (x, w);
            x += w + gutters.get(n).copied().unwrap_or_default();
        }
        Self { at, width }
    }

    /// Where the column of this kind begins, and how wide it is.
    pub(super) fn of(&self, kind: NodeKind) -> (i32, i32) {
        let kind = if kind == NodeKind::Group { NodeKind::System } else { kind };
        let at = ORDER.iter().position(|one| *one == kind).unwrap_or_default();
        self.at.get(at).copied().unwrap_or_default()
    }

    /// What is between the column of this kind and the next, for so many lines.
    pub(super) fn after(&self, kind: NodeKind, lines: usize) -> Gutter {
        let at = ORDER.iter().position(|one| *one == kind).unwrap_or_default();
        let (x, w) = self.of(kind);
        let right = self.at.get(at + 1).map_or(self.width, |(x, _)| *x);
        Gutter { left: x + w, right, lines }
    }
}

/// The width of a picture that has one line of text and no columns.
pub(super) fn one_line(width: u32) -> i32 {
    i32::try_from(width).unwrap_or(i32::MAX).clamp(ONE_LINE, WIDEST)
}
