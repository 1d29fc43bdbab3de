//! Measures a picture: whether anything stands over anything else, and whether text fits.

use crate::flow::Flow;
use crate::flow::frame::{Frame, LABEL, NOTE, PAD, SIGN, TAG};
use crate::flow::layout::{Picture, layout};
use crate::flow::text::width_of;
use crate::flow::wiring::Line;
use std::collections::BTreeSet;

/// Panics where it is not so, in any of these widths.
pub(super) fn check(flow: &Flow) {
    for width in [0, 800, 1280, 1920, u32::MAX] {
        let picture = layout(flow, width);
        frames(&picture);
        lines(&picture);
        marks(&picture);
        headings(&picture);
    }
}

fn meet(a: (i32, i32, i32, i32), b: (i32, i32, i32, i32)) -> bool {
    a.0 < b.2 && b.0 < a.2 && a.1 < b.3 && b.1 < a.3
}

fn of(frame: &Frame) -> (i32, i32, i32, i32) {
    (frame.x, frame.y, frame.right(), frame.bottom())
}

fn frames(picture: &Picture) {
    let inside = (0, 0, picture.width, picture.height);
    let mut in_order: Vec<&Frame> = picture.frames.iter().collect();
    in_order.sort_by_key(|frame| (frame.x, frame.y));
    for pair in in_order.windows(2) {
        assert!(!meet(of(pair[0]), of(pair[1])), "{:?} over {:?}", pair[0], pair[1]);
    }
    let columns: BTreeSet<(i32, i32)> = picture.frames.iter().map(|frame| (frame.x, frame.right())).collect();
    let columns: Vec<(i32, i32)> = columns.into_iter().collect();
    assert!(columns.windows(2).all(|pair| pair[0].1 < pair[1].0), "{columns:?}");
    for frame in &picture.frames {
        let (x, y, right, bottom) = of(frame);
        assert!(x >= inside.0 && y >= inside.1 && right <= inside.2 && bottom < inside.3, "{frame:?}");
        let room = frame.w - 2 * PAD.0;
        for (at, line) in frame.label.iter().enumerate() {
            let sign = if at == 0 && frame.alarm { SIGN } else { 0 };
            let tag = if at == 0 && frame.tag.is_some() { TAG } else { 0 };
            assert!(width_of(line, LABEL.0) <= room - sign - tag, "{line:?} in {room}");
        }
        for line in &frame.note {
            assert!(width_of(line, NOTE.0) <= room, "{line:?} in {room}");
        }
        let labels = i32::try_from(frame.label.len().max(1)).unwrap() * LABEL.1;
        let notes = i32::try_from(frame.note.len()).unwrap() * NOTE.1;
        assert!(labels + notes + 2 * PAD.1 <= frame.h, "{frame:?}");
    }
}

fn lines(picture: &Picture) {
    for line in &picture.lines {
        let (x, y) = (line.from.0.min(line.to.0), line.from.1.min(line.to.1));
        let (right, bottom) = (line.from.0.max(line.to.0), line.from.1.max(line.to.1));
        assert!(x == right || y == bottom, "{line:?} is slanted");
        // A line touches the edge of the frame that it ends at, and no more.
        let thick = (x, y, right.max(x + 1), bottom.max(y + 1));
        for frame in &picture.frames {
            assert!(!meet(thick, of(frame)), "{line:?} through {frame:?}");
        }
    }
    // Two lines that lie in one another cannot be told apart.
    let mut across: Vec<(i32, i32, i32)> =
        picture.lines.iter().filter(|l| is_across(l)).map(|l| span(l.from.1, l.from.0, l.to.0)).collect();
    let mut down: Vec<(i32, i32, i32)> =
        picture.lines.iter().filter(|l| !is_across(l)).map(|l| span(l.from.0, l.from.1, l.to.1)).collect();
    for all in [&mut across, &mut down] {
        all.sort_unstable();
        for pair in all.windows(2) {
            assert!(pair[0].0 != pair[1].0 || pair[0].2 <= pair[1].1, "{pair:?} lie in one another");
        }
    }
}

fn is_across(line: &Line) -> bool {
    line.from.1 == line.to.1
}

fn span(at: i32, a: i32, b: i32) -> (i32, i32, i32) {
    (at, a.min(b), a.max(b))
}

fn marks(picture: &Picture) {
    let mut places = BTreeSet::new();
    for dot in &picture.dots {
        assert!(places.insert(dot.at), "{dot:?} over another");
        let (x, y) = dot.at;
        let on = |line: &&Line| {
            let (across, down) = (span(0, line.from.0, line.to.0), span(0, line.from.1, line.to.1));
            (across.1..=across.2).contains(&x) && (down.1..=down.2).contains(&y)
        };
        assert!(picture.lines.iter().any(|line| on(&line)), "{dot:?} on no line");
        let square = (x - 4, y - 4, x + 5, y + 5);
        assert!(!picture.frames.iter().any(|frame| meet(square, of(frame))), "{dot:?} in a frame");
    }
    let mut by_height: Vec<(i32, i32)> = places.iter().map(|(x, y)| (*y, *x)).collect();
    by_height.sort_unstable();
    for pair in by_height.windows(2) {
        assert!(pair[0].0 != pair[1].0 || pair[1].1 - pair[0].1 >= 9, "marks over one another: {pair:?}");
    }
}

fn headings(picture: &Picture) {
    for heading in &picture.headings {
        let here = (heading.x, heading.y, heading.x + heading.w, heading.y + 24);
        let count = heading.count.as_deref().map_or(0, |count| width_of(count, NOTE.0) + 4);
        assert!(width_of(&heading.text, NOTE.0) + count <= heading.w, "{} in {}", heading.text, heading.w);
        assert!(!picture.frames.iter().any(|frame| meet(here, of(frame))), "{} over a frame", heading.text);
        let crossed = picture.lines.iter().filter(|line| is_across(line)).any(|line| {
            let (y, x, right) = span(line.from.1, line.from.0, line.to.0);
            meet(here, (x, y, right, y + 1))
        });
        assert!(!crossed, "a line through {}", heading.text);
    }
    let mut names: Vec<(i32, i32)> = picture.names.iter().map(|name| (name.at.1, name.at.0)).collect();
    names.sort_unstable();
    for pair in names.windows(2) {
        assert!(pair[0].0 != pair[1].0 || pair[1].1 - pair[0].1 >= 14, "names over one another: {pair:?}");
    }
    for line in &picture.foot {
        assert!(
            line.y < picture.height && width_of(&line.text, NOTE.0) < picture.width - 60,
            "{}",
            line.text
        );
    }
}
