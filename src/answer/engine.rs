//! Asks the program: one question at a time, on the rows that one client can touch.

use super::view::Viewer;
use super::{Decision, Login, Privileges, RowView, Running};
use crate::client::{Ask, Client, Roles};
use crate::demand::{DemandError, Demands, Lists};
use crate::facts::base;
use crate::facts::extract::{self, About, Carried, Question};
use crate::facts::index::Index;
use crate::model::Model;
use crate::policy::Policy;
use crate::rules;
use crate::server::behaviour::Behaviour;
use crate::server::catalogue::Privilege;
use crate::server::variables::Variable;
use crate::tables::row::RowId;

/// Answers questions about one policy.
///
/// Building it reads every row once; each question then costs as much as the rows of its user name.
/// It can be shared between threads.
#[derive(Debug)]
pub struct Engine<'p> {
    pub(super) policy: &'p Policy,
    pub(super) index: Index<'p>,
}

/// What the program derived for one question.
#[derive(Debug)]
pub struct Evaluation {
    /// The derived relations.
    pub model: Model,
    /// What their ids stand for.
    pub about: About,
    /// The account rows that were facts, best rank first.
    pub account_rows: Vec<base::AccountRow>,
}

impl<'p> Engine<'p> {
    /// Reads the rows of the policy.
    pub fn new(policy: &'p Policy) -> Self {
        Self { policy, index: Index::new(&policy.tables) }
    }

    /// The policy it answers for.
    pub fn policy(&self) -> &'p Policy {
        self.policy
    }

    /// Who the client is, or why it is refused.
    pub fn login(&self, client: &Client) -> Login {
        if self.skips_grant_tables() {
            return super::login::skipping_grant_tables(&self.client_view(client));
        }
        if client.db.is_some() && client.roles != Roles::Default {
            // The default database is entered with the roles of the login, before SET ROLE (M4.1).
            let arriving = Client { roles: Roles::Default, ..client.clone() };
            let login = super::login::login(self, &arriving, &self.evaluate(&arriving, None, &[]));
            if login.error.is_some() {
                return login;
            }
        }
        let arrived = Client { db: client.db.clone().filter(|_| client.roles == Roles::Default), ..client.clone() };
        // The error of SET ROLE in MariaDB depends on who reads the grant tables (M7.41).
        let asks_role =
            matches!(client.roles, Roles::Named(_)) && self.policy.tables.server.has(Behaviour::RolesAreNames);
        let databases = if asks_role { vec!["mysql".to_owned()] } else { Vec::new() };
        super::login::login(self, &arrived, &self.evaluate(&arrived, None, &databases))
    }

    /// A row in words, with the statements that gave it a privilege, or with all of them.
    pub fn row(&self, row: RowId, privilege: Option<Privilege>) -> Option<RowView> {
        self.viewer().row(row, privilege)
    }

    /// Whether the client may do what it asks.
    pub fn check(&self, client: &Client, ask: &Ask) -> Decision {
        super::check::check(self, client, self.login(client), ask)
    }

    /// The same for a client whose [`Engine::login`] is known: saves half the work of each further question.
    pub fn check_logged_in(&self, client: &Client, login: &Login, ask: &Ask) -> Decision {
        super::check::check(self, client, login.clone(), ask)
    }

    /// What a question demands of a client whose [`Engine::login`] is known.
    ///
    /// # Errors
    /// The statement cannot be read, or what it demands is not known.
    pub fn demands(&self, client: &Client, login: &Login, ask: &Ask) -> Result<Demands, DemandError> {
        super::check::demands(self, client, login, ask)
    }

    /// A privilege's name on this server.
    pub fn privilege_name(&self, privilege: Privilege) -> String {
        self.viewer().privilege(privilege)
    }

    /// What `SHOW DATABASES` lists for the client, in byte order (M5.41). `None` where the policy does not tell which
    /// databases exist, or where it is not sure what the client sees.
    pub fn shown_databases(&self, client: &Client) -> Option<Vec<String>> {
        super::listing::listed(self, client, &Lists::Databases)
    }

    /// What `SHOW TABLES FROM db` lists for the client, in byte order (M5.42); whether it may ask is for
    /// [`Self::check`]. `None` as for databases.
    pub fn shown_tables(&self, client: &Client, db: &str) -> Option<Vec<String>> {
        super::listing::listed(self, client, &Lists::Tables(self.index.folded(db)))
    }

    /// What being listed demands, a check for each name that exists. `None` where the policy does not tell them.
    pub fn listing_demands(&self, lists: &Lists) -> Option<Demands> {
        super::listing::demands(self, lists)
    }

    /// Everything the client may do.
    pub fn privileges(&self, client: &Client) -> Privileges {
        super::privileges::privileges(self, client)
    }

    /// The account rows in the order the server tries them.
    pub fn accounts(&self) -> Vec<super::AccountLine> {
        super::accounts::accounts(self)
    }

    /// Runs the program on what one question can touch.
    pub fn evaluate(&self, client: &Client, demands: Option<&Demands>, databases: &[String]) -> Evaluation {
        self.run(Question { client, demands, databases, definer_host: None, running: None })
    }

    /// Runs the program for the definer of an object (M7.37).
    pub(super) fn evaluate_definer(&self, (user, host): (&str, &str), demands: &Demands) -> Evaluation {
        let client = Client { user: user.to_owned(), ..Client::default() };
        let definer_host = Some(host);
        self.run(Question { client: &client, demands: Some(demands), databases: &[], definer_host, running: None })
    }

    /// Whether a session that was opened before may do what it asks.
    pub fn check_running(&self, running: &Running, ask: &Ask) -> Decision {
        super::check::check_running(self, running, ask)
    }

    /// Runs the program for a session that was opened before; `roles` is what it sets.
    pub fn evaluate_running(
        &self,
        running: &Running,
        roles: Option<&Roles>,
        demands: Option<&Demands>,
        databases: &[String],
    ) -> Evaluation {
        let client = running.asking(roles);
        let carried = match roles {
            Some(_) => Carried { roles: Vec::new(), ..running.carried.clone() },
            None => running.carried.clone(),
        };
        self.run(Question { client: &client, demands, databases, definer_host: None, running: Some(&carried) })
    }

    fn run(&self, question: Question<'_>) -> Evaluation {
        let extracted = extract::extract(&self.index, question);
        let mut account_rows = extracted.facts.account_row.clone();
        account_rows.sort_unstable_by_key(|row| {
            let anonymous = row.1 == crate::facts::id::User::ANONYMOUS;
            (row.3, anonymous, self.index.position(row.4.index), row.4)
        });
        Evaluation { model: rules::evaluate(&extracted.facts), about: extracted.about, account_rows }
    }

    pub(super) fn viewer(&self) -> Viewer<'_> {
        Viewer { policy: self.policy, index: &self.index }
    }

    /// The client as `USER()` and messages name it (M2.4).
    pub(super) fn client_view(&self, client: &Client) -> super::AccountView {
        let host = extract::client_host(client, self.index.skip_name_resolve);
        super::AccountView { user: client.user.clone(), host: host.shown().to_owned() }
    }

    /// `skip_grant_tables`: everybody may do everything.
    pub(super) fn skips_grant_tables(&self) -> bool {
        self.policy.tables.variables.on(Variable::SkipGrantTables)
    }
}
