//! The rows that a table gives back, beside those of the policy: each in words, with its statements.
//!
//! Both are read the same way, from grant tables. Passwords are compared by their kind, which is all that a table has.

use super::super::DecisionTable;
use super::super::field::Field;
use super::Difference;
use crate::name::Symbol;
use crate::policy::Policy;
use crate::server::behaviour::Behaviour;
use crate::server::catalogue::PrivilegeSet;
use crate::server::catalogue::plugins::{self, Compares};
use crate::syntax::redact::redact;
use crate::syntax::statement::{Authentication, Credential};
use crate::tables::row::{AccountKey, ColumnRow, Contribution, Origin, RoleEdge, TableRow, UserRow};
use crate::tables::schema::StoredObject;
use crate::tables::{ArrayOrder, GrantTables};
use std::collections::{BTreeMap, BTreeSet};

/// One row: which it is, what it says, and its statements.
#[derive(Debug, PartialEq, Eq)]
struct Row {
    what: String,
    says: String,
    statements: Vec<String>,
}

type Rows<'r> = Box<dyn Iterator<Item = Row> + 'r>;

/// Compares all rows; how many there are, or the first that differs.
pub fn compare(table: &DecisionTable, rebuilt: &Policy, policy: &Policy) -> Result<usize, Difference> {
    // Large tables leave the texts of statements out.
    let texts = (0..table.count(Field::PlaceText)).any(|place| table.value(Field::PlaceText, place) > 0);
    let one = Reader { policy: rebuilt, tables: &rebuilt.tables, texts, redacted: true };
    let other = Reader { policy, tables: &policy.tables, texts, redacted: false };
    let mut count = 0;
    for (of_table, of_policy) in one.all().into_iter().zip(other.all()) {
        count += compare_lists(of_table, of_policy)?;
    }
    Ok(count)
}

fn compare_lists(mut of_table: Rows<'_>, mut of_policy: Rows<'_>) -> Result<usize, Difference> {
    let mut count = 0;
    loop {
        let (one, other) = match (of_table.next(), of_policy.next()) {
            (None, None) => return Ok(count),
            (Some(one), Some(other)) if one == other => {
                count += 1;
                continue;
            }
            (Some(one), Some(other)) if one.what == other.what => (Some(one), Some(other)),
            // Which of them the other side has not got at all?
            (Some(one), Some(other)) => {
                let there: BTreeSet<String> = of_policy.map(|row| row.what).collect();
                if there.contains(&one.what) { (None, Some(other)) } else { (Some(one), None) }
            }
            either => either,
        };
        return Err(difference(one, other));
    }
}

fn difference(one: Option<Row>, other: Option<Row>) -> Difference {
    let says = |row: &Option<Row>, beside: &Option<Row>| match (row, beside) {
        (None, _) => "has no such row here".to_owned(),
        (Some(row), Some(beside)) if row.says == beside.says => {
            format!("{}, by {}", row.says, listed(&row.statements))
        }
        (Some(row), _) => row.says.clone(),
    };
    let (table, policy) = (says(&one, &other), says(&other, &one));
    let Some(row) = other.or(one) else {
        return Difference { entry: String::new(), table, policy, statements: vec![] };
    };
    Difference { entry: row.what, table, policy, statements: row.statements }
}

fn listed(statements: &[String]) -> String {
    if statements.is_empty() { "no statement".to_owned() } else { statements.join("; ") }
}

/// Grant tables to words.
struct Reader<'p> {
    policy: &'p Policy,
    tables: &'p GrantTables,
    texts: bool,
    redacted: bool,
}

