//! The causes of errors that are neither a failed login nor a missing privilege of the session.

use super::{Cause, Code, Diagnosis, Fix, Kind, Standing, catalogue};
use crate::answer::{AccountView, Engine, RowView};
use crate::mend::account_name;
use crate::policy::Policy;
use crate::syntax::statement::PasswordOption;
use crate::tables::row::{AccountKey, UserRow};

/// Methods that came after the clients which are still about.
const LATE: [&str; 4] = ["caching_sha2_password", "sha256_password", "ed25519", "parsec"];

/// Tells of each cause of the error whether it holds.
pub(super) fn causes(diagnosis: &mut Diagnosis, policy: &Policy) {
    let complaint = &diagnosis.complaint;
    let account =
        complaint.user.clone().map(|user| AccountView { user, host: complaint.host.clone().unwrap_or_default() });
    let known = Accounts { policy, rows: Engine::new(policy).accounts().into_iter().map(|line| line.row).collect() };
    diagnosis.causes = match (complaint.kind, account) {
        (Kind::NoDefiner, Some(account)) => known.definer(&account),
        (Kind::OldProtocol, _) => known.old_client(),
        (Kind::Blocked, account) => known.blocked(account.as_ref()),
        (Kind::Role, Some(account)) => known.role(complaint.name.as_deref().unwrap_or(""), &account),
        (kind, _) => catalogue::of(kind),
    };
    diagnosis.row = diagnosis
        .causes
        .iter()
        .filter(|cause| cause.standing == Standing::Holds)
        .find_map(|cause| cause.rows.first().cloned());
}

struct Accounts<'a> {
    policy: &'a Policy,
    rows: Vec<RowView>,
}

impl Accounts<'_> {
    fn user(&self, account: &AccountView) -> Option<&UserRow> {
        let key = self.policy.tables.find_account(&account.user, &account.host)?;
        self.policy.tables.users.get(&key)
    }

    fn row(&self, account: &AccountView) -> Option<RowView> {
        self.rows.iter().find(|row| row.account == *account).cloned()
    }

    fn definer(&self, account: &AccountView) -> Vec<Cause> {
        let name = account_name(self.policy, account);
        if let Some(row) = self.row(account) {
            let what = format!("{name} has an account in this policy: the server has other accounts");
            return vec![Cause::new(Code::OtherServer, Standing::Holds, what).row(Some(row))];
        }
        let others: Vec<&RowView> = self.rows.iter().filter(|row| row.account.user == account.user).collect();
        let mut what = format!("there is no account {name}");
        if !others.is_empty() {
            let names: Vec<String> = others.iter().map(|row| account_name(self.policy, &row.account)).collect();
            what += &format!(", only {}", names.join(", "));
        }
        let mut cause = Cause::new(Code::DefinerMissing, Standing::Holds, what);
        cause.rows = others.into_iter().cloned().collect();
        let make = Fix::sql(
            "make the account, locked, and grant it what its objects need",
            vec![format!("CREATE USER {name} ACCOUNT LOCK")],
        );
        vec![cause.fix(make)]
    }

    fn old_client(&self) -> Vec<Cause> {
        let method = |account: &AccountView| {
            let row = self.user(account)?;
            let named = row.authentication.first().and_then(|a| a.plugin.as_deref());
            Some(named.unwrap_or(self.policy.tables.default_plugin()).to_owned())
        };
        let late = |row: &&RowView| method(&row.account).is_some_and(|plugin| LATE.contains(&plugin.as_str()));
        let rows: Vec<RowView> = self.rows.iter().filter(late).cloned().collect();
        let (standing, what) = match rows.len() {
            0 => (Standing::Excluded, Code::OldClient.excluded().to_owned()),
            n => (
                Standing::CannotTell,
                format!("{n} accounts have a method that old clients do not know; the line does not say whose it was"),
            ),
        };
        let mut cause = Cause::new(Code::OldClient, standing, what);
        cause.rows = rows;
        vec![cause.fix(Fix::shell("see which client library it is, and bring a newer one", "mysql --version"))]
    }

    fn blocked(&self, account: Option<&AccountView>) -> Vec<Cause> {
        let limits = |row: &UserRow| {
            row.password_options.iter().any(|o| matches!(o, PasswordOption::FailedLoginAttempts(n) if *n > 0))
        };
        let rows: Vec<RowView> = self
            .rows
            .iter()
            .filter(|row| account.is_none_or(|account| account.user == row.account.user))
            .filter(|row| self.user(&row.account).is_some_and(limits))
            .cloned()
            .collect();
        let mut cause = match rows.as_slice() {
            [] => Cause::new(Code::Blocked, Standing::Excluded, Code::Blocked.excluded()),
            [row] => {
                let name = account_name(self.policy, &row.account);
                Cause::new(
                    Code::Blocked,
                    Standing::Holds,
                    format!("{name} is locked for some time after failed logins"),
                )
                .fix(Fix::sql("let it try again", vec![format!("ALTER USER {name} ACCOUNT UNLOCK")]))
            }
            _ => Cause::new(Code::Blocked, Standing::CannotTell, "one of these accounts had too many failed logins"),
        };
        cause.rows = rows;
        vec![cause]
    }

    fn role(&self, role: &str, account: &AccountView) -> Vec<Cause> {
        let (user, host) = role.split_once("`@`").unwrap_or((role, "%"));
        let clean = |text: &str| text.trim_matches('`').to_owned();
        let host = if self.policy.tables.server.is_mariadb() { String::new() } else { clean(host) };
        let role = AccountView { user: clean(user), host };
        let (to, named) = (account_name(self.policy, account), account_name(self.policy, &role));
        if self.user(&role).is_none() {
            return vec![Cause::new(Code::RoleNotGranted, Standing::Holds, format!("there is no role {named}"))];
        }
        let key = |view: &AccountView| self.policy.tables.find_account(&view.user, &view.host);
        let (from, of): (Option<AccountKey>, Option<AccountKey>) = (key(account), key(&role));
        let granted =
            self.policy.tables.role_edges.iter().any(|(_, _, edge)| Some(edge.to) == from && Some(edge.role) == of);
        if granted {
            let what = format!("{named} is granted to {to} in this policy: the server has other grants");
            return vec![Cause::new(Code::OtherServer, Standing::Holds, what)];
        }
        let cause = Cause::new(Code::RoleNotGranted, Standing::Holds, format!("{named} is not granted to {to}"));
        vec![cause.row(self.row(account)).fix(Fix::sql("grant it", vec![format!("GRANT {named} TO {to}")]))]
    }
}
