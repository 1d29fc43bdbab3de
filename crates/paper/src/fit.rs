//! Before blocks are set: characters that no bundled font has are written by their number, and what is higher than a page
//! is cut into pieces that are not.

use crate::PaperError;
use crate::block::{Block, Column, Flow, FlowBox, Label, Step};
use crate::face::Faces;
use crate::look::Sizes;
use crate::lump::{FixedLine, Lump, lumps};
use crate::words;
use std::borrow::Cow;

/// Every block, printable and no higher than `most`.
pub(crate) fn fitted<'a>(
    faces: &Faces,
    sizes: &Sizes,
    (width, most): (f32, f32),
    blocks: &'a [Block<'a>],
) -> Result<Vec<Block<'a>>, PaperError> {
    let fit = Fit { faces, sizes, width, most };
    let mut out = Vec::with_capacity(blocks.len());
    for block in blocks {
        fit.block(fit.printable(block), &mut out)?;
    }
    Ok(out)
}

struct Fit<'f> {
    faces: &'f Faces,
    sizes: &'f Sizes,
    width: f32,
    most: f32,
}

impl Fit<'_> {
    fn text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        self.faces.printable(text)
    }

    fn texts<'a>(&self, texts: &'a [Cow<'a, str>]) -> Vec<Cow<'a, str>> {
        texts.iter().map(|text| self.text(text)).collect()
    }

    fn printable<'a>(&self, block: &'a Block<'a>) -> Block<'a> {
        match block {
            Block::Heading(level, text) => Block::Heading(*level, self.text(text)),
            Block::Text(text) => Block::Text(self.text(text)),
            Block::Framed(text) => Block::Framed(self.text(text)),
            Block::Fixed(text) => Block::Fixed(self.text(text)),
            Block::List(points) => Block::List(self.texts(points)),
            Block::Facts(list) => {
                Block::Facts(list.iter().map(|(n, v)| (self.text(n), self.text(v))).collect())
            }
            Block::Table(columns, rows) => {
                let column = |c: &'a Column<'a>| Column { head: self.text(&c.head), ..*c };
                let rows = rows.iter().map(|row| self.texts(row)).collect();
                Block::Table(columns.iter().map(column).collect(), rows)
            }
            Block::Step(s) => Block::Step(Step {
                number: self.text(&s.number),
                who: self.text(&s.who),
                what: self.text(&s.what),
                why: self.text(&s.why),
                blanks: self.texts(&s.blanks),
            }),
            Block::Blanks(blanks) => {
                Block::Blanks(blanks.iter().map(|(name, many)| (self.text(name), *many)).collect())
            }
            Block::Signatures(names) => Block::Signatures(self.texts(names)),
            Block::Flow(flow) => {
                let one =
                    |b: &'a FlowBox<'a>| FlowBox { head: self.text(&b.head), text: self.text(&b.text), ..*b };
                Block::Flow(Flow { boxes: flow.boxes.iter().map(one).collect(), said: self.text(&flow.said) })
            }
            Block::Labels(labels) => {
                let one = |l: &'a Label<'a>| Label {
                    head: self.text(&l.head),
                    text: self.text(&l.text),
                    blanks: self.texts(&l.blanks),
                };
                Block::Labels(labels.iter().map(one).collect())
            }
            Block::NewPage => Block::NewPage,
        }
    }

    /// How high a block is that is not broken.
    fn tall(&self, block: &Block<'_>) -> Result<f32, PaperError> {
        lumps(std::slice::from_ref(block)).iter().map(|l| l.height(self.faces, self.sizes, self.width)).sum()
    }

    fn block<'a>(&self, block: Block<'a>, out: &mut Vec<Block<'a>>) -> Result<(), PaperError> {
        match block {
            Block::Flow(_) if self.tall(&block)? > self.most => {
                out.push(Block::Text(words::PICTURE_TOO_HIGH.into()));
            }
            Block::Text(text) => out.extend(self.pieces(text, Block::Text)?),
            Block::Framed(text) => out.extend(self.pieces(text, Block::Framed)?),
            // A heading of nothing is none.
            Block::Heading(_, text) if text.trim().is_empty() => {}
            Block::Heading(level, text) => {
                out.extend(self.pieces(text, |text| Block::Heading(level, text))?);
            }
            Block::List(points) => out.push(Block::List(self.each(points, |text| {
                let list = [text.clone()];
                Lump::Point(&list[0], true, true).height(self.faces, self.sizes, self.width)
            })?)),
            Block::Fixed(text) => {
                let alone = |text: &Cow<'a, str>| {
                    Lump::Line(FixedLine::alone(text)).height(self.faces, self.sizes, self.width)
                };
                if text.lines().all(|line| line.len() < SHORT) {
                    out.push(Block::Fixed(text));
                } else {
                    let lines: Vec<Cow<'a, str>> = text.lines().map(|l| Cow::Owned(l.to_owned())).collect();
                    out.push(Block::Fixed(self.each(lines, alone)?.join("\n").into()));
                }
            }
            Block::Facts(list) => out.push(Block::Facts(self.facts(list)?)),
            Block::Table(columns, rows) => {
                let mut cut = Vec::with_capacity(rows.len());
                for row in rows {
                    self.row(&columns, row, &mut cut)?;
                }
                out.push(Block::Table(columns, cut));
            }
            Block::Labels(labels) => self.labels(labels, out)?,
            Block::Step(step) => self.step(step, out)?,
            Block::Signatures(all) => {
                let alone = |name: &Cow<'a, str>| self.tall(&Block::Signatures(vec![name.clone()]));
                let (mut names, mut rest) = (Vec::with_capacity(all.len()), Vec::new());
                for name in all {
                    let mut pieces = self.cut(name, &alone)?.into_iter();
                    names.push(pieces.next().unwrap_or_default());
                    rest.extend(pieces);
                }
                out.extend(rest.into_iter().map(Block::Text));
                // As many as stand on a page; each with its own date.
                let many = self.many(&names)?;
                out.extend(names.chunks(many).map(|some| Block::Signatures(some.to_vec())));
            }
            other => out.push(other),
        }
        Ok(())
    }

    /// A label whose text is too high for a page keeps what fits, and the rest follows as text.
    fn labels<'a>(&self, labels: Vec<Label<'a>>, out: &mut Vec<Block<'a>>) -> Result<(), PaperError> {
        let (mut kept, mut rest) = (Vec::with_capacity(labels.len()), Vec::new());
        for mut label in labels {
            for part in [0, 1] {
                let alone = |text: &Cow<'a, str>| {
                    let [head, below] =
                        if part == 0 { [text.clone(), "".into()] } else { ["".into(), text.clone()] };
                    let label = Label { head, text: below, blanks: label.blanks.clone() };
                    Ok(self.tall(&Block::Labels(vec![label]))? * 2.0)
                };
                let whole = if part == 0 { label.head.clone() } else { label.text.clone() };
                let mut pieces = self.cut(whole, &alone)?.into_iter();
                let first = pieces.next().unwrap_or_default();
                if part == 0 {
                    label.head = first;
                } else {
                    label.text = first;
                }
                rest.extend(pieces);
            }
            kept.push(label);
        }
        out.push(Block::Labels(kept));
        for text in rest {
            out.extend(self.pieces(text, Block::Text)?);
        }
        Ok(())
    }

    fn many(&self, names: &[Cow<'_, str>]) -> Result<usize, PaperError> {
        let mut many = names.len().max(1);
        while many > 1
            && self.tall(&Block::Signatures(names.iter().take(many).cloned().collect()))? > self.most
        {
            many -= 1;
        }
        Ok(many)
    }

    /// A text as the blocks of its pieces.
    fn pieces<'a>(
        &self,
        text: Cow<'a, str>,
        block: impl Fn(Cow<'a, str>) -> Block<'a>,
    ) -> Result<Vec<Block<'a>>, PaperError> {
        let tall = |text: &Cow<'a, str>| self.tall(&block(text.clone()));
        Ok(self.cut(text, &tall)?.into_iter().map(&block).collect())
    }

    fn each<'a>(
        &self,
        texts: Vec<Cow<'a, str>>,
        tall: impl Fn(&Cow<'a, str>) -> Result<f32, PaperError>,
    ) -> Result<Vec<Cow<'a, str>>, PaperError> {
        let mut out = Vec::with_capacity(texts.len());
        for text in texts {
            out.extend(self.cut(text, &tall)?);
        }
        Ok(out)
    }

    /// A text in pieces that are each no higher than `most`. Nearly always it is one.
    fn cut<'a>(
        &self,
        text: Cow<'a, str>,
        tall: &dyn Fn(&Cow<'a, str>) -> Result<f32, PaperError>,
    ) -> Result<Vec<Cow<'a, str>>, PaperError> {
        if text.len() < SHORT || (text.len() <= MOST && tall(&text)? <= self.most) {
            return Ok(vec![text]);
        }
        let mut left: &str = &text;
        let mut out = Vec::new();
        while !left.is_empty() {
            let (piece, rest) = left.split_at(self.longest(left, tall)?);
            out.push(Cow::Owned(piece.trim_end_matches(' ').to_owned()));
            left = rest.trim_start_matches(' ');
        }
        Ok(out)
    }

    /// How many bytes from the beginning of a text are no higher than `most`, ending between words where there are any.
    fn longest<'a>(
        &self,
        text: &str,
        tall: &dyn Fn(&Cow<'a, str>) -> Result<f32, PaperError>,
    ) -> Result<usize, PaperError> {
        let fits = |end: usize| -> Result<bool, PaperError> {
            let piece = text.get(..end).unwrap_or_default().to_owned();
            Ok(tall(&Cow::Owned(piece))? <= self.most)
        };
        // Twice as much each time: what is tried is then never much longer than what fits.
        let (mut good, mut bad) = (0, text.floor_char_boundary(SHORT));
        while fits(bad)? {
            if bad == text.len() {
                return Ok(bad);
            }
            (good, bad) = (bad, text.floor_char_boundary(bad * 2));
        }
        while bad - good > 1 {
            let middle = text.floor_char_boundary(good.midpoint(bad));
            if middle <= good {
                break;
            }
            if fits(middle)? { good = middle } else { bad = middle }
        }
        let between = text.get(..good).and_then(|t| t.rfind([' ', '\n'])).filter(|at| *at > good / 2);
        let one = text.chars().next().map_or(1, char::len_utf8);
        Ok(between.map_or(good, |at| at + 1).max(one))
    }

    fn facts<'a>(&self, list: Vec<(Cow<'a, str>, Cow<'a, str>)>) -> Result<Pairs<'a>, PaperError> {
        let mut out = Vec::with_capacity(list.len());
        for (name, value) in list {
            let of = |name: &str, value: &Cow<'a, str>| {
                let fact = (Cow::Borrowed(name), Cow::Borrowed(&**value));
                Lump::Fact(&fact, true).height(self.faces, self.sizes, self.width)
            };
            let mut names = self.cut(name, &|name| of(name, &Cow::Borrowed("")))?.into_iter();
            let mut values = self.cut(value, &|value| of("", value))?.into_iter();
            loop {
                match (names.next(), values.next()) {
                    (None, None) => break,
                    (name, value) => out.push((name.unwrap_or_default(), value.unwrap_or_default())),
                }
            }
        }
        Ok(out)
    }

    /// A row as rows that each fit: what is left of a cell goes on in the next one.
    fn row<'a>(
        &self,
        columns: &[Column<'a>],
        row: Vec<Cow<'a, str>>,
        out: &mut Vec<Vec<Cow<'a, str>>>,
    ) -> Result<(), PaperError> {
        if row.iter().map(|cell| cell.len()).max().unwrap_or(0) < SHORT {
            out.push(row);
            return Ok(());
        }
        let mut cells = Vec::with_capacity(row.len());
        for (n, cell) in row.into_iter().enumerate() {
            let alone = |text: &Cow<'a, str>| {
                let mut row = vec![Cow::Borrowed(""); columns.len()];
                if let Some(cell) = row.get_mut(n) {
                    *cell = Cow::Borrowed(&**text);
                }
                Lump::Row(columns, &row, true).height(self.faces, self.sizes, self.width)
            };
            cells.push(self.cut(cell, &alone)?.into_iter());
        }
        loop {
            let next: Vec<Option<Cow<'a, str>>> = cells.iter_mut().map(Iterator::next).collect();
            if next.iter().all(Option::is_none) {
                return Ok(());
            }
            out.push(next.into_iter().map(Option::unwrap_or_default).collect());
        }
    }

    /// A step that is too high keeps its sentence; the rest follows as text.
    fn step<'a>(&self, step: Step<'a>, out: &mut Vec<Block<'a>>) -> Result<(), PaperError> {
        let block = Block::Step(step.clone());
        if self.tall(&block)? <= self.most {
            out.push(block);
            return Ok(());
        }
        let whole = |what: &Cow<'a, str>| {
            let alone =
                Step { what: what.clone(), why: Cow::Borrowed(""), who: Cow::Borrowed(""), ..step.clone() };
            self.tall(&Block::Step(alone))
        };
        let mut sentence = self.cut(step.what.clone(), &whole)?.into_iter();
        let first = sentence.next().unwrap_or_default();
        out.push(Block::Step(Step {
            what: first,
            why: Cow::Borrowed(""),
            who: Cow::Borrowed(""),
            ..step.clone()
        }));
        for text in sentence.chain([step.why, step.who]) {
            out.extend(self.pieces(text, Block::Text)?);
        }
        Ok(())
    }
}

type Pairs<'a> = Vec<(Cow<'a, str>, Cow<'a, str>)>;

/// Shorter texts fit on any page, in any column: a column is 5 mm wide or more, and a page has 30 lines or more.
const SHORT: usize = 60;
/// A longer text fits on no page: it is looked at in pieces of so many bytes.
const MOST: usize = 12_000;
