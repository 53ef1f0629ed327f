//! Rows and accounts in words, for those who look at a difference.

use super::Reference;
use crate::tables::row::{AccountKey, RowId, Table};

impl Reference<'_> {
    /// `'user'@'host'`
    pub fn account_words(&self, key: AccountKey) -> String {
        let (user, host) = self.tables.account_text(key);
        format!("'{user}'@'{host}'")
    }

    /// The table of a row, whose it is, and what it is on, such as `db 'joe'@'%' shop`.
    pub fn row_words(&self, row: RowId) -> String {
        let tables = self.tables;
        let at = row.index;
        let name = row.table.name();
        let described = |key: AccountKey, on: &[&str]| {
            let on: Vec<&str> = on.iter().copied().filter(|text| !text.is_empty()).collect();
            format!("{name} {} {}", self.account_words(key), on.join(".")).trim_end().to_owned()
        };
        let found = match row.table {
            Table::User => tables.users.at(at).map(|row| described(row.key, &[])),
            Table::GlobalGrants => {
                tables.dynamic.at(at).map(|row| described(row.key, &[row.privilege.display(&tables.names)]))
            }
            Table::Db => tables.dbs.at(at).map(|row| described(row.key, &[self.text(row.db)])),
            Table::TablesPriv => {
                tables.tables.at(at).map(|row| described(row.key, &[self.text(row.db), self.text(row.table)]))
            }
            Table::ColumnsPriv => tables.tables.iter().find_map(|(_, _, row)| {
                let column = row.columns.iter().find(|column| column.index == at)?;
                Some(described(row.key, &[self.text(row.db), self.text(row.table), self.text(column.column)]))
            }),
            Table::ProcsPriv => {
                tables.routines.at(at).map(|row| described(row.key, &[self.text(row.db), self.text(row.routine)]))
            }
            _ => None,
        };
        found.unwrap_or_else(|| format!("{name} row {at}"))
    }
}
