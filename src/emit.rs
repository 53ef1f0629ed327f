//! Answers as text for programs and people: JSON members, aligned tables, CSV, Markdown.
//!
//! These are renderings only. They read answer types and know no grant table and no rule.

pub mod diff;
pub mod graph;
pub mod json;
pub mod paper;
pub mod plan;
pub mod relations;
pub mod report;
pub mod table;
pub mod verdicts;
pub mod who;
pub mod words;
pub mod xml;
