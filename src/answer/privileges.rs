//! Everything a client may do, from the derived relations: row by row, widest level first.

use super::engine::{Engine, Evaluation};
use super::login::{effective, live_sessions};
use super::{HeldPrivilege, Privileges, RowView};
use crate::client::Client;
use crate::demand::{Check, Demands, Need, On, Refusal};
use crate::facts::id::{Account, Session};
use crate::matching::wild;
use crate::server::catalogue::{Privilege, PrivilegeSet};
use crate::tables::row::{AccountKey, RowId, Table};

/// Puts everything into words.
pub fn privileges(engine: &Engine<'_>, client: &Client) -> Privileges {
    let login = engine.login(client);
    let mut answer = Privileges { login, ..Privileges::default() };
    if answer.login.error.is_some() || engine.skips_grant_tables() {
        return answer;
    }
    let first = engine.evaluate(client, None, &[]);
    let Some((session, _)) = live_sessions(engine, &first).first().copied() else { return answer };
    let rows = Rows::of(engine, &first, session);
    let (databases, demands) = rows.question(engine);
    let evaluation = engine.evaluate(client, Some(&demands), &databases);
    let holder = Holder { engine, evaluation: &evaluation, session };
    holder.global(&mut answer.held);
    holder.databases(&rows, &mut answer);
    holder.objects(&rows, &mut answer);
    answer
}

/// The rows that could count for a session: those of its user name, of the anonymous user and of its roles.
pub(super) struct Rows {
    pub(super) dbs: Vec<u32>,
    tables: Vec<u32>,
    routines: Vec<u32>,
    restrictions: Vec<u32>,
}

impl Rows {
    pub(super) fn of(engine: &Engine<'_>, evaluation: &Evaluation, session: Session) -> Self {
        let (index, tables) = (&engine.index, &engine.policy.tables);
        let user = effective(evaluation, session).unwrap_or_default().user;
        let mut dbs: Vec<u32> = index.dbs(user).to_vec();
        dbs.extend(index.dbs(crate::name::Symbol::EMPTY));
        let mut of_tables = index.tables_priv(user).to_vec();
        let mut routines = index.routines(user).to_vec();
        for role in reached(evaluation, session) {
            dbs.extend(tables.dbs.of(role).map(|(i, _)| i));
            of_tables.extend(tables.tables.of(role).map(|(i, _)| i));
            routines.extend(tables.routines.of(role).map(|(i, _)| i));
        }
        let fed = evaluation.model.feeds.iter().filter(|f| f.0 == session);
        let fed = fed.filter_map(|f| evaluation.about.objects.account_key(f.1));
        let restrictions = fed.flat_map(|key| tables.restrictions.of(key).map(|(i, _)| i)).collect();
        let mut rows = Self { dbs, tables: of_tables, routines, restrictions };
        for list in [&mut rows.dbs, &mut rows.tables, &mut rows.routines] {
            list.sort_unstable();
            list.dedup();
        }
        rows
    }

    /// Asks about each database text as if it were a database, and about each table and routine.
    pub(super) fn question(&self, engine: &Engine<'_>) -> (Vec<String>, Demands) {
        let tables = &engine.policy.tables;
        let text = |symbol| tables.names.text(symbol).to_owned();
        let mut databases: Vec<String> =
            self.dbs.iter().filter_map(|i| tables.dbs.at(*i)).map(|row| asked_name(&text(row.db))).collect();
        let restricted = self.restrictions.iter().filter_map(|i| tables.restrictions.at(*i));
        databases.extend(restricted.map(|row| text(row.db)));
        databases.sort();
        databases.dedup();
        let on_tables = self.tables.iter().filter_map(|i| tables.tables.at(*i));
        let mut on: Vec<On> = on_tables.map(|row| On::AnyColumn(text(row.db), text(row.table))).collect();
        let on_routines = self.routines.iter().filter_map(|i| tables.routines.at(*i));
        on.extend(on_routines.map(|row| On::Routine(row.kind, text(row.db), text(row.routine))));
        on.sort();
        on.dedup();
        let needs = on.into_iter().map(|on| Need { any_of: Vec::new(), on }).collect();
        let check = Check { needs, refusal: Refusal::AccessDenied, purpose: String::new() };
        (databases, Demands { checks: vec![check], ..Demands::default() })
    }
}

/// The database that stands for a database text: a text without real wildcards is the name it escapes.
pub fn asked_name(text: &str) -> String {
    let mut name = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '%' | '_' => return text.to_owned(),
            '\\' => name.push(chars.next().unwrap_or('\\')),
            _ => name.push(c),
        }
    }
    name
}

