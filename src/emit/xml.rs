//! Texts in XML: markup is escaped, and what XML 1.0 has no place for becomes U+FFFD.

/// A text in an attribute.
pub fn attribute(text: &str) -> String {
    escaped(text, |c| if c == '\n' { Some("&#10;") } else { Some("&#9;").filter(|_| c == '\t') })
}

/// A text between tags, with its lines as they are.
pub fn content(text: &str) -> String {
    escaped(text, |c| if c == '\n' { Some("\n") } else { Some("\t").filter(|_| c == '\t') })
}

fn escaped(text: &str, space: impl Fn(char) -> Option<&'static str>) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            c => match space(c) {
                Some(written) => out.push_str(written),
                None if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
                None => out.push(c),
            },
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_and_controls_do_not_reach_xml() {
        assert_eq!(attribute("<a b=\"&\">\u{1}\u{fffe}\n\t"), "&lt;a b=&quot;&amp;&quot;&gt;\u{fffd}\u{fffd}&#10;&#9;");
        assert_eq!(content("a\n\tb\u{7}"), "a\n\tb\u{fffd}");
    }
}
