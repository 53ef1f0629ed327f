//! GRANT and REVOKE PROXY (M4.16–M4.18).

use super::{Flow, Replay};
use crate::server::catalogue::{Privilege, PrivilegeSet};
use crate::server::errors::account as errors;
use crate::syntax::statement::{AccountRef, UserSpec};
use crate::tables::row::{AccountKey, Origin, ProxyRow, contribute};

impl Replay {
    pub(super) fn grant_proxy(&mut self, proxied: &AccountRef, grantees: &[UserSpec], grant_option: bool) -> Flow {
        let proxied = self.subject(proxied)?;
        let grantees = self.subjects(grantees.iter().map(|g| &g.account))?;
        if grantees.iter().any(|key| !self.exists(*key)) {
            return Err(errors::cannot_create_by_grant().into());
        }
        for key in grantees {
            self.add_proxy(key, proxied, grant_option);
        }
        Ok(())
    }

    pub(super) fn add_proxy(&mut self, key: AccountKey, proxied: AccountKey, grant_option: bool) {
        let statement = self.statement;
        if self.tables.proxies.get(&(key, proxied)).is_none() {
            self.tables.ranked_as.proxies.remove(&(key, proxied));
        }
        let row = self.tables.proxies.get_or_insert_with((key, proxied), || ProxyRow {
            key,
            proxied,
            grant_option,
            origin: Origin::new(),
        });
        if let Some(row) = row {
            row.grant_option = grant_option;
            contribute(&mut row.origin, statement, PrivilegeSet::EMPTY);
        }
        // The server gives the grantee the global GRANT OPTION on the way (M4.17).
        if grant_option {
            self.add_global(key, PrivilegeSet::of(Privilege::GRANT_OPTION));
        }
    }

    pub(super) fn revoke_proxy(
        &mut self,
        if_exists: bool,
        ignore_unknown_user: bool,
        proxied: &AccountRef,
        users: &[AccountRef],
    ) -> Flow {
        let proxied = self.subject(proxied)?;
        let users = self.subjects(users)?;
        let mut rows = Vec::new();
        for key in users {
            if !self.exists(key) && ignore_unknown_user {
                self.warn_of_unknown_user(key);
                continue;
            }
            if self.tables.proxies.get(&(key, proxied)).is_some() && !rows.contains(&key) {
                rows.push(key);
                continue;
            }
            let error = errors::no_such_grant(self.text(key));
            if !if_exists || !self.exists(key) {
                return Err(error.into());
            }
            self.warn(error);
        }
        for key in rows {
            self.tables.proxies.remove(&(key, proxied));
        }
        Ok(())
    }
}
