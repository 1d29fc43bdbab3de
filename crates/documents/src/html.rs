//! Blocks as one page of HTML that stands alone: no script, nothing that is loaded, and a policy that forbids both.

mod words;

use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::BASE64;
use paper::{Block, Column, Flow, Step, is_words};
use std::borrow::Cow;
use std::fmt::Write as _;

/// How the page looks, on screens and on paper. The policy names its digest.
const STYLE: &str = include_str!("html/report.css");

/// The page.
pub(crate) fn page(title: &str, rehearsal: bool, blocks: &[Block<'_>]) -> String {
    let mut out = String::with_capacity(64 * 1024);
    let sum = BASE64.encode(digest(&SHA256, STYLE.as_bytes()).as_ref());
    out.push_str(&words::head(&escaped(title), &sum, STYLE));
    if rehearsal {
        let _ = writeln!(out, "<p class=\"rehearsal\">{}</p>", words::REHEARSAL);
    }
    for block in blocks {
        one(block, &mut out);
    }
    out.push_str(words::FOOT);
    out
}

fn one(block: &Block<'_>, out: &mut String) {
    match block {
        Block::Heading(level, text) => {
            let _ = writeln!(out, "<h{level}>{}</h{level}>", escaped(text));
        }
        Block::Text(text) => element(out, "p", text),
        Block::Framed(text) => {
            let _ = writeln!(out, "<p class=\"framed\">{}</p>", lines(text));
        }
        Block::Fixed(text) => {
            let _ = writeln!(out, "<pre tabindex=\"0\">{}</pre>", escaped(text));
        }
        Block::List(points) | Block::Signatures(points) => {
            out.push_str("<ul>\n");
            for point in points {
                element(out, "li", point);
            }
            out.push_str("</ul>\n");
        }
        Block::Blanks(blanks) => {
            for (name, _) in blanks {
                element(out, "p", name);
            }
        }
        Block::Labels(labels) => {
            for label in labels {
                element(out, "p", &format!("{}\n{}", label.head, label.text));
            }
        }
        Block::Facts(list) => facts(list, out),
        Block::Table(columns, rows) => table(columns, rows, out),
        Block::Step(step) => of_step(step, out),
        Block::Flow(flow) => {
            out.push_str("<div class=\"flow\">\n");
            boxes(flow, None, 0, out);
            out.push_str("</div>\n");
        }
        Block::NewPage => out.push_str("<hr>\n"),
    }
}

fn element(out: &mut String, name: &str, text: &str) {
    let _ = writeln!(out, "<{name}>{}</{name}>", lines(text));
}

fn facts(list: &[(Cow<'_, str>, Cow<'_, str>)], out: &mut String) {
    out.push_str("<dl>\n");
    for (name, value) in list {
        let each = value.lines().map(|line| {
            let text = escaped(line);
            if is_words(line) { text } else { format!("<span class=\"fixed\">{text}</span>") }
        });
        let value = each.collect::<Vec<_>>().join("<br>");
        let _ = writeln!(out, "<div><dt>{}</dt><dd>{value}</dd></div>", lines(name));
    }
    out.push_str("</dl>\n");
}

fn table(columns: &[Column<'_>], rows: &[Vec<Cow<'_, str>>], out: &mut String) {
    out.push_str("<table>\n<thead><tr>");
    for column in columns {
        let _ = write!(out, "<th scope=\"col\">{}</th>", lines(&column.head));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for row in rows {
        out.push_str("<tr>");
        for (column, cell) in columns.iter().zip(row) {
            let class = if column.fixed { " class=\"fixed\"" } else { "" };
            let _ = write!(out, "<td{class}>{}</td>", lines(cell));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table>\n");
}

fn of_step(step: &Step<'_>, out: &mut String) {
    let _ = writeln!(out, "<h3>{} {}</h3>", escaped(&step.number), lines(&step.what));
    element(out, "p", &step.why);
    element(out, "p", &step.who);
}

/// How deep a picture is drawn: deeper boxes than any record of ours has stand beside the last ones.
const DEEPEST: u8 = 32;

/// The boxes that come from one, each with its own inside it: a list in a list, which is read as what it is.
fn boxes(flow: &Flow<'_>, from: Option<usize>, depth: u8, out: &mut String) {
    let of_it = || flow.boxes.iter().enumerate().filter(|(_, one)| one.from == from);
    if of_it().next().is_none() || depth > DEEPEST {
        return;
    }
    out.push_str("<ul>\n");
    for (n, one) in of_it() {
        let (head, text) = (lines(&one.head), lines(&one.text));
        let _ = writeln!(out, "<li><div class=\"box\"><strong>{head}</strong><br>{text}</div>");
        boxes(flow, Some(n), depth + 1, out);
        out.push_str("</li>\n");
    }
    out.push_str("</ul>\n");
}

/// A text with its line ends.
fn lines(text: &str) -> String {
    escaped(text).replace('\n', "<br>")
}

/// A text in which nothing is markup.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_markup() {
        let hostile = "<script>alert('1')</script>\n&amp;\"";
        let blocks = [
            Block::Heading(2, hostile.into()),
            Block::Text(hostile.into()),
            Block::Facts(vec![(hostile.into(), hostile.into())]),
            Block::Fixed(hostile.into()),
        ];
        let page = page(hostile, true, &blocks);
        assert!(!page.contains("<script") && !page.contains("alert('"));
        assert_eq!(page.matches("&lt;script&gt;").count(), 6);
        assert!(page.contains("&#39;1&#39;"));
    }
}
