//! Whether a client may do what it asks, from the derived relations.

use super::engine::{Engine, Evaluation};
use super::listing::listed;
use super::login::{effective, live_sessions, sends_password};
use super::order::why_text_differs;
use super::{AccountView, CheckView, Decision, Login, NeedView, RowView, Running, Verdict};
use crate::client::{Ask, Client, Password};
use crate::demand::{self, Check, Context, DemandError, Demands, Need, On, Refusal};
use crate::facts::id::{self, NearReason, Session, Witness};
use crate::server::behaviour::Behaviour;
use crate::server::catalogue::Privilege;
use crate::server::errors::{ServerError, access, account, object};
use crate::tables::row::{RowId, Table};

/// Answers one question of a client whose login is known.
pub fn check(engine: &Engine<'_>, client: &Client, login: Login, ask: &Ask) -> Decision {
    let asked = asked(ask);
    let demands = match demands(engine, client, &login, ask) {
        Err(DemandError::Syntax(what)) => {
            return Decision { verdict: Verdict::Unreadable(what), asked, login, ..Decision::default() };
        }
        demands => demands,
    };
    if let Some(error) = &login.error {
        return Decision { verdict: Verdict::Deny, error: Some(error.clone()), asked, login, ..Decision::default() };
    }
    if login.must_set_password && !free_before_password(engine, ask, &demands) {
        let error = Some(access::must_set_password(&engine.policy.tables.server));
        return Decision { verdict: Verdict::Deny, error, asked, login, ..Decision::default() };
    }
    let demands = match demands {
        Ok(demands) => demands,
        Err(error) => return without_demands(error, login, asked),
    };
    if engine.skips_grant_tables() {
        let notes = vec!["skip_grant_tables is ON: nothing is checked".to_owned()];
        let result = demands.lists.as_ref().and_then(|lists| listed(engine, client, lists));
        return Decision { verdict: Verdict::Allow, login, asked, notes, result, ..Decision::default() };
    }
    decide(engine, client, &engine.evaluate(client, Some(&demands), &[]), login, demands, asked)
}

/// Answers one question of a session that was opened before.
pub fn check_running(engine: &Engine<'_>, running: &Running, ask: &Ask) -> Decision {
    let login = running.login.clone();
    let asked = asked(ask);
    let client = Client { db: running.carried.database.clone(), ..running.asking(None) };
    let demands = match demands(engine, &client, &login, ask) {
        Err(DemandError::Syntax(what)) => {
            return Decision { verdict: Verdict::Unreadable(what), asked, login, ..Decision::default() };
        }
        Err(error) => return without_demands(error, login, asked),
        Ok(demands) => demands,
    };
    if engine.skips_grant_tables() {
        return Decision { verdict: Verdict::Allow, login, asked, ..Decision::default() };
    }
    decide(engine, &client, &engine.evaluate_running(running, None, Some(&demands), &[]), login, demands, asked)
}

/// Answers one question of the definer of a stored object, as which the account runs without logging in (M7.37).
pub fn check_definer(engine: &Engine<'_>, account: &AccountView, ask: &Ask) -> Decision {
    let login = Login { account: Some(account.clone()), ..Login::default() };
    let client = Client { user: account.user.clone(), ..Client::default() };
    let demands = match demands(engine, &client, &login, ask) {
        Ok(demands) => demands,
        Err(error) => return without_demands(error, login, asked(ask)),
    };
    let evaluation = engine.evaluate_definer(account.text(), &demands);
    decide(engine, &client, &evaluation, login, demands, asked(ask))
}

/// What an expired password leaves: SET PASSWORD and other SET statements (M4.10). MariaDB looks for it where a database is
/// asked about, as for other accounts, and behind the names of the statement.
fn free_before_password(engine: &Engine<'_>, ask: &Ask, demands: &Result<Demands, DemandError>) -> bool {
    let Ask::Sql(sql) = ask else { return false };
    let mut words = sql.split_ascii_whitespace();
    let mut is = |wanted: &str| words.next().is_some_and(|word| word.eq_ignore_ascii_case(wanted));
    let sets = is("SET");
    if !engine.policy.tables.server.has(Behaviour::ExpiryAtDatabases) {
        return sets && !(is("DEFAULT") && is("ROLE"));
    }
    let on_database = |need: &Need| matches!(need.on, On::Database(_));
    match demands {
        Ok(demands) => sets && !is("STATEMENT") && !demands.checks.iter().flat_map(|c| &c.needs).any(on_database),
        Err(DemandError::NoDatabase) => true,
        Err(_) => sets,
    }
}

