//! Whether a text is well-formed XML, as far as pictures use it: elements, attributes between quotation marks, five entities.

/// Panics where it is not.
pub(super) fn check(xml: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = xml;
    while let Some(at) = rest.find('<') {
        text(&rest[..at]);
        let end = at + tag_end(&rest[at..]);
        let inside = &rest[at + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = inside.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "what is closed");
            continue;
        }
        let is_whole = inside.ends_with('/');
        let inside = inside.trim_end_matches('/');
        let (name, attributes) = inside.split_once(' ').unwrap_or((inside, ""));
        assert!(["svg", "title", "desc", "g", "rect", "path", "circle", "text"].contains(&name), "{name}");
        check_attributes(attributes);
        if !is_whole {
            open.push(name);
        }
    }
    assert!(open.is_empty() && rest.is_empty(), "{open:?} {rest}");
}

/// Where a tag ends: no `>` between quotation marks ends it.
fn tag_end(tag: &str) -> usize {
    let mut quoted = false;
    let end = tag.char_indices().find(|(_, c)| {
        quoted ^= *c == '"';
        *c == '>' && !quoted
    });
    end.unwrap().0
}

fn check_attributes(attributes: &str) {
    let mut parts = attributes.split('"');
    let mut names = std::collections::BTreeSet::new();
    while let Some(name) = parts.next().map(str::trim).filter(|name| !name.is_empty()) {
        let name = name.strip_suffix('=').unwrap();
        assert!(name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'), "{name}");
        assert!(!name.starts_with("on") && name != "style" && names.insert(name), "{name}");
        let value = parts.next().unwrap();
        assert!(!value.contains(['<', '&']), "{value}");
    }
}

fn text(text: &str) {
    for (at, _) in text.match_indices('&') {
        let known =
            ["&amp;", "&lt;", "&gt;", "&quot;", "&#39;"].iter().any(|one| text[at..].starts_with(one));
        assert!(known, "{text}");
    }
    assert!(!text.contains('>') && !text.chars().any(char::is_control), "{text}");
}
