//! IDENTIFIED clauses: which plugin, and whether the credential suits it (M4.6–M4.11).

use super::{Flow, Replay};
use crate::server::behaviour::Behaviour;
use crate::server::catalogue::plugins::{self, Keeps};
use crate::server::errors::{ServerError, account as errors, mariadb};
use crate::syntax::statement::{Authentication, Credential, UserSpec};
use crate::tables::row::UserRow;
use smallvec::SmallVec;
use smol_str::SmolStr;

impl Replay {
    pub(super) fn default_authentication(&self) -> Authentication {
        Authentication { plugin: Some(SmolStr::new(self.tables.default_plugin())), credential: Credential::Unspecified }
    }

    /// Puts the IDENTIFIED clauses of CREATE or ALTER USER into a row.
    pub(super) fn authenticate(&mut self, row: &mut UserRow, spec: &UserSpec) -> Flow {
        let mut factors = spec.factors.iter();
        if let Some(first) = factors.next() {
            let mut settled = SmallVec::new();
            for alternative in first {
                let current = row.authentication.first().and_then(|a| a.plugin.clone());
                let current = current.filter(|_| !self.has(Behaviour::PlainPasswordIsNative));
                settled.push(self.settle(alternative, current)?);
            }
            if !settled.is_empty() {
                row.authentication = settled;
            }
            row.more_factors.clear();
        }
        for factor in factors {
            for alternative in factor {
                let settled = self.settle(alternative, None)?;
                row.more_factors.push(settled);
            }
        }
        Ok(())
    }

    /// One clause with its plugin named; a plugin that stores no password forgets the one of BY.
    pub(super) fn settle(&mut self, written: &Authentication, current: Option<SmolStr>) -> Flow<Authentication> {
        let plugin = written.plugin.clone().or(current).unwrap_or_else(|| SmolStr::new(self.tables.default_plugin()));
        self.check_plugin(&plugin)?;
        let known = plugins::find(&plugin);
        let credential = match &written.credential {
            Credential::Password(_) if self.keeps_no_password(&plugin) => {
                return Err(mariadb::password_not_applicable(&plugin).into());
            }
            Credential::Password(_) | Credential::Random if known.is_some_and(|p| p.keeps == Keeps::Text) => {
                Credential::Unspecified
            }
            Credential::Stored(hash) if !plugins::is_plausible_hash(&self.server(), &plugin, hash.reveal()) => {
                self.refuse_unless_tolerant(self.malformed_hash(&plugin))?;
                written.credential.clone()
            }
            other => other.clone(),
        };
        let plugin = known.map_or(plugin, |p| SmolStr::new_static(p.name));
        Ok(Authentication { plugin: Some(plugin), credential })
    }

    /// A password is refused where the plugin keeps none, and not only forgotten.
    pub(super) fn keeps_no_password(&self, plugin: &str) -> bool {
        let text = plugins::find(plugin).is_some_and(|p| p.keeps == Keeps::Text);
        text && self.has(Behaviour::PlainPasswordIsNative)
    }

    pub(super) fn malformed_hash(&self, plugin: &str) -> ServerError {
        if self.has(Behaviour::HashesMeasured) { mariadb::wrong_hash_length(plugin) } else { errors::malformed_hash() }
    }

    fn check_plugin(&mut self, plugin: &str) -> Flow {
        if plugins::is_absent(&self.server(), &self.tables.variables, plugin) {
            return self.refuse_unless_tolerant(errors::plugin_not_loaded(plugin));
        }
        if plugins::find(plugin).is_none() {
            self.warn(errors::plugin_not_loaded(plugin));
        }
        Ok(())
    }
}