/// The privilege and object, or the statement's text.
fn asked(ask: &Ask) -> String {
    match ask {
        Ask::Can { privilege, on } => format!("{} on {on}", privilege.to_uppercase()),
        Ask::Sql(sql) => crate::syntax::redact::redact(sql),
    }
}

pub(super) fn demands(engine: &Engine<'_>, client: &Client, login: &Login, ask: &Ask) -> Result<Demands, DemandError> {
    let tables = &engine.policy.tables;
    let session = login.proxied.as_ref().map(|(account, _)| account).or(login.account.as_ref());
    let context = Context {
        server: tables.server,
        tables,
        current_db: client.db.as_deref().filter(|db| !db.is_empty()),
        account: session.map(AccountView::text),
        login: Some(&client.user),
    };
    match ask {
        Ask::Can { privilege, on } => demand::demand_of(privilege, on, &context),
        Ask::Sql(sql) => demand::demands(sql, &context),
    }
}

/// The answer when it cannot be told what the statement demands.
fn without_demands(error: DemandError, login: Login, asked: String) -> Decision {
    let (verdict, error) = match error {
        DemandError::Syntax(what) => (Verdict::Unreadable(what), None),
        DemandError::Unsupported(what) => {
            (Verdict::Undetermined(format!("grantc does not know what `{what}` demands")), None)
        }
        DemandError::NoDatabase => (Verdict::Deny, Some(object::no_database_selected())),
        DemandError::Refused(error) => (Verdict::Deny, Some(addressed(error, &login))),
    };
    Decision { verdict, error, login, asked, ..Decision::default() }
}

/// A refusal for everybody in the name of who asks: the database checks name the account row, as in 1044.
fn addressed(error: ServerError, login: &Login) -> ServerError {
    let session = login.proxied.as_ref().map(|(account, _)| account).or(login.account.as_ref());
    let (user, host) = session.map(AccountView::text).unwrap_or_default();
    let message = error.message.replace("{user}", user).replace("{host}", host);
    ServerError { message, ..error }
}

/// Runs the program with the demands, and puts what it derived into words.
fn decide(
    engine: &Engine<'_>,
    client: &Client,
    evaluation: &Evaluation,
    login: Login,
    demands: Demands,
    asked: String,
) -> Decision {
    let sessions = live_sessions(engine, evaluation);
    let Some((session, _)) = sessions.first().copied() else {
        let verdict = Verdict::Undetermined(login.undetermined.clone().unwrap_or_default());
        return Decision { verdict, login, asked, ..Decision::default() };
    };
    let outcomes: Vec<Verdict> = sessions.iter().map(|(s, _)| outcome(engine, evaluation, &demands, *s)).collect();
    let all_agree = outcomes.iter().all(|o| same_verdict(o, &outcomes));
    let unmentioned = login.password_unmentioned;
    let answer = Answer { engine, client, evaluation, demands: &demands, session, unmentioned };
    let verdict = match (&login.undetermined, outcomes.first()) {
        (Some(missing), _) => Verdict::Undetermined(missing.clone()),
        (None, Some(first)) if all_agree => first.clone(),
        _ => Verdict::Undetermined(tie(&login)),
    };
    let refused = evaluation.model.refused.iter().find(|r| r.0 == session).map(|r| r.1);
    let error = refused.filter(|_| verdict == Verdict::Deny).and_then(|check| answer.error(check));
    let mut checks = answer.checks(refused);
    let stopped = answer.definers(&mut checks);
    let (verdict, error) = match stopped {
        Some(error) if login.undetermined.is_none() => (Verdict::Deny, Some(error)),
        _ => (verdict, error),
    };
    let rows = if verdict == Verdict::Allow { witnesses(&checks) } else { Vec::new() };
    let asked = if matches!(asked.as_str(), "") { demands.statement.clone() } else { asked };
    let lists = demands.lists.as_ref().filter(|_| verdict == Verdict::Allow);
    let result = lists.and_then(|lists| listed(engine, client, lists));
    let late = refused.zip(demands.late).is_some_and(|(check, from)| check.0 as usize >= from);
    Decision { verdict, error, rows, checks, late, notes: demands.notes.clone(), login, asked, result }
}

fn same_verdict(one: &Verdict, all: &[Verdict]) -> bool {
    all.iter().all(|other| std::mem::discriminant(one) == std::mem::discriminant(other))
}

