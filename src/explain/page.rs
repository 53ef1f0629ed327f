//! Lines on paper: headings, items, indents, folding.

use crate::emit::paper::{Paper, Tone};

/// A text that grows line by line.
pub struct Page<'a> {
    /// What it is written on.
    pub paper: &'a Paper,
    text: String,
}

impl<'a> Page<'a> {
    /// An empty page.
    pub fn new(paper: &'a Paper) -> Self {
        Self { paper, text: String::new() }
    }

    /// A line as it is.
    pub fn line(&mut self, text: &str) {
        self.text.push_str(text.trim_end());
        self.text.push('\n');
    }

    /// Ready lines.
    pub fn block(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// A heading with a blank line above.
    pub fn heading(&mut self, text: &str) {
        let text = self.paper.say(Tone::Strong, text);
        self.line("");
        self.line(&text);
    }

    /// An indented line, folded on a terminal.
    pub fn item(&mut self, text: &str) {
        self.at(2, text);
    }

    /// A line behind an indent, folded on a terminal.
    pub fn at(&mut self, indent: usize, text: &str) {
        for line in fold(text, self.room(indent)) {
            self.line(&format!("{:indent$}{line}", ""));
        }
    }

    /// The same, beside the point.
    pub fn faint(&mut self, indent: usize, text: &str) {
        for line in fold(text, self.room(indent)) {
            let line = self.paper.say(Tone::Faint, &line);
            self.line(&format!("{:indent$}{line}", ""));
        }
    }

    /// An item behind a mark; what is folded hangs under its text.
    pub fn bullet(&mut self, mark: &str, text: &str) {
        let mut mark = mark;
        for line in fold(text, self.room(4)) {
            self.line(&format!("  {mark} {line}"));
            mark = " ";
        }
    }

    /// Columns side by side behind an indent. A cell of more than 60 characters pushes what follows to
    /// the right in its own line only.
    pub fn columns(&mut self, indent: usize, rows: &[Vec<String>]) {
        const WIDEST: usize = 60;
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        let width =
            |i: usize| rows.iter().filter_map(|row| row.get(i)).map(|c| shown(c)).filter(|w| *w <= WIDEST).max();
        let widths: Vec<usize> = (0..columns).map(|i| width(i).unwrap_or(0)).collect();
        for row in rows {
            let mut line = " ".repeat(indent);
            for (cell, width) in row.iter().zip(&widths).filter(|(cell, width)| **width > 0 || !cell.is_empty()) {
                line.push_str(cell);
                line.extend(std::iter::repeat_n(' ', width.saturating_sub(shown(cell)) + 2));
            }
            self.line(&line);
        }
    }

    /// The text.
    pub fn finish(self) -> String {
        self.text
    }

    fn room(&self, indent: usize) -> Option<usize> {
        self.paper.width.map(|width| usize::from(width).saturating_sub(indent).max(30))
    }
}

/// How many characters a text shows, without its styles.
fn shown(text: &str) -> usize {
    anstream::adapter::strip_str(text).to_string().chars().count()
}

/// A text in lines of at most `room` characters where it has blanks to break at.
fn fold(text: &str, room: Option<usize>) -> Vec<String> {
    let Some(room) = room.filter(|room| shown(text) > *room) else {
        return vec![text.to_owned()];
    };
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        if !line.is_empty() && shown(&line) + 1 + shown(word) > room {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_folded_only_on_a_terminal() {
        assert_eq!(fold("one two three", None), ["one two three"]);
        assert_eq!(fold("one two three", Some(8)), ["one two", "three"]);
        assert_eq!(fold("onetwothreefour five", Some(8)), ["onetwothreefour", "five"]);
    }

    #[test]
    fn styles_do_not_count_in_columns() {
        let paper = Paper { colour: true, width: None };
        let mut page = Page::new(&paper);
        let rows = [vec![paper.say(Tone::Good, "ab"), "x".into()], vec!["abc".into(), "y".into()]];
        page.columns(0, &rows);
        let plain = anstream::adapter::strip_str(&page.finish()).to_string();
        assert_eq!(plain, "ab   x\nabc  y\n");
    }
}
