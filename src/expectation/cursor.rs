//! Reading one line from left to right: words, names, quoted texts.
//!
//! Knows how a line is spelled, not what it says.

use crate::answer::AccountView;

/// The unread rest of a line.
#[derive(Debug, Clone, Copy)]
pub struct Cursor<'a> {
    rest: &'a str,
}

/// What a line should have had, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// What was expected, and what is there instead.
    pub message: String,
    /// How many bytes before the end of the text that was read; none is for the text as a whole.
    pub left: Option<usize>,
}

impl From<String> for Wanted {
    fn from(message: String) -> Self {
        Self { message, left: None }
    }
}

impl From<&str> for Wanted {
    fn from(message: &str) -> Self {
        Self::from(message.to_owned())
    }
}

impl Wanted {
    /// The same, in a text that goes on for so many bytes.
    #[must_use]
    pub fn before(mut self, more: usize) -> Self {
        self.left = self.left.map(|left| left + more);
        self
    }
}

impl<'a> Cursor<'a> {
    /// The whole line.
    pub fn new(line: &'a str) -> Self {
        Self { rest: line.trim() }
    }

    /// What is left.
    pub fn rest(&self) -> &'a str {
        self.rest
    }

    /// True when nothing is left.
    pub fn is_done(&self) -> bool {
        self.rest.is_empty()
    }

    /// Takes a phrase of one or more words when it comes next as whole words.
    pub fn take(&mut self, phrase: &str) -> bool {
        let Some(after) = self.rest.strip_prefix(phrase) else { return false };
        let ends_word = phrase.ends_with(|c: char| c.is_alphanumeric());
        if ends_word && after.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
            return false;
        }
        self.rest = after.trim_start();
        true
    }

    /// Takes a phrase or says that it was wanted.
    pub fn want(&mut self, phrase: &str) -> Result<(), Wanted> {
        if self.take(phrase) { Ok(()) } else { Err(self.wanted(&format!("`{phrase}`"))) }
    }

    /// Says what was wanted here instead of what is here.
    pub fn wanted(&self, what: &str) -> Wanted {
        let message = match self.rest {
            "" => format!("expected {what}, not the end of the line"),
            rest => format!("expected {what}, not `{rest}`"),
        };
        Wanted { message, left: Some(self.rest.len()) }
    }

    /// Nothing may be left.
    pub fn end(&self) -> Result<(), Wanted> {
        if self.is_done() { Ok(()) } else { Err(self.wanted("the end of the line")) }
    }

    /// A text in `'…'`, `"…"` or `` `…` ``; the quote is doubled inside.
    pub fn quoted(&mut self) -> Option<String> {
        let quote = self.rest.chars().next().filter(|c| matches!(c, '\'' | '"' | '`'))?;
        let mut text = String::new();
        let mut chars = self.rest.char_indices().skip(1).peekable();
        while let Some((at, c)) = chars.next() {
            if c != quote {
                text.push(c);
            } else if chars.peek().is_some_and(|(_, next)| *next == quote) {
                text.push(quote);
                chars.next();
            } else {
                self.rest = self.rest.get(at + 1..).unwrap_or("").trim_start();
                return Some(text);
            }
        }
        None
    }

    /// A quoted text, or all that follows up to a blank or one of `stops`.
    pub fn name(&mut self, stops: &[char], what: &str) -> Result<String, Wanted> {
        if self.rest.starts_with(['\'', '"', '`']) {
            return self.quoted().ok_or_else(|| self.wanted("a closing quote"));
        }
        let end = self.rest.find(|c: char| c.is_whitespace() || stops.contains(&c)).unwrap_or(self.rest.len());
        let (name, after) = self.rest.split_at(end);
        if name.is_empty() {
            return Err(self.wanted(what));
        }
        self.rest = after.trim_start();
        Ok(name.to_owned())
    }

    /// `user[@host]`; without a host it is `%` (M1.2).
    pub fn account(&mut self) -> Result<AccountView, Wanted> {
        let user = self.name(&['@', ',', '(', ')'], "an account such as 'joe'@'%'")?;
        let host = if self.take("@") { self.name(&[',', '(', ')'], "a host")? } else { "%".to_owned() };
        Ok(AccountView { user, host })
    }

    /// `ITEM, ITEM and ITEM`
    pub fn list<T>(&mut self, item: fn(&mut Self) -> Result<T, Wanted>) -> Result<Vec<T>, Wanted> {
        let mut items = vec![item(self)?];
        while self.take(",") || self.take("and") {
            items.push(item(self)?);
        }
        Ok(items)
    }

    /// Dotted names up to the end of the phrase: `shop.orders.id`, `` `my.db`.t ``, `shop.*`.
    pub fn path(&mut self, what: &str) -> Result<Vec<String>, Wanted> {
        let mut parts = vec![self.name(&['.', ',', ';'], what)?];
        while self.rest.starts_with('.') {
            self.rest = self.rest.strip_prefix('.').unwrap_or(self.rest);
            parts.push(self.name(&['.', ',', ';'], "a name after `.`")?);
        }
        Ok(parts)
    }

    /// A number such as an errno.
    pub fn number(&mut self) -> Option<u16> {
        let end = self.rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.rest.len());
        let (digits, after) = self.rest.split_at(end);
        let number = digits.parse().ok()?;
        self.rest = after.trim_start();
        Some(number)
    }

    /// Everything up to `phrase`, which stays.
    pub fn until(&mut self, phrase: &str) -> Option<&'a str> {
        let at = self.rest.find(phrase)?;
        let (before, after) = self.rest.split_at(at);
        self.rest = after.trim_start();
        Some(before.trim_end())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_quoted_text_may_hold_its_quote_doubled() {
        let mut line = Cursor::new(r#""say ""x""" rest"#);
        assert_eq!(line.quoted().unwrap(), r#"say "x""#);
        assert_eq!(line.rest(), "rest");
    }

    #[test]
    fn a_phrase_ends_at_a_word_boundary() {
        let mut line = Cursor::new("maybe not");
        assert!(!line.take("may"));
        assert!(line.take("maybe"));
    }

    #[test]
    fn accounts_are_written_bare_or_quoted() {
        let read = |text| Cursor::new(text).account().unwrap();
        assert_eq!(read("joe"), AccountView { user: "joe".into(), host: "%".into() });
        assert_eq!(read("''@'10.%'"), AccountView { user: String::new(), host: "10.%".into() });
        assert_eq!(read("joe@h1.example.net, x"), AccountView { user: "joe".into(), host: "h1.example.net".into() });
    }

    #[test]
    fn a_path_may_hold_quoted_dots() {
        assert_eq!(Cursor::new("`a.b`.t x").path("an object").unwrap(), ["a.b", "t"]);
        assert_eq!(Cursor::new("shop.*").path("an object").unwrap(), ["shop", "*"]);
    }
}