fn tie(login: &Login) -> String {
    let tied: Vec<String> = login.tied.iter().map(AccountView::quoted).collect();
    format!("{} tie, the server may take either, and they differ here (M3.8)", tied.join(" and "))
}

/// The verdict for one session.
fn outcome(engine: &Engine<'_>, evaluation: &Evaluation, demands: &Demands, session: Session) -> Verdict {
    if evaluation.model.refused.iter().any(|r| r.0 == session) {
        return Verdict::Deny;
    }
    match evaluation.model.need_open.iter().find(|n| n.0 == session) {
        Some(open) => Verdict::Undetermined(why_open(engine, evaluation, demands, session, open.1)),
        None => Verdict::Allow,
    }
}

/// Which fact is missing for a need.
fn why_open(
    engine: &Engine<'_>,
    evaluation: &Evaluation,
    demands: &Demands,
    session: Session,
    need: id::Need,
) -> String {
    use crate::rules::name::RuleName;
    let Some(asked) = need_of(evaluation, demands, need) else { return String::new() };
    let privilege = asked.any_of.first().map_or_else(String::new, |p| engine.viewer().privilege(*p));
    let rule = evaluation.model.unsure.iter().find(|u| u.0 == session && u.1 == need).map(|u| u.2);
    match (rule, &asked.on) {
        (Some(RuleName::UnsureColumnsUntold), On::EveryColumn(db, table)) => format!(
            "{privilege} is held on some columns of {db}.{table} only, and the policy does not tell which columns it has: add its CREATE TABLE, or --schema"
        ),
        (Some(RuleName::UnsureWhichColumn), On::ColumnOfOneOf(tables, column)) => {
            let tables: Vec<String> = tables.iter().map(|(db, t)| format!("{db}.{t}")).collect();
            format!(
                "which of {} has the column {column} is not told: add their CREATE TABLE, or --schema",
                tables.join(", ")
            )
        }
        (Some(RuleName::UnsureTableTie), _) => {
            format!("tables_priv rows of equal rank differ in {privilege}, and the server may take either (M5.7)")
        }
        _ => format!(
            "db rows that may each come first differ in {privilege} (M3.8), or the client's address decides: give it with --from IP"
        ),
    }
}

fn need_of<'d>(evaluation: &Evaluation, demands: &'d Demands, need: id::Need) -> Option<&'d Need> {
    let (check, at) = evaluation.about.needs.get(need.0 as usize)?;
    demands.checks.get(*check)?.needs.get(*at)
}

/// The first row of each need, each once.
fn witnesses(checks: &[CheckView]) -> Vec<RowView> {
    let mut rows: Vec<RowView> = Vec::new();
    for row in checks.iter().flat_map(|c| &c.needs).filter_map(|n| n.rows.first()) {
        if !rows.contains(row) {
            rows.push(row.clone());
        }
    }
    rows
}

/// What one session's answer is put together from.
pub(super) struct Answer<'a> {
    pub(super) engine: &'a Engine<'a>,
    pub(super) client: &'a Client,
    pub(super) evaluation: &'a Evaluation,
    pub(super) demands: &'a Demands,
    pub(super) session: Session,
    /// Errors do not speak of a password.
    pub(super) unmentioned: bool,
}