fn reached(evaluation: &Evaluation, session: Session) -> Vec<AccountKey> {
    let roles = evaluation.model.role_reached.iter().filter(|r| r.0 == session);
    let mut keys: Vec<AccountKey> = roles.filter_map(|r| evaluation.about.objects.account_key(r.1)).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// What one session holds.
struct Holder<'a> {
    engine: &'a Engine<'a>,
    evaluation: &'a Evaluation,
    session: Session,
}

impl Holder<'_> {
    fn global(&self, held: &mut Vec<HeldPrivilege>) {
        let mut rows: Vec<(RowId, PrivilegeSet, Vec<Privilege>)> = Vec::new();
        for tuple in self.evaluation.model.global_held.iter().filter(|g| g.0 == self.session) {
            let (privilege, row) = (tuple.1, tuple.2);
            let at = rows.iter().position(|(r, ..)| *r == row).unwrap_or_else(|| {
                rows.push((row, PrivilegeSet::EMPTY, Vec::new()));
                rows.len() - 1
            });
            let Some(entry) = rows.get_mut(at) else { continue };
            entry.1 = entry.1.union(PrivilegeSet::of(privilege));
            entry.2.push(privilege);
        }
        rows.sort_by_key(|(row, ..)| *row);
        for (row, set, all) in rows {
            let names = if row.table == Table::User { None } else { Some(all) };
            let mut line = match names {
                None => self.held("global", "*.*".into(), row, set),
                Some(dynamic) => self.dynamic(row, &dynamic),
            };
            line.extend_except(self.withheld(set));
            held.extend(line);
        }
    }

    /// A dynamic privilege's line.
    fn dynamic(&self, row: RowId, privileges: &[Privilege]) -> Option<HeldPrivilege> {
        let names = privileges.iter().map(|p| self.engine.viewer().privilege(*p)).collect();
        let mut line = self.line("dynamic", "*.*".into(), row, names)?;
        line.grant_option = self.engine.policy.tables.dynamic.at(row.index).is_some_and(|d| d.grant_option);
        Some(line)
    }

    /// Databases in which partial revokes withhold some of these.
    fn withheld(&self, set: PrivilegeSet) -> Vec<String> {
        let viewer = self.engine.viewer();
        let withheld = self.evaluation.model.withheld.iter().filter(|w| w.0 == self.session && set.has(w.2));
        let mut rows: Vec<RowId> = withheld.map(|w| w.3).collect();
        rows.sort_unstable();
        rows.dedup();
        let views = rows.iter().filter_map(|row| viewer.row(*row, None));
        views
            .map(|row| {
                format!(
                    "not {} on {}.* ({})",
                    row.privileges.join(", "),
                    row.db.clone().unwrap_or_default(),
                    row.words()
                )
            })
            .collect()
    }

    fn databases(&self, rows: &Rows, answer: &mut Privileges) {
        let tables = &self.engine.policy.tables;
        for &index in &rows.dbs {
            let id = RowId { table: Table::Db, index };
            let Some(row) = tables.dbs.at(index) else { continue };
            let text = tables.names.text(row.db);
            let asked = asked_name(text);
            let Some((db, _)) = self.evaluation.about.objects.databases().find(|(_, n)| **n == *asked) else {
                continue;
            };
            let chosen = self.evaluation.model.db_chosen.iter().any(|c| c.0 == self.session && c.1 == db && c.2 == id);
            if chosen {
                if let Some(mut line) = self.held("database", format!("{text}.*"), id, row.privileges) {
                    line.except = self.shadowing(id, text);
                    answer.held.push(line);
                }
            } else if let Some(view) = self.engine.viewer().row(id, None) {
                let why = self.why_unused(db, id, &view);
                answer.unused.push((view, why));
            }
        }
    }

    /// Databases that the text covers and for which another row comes first.
    fn shadowing(&self, id: RowId, text: &str) -> Vec<String> {
        if !wild::has_wildcard(text) {
            return Vec::new();
        }
        let objects = &self.evaluation.about.objects;
        let mut except = Vec::new();
        for chosen in self.evaluation.model.db_chosen.iter().filter(|c| c.0 == self.session && c.2 != id) {
            let name = objects.database_name(chosen.1);
            let covered =
                name != text && wild::matches_bytes(name.as_bytes(), text.as_bytes(), self.engine.index.quirks);
            let also =
                self.evaluation.model.db_chosen.iter().any(|c| c.0 == self.session && c.1 == chosen.1 && c.2 == id);
            if covered
                && !also
                && let Some(row) = self.engine.viewer().row(chosen.2, None)
            {
                except.push(format!("{name}.*, where {} comes first", row.words()));
            }
        }
        except.sort();
        except.dedup();
        except
    }

    fn why_unused(&self, db: crate::facts::id::Database, id: RowId, view: &RowView) -> String {
        let model = &self.evaluation.model;
        let by = model.db_outranked.iter().filter(|o| o.0 == self.session && o.1 == db && o.2 == id).map(|o| o.3);
        let chosen = model.db_chosen.iter().filter(|c| c.0 == self.session && c.1 == db).map(|c| c.2);
        let by_role = !model.by_account.is_empty();
        let first =
            by.into_iter().find(|b| chosen.clone().any(|c| c == *b)).or(chosen.clone().next().filter(|_| by_role));
        match first.and_then(|row| self.engine.viewer().row(row, None)) {
            Some(row) => format!("{} comes first (M5.2, M5.12)", row.words()),
            None if by_role => {
                "an active role makes only the account's own rows and those of its roles count (M5.10)".into()
            }
            None => {
                let server = &self.engine.policy.tables.server;
                super::order::why_text_differs(&view.account.host, &self.evaluation.about.host, server)
            }
        }
    }

    fn objects(&self, rows: &Rows, answer: &mut Privileges) {
        let (tables, model) = (&self.engine.policy.tables, &self.evaluation.model);
        for &index in &rows.tables {
            let id = RowId { table: Table::TablesPriv, index };
            let Some(row) = tables.tables.at(index) else { continue };
            let name = format!("{}.{}", tables.names.text(row.db), tables.names.text(row.table));
            if !model.table_chosen.iter().any(|c| c.0 == self.session && c.2 == id) {
                self.unused_object(id, answer);
                continue;
            }
            if !row.privileges.is_empty() {
                answer.held.extend(self.held("table", name.clone(), id, row.privileges));
            }
            for column in &row.columns {
                let id = RowId { table: Table::ColumnsPriv, index: column.index };
                let name = format!("{name}.{}", tables.names.text(column.column));
                answer.held.extend(self.held("column", name, id, column.privileges));
            }
        }
        for &index in &rows.routines {
            let id = RowId { table: Table::ProcsPriv, index };
            let Some(row) = tables.routines.at(index) else { continue };
            if !model.routine_held.iter().any(|c| c.0 == self.session && c.3 == id) {
                self.unused_object(id, answer);
                continue;
            }
            let kind = super::view::object_type(row.kind).unwrap_or_default().to_lowercase();
            let name = format!("{kind} {}.{}", tables.names.text(row.db), tables.names.text(row.routine));
            answer.held.extend(self.held("routine", name, id, row.privileges));
        }
    }

    fn unused_object(&self, id: RowId, answer: &mut Privileges) {
        let Some(view) = self.engine.viewer().row(id, None) else { return };
        let server = &self.engine.policy.tables.server;
        let host = crate::matching::host::HostPattern::new(&view.account.host, server);
        let why = if !self.evaluation.model.by_account.is_empty() {
            "an active role makes only the account's own rows and those of its roles count (M5.10)".into()
        } else if id.table == Table::TablesPriv && host.matches(&self.evaluation.about.host, self.engine.index.quirks) {
            "another row of this user for the same table comes first (M5.7)".into()
        } else if id.table == Table::ProcsPriv {
            "its host does not match the account's own host text or the client's address, or a better row comes first (M5.4)"
                .into()
        } else {
            super::order::why_text_differs(&view.account.host, &self.evaluation.about.host, server)
        };
        answer.unused.push((view, why));
    }

    fn held(&self, level: &'static str, on: String, row: RowId, set: PrivilegeSet) -> Option<HeldPrivilege> {
        let option = PrivilegeSet::of(Privilege::GRANT_OPTION);
        let mut names = self.engine.viewer().privileges(set.minus(option));
        if names.is_empty() {
            names.push("USAGE".into());
        }
        let mut line = self.line(level, on, row, names)?;
        line.grant_option = set.contains(option);
        Some(line)
    }

    fn line(&self, level: &'static str, on: String, id: RowId, privileges: Vec<String>) -> Option<HeldPrivilege> {
        let row = self.engine.viewer().row(id, None)?;
        let hidden = !self.is_own(&row);
        Some(HeldPrivilege {
            level,
            on,
            privileges,
            grant_option: false,
            row,
            hidden_from_show_grants: hidden,
            except: Vec::new(),
        })
    }

    /// SHOW GRANTS shows the rows of the session's own account and of its active roles (M6.11, M6.12).
    fn is_own(&self, row: &RowView) -> bool {
        let own: Vec<Account> =
            self.evaluation.model.feeds.iter().filter(|f| f.0 == self.session).map(|f| f.1).collect();
        own.iter()
            .filter_map(|a| self.evaluation.about.objects.account_key(*a))
            .any(|key| self.engine.viewer().account(key) == row.account)
    }
}

/// Adds exceptions to a line, if there is one.
trait ExtendExcept {
    fn extend_except(&mut self, except: Vec<String>);
}

impl ExtendExcept for Option<HeldPrivilege> {
    fn extend_except(&mut self, except: Vec<String>) {
        if let Some(line) = self {
            line.except.extend(except);
        }
    }
}
