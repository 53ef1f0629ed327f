//! Sequences and packages of MariaDB (M8.1, M8.2).

use super::DemandError;
use super::draft::{Draft, Table};
use super::object::Definer;
use super::words::{Kind, Words};
use crate::server::behaviour::Behaviour;
use crate::server::catalogue::Privilege;
use crate::syntax::statement::ObjectKind;

/// What a function of sequences asks for on the sequence.
pub(super) fn sequence_privileges(function: &str) -> Option<&'static [Privilege]> {
    match function.to_ascii_lowercase().as_str() {
        "nextval" => Some(&[Privilege::SELECT, Privilege::INSERT]),
        "lastval" => Some(&[Privilege::SELECT]),
        "setval" => Some(&[Privilege::INSERT]),
        _ => None,
    }
}

impl Draft<'_> {
    /// CREATE, ALTER and DROP SEQUENCE.
    pub fn sequence(&mut self, verb: &str, replace: bool, words: &mut Words<'_>) -> Result<(), DemandError> {
        let temporary = words.eat("TEMPORARY");
        words.expect("SEQUENCE")?;
        words.eat("IF NOT EXISTS");
        words.eat("IF EXISTS");
        self.named(format!("{verb} SEQUENCE"));
        let sequences = self.read_tables(words)?;
        for sequence in &sequences {
            match verb {
                "CREATE" if temporary => {
                    let any_of = [Privilege::CREATE_TEMPORARY_TABLES];
                    self.database(&sequence.0, &any_of, "the database of the temporary sequence")?;
                }
                "CREATE" => {
                    let drop = replace.then_some(Privilege::DROP);
                    let asked: Vec<Privilege> = [Privilege::CREATE].into_iter().chain(drop).collect();
                    self.table(sequence, &asked, "the new sequence")?;
                }
                "ALTER" => self.table(sequence, &[Privilege::ALTER], "the sequence that is altered")?,
                _ if temporary => {}
                _ => self.table(sequence, &[Privilege::DROP], "the sequences that are dropped")?,
            }
        }
        Ok(())
    }

    /// What the functions of sequences ask that a table's definition names.
    pub fn sequences_in(&mut self, words: &Words<'_>) -> Result<(), DemandError> {
        if !self.has(Behaviour::Sequences) {
            return Ok(());
        }
        let mut reader = words.clone();
        while let Some(token) = reader.next() {
            let asked = sequence_privileges(&token.text).filter(|_| token.kind == Kind::Word && reader.is("("));
            let standard = token.is("NEXT") && reader.eat("VALUE FOR");
            let asked = asked.or(standard.then_some(&[Privilege::SELECT, Privilege::INSERT][..]));
            if let Some(asked) = asked {
                reader.eat("(");
                let sequence = self.read_table(&mut reader)?;
                self.whole_table(&sequence, asked, "the sequences that are used")?;
            }
        }
        Ok(())
    }

    /// CREATE and DROP PACKAGE.
    pub fn package(
        &mut self,
        verb: &str,
        replace: bool,
        definer: Option<Definer>,
        words: &mut Words<'_>,
    ) -> Result<(), DemandError> {
        words.expect("PACKAGE")?;
        let kind = if words.eat("BODY") { ObjectKind::PackageBody } else { ObjectKind::Package };
        words.eat("IF NOT EXISTS");
        words.eat("IF EXISTS");
        let package: Table = self.full(words.qualified("a package name")?)?;
        self.named(format!("{verb} {}", super::draft::kind_word(kind).to_uppercase()));
        if verb == "CREATE" {
            self.database(&package.0, &[Privilege::CREATE_ROUTINE], "the database of the new package")?;
            if replace {
                self.routine(kind, &package, Privilege::ALTER_ROUTINE, "the package that is replaced");
            }
            self.other_definer(definer);
            return Ok(());
        }
        self.refuse_internal(&package.0, &[Privilege::ALTER_ROUTINE])?;
        self.routine(kind, &package, Privilege::ALTER_ROUTINE, "the package");
        Ok(())
    }
}