impl Answer<'_> {
    /// Every check up to the first that is refused.
    pub(super) fn checks(&self, refused: Option<id::Check>) -> Vec<CheckView> {
        let until = refused.map_or(self.demands.checks.len(), |c| c.0 as usize + 1);
        let mut ids = (0u32..).map(id::Need);
        let mut views = Vec::new();
        for check in self.demands.checks.iter().take(until) {
            let needs = check.needs.iter().zip(&mut ids).map(|(need, id)| self.need(need, id)).collect();
            views.push(CheckView { purpose: check.purpose.clone(), needs });
        }
        views
    }

    fn need(&self, need: &Need, id: id::Need) -> NeedView {
        let viewer = self.engine.viewer();
        let met: Vec<_> = self.evaluation.model.met.iter().filter(|m| m.0 == self.session && m.1 == id).collect();
        let mut given: Vec<(RowId, Privilege)> = Vec::new();
        for (row, privilege) in met.iter().filter_map(|m| match m.3 {
            Witness::Row(row) => Some((row, m.2)),
            _ => None,
        }) {
            if !given.iter().any(|(r, _)| *r == row) {
                given.push((row, privilege));
            }
        }
        given.sort_by_key(|(row, _)| (width(*row), *row));
        let (near, reasons) = self.near(id).into_iter().unzip();
        NeedView {
            any_of: need.any_of.iter().map(|p| viewer.privilege(*p)).collect(),
            on: on_words(&need.on),
            met: !met.is_empty(),
            rows: given.iter().filter_map(|(row, privilege)| self.row(*row, Some(*privilege))).collect(),
            near,
            reasons,
            because: met.iter().find_map(|m| match m.3 {
                Witness::Everybody => Some("the server gives it to everybody (M5.50, M5.51)".to_owned()),
                Witness::Setting(variable) => Some(format!("`{}`", variable.name())),
                Witness::Row(_) | Witness::Session => None,
            }),
        }
    }

    /// A row of the tables, or one that a running session keeps.
    fn row(&self, id: RowId, privilege: Option<Privilege>) -> Option<RowView> {
        let viewer = self.engine.viewer();
        match id.table {
            Table::Kept => self.evaluation.about.kept.get(id.index as usize).map(|row| viewer.kept(row, privilege)),
            _ => viewer.row(id, privilege),
        }
    }

    /// Rows that came close, and why they do not give it.
    fn near(&self, need: id::Need) -> Vec<((RowView, String), NearReason)> {
        let near = self.evaluation.model.near.iter().filter(|n| n.0 == self.session && n.1 == need);
        let mut views: Vec<((RowView, String), NearReason)> = Vec::new();
        for n in near {
            let Some(row) = self.row(n.2, None) else { continue };
            let why = self.why_near(&row, n.3);
            if !views.iter().any(|((r, w), _)| *r == row && *w == why) {
                views.push(((row, why), n.3));
            }
        }
        views
    }

    fn why_near(&self, row: &RowView, reason: NearReason) -> String {
        let viewer = self.engine.viewer();
        let named = |id: RowId| self.row(id, None).map_or_else(String::new, |r| r.words());
        match reason {
            NearReason::Outranked(by) => format!("{} comes first, and only the first row counts (M5.2)", named(by)),
            NearReason::HostDiffers => {
                let server = &self.engine.policy.tables.server;
                why_text_differs(&row.account.host, &self.evaluation.about.host, server)
            }
            NearReason::RoleNotActive(role) => {
                let key = self.evaluation.about.objects.account_key(role).unwrap_or_default();
                format!("the role {} is granted but not active (M9.14)", viewer.account(key).quoted())
            }
            NearReason::LostByRole => {
                "an active role makes only the account's own rows and those of its roles count (M5.10)".into()
            }
            NearReason::Withheld(by) => format!("{} withholds it there (M7.60)", named(by)),
            NearReason::HostTable => {
                "its host is empty, so that a `host` row has to let it through, and none does (M5.9)".into()
            }
            NearReason::OnlyColumns if row.column.is_none() => {
                "it says that some column has the privilege, which is not looked up here, and none has it (M5.13)"
                    .into()
            }
            NearReason::OnlyColumns => "it gives the privilege on this column only (M5.22)".into(),
        }
    }

    /// The server's error for the check that is refused.
    pub(super) fn error(&self, check: id::Check) -> Option<ServerError> {
        let asked = self.demands.checks.get(check.0 as usize)?;
        let key = effective(self.evaluation, self.session)?;
        let row = self.engine.viewer().account(key);
        let shown = AccountView { user: row.user.clone(), host: self.evaluation.about.host.shown().to_owned() };
        let server = &self.engine.policy.tables.server;
        Some(match &asked.refusal {
            Refusal::Database(db) => account::database_denied(row.text(), db),
            Refusal::Table { db, table, verb } => {
                let verb = verb.clone().unwrap_or_else(|| self.missing(asked, check));
                // CREATE VIEW names the account row, the others the client.
                let who = if verb == "ANY" { &row } else { &shown };
                access::table_denied(server, &verb, who.text(), db, table)
            }
            Refusal::Column { verb, column, table, db } => {
                let verb = verb.clone().unwrap_or_else(|| self.missing_on_column(asked, check, (db, table)));
                access::column_denied(&verb, shown.text(), column, table)
            }
            Refusal::Routine { verb, routine } => access::routine_denied(verb, row.text(), routine),
            Refusal::Specific(privileges) => access::specific_denied(privileges),
            Refusal::AccessDenied if self.unmentioned => access::access_denied_no_password(row.text()),
            Refusal::AccessDenied => access::access_denied(row.text(), self.using_password()),
            Refusal::Other { errno, sqlstate, message } => {
                let message = message.replace("{user}", &shown.user).replace("{host}", &shown.host);
                let message = message.replace("{login}", &self.client.user).replace("{row_host}", &row.host);
                ServerError::new(*errno, sqlstate, message)
            }
        })
    }

    /// Messages say whether the session sent a password when it was opened.
    pub(super) fn using_password(&self) -> bool {
        if self.evaluation.about.runs {
            return self.client.password != Password::None;
        }
        let account = self.evaluation.about.sessions.iter().find(|(s, _)| *s == self.session).map(|(_, a)| *a);
        let key = account.and_then(|a| self.evaluation.about.objects.account_key(a));
        key.is_some_and(|key| sends_password(self.engine, self.client, key))
    }

    /// The privileges of a check that are missing, as 1142 lists them: in bit order, with commas.
    fn missing(&self, asked: &Check, check: id::Check) -> String {
        let fails = self.evaluation.model.check_fails.iter().filter(|f| f.0 == self.session && f.1 == check);
        let unmet: Vec<&Need> = fails.filter_map(|f| need_of(self.evaluation, self.demands, f.2)).collect();
        self.listed(asked.needs.iter().filter(|n| unmet.contains(n)))
    }

    /// The same as 1143 lists them: where several are asked for at once MySQL names all that the table does not give.
    fn missing_on_column(&self, asked: &Check, check: id::Check, (db, table): (&str, &str)) -> String {
        if self.engine.policy.tables.server.is_mariadb() {
            return self.missing(asked, check);
        }
        let objects = &self.evaluation.about.objects;
        let is_it = |of| {
            let (on, name) = objects.table_name(of);
            name == table && objects.database_name(on) == db
        };
        let given = self.evaluation.model.gives_on_table.iter().filter(|g| g.0 == self.session && is_it(g.1));
        let given: Vec<Privilege> = given.map(|g| g.2).collect();
        self.listed(asked.needs.iter().filter(|need| need.any_of.iter().all(|p| !given.contains(p))))
    }

    fn listed<'n>(&self, needs: impl Iterator<Item = &'n Need>) -> String {
        let mut privileges: Vec<Privilege> = needs.filter_map(|n| n.any_of.first()).copied().collect();
        privileges.sort_unstable();
        privileges.dedup();
        let server = &self.engine.policy.tables.server;
        privileges.iter().map(|p| server.privilege_word(*p)).collect::<Vec<&str>>().join(", ")
    }
}