impl<'p> Reader<'p> {
    /// Every list of rows, each in the order of creation.
    fn all(&self) -> Vec<Rows<'_>> {
        let tables = self.tables;
        let listed_otherwise = tables.server.has(Behaviour::OneRoleAtOnce) && tables.grantees_reordered();
        let place = |edge: &RoleEdge| tables.grantee_place(edge.role, edge.to);
        let mut places: BTreeMap<AccountKey, Vec<_>> = BTreeMap::new();
        for (_, _, edge) in tables.role_edges.iter().filter(|_| listed_otherwise) {
            places.entry(edge.role).or_default().push(place(edge));
        }
        places.values_mut().for_each(|places| places.sort_unstable());
        vec![
            Box::new(tables.users.iter().map(|(_, _, row)| self.user(row))),
            Box::new(tables.dbs.iter().map(|(_, _, row)| {
                let was = tables.ranked_as.dbs.get(&(row.key, row.db)).copied();
                let says = format!("{}{}", self.gives(row.privileges), self.ranked(was));
                self.row("db", row.key, &[row.db], says, &row.origin)
            })),
            Box::new(tables.hosts.iter().map(|(_, _, row)| {
                let key = AccountKey { user: Symbol::EMPTY, host: row.host };
                self.row("host", key, &[row.db], self.gives(row.privileges), &row.origin)
            })),
            Box::new(tables.tables.iter().flat_map(|(_, _, row)| self.table(row))),
            Box::new(tables.routines.iter().map(|(_, _, row)| {
                let mut told =
                    self.row("procs_priv", row.key, &[row.db, row.routine], self.gives(row.privileges), &row.origin);
                told.what.push_str(&format!(" ({})", row.kind.word()));
                told
            })),
            Box::new(tables.proxies.iter().map(|(_, _, row)| {
                let was = self.ranked(tables.ranked_as.proxies.get(&(row.key, row.proxied)).copied());
                let says = format!("for {}, grant option {}{was}", self.account(row.proxied), row.grant_option);
                self.row("proxies_priv", row.key, &[row.proxied.user, row.proxied.host], says, &row.origin)
            })),
            Box::new(tables.role_edges.iter().map(move |(_, _, row)| {
                let mut says = format!("admin option {}, stored {}", row.admin_option, row.stored_admin_option);
                if let Some(places) = places.get(&row.role) {
                    let before = places.partition_point(|other| *other < place(row));
                    says.push_str(&format!(", found behind {before}"));
                }
                self.row("role_edges", row.to, &[row.role.user, row.role.host], says, &row.origin)
            })),
            Box::new(tables.default_roles.iter().map(|(_, _, row)| {
                let says = format!("named {} times", row.times);
                self.row("default_roles", row.key, &[row.role.user, row.role.host], says, &row.origin)
            })),
            Box::new(tables.dynamic.iter().map(|(_, _, row)| {
                let mut told = self.row("global_grants", row.key, &[], String::new(), &row.origin);
                told.what.push_str(&format!(" {}", row.privilege.display(&tables.names)));
                told.says = format!("grant option {}", row.grant_option);
                told
            })),
            Box::new(tables.restrictions.iter().map(|(_, _, row)| {
                let says = self.gives(row.privileges).replacen("gives", "withholds", 1);
                self.row("restrictions", row.key, &[row.db], says, &row.origin)
            })),
            Box::new(self.schema().into_iter()),
            Box::new(self.orders().into_iter()),
            Box::new(self.settings().into_iter()),
        ]
    }

    fn text(&self, symbol: Symbol) -> &'p str {
        self.tables.names.text(symbol)
    }

    fn account(&self, key: AccountKey) -> String {
        let (user, host) = self.tables.account_text(key);
        format!("'{user}'@'{host}'")
    }

    fn row(&self, table: &str, key: AccountKey, on: &[Symbol], says: String, origin: &Origin) -> Row {
        let on: Vec<&str> = on.iter().map(|symbol| self.text(*symbol)).collect();
        let what = format!("{table} row {} {}", self.account(key), on.join("."));
        Row { what: what.trim_end().to_owned(), says, statements: origin.iter().map(|c| self.statement(c)).collect() }
    }

    fn gives(&self, privileges: PrivilegeSet) -> String {
        let names: Vec<&str> = privileges.iter().map(|p| self.tables.server.privilege_name(p)).collect();
        if names.is_empty() { "gives nothing".to_owned() } else { format!("gives {}", names.join(", ")) }
    }

    fn ranked(&self, was: Option<AccountKey>) -> String {
        was.map(|was| format!(", ranked as {}", self.account(was))).unwrap_or_default()
    }

    /// The place of a statement, what it gave, and its text. Of the file the last part of its path counts.
    fn statement(&self, part: &Contribution) -> String {
        let gives = self.gives(part.privileges);
        let statement = self.policy.statements.get(part.statement.0 as usize);
        let Some(statement) = statement else { return format!("the server's own {gives}") };
        let Some((file, at)) = self.policy.sources.locate(statement.span) else { return format!("nowhere {gives}") };
        let file = file.rsplit(['/', '\\']).next().unwrap_or_default();
        let text = self.policy.sources.text(statement.span);
        let text = match (self.texts, self.redacted) {
            (false, _) => String::new(),
            (true, true) => text.to_owned(),
            (true, false) => redact(text),
        };
        format!("{file}:{}:{} {gives}  {text}", at.line, at.column).trim_end().to_owned()
    }

    fn user(&self, row: &UserRow) -> Row {
        let methods = |list: &[Authentication]| list.iter().map(|m| self.method(m)).collect::<Vec<_>>().join(" or ");
        let mut says = format!("{}, identified {}", self.gives(row.privileges), methods(&row.authentication));
        let mut say = |name: &str, said: bool, value: String| {
            if said {
                says.push_str(&format!(", {name} {value}"));
            }
        };
        say("factors", !row.more_factors.is_empty(), methods(&row.more_factors));
        say("require", row.require != Default::default(), format!("{:?}", row.require));
        say("limits", row.limits != [0; 5], format!("{:?}", row.limits));
        let named = self.tables.named_limits.get(&row.key);
        say("limits named", named.is_some(), format!("{named:?}"));
        say("locked", row.locked, String::new());
        say("expired", row.expired, String::new());
        say("password options", !row.password_options.is_empty(), format!("{:?}", row.password_options));
        say("attributes", row.attributes.is_some(), format!("{:?}", row.attributes));
        say("second password", row.second_password, String::new());
        say("role", row.is_role, String::new());
        let was = self.tables.ranked_as.users.get(&row.key).copied();
        says.push_str(&self.ranked(was));
        self.row("user", row.key, &[], says, &row.origin)
    }

    /// Plugin and kind of credential; of an OS user's account the name.
    fn method(&self, method: &Authentication) -> String {
        let (tables, plugin) = (self.tables, method.plugin.as_deref());
        let kind = match &method.credential {
            Credential::Unspecified => "with nothing",
            Credential::Random => "with a random password",
            Credential::Password(text) if text.is_empty() => "with an empty password",
            Credential::Password(_) => "with a password",
            Credential::Stored(text) if text.is_empty() => "with nothing stored",
            Credential::Stored(text)
                if plugins::compares(&tables.server, &tables.variables, plugin) == Some(Compares::SocketPeer) =>
            {
                return format!("{} as {}", plugin.unwrap_or("by default"), text.reveal());
            }
            Credential::Stored(text) if plugins::is_unusable(plugin, text.reveal()) => "with an unusable hash",
            Credential::Stored(_) => "with a hash",
        };
        format!("{} {kind}", plugin.unwrap_or("by default"))
    }

    fn table(&self, row: &TableRow) -> Vec<Row> {
        let on = [row.db, row.table];
        let mut gives = self.gives(row.privileges);
        if !row.claims.in_force.is_empty() {
            gives.push_str(&format!(", and names columns: {}", self.gives(row.claims.in_force)));
        }
        let mut rows = vec![self.row("tables_priv", row.key, &on, gives, &row.origin)];
        let column = |c: &ColumnRow| {
            self.row("columns_priv", row.key, &[row.db, row.table, c.column], self.gives(c.privileges), &c.origin)
        };
        rows.extend(row.columns.iter().map(column));
        rows
    }

    /// The orders that the server keeps among rows of equal rank, and what else is known once.
    fn orders(&self) -> Vec<Row> {
        let tables = self.tables;
        fn said<'s>(order: &ArrayOrder, indexes: impl Iterator<Item = u32> + 's) -> String {
            match order {
                ArrayOrder::Created => "as created".to_owned(),
                ArrayOrder::Unknown => "not known".to_owned(),
                ArrayOrder::Loaded { until } => {
                    format!("the first {} as loaded", indexes.filter(|at| at < until).count())
                }
            }
        }
        let loaded = tables.dbs.iter().filter(|(at, ..)| *at < tables.loaded_dbs).count();
        let mut lines = vec![
            ("the order of user rows", said(&tables.array_order, tables.users.iter().map(|(at, ..)| at))),
            ("the order of db rows", said(&tables.db_order, tables.dbs.iter().map(|(at, ..)| at))),
            ("the order of host rows", said(&tables.host_order, tables.hosts.iter().map(|(at, ..)| at))),
            ("the order of tables_priv rows", said(&tables.table_order, tables.tables.iter().map(|(at, ..)| at))),
            ("the order of procs_priv rows", said(&tables.routine_order, tables.routines.iter().map(|(at, ..)| at))),
            ("the order of proxies_priv rows", said(&tables.proxy_order, tables.proxies.iter().map(|(at, ..)| at))),
            ("the db rows that were loaded", loaded.to_string()),
            ("that every host passes the pre-check", tables.admits_every_host.to_string()),
            ("that the rows come from a dump", tables.from_dump.to_string()),
        ];
        let held = tables.memory.as_ref().filter(|_| !tables.from_dump).and_then(|memory| memory.all_databases());
        let words = held.map(|held| {
            // What a role has of others stands where their rows do.
            let stored = held.filter(|key| tables.dbs.index_of(key).is_some());
            let words = stored.map(|(key, db)| format!("{} {}", self.account(key), self.text(db)));
            words.collect::<Vec<_>>().join(", ")
        });
        lines.push(("the db rows as the server holds them", words.unwrap_or_else(|| "not known".to_owned())));
        let row = |(what, says): (&str, String)| Row { what: what.to_owned(), says, statements: Vec::new() };
        lines.into_iter().map(row).collect()
    }

    /// The settings, and who gave them.
    fn settings(&self) -> Vec<Row> {
        let origin = |origin: String| origin.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
        let row = |setting: crate::policy::SettingView| Row {
            what: format!("setting {}", setting.name),
            says: format!("{} ({})", setting.value, origin(setting.origin)),
            statements: Vec::new(),
        };
        self.policy.settings().into_iter().map(row).collect()
    }

    /// What exists, sorted.
    fn schema(&self) -> Vec<Row> {
        let (schema, text) = (&self.tables.schema, |symbol: &Symbol| self.text(*symbol));
        let runs =
            |object: &StoredObject| format!("runs as {}, invoker {}", self.account(object.definer), object.invoker);
        let mut lines: Vec<(String, String)> = Vec::new();
        lines.extend(
            schema.databases.iter().map(|(db, span)| (format!("database {}", text(db)), span.is_some().to_string())),
        );
        lines.extend(
            schema.dropped_databases.iter().map(|db| (format!("dropped database {}", text(db)), String::new())),
        );
        lines.extend(
            schema.routine_databases.iter().map(|db| (format!("database with routines {}", text(db)), String::new())),
        );
        for ((db, name), object) in &schema.tables {
            let columns = object.columns.as_ref().map(|list| list.iter().map(text).collect::<Vec<_>>());
            let view = object.view.as_ref().map(|v| (self.account(v.definer), v.invoker, v.select.clone()));
            lines.push((format!("table {}.{}", text(db), text(name)), format!("{columns:?} {view:?}")));
        }
        for ((kind, db, name), object) in &schema.routines {
            lines.push((format!("{} {}.{}", kind.word(), text(db), text(name)), runs(object)));
        }
        for ((db, name), (of, object)) in &schema.triggers {
            let says = format!("of {}, {}", text(of), runs(object));
            lines.push((format!("trigger {}.{}", text(db), text(name)), says));
        }
        for ((db, name), object) in &schema.events {
            lines.push((format!("event {}.{}", text(db), text(name)), runs(object)));
        }
        lines.sort_unstable();
        lines.into_iter().map(|(what, says)| Row { what, says, statements: Vec::new() }).collect()
    }
}
