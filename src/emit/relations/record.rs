//! Records under named columns, written one by one as CSV or JSON.

use std::io::{self, Write};

/// How records are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// RFC 4180 with a heading; lines end with a line feed. What is not there is empty.
    Csv,
    /// An array of objects, each on a line of its own.
    Json,
}

/// One value of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell<'a> {
    /// A text.
    Text(&'a str),
    /// A text, where there is one.
    Maybe(Option<&'a str>),
    /// A number.
    Number(u64),
    /// True or false.
    Truth(bool),
    /// Nothing.
    None,
}

/// Writes records.
pub struct Writer<'a> {
    form: Form,
    columns: &'static [&'static str],
    out: &'a mut dyn Write,
    any: bool,
}

impl<'a> Writer<'a> {
    /// Begins with the heading.
    ///
    /// # Errors
    /// The output cannot be written.
    pub fn new(form: Form, columns: &'static [&'static str], out: &'a mut dyn Write) -> io::Result<Self> {
        match form {
            Form::Csv => writeln!(out, "{}", columns.join(","))?,
            Form::Json => out.write_all(b"[")?,
        }
        Ok(Self { form, columns, out, any: false })
    }

    /// Writes a record: a cell for each column.
    ///
    /// # Errors
    /// The output cannot be written.
    pub fn record(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        match self.form {
            Form::Csv => self.csv(cells),
            Form::Json => self.json(cells),
        }?;
        self.any = true;
        Ok(())
    }

    /// Ends what was begun.
    ///
    /// # Errors
    /// The output cannot be written.
    pub fn finish(self) -> io::Result<()> {
        match self.form {
            Form::Csv => Ok(()),
            Form::Json => self.out.write_all(if self.any { b"\n]\n" } else { b"]\n" }),
        }
    }

    fn csv(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        for (place, cell) in cells.iter().enumerate() {
            if place > 0 {
                self.out.write_all(b",")?;
            }
            match cell {
                Cell::Text(text) | Cell::Maybe(Some(text)) => self.csv_text(text)?,
                Cell::Number(number) => write!(self.out, "{number}")?,
                Cell::Truth(truth) => write!(self.out, "{truth}")?,
                Cell::Maybe(None) | Cell::None => {}
            }
        }
        self.out.write_all(b"\n")
    }

    fn csv_text(&mut self, text: &str) -> io::Result<()> {
        if !text.contains([',', '"', '\n', '\r']) {
            return self.out.write_all(text.as_bytes());
        }
        write!(self.out, "\"{}\"", text.replace('"', "\"\""))
    }

    fn json(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        self.out.write_all(if self.any { b",\n{" } else { b"\n{" })?;
        for (place, (name, cell)) in self.columns.iter().zip(cells).enumerate() {
            if place > 0 {
                self.out.write_all(b",")?;
            }
            write!(self.out, "\"{name}\":")?;
            match cell {
                Cell::Text(text) | Cell::Maybe(Some(text)) => {
                    serde_json::to_writer(&mut *self.out, text).map_err(io::Error::from)?;
                }
                Cell::Number(number) => write!(self.out, "{number}")?,
                Cell::Truth(truth) => write!(self.out, "{truth}")?,
                Cell::Maybe(None) | Cell::None => self.out.write_all(b"null")?,
            }
        }
        self.out.write_all(b"}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(form: Form, records: &[[Cell<'_>; 3]]) -> String {
        let mut out = Vec::new();
        let mut writer = Writer::new(form, &["a", "b", "c"], &mut out).ok();
        for record in records {
            assert!(writer.as_mut().is_some_and(|writer| writer.record(record).is_ok()));
        }
        assert!(writer.is_some_and(|writer| writer.finish().is_ok()));
        String::from_utf8_lossy(&out).into_owned()
    }

    const RECORDS: [[Cell<'static>; 3]; 2] = [
        [Cell::Text("x,\"y\""), Cell::Number(7), Cell::None],
        [Cell::Maybe(None), Cell::Truth(true), Cell::Maybe(Some("z"))],
    ];

    #[test]
    fn csv_quotes_what_it_must() {
        assert_eq!(written(Form::Csv, &RECORDS), "a,b,c\n\"x,\"\"y\"\"\",7,\n,true,z\n");
        assert_eq!(written(Form::Csv, &[]), "a,b,c\n");
    }

    #[test]
    fn json_is_an_array_with_a_line_for_each_record() {
        let text = written(Form::Json, &RECORDS);
        assert_eq!(text, "[\n{\"a\":\"x,\\\"y\\\"\",\"b\":7,\"c\":null},\n{\"a\":null,\"b\":true,\"c\":\"z\"}\n]\n");
        assert_eq!(written(Form::Json, &[]), "[]\n");
    }
}