/// Global rows are widest, column rows narrowest.
fn width(row: RowId) -> u8 {
    match row.table {
        Table::User | Table::GlobalGrants => 0,
        Table::Db | Table::Host => 1,
        Table::TablesPriv | Table::ProcsPriv => 2,
        _ => 3,
    }
}

/// What a need is on, in words.
fn on_words(on: &On) -> String {
    match on {
        On::Global => "*.*".into(),
        On::Database(db) | On::DatabaseAnew(db) => format!("{db}.*"),
        On::Table(db, table) => format!("table {db}.{table}"),
        On::Parent(db, table) => format!("table {db}.{table}, as the parent of a foreign key"),
        On::AnyColumn(db, table) => format!("table {db}.{table} or any column of it"),
        On::Column(db, table, column) | On::FirstColumn(db, table, column) => format!("column {db}.{table}.{column}"),
        On::EveryColumn(db, table) => format!("every column of {db}.{table}"),
        On::ColumnOfOneOf(tables, column) => {
            let tables: Vec<String> = tables.iter().map(|(db, t)| format!("{db}.{t}")).collect();
            format!("column {column} of one of {}", tables.join(", "))
        }
        On::AnyTableRow(db, table) => format!("{db}.*, or anything at all on table {db}.{table}"),
        On::Routine(kind, db, name) | On::ShownRoutine(kind, db, name) => {
            let kind = super::view::object_type(*kind).unwrap_or("ROUTINE").to_lowercase();
            format!("{kind} {db}.{name}")
        }
        On::VisibleDatabase(db) => format!("database {db}, to be made current"),
        On::ListedDatabase(db) => format!("database {db}, to be listed"),
        On::ListedTable(db, table) => format!("table {db}.{table}, to be listed"),
        On::Grantable => "*.*, with its own grant option".into(),
        On::GrantsOfRole(role) => format!("mysql.*, or the role {role} as the current one"),
        On::RoleAdmin(user, host) => format!("role '{user}'@'{host}', with its admin option"),
        On::ProxyOf(user, host) => format!("account '{user}'@'{host}', to be stood in for"),
    }
}
