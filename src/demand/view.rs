//! Views: what reading one demands beyond the view itself, and what creating one demands of the tables below.

use super::draft::{Draft, Table};
use super::object::Definer;
use super::query::{Reads, parse_query, plain_query};
use super::table::Found;
use super::words::Words;
use super::{Check, Context, DemandError, Need, Refusal};
use crate::server::catalogue::Privilege;
use crate::tables::row::AccountKey;
use crate::tables::schema::View;

impl Draft<'_> {
    /// The view of that name, where the policy tells of it.
    pub fn known_view(&self, (db, table): &Table) -> Option<&View> {
        let tables = self.context.tables;
        let key = (tables.names.find(db)?, tables.names.find(table)?);
        tables.schema.tables.get(&key)?.view.as_ref()
    }

    /// What a view demands when it is opened: an INVOKER view SELECT on what is below it (1356). A DEFINER view asks
    /// that of its definer, not of the session (M8.1).
    pub fn view(&mut self, table: &Table) {
        let Some(view) = self.known_view(table).cloned() else { return };
        let shown = format!("`{}`.`{}`", table.0, table.1);
        if !view.invoker {
            let (user, host) = self.context.tables.account_text(view.definer);
            self.note(format!(
                "the view {shown} runs with the privileges of its definer '{user}'@'{host}', who needs SELECT on what it \
                 reads (else 1356, M8.1); that is not part of this answer"
            ));
            return;
        }
        match self.below(table, &view) {
            Some(needs) if !needs.is_empty() => self.push(Check {
                needs,
                refusal: lacks_rights(table),
                purpose: format!("what the view {shown} reads as its invoker"),
            }),
            Some(_) => {}
            None => self.note(format!("what the view {shown} reads is not understood; its own tables are not checked")),
        }
    }

    /// The needs of a view's query; none when it cannot be read.
    pub fn below(&self, (db, _): &Table, view: &View) -> Option<Vec<Need>> {
        let context = Context { current_db: Some(db), ..*self.context };
        let mut draft = Draft::new(&context);
        let query = parse_query(&plain_query(&draft.words(&view.select))).ok()?;
        let mut reads = Reads::new(&draft);
        reads.query(&query).ok()?;
        let found = reads.found();
        draft.reads(found, "what a view reads").ok()?;
        Some(draft.out.checks.into_iter().flat_map(|c| c.needs).collect())
    }

    /// SYSTEM_USER, when the account that owns an object has it (8.0.16 and newer).
    pub fn system_user_of(&mut self, owner: Option<AccountKey>, purpose: &str) {
        if owner.is_some_and(|o| self.has_system_user(o)) {
            self.needs_one_of(&["SYSTEM_USER"], purpose);
        }
    }

    /// True when an account holds SYSTEM_USER itself.
    pub fn has_system_user(&self, account: AccountKey) -> bool {
        let tables = self.context.tables;
        Privilege::dynamic("SYSTEM_USER").is_some_and(|p| tables.dynamic.get(&(account, p)).is_some())
    }
}

impl Draft<'_> {
    /// CREATE, ALTER and DROP VIEW.
    pub fn view_statement(
        &mut self,
        verb: &str,
        replace: bool,
        definer: Option<Definer>,
        words: &mut Words<'_>,
    ) -> Result<(), DemandError> {
        words.expect("VIEW")?;
        words.eat("IF NOT EXISTS");
        words.eat("IF EXISTS");
        self.named(if replace { "CREATE OR REPLACE VIEW".to_owned() } else { format!("{verb} VIEW") });
        if verb == "DROP" {
            return self.drop_view(words);
        }
        let view = self.read_table(words)?;
        words.skip_brackets();
        words.expect("AS")?;
        let found = self.view_query(words)?;
        self.table(&view, &[Privilege::CREATE_VIEW], "the view")?;
        if replace || verb == "ALTER" {
            self.table(&view, &[Privilege::DROP], "the view that is replaced")?;
        }
        for table in &found.tables {
            self.table_any(table, &VIEW_ANY, "ANY", "the tables below the view")?;
        }
        let kept = || self.known_view(&view).map(|v| v.definer);
        let definer = match definer {
            None if verb == "ALTER" => kept().filter(|k| !self.is_own_key(*k)).map(|k| Definer::Other(Some(k))),
            said => said,
        };
        self.other_definer(definer);
        for check in found.checks {
            self.push(check);
        }
        Ok(())
    }

    fn drop_view(&mut self, words: &mut Words<'_>) -> Result<(), DemandError> {
        let views = self.read_tables(words)?;
        for view in &views {
            self.table(view, &[Privilege::DROP], "the views that are dropped")?;
        }
        for view in &views {
            let owner = self.known_view(view).map(|v| v.definer);
            self.system_user_of(owner, "the view's definer has SYSTEM_USER");
        }
        Ok(())
    }

    /// What the query of a new view reads. Columns that it only passes on need any of four privileges (M8.2).
    fn view_query(&self, words: &Words<'_>) -> Result<Found, DemandError> {
        const OPTIONS: [&str; 3] = ["WITH CHECK OPTION", "WITH CASCADED CHECK OPTION", "WITH LOCAL CHECK OPTION"];
        let mut end = words.clone();
        let mut text = words.rest();
        if end.find(&OPTIONS) {
            text = words.between(words.position(), end.position());
        }
        let query = parse_query(&plain_query(&self.words(text)))?;
        let mut reads = Reads::new(self);
        reads.of_view = true;
        reads.query(&query)?;
        Ok(reads.found())
    }

    fn is_own_key(&self, key: AccountKey) -> bool {
        let (user, host) = self.context.tables.account_text(key);
        self.context.account.is_some_and(|(u, h)| u == user && h.eq_ignore_ascii_case(host))
    }
}

/// Any of these on a column is enough to pass it on in a view.
pub(super) const VIEW_ANY: [Privilege; 4] =
    [Privilege::SELECT, Privilege::INSERT, Privilege::UPDATE, Privilege::DELETE];

/// 1356
fn lacks_rights((db, table): &Table) -> Refusal {
    Refusal::Other {
        errno: 1356,
        sqlstate: "HY000",
        message: format!(
            "View '{db}.{table}' references invalid table(s) or column(s) or function(s) or definer/invoker of view lack \
             rights to use them"
        ),
    }
}
