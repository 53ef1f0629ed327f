//! The causes of an error at login, from the logins of every client that the line may speak of.

use super::catalogue;
use super::suspects::{Suspect, places, suspects};
use super::{Cause, Code, Diagnosis, Fix, Kind, Known, Standing};
use crate::answer::{AccountView, Candidate, Engine, Fate, Login, RowView};
use crate::client::{Client, From, Password, Tls};
use crate::facts::id::Step;
use crate::mend::{self, Denial, account_name};
use crate::policy::Policy;
use std::net::IpAddr;

/// Tells of each cause of the error whether it holds.
pub(super) fn causes(diagnosis: &mut Diagnosis, policy: &Policy, known: &Known) {
    let engine = Engine::new(policy);
    let complaint = &diagnosis.complaint;
    let found = suspects(&engine, complaint, known);
    let case = Case { policy, engine: &engine, diagnosis, known, suspects: &found };
    let row = found.iter().find_map(|suspect| row_of(&suspect.login));
    let causes = case.causes();
    let notes = case.notes();
    diagnosis.row = row;
    diagnosis.causes = causes;
    diagnosis.notes = notes;
}

/// The selected account row of a login.
pub(super) fn row_of(login: &Login) -> Option<RowView> {
    let account = login.account.as_ref()?;
    login.candidates.iter().map(|candidate| &candidate.row).find(|row| row.account == *account).cloned()
}

struct Case<'a> {
    policy: &'a Policy,
    engine: &'a Engine<'a>,
    diagnosis: &'a Diagnosis,
    known: &'a Known,
    suspects: &'a [Suspect],
}

