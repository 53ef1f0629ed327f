//! What text is written on: with colour or without, and how wide.
//!
//! Colour carries nothing that the words do not say, so that a pasted answer loses nothing.

use anstyle::{AnsiColor, Style};

/// How text for people is dressed. The default is plain and as wide as it gets.
#[derive(Debug, Clone, Copy, Default)]
pub struct Paper {
    /// ANSI styles are wanted.
    pub colour: bool,
    /// The width of the terminal in columns, where there is one.
    pub width: Option<u16>,
}

/// What a piece of text is, and so how it is dressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Allowed, met.
    Good,
    /// Denied, missing.
    Bad,
    /// Not decided.
    Doubt,
    /// A heading, the selected row.
    Strong,
    /// Beside the point: places, rows that lost.
    Faint,
}

impl Tone {
    /// Its style on a terminal.
    pub fn style(self) -> Style {
        match self {
            Self::Good => AnsiColor::Green.on_default().bold(),
            Self::Bad => AnsiColor::Red.on_default().bold(),
            Self::Doubt => AnsiColor::Yellow.on_default().bold(),
            Self::Strong => Style::new().bold(),
            Self::Faint => Style::new().dimmed(),
        }
    }
}

impl Paper {
    /// The text in its tone.
    pub fn say(&self, tone: Tone, text: &str) -> String {
        if !self.colour || text.is_empty() {
            return text.to_owned();
        }
        let style = tone.style();
        format!("{style}{text}{style:#}")
    }
}
