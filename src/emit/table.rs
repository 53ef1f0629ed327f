//! A listing as an aligned table, as CSV or as Markdown.

use super::paper::Paper;
use comfy_table::{Attribute, Cell, ContentArrangement, Table, presets};

/// Rows under named columns.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// The names of the columns.
    pub columns: Vec<&'static str>,
    /// The rows, each with one text for each column.
    pub rows: Vec<Vec<String>>,
}

impl Listing {
    /// A listing without rows.
    pub fn new(columns: &[&'static str]) -> Self {
        Self { columns: columns.to_vec(), rows: Vec::new() }
    }

    /// Adds a row.
    pub fn push<const N: usize>(&mut self, row: [String; N]) {
        self.rows.push(row.into());
    }

    /// True without rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Columns side by side under a heading, without lines; cells are folded only on a terminal.
    /// Columns that are empty in every row are left out.
    pub fn to_text(&self, paper: &Paper) -> String {
        let used: Vec<usize> = (0..self.columns.len())
            .filter(|&i| self.rows.iter().any(|row| row.get(i).is_some_and(|cell| !cell.is_empty())))
            .collect();
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        match paper.width {
            Some(width) => table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width),
            None => table.set_content_arrangement(ContentArrangement::Disabled),
        };
        if paper.colour {
            table.enforce_styling()
        } else {
            table.force_no_tty()
        };
        let head = used.iter().filter_map(|&i| self.columns.get(i));
        table.set_header(head.map(|name| Cell::new(name).add_attribute(Attribute::Bold)).collect::<Vec<_>>());
        for row in &self.rows {
            table.add_row(used.iter().map(|&i| row.get(i).map_or("", String::as_str)).collect::<Vec<_>>());
        }
        for column in table.column_iter_mut() {
            column.set_padding((0, 2));
        }
        let mut text = String::new();
        for line in table.lines() {
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }

    /// RFC 4180, with a heading; lines end with a line feed.
    pub fn to_csv(&self) -> String {
        let mut text = csv_line(self.columns.iter().copied());
        for row in &self.rows {
            text.push_str(&csv_line(row.iter().map(String::as_str)));
        }
        text
    }

    /// A Markdown table as GitHub reads it.
    pub fn to_markdown(&self) -> String {
        let mut text = markdown_line(self.columns.iter().copied());
        text.push_str(&markdown_line(self.columns.iter().map(|_| "---")));
        for row in &self.rows {
            text.push_str(&markdown_line(row.iter().map(String::as_str)));
        }
        text
    }
}

fn csv_line<'a>(cells: impl Iterator<Item = &'a str>) -> String {
    let quoted = cells.map(|cell| {
        let plain = !cell.contains([',', '"', '\n', '\r']);
        if plain { cell.to_owned() } else { format!("\"{}\"", cell.replace('"', "\"\"")) }
    });
    quoted.collect::<Vec<_>>().join(",") + "\n"
}

fn markdown_line<'a>(cells: impl Iterator<Item = &'a str>) -> String {
    let escaped = cells.map(|cell| {
        let mut text = String::with_capacity(cell.len());
        for c in cell.chars() {
            match c {
                '\\' | '|' | '*' | '_' | '<' | '`' => text.extend(['\\', c]),
                '\n' | '\r' => text.push(' '),
                _ => text.push(c),
            }
        }
        text
    });
    format!("| {} |\n", escaped.collect::<Vec<_>>().join(" | "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing() -> Listing {
        let mut listing = Listing::new(&["account", "mark", "note"]);
        listing.push(["'a,b'@'%'".into(), String::new(), "say \"x\"".into()]);
        listing.push(["'a_b'@'%'".into(), String::new(), "a|b".into()]);
        listing
    }

    #[test]
    fn text_is_aligned_and_leaves_empty_columns_out() {
        assert_eq!(listing().to_text(&Paper::default()), "account    note\n'a,b'@'%'  say \"x\"\n'a_b'@'%'  a|b\n");
    }

    #[test]
    fn csv_keeps_every_column_and_quotes_what_it_must() {
        assert_eq!(listing().to_csv(), "account,mark,note\n\"'a,b'@'%'\",,\"say \"\"x\"\"\"\n'a_b'@'%',,a|b\n");
    }

    #[test]
    fn markdown_escapes_what_would_be_markup() {
        let text = listing().to_markdown();
        assert!(text.ends_with("| 'a\\_b'@'%' |  | a\\|b |\n"), "{text}");
        assert!(text.starts_with("| account | mark | note |\n| --- | --- | --- |\n"), "{text}");
    }
}