impl Case<'_> {
    fn causes(&self) -> Vec<Cause> {
        let mut found: Vec<Cause> = Vec::new();
        found.extend(self.unloaded());
        if self.suspects.is_empty() && !found.iter().any(|cause| cause.standing == Standing::Holds) {
            found.extend(self.not_this_server());
        }
        found.extend(self.refusals());
        for suspect in self.suspects {
            self.selection(&suspect.login, &mut found);
        }
        for code in catalogue::codes(self.diagnosis.complaint.kind) {
            if !found.iter().any(|cause| cause.code == *code) && *code != Code::OtherServer {
                found.push(Cause::new(*code, Standing::Excluded, code.excluded()));
            }
        }
        found
    }

    fn notes(&self) -> Vec<String> {
        let complaint = &self.diagnosis.complaint;
        let mut notes = Vec::new();
        if complaint.host.as_deref() == Some("") {
            notes.push(
                "the line has no host: the server knew neither name nor address of the client; --from gives it"
                    .to_owned(),
            );
        }
        let by_name = places(self.engine, complaint, self.known).iter().any(|from| matches!(from, From::Hostname(_)));
        if by_name && self.suspects.iter().all(|s| s.login.account.is_none()) {
            notes.push("rows that name addresses are left open: --from gives the address of the client".to_owned());
        }
        notes
    }

    /// The steps at which the suspects are refused, a cause for each account and step.
    fn refusals(&self) -> Vec<Cause> {
        let mut found: Vec<Cause> = Vec::new();
        for suspect in self.suspects {
            let cause = match (&suspect.login.account, suspect.login.refused_at) {
                (None, _) => self.no_account(suspect),
                (Some(account), Some(step)) => self.refusal(suspect, account, step),
                (Some(account), None) => self.expired(suspect, account),
            };
            let Some(cause) = cause else { continue };
            match found.iter_mut().find(|other| other.code == cause.code && other.rows == cause.rows) {
                Some(other) => other.standing = other.standing.min(cause.standing),
                None => found.push(cause),
            }
        }
        // Where the line names nobody, it may have been any of several.
        if self.diagnosis.complaint.user.is_none() && self.known.user.is_none() && found.len() > 1 {
            found.iter_mut().for_each(|cause| cause.standing = Standing::CannotTell);
        }
        found
    }

    fn no_account(&self, suspect: &Suspect) -> Option<Cause> {
        let shown = suspect.login.client.as_ref()?;
        if self.diagnosis.complaint.kind == Kind::HostRefused {
            let what = format!("no account of any user lets clients from {} in (M2.20)", shown.host);
            return Some(self.with_mends(Cause::new(Code::HostRefused, Standing::Holds, what), suspect));
        }
        let names = suspect.login.candidates.iter().filter(|c| c.row.account.user == shown.user).count();
        let what = match names {
            0 => format!("there is no account of the name {}", shown.user),
            _ => format!("no account row of {} matches a client from {}", shown.user, shown.host),
        };
        let cause = Cause::new(Code::NoAccount, Standing::Holds, what);
        Some(self.with_mends(cause, suspect))
    }

    fn refusal(&self, suspect: &Suspect, account: &AccountView, step: Step) -> Option<Cause> {
        let (name, row) = (account_name(self.policy, account), row_of(&suspect.login));
        let alter = |what: &str, clause: &str| Fix::sql(what, vec![format!("ALTER USER {name} {clause}")]);
        let method = mend::password_method(self.policy);
        Some(match step {
            Step::Credentials => return self.credentials(suspect, account),
            Step::SocketPeer => {
                let what = format!("{name} admits the OS user of its name over the Unix socket, and no password");
                let cause = Cause::new(Code::SocketOnly, Standing::Holds, what).row(row);
                socket_fixes(self.policy, account).into_iter().fold(cause, Cause::fix)
            }
            Step::Tls => {
                let what = format!(
                    "{name} requires TLS or a client certificate; whether this client came with it is not in the line"
                );
                Cause::new(Code::TlsRequired, Standing::CannotTell, what)
                    .row(row)
                    .fix(Fix::shell("connect with TLS", format!("mysql --ssl-mode=REQUIRED --user={}", account.user)))
                    .fix(alter("ask for no TLS", "REQUIRE NONE"))
            }
            Step::Locked => {
                let what =
                    format!("{name} is locked{}", if self.is_role(account) { ": CREATE ROLE made it" } else { "" });
                Cause::new(Code::Locked, Standing::Holds, what).row(row).fix(alter("unlock it", "ACCOUNT UNLOCK"))
            }
            Step::Expired => return self.expired(suspect, account),
            Step::PluginNotLoaded => {
                let what = format!("{name} asks for a plugin that the server has not loaded");
                Cause::new(Code::PluginMissing, Standing::Holds, what)
                    .row(row)
                    .fix(alter("give it a method that the server has", method.trim_start()))
            }
            Step::SecureTransport => {
                let what = "require_secure_transport is ON, and the client comes over TCP without TLS";
                Cause::new(Code::SecureTransport, Standing::Holds, what)
                    .fix(Fix::shell("connect with TLS", "mysql --ssl-mode=REQUIRED"))
                    .fix(Fix::sql(
                        "let clients in without",
                        vec!["SET PERSIST require_secure_transport = OFF".to_owned()],
                    ))
            }
            Step::DefaultDatabase | Step::AbsentDatabase | Step::Offline | Step::RoleNotGranted => return None,
        })
    }

    fn is_role(&self, account: &AccountView) -> bool {
        let tables = &self.policy.tables;
        let row = tables.find_account(&account.user, &account.host).and_then(|key| tables.users.get(&key));
        row.is_some_and(|row| row.is_role)
    }

    /// The password, or the want of one.
    fn credentials(&self, suspect: &Suspect, account: &AccountView) -> Option<Cause> {
        let (name, row) = (account_name(self.policy, account), row_of(&suspect.login));
        let gets_in = |password| self.inside(&Client { password, tls: Tls::X509, ..suspect.client.clone() });
        let new =
            Fix::sql("give the account a new password", vec![format!("ALTER USER {name} IDENTIFIED BY '<password>'")]);
        if !gets_in(Password::Given) {
            let what = format!("{name} has a method of authentication that admits nobody with a password");
            let method = format!("ALTER USER {name}{}", mend::password_method(self.policy));
            let fix = Fix::sql("let it in with a password", vec![method]);
            return Some(Cause::new(Code::AdmitsNobody, Standing::Holds, what).row(row).fix(fix));
        }
        Some(match suspect.client.password {
            Password::None => {
                let what = format!("{name} has a password, and the client sent none");
                let send = Fix::shell("send it", format!("mysql --user={} --password", suspect.client.user));
                Cause::new(Code::NoPasswordSent, Standing::Holds, what).row(row).fix(send)
            }
            Password::Wrong if gets_in(Password::None) => {
                let what = format!("{name} has no password, so that any password is a wrong one");
                Cause::new(Code::PasswordForNone, Standing::Holds, what).row(row).fix(new)
            }
            _ => {
                let what = format!("the password may not be that of {name}; no policy can tell");
                Cause::new(Code::WrongPassword, Standing::CannotTell, what).row(row).fix(new)
            }
        })
    }

    fn inside(&self, client: &Client) -> bool {
        let login = self.engine.login(client);
        login.error.is_none() && login.undetermined.is_none()
    }

    fn expired(&self, suspect: &Suspect, account: &AccountView) -> Option<Cause> {
        if !matches!(self.diagnosis.complaint.kind, Kind::Expired | Kind::MustReset) {
            return None;
        }
        let name = account_name(self.policy, account);
        let cause = Cause::new(Code::Expired, Standing::Holds, format!("the password of {name} is expired"));
        let fix = Fix::sql("set a new one", vec![format!("ALTER USER {name} IDENTIFIED BY '<password>'")]);
        Some(cause.row(row_of(&suspect.login)).fix(fix))
    }

    /// What the choice of the row has to do with it.
    fn selection(&self, login: &Login, found: &mut Vec<Cause>) {
        let mut add = |cause: Cause| {
            if !found.iter().any(|other| other.code == cause.code) {
                found.push(cause);
            }
        };
        let user = login.client.as_ref().map(|client| client.user.clone()).unwrap_or_default();
        let own: Vec<&Candidate> = login.candidates.iter().filter(|c| c.row.account.user == user).collect();
        let outranked = own.iter().find(|c| matches!(c.fate, Fate::Outranked { .. }));
        if let Some(account) = login.account.as_ref() {
            let first = account_name(self.policy, account);
            if account.user.is_empty() && !user.is_empty() {
                let cause = self.anonymous(login, &first, outranked.copied());
                add(cause);
            } else if let Some(other) = outranked {
                let what = format!(
                    "{first} comes before {} for this client, and only the password of {first} counts",
                    account_name(self.policy, &other.row.account)
                );
                let cause = Cause::new(Code::AnotherRow, Standing::CannotTell, what)
                    .row(row_of(login))
                    .row(Some(other.row.clone()));
                add(cause);
            }
        }
        for candidate in own.iter().filter(|c| matches!(c.fate, Fate::HostDiffers(_))) {
            self.host(login, candidate).into_iter().for_each(&mut add);
        }
    }

    /// An anonymous row took the client.
    fn anonymous(&self, login: &Login, first: &str, own: Option<&Candidate>) -> Cause {
        let shown = login.client.as_ref().map(|client| account_name(self.policy, client)).unwrap_or_default();
        let before = own.map_or_else(
            || format!("no other account matches {shown}"),
            |own| format!("it comes before {}", account_name(self.policy, &own.row.account)),
        );
        let what = format!("the client is taken for the anonymous account {first}: {before}");
        let mut cause = Cause::new(Code::AnonymousRow, Standing::Holds, what).row(row_of(login));
        cause.rows.extend(own.map(|own| own.row.clone()));
        let drop = Fix::sql("drop the anonymous account", vec![format!("DROP USER {first}")]);
        if own.is_some() {
            cause = cause.fix(Fix { is_tried: self.gets_in_after(login, &drop.lines), ..drop });
        }
        let make = vec![format!("CREATE USER {shown} IDENTIFIED BY '<password>'")];
        let make = Fix::sql("make an account for this host, which comes first", make);
        cause.fix(Fix { is_tried: self.gets_in_after(login, &make.lines), ..make })
    }

    /// The clients of the line get in as somebody of their own name after these statements.
    fn gets_in_after(&self, login: &Login, statements: &[String]) -> bool {
        let Some(policy) = mend::after(self.policy, statements) else { return false };
        let engine = Engine::new(&policy);
        let user = login.client.as_ref().map(|client| client.user.as_str());
        let first = self.suspects.iter().find(|suspect| suspect.login.client == login.client);
        first.is_some_and(|suspect| {
            let login = engine.login(&Client { password: Password::Given, tls: Tls::Ssl, ..suspect.client.clone() });
            login.error.is_none() && login.account.as_ref().map(|a| a.user.as_str()) == user
        })
    }

    /// A row of the user for another host: one that people take for the same.
    fn host(&self, login: &Login, candidate: &Candidate) -> Option<Cause> {
        let client = login.client.as_ref()?;
        let (wanted, host) = (candidate.row.account.host.as_str(), client.host.as_str());
        let name = account_name(self.policy, &candidate.row.account);
        let is_loopback = |host: &str| matches!(host, "127.0.0.1" | "::1");
        let (code, standing, what) = if host == "localhost" && is_loopback(wanted) {
            let what = format!(
                "{name} is for an address, and a client over the Unix socket has none: it is `localhost` (M2.12)"
            );
            (Code::Loopback, Standing::Holds, what)
        } else if is_loopback(host) && wanted == "localhost" {
            let what =
                format!("{name} is for `localhost`, and while skip_name_resolve is ON no client over TCP is (M2.3)");
            (Code::Loopback, Standing::Holds, what)
        } else if is_name(wanted) && host.parse::<IpAddr>().is_ok() {
            let what = format!(
                "{name} is for a name, and the server found no name for {host}: DNS has none, not the same one both ways, or skip_name_resolve is ON (M2.3)"
            );
            // Whether the address is meant by that name is not in any policy.
            (Code::HostSpelling, Standing::CannotTell, what)
        } else if is_name(wanted) && is_name(host) && label(wanted) == label(host) {
            let what = format!("{name} is for `{wanted}`, and DNS calls the client `{host}`");
            (Code::HostSpelling, Standing::Holds, what)
        } else {
            return None;
        };
        let rename = Fix::sql(
            "name the host as the server sees it",
            vec![format!("RENAME USER {name} TO {}", account_name(self.policy, client))],
        );
        let is_tried = self.gets_in_after(login, &rename.lines);
        let cause = Cause::new(code, standing, what).row(Some(candidate.row.clone())).fix(Fix { is_tried, ..rename });
        Some(match (code, host) {
            (Code::Loopback, "localhost") => {
                cause.fix(Fix::shell("come over TCP", format!("mysql --protocol=TCP --host={wanted}")))
            }
            (Code::Loopback, _) => cause.fix(Fix::shell("come over the socket", "mysql --protocol=SOCKET")),
            _ => cause,
        })
    }

    /// The stored tables would let it in: somebody edited them, and the server has not read them since.
    fn unloaded(&self) -> Option<Cause> {
        self.policy.tables.stored.as_ref()?;
        let reloaded = mend::after(self.policy, &["FLUSH PRIVILEGES".to_owned()])?;
        let engine = Engine::new(&reloaded);
        let right = |suspect: &&Suspect| Client { password: Password::Given, tls: Tls::Ssl, ..suspect.client.clone() };
        let helped = self.suspects.iter().find(|s| {
            let login = engine.login(&right(s));
            login.error.is_none() && login.account.is_some() && !self.inside(&right(s))
        });
        let standing = if helped.is_some() { Standing::Holds } else { Standing::Excluded };
        let what = match helped {
            Some(_) => {
                "the grant tables were edited by hand, and the server has not read them since: as stored they let the client in"
            }
            None => "the grant tables were edited by hand, but as stored they do not let the client in either",
        };
        let fix = Fix { is_tried: helped.is_some(), ..Fix::sql("have them read", vec!["FLUSH PRIVILEGES".to_owned()]) };
        let cause = Cause::new(Code::Unloaded, standing, what);
        Some(if helped.is_some() { cause.fix(fix) } else { cause })
    }

    /// No client that the line may speak of gets this error here.
    fn not_this_server(&self) -> Option<Cause> {
        let complaint = &self.diagnosis.complaint;
        let from = places(self.engine, complaint, self.known).into_iter().next();
        let (Some(user), Some(from)) = (self.known.user.clone().or_else(|| complaint.user.clone()), from) else {
            let what = "the line does not say who the client is: --user and --from give it";
            return Some(Cause::new(Code::OtherServer, Standing::CannotTell, what));
        };
        let login = self.engine.login(&Client { user, from, tls: Tls::Ssl, ..Client::default() });
        let says = match (&login.error, &login.account) {
            (Some(error), _) => error.message.clone(),
            (None, Some(account)) => format!("it lets the client in as {}", account_name(self.policy, account)),
            (None, None) => login.undetermined.clone().unwrap_or_default(),
        };
        let what = format!(
            "this policy does not raise that error for such a client: {says}. The server has other accounts than the policy, or the client is another one"
        );
        Some(Cause::new(Code::OtherServer, Standing::Holds, what).row(row_of(&login)))
    }

    fn with_mends(&self, cause: Cause, suspect: &Suspect) -> Cause {
        let client = Client { password: Password::Given, tls: Tls::Ssl, ..suspect.client.clone() };
        let denial = Denial { policy: self.policy, client: &client, ask: None };
        let decision = crate::answer::Decision { login: self.engine.login(&client), ..Default::default() };
        let help = mend::help(&denial, &decision);
        let cause = Cause { no_fix_because: help.why_none, ..cause };
        help.mends.into_iter().map(Fix::from).fold(cause, Cause::fix)
    }
}

