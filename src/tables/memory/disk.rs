//! Where MariaDB keeps the rows of `mysql.db` on disk: a load reads them in that order (M3.11).

use crate::name::Symbol;
use crate::tables::row::AccountKey;

/// The key of a row.
type Row = (AccountKey, Symbol);

/// A new row takes the place that was freed last; places at the end that are free are given up. Good for one page of the
/// table, which is some sixty rows.
#[derive(Debug, Clone, Default)]
pub(super) struct Disk {
    places: Vec<Option<Row>>,
    free: Vec<usize>,
    freed: bool,
}

/// More rows than this may need a second page.
const ONE_PAGE: usize = 60;

impl Disk {
    /// A row is made.
    pub(super) fn put(&mut self, row: Row) {
        match self.free.pop() {
            Some(place) => {
                if let Some(slot) = self.places.get_mut(place) {
                    *slot = Some(row);
                }
            }
            None => self.places.push(Some(row)),
        }
    }

    /// A row is taken out.
    pub(super) fn take(&mut self, row: Row) {
        self.freed = true;
        let Some(place) = self.places.iter().position(|slot| *slot == Some(row)) else { return };
        if let Some(slot) = self.places.get_mut(place) {
            *slot = None;
        }
        self.free.push(place);
        while self.places.last() == Some(&None) {
            self.places.pop();
            let end = self.places.len();
            self.free.retain(|place| *place < end);
        }
    }

    /// All rows of an account are taken out.
    pub(super) fn clear(&mut self, account: AccountKey) {
        let rows: Vec<Row> = self.places.iter().flatten().filter(|row| row.0 == account).copied().collect();
        rows.into_iter().for_each(|row| self.take(row));
    }

    /// The rows of an account are another's now.
    pub(super) fn rename(&mut self, old: AccountKey, new: AccountKey) {
        for row in self.places.iter_mut().flatten().filter(|row| row.0 == old) {
            row.0 = new;
        }
    }

    /// The rows in the order in which they are read; `None` when more pages than one make it uncertain.
    pub(super) fn read(&self) -> Option<Vec<Row>> {
        let certain = !self.freed || self.places.len() <= ONE_PAGE;
        certain.then(|| self.places.iter().flatten().copied().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::{AccountKey, Disk, Symbol};

    /// As a MariaDB 10.11.18 server read `mysql.db` after such statements.
    #[test]
    fn places_are_used_again() {
        let row = |letter: char| (AccountKey::default(), Symbol(letter as u32));
        for (done, read) in [
            ("abcde-b-d xyz", "aycxez"),
            ("abcde-d-b xyz", "axcyez"),
            ("abcde-e xyz", "abcdxyz"),
            ("abcde-a xyz", "xbcdeyz"),
            ("abcdefg-b-d-f xyzw", "azcyexgw"),
            ("abcdefg-f-b-d xyzw", "aycxezgw"),
            ("abc-a-b-c xyzw", "xyzw"),
            ("abcd-c-d xyzw", "abxyzw"),
            ("abcde-d-e-b xyzw", "axcyzw"),
        ] {
            let mut disk = Disk::default();
            let mut out = false;
            for letter in done.chars().filter(|c| *c != ' ') {
                match letter {
                    '-' => out = true,
                    _ if out => {
                        disk.take(row(letter));
                        out = false;
                    }
                    _ => disk.put(row(letter)),
                }
            }
            let rows = disk.read().unwrap_or_default();
            let rows: String = rows.into_iter().filter_map(|(_, db)| char::from_u32(db.0)).collect();
            assert_eq!(rows, read, "{done}");
        }
    }
}