/// Ways around a method that asks the socket: be that OS user, have an account of the application's own, change it.
fn socket_fixes(policy: &Policy, account: &AccountView) -> Vec<Fix> {
    let (name, user) = (account_name(policy, account), &account.user);
    let own = account_name(policy, &AccountView { user: "<application>".into(), host: account.host.clone() });
    let change = if policy.tables.server.is_mariadb() {
        format!("ALTER USER {name} IDENTIFIED VIA unix_socket OR mysql_native_password USING PASSWORD('<password>')")
    } else {
        format!("ALTER USER {name}{}", mend::password_method(policy))
    };
    let sudo = if user == "root" { "sudo mysql".to_owned() } else { format!("sudo --user={user} mysql --user={user}") };
    vec![
        Fix::shell("be that OS user", sudo),
        Fix::sql(
            "give the application an account of its own",
            vec![
                format!("CREATE USER {own} IDENTIFIED BY '<password>'"),
                format!("GRANT SELECT, INSERT, UPDATE, DELETE ON `<database>`.* TO {own}"),
            ],
        ),
        Fix::sql("let it in with a password", vec![change]),
    ]
}

/// A host text that is a name: letters, no wildcard, no address.
fn is_name(host: &str) -> bool {
    host != "localhost"
        && host.contains(|c: char| c.is_ascii_alphabetic())
        && !host.contains(['%', '_', '/', ':'])
        && host.parse::<IpAddr>().is_err()
}

fn label(host: &str) -> String {
    host.split('.').next().unwrap_or(host).to_ascii_lowercase()
}
