//! Where MariaDB keeps the rows of `mysql.db` and `roles_mapping` on disk: a load reads them in that order (M3.11).

/// A new row takes the place that was freed last; places at the end that are free are given up. Good for one page of the
/// table, which is some sixty rows.
#[derive(Debug, Clone)]
pub(super) struct Disk<Row> {
    places: Vec<Option<Row>>,
    /// The free places, those last that are taken first; of those that were freed together it is not known which was first.
    free: Vec<Vec<usize>>,
    freed: bool,
    /// Some row is where another may be.
    unsure: bool,
}

/// What a statement that edits a table by hand does to its rows on disk.
#[derive(Debug, Clone)]
pub enum Move<Row> {
    /// A row is made.
    In(Row),
    /// These are deleted, in the order in which the server finds them.
    Out(Vec<Row>),
    /// A row gets another key.
    Renamed(Row, Row),
    /// All are gone, with their places.
    Emptied,
}

impl<Row> Move<Row> {
    /// The same of rows that are told otherwise.
    pub fn map<Other>(&self, mut told: impl FnMut(&Row) -> Other) -> Move<Other> {
        match self {
            Self::In(row) => Move::In(told(row)),
            Self::Out(rows) => Move::Out(rows.iter().map(told).collect()),
            Self::Renamed(old, new) => Move::Renamed(told(old), told(new)),
            Self::Emptied => Move::Emptied,
        }
    }
}

/// More rows than this may need a second page.
const ONE_PAGE: usize = 60;

impl<Row> Default for Disk<Row> {
    fn default() -> Self {
        Self { places: Vec::new(), free: Vec::new(), freed: false, unsure: false }
    }
}

impl<Row: Copy + PartialEq> Disk<Row> {
    /// A row is made.
    pub(super) fn put(&mut self, row: Row) {
        let Some(freed_last) = self.free.last_mut() else { return self.places.push(Some(row)) };
        self.unsure |= freed_last.len() > 1;
        if let Some(slot) = freed_last.pop().and_then(|place| self.places.get_mut(place)) {
            *slot = Some(row);
        }
        self.free.pop_if(|places| places.is_empty());
    }

    /// A row is taken out.
    pub(super) fn take(&mut self, row: Row) {
        self.take_together(&[row]);
    }

    /// Rows are taken out one after the other, nobody knows in which order.
    fn take_together(&mut self, rows: &[Row]) {
        self.freed = true;
        let mut places = Vec::new();
        for row in rows {
            let Some(place) = self.places.iter().position(|slot| *slot == Some(*row)) else { continue };
            self.places.get_mut(place).into_iter().for_each(|slot| *slot = None);
            places.push(place);
        }
        self.free.push(places);
        while self.places.last() == Some(&None) {
            self.places.pop();
        }
        let end = self.places.len();
        self.free.iter_mut().for_each(|places| places.retain(|place| *place < end));
        self.free.retain(|places| !places.is_empty());
        self.unsure &= end > 0;
    }

    /// These rows are taken out, one after the other.
    pub(super) fn clear(&mut self, gone: impl Fn(&Row) -> bool) {
        let rows: Vec<Row> = self.places.iter().flatten().filter(|row| gone(row)).copied().collect();
        rows.into_iter().for_each(|row| self.take(row));
    }

    /// Rows have other keys now, and stay where they are.
    pub(super) fn rename(&mut self, rename: impl Fn(&mut Row)) {
        self.places.iter_mut().flatten().for_each(rename);
    }

    /// A statement edits the table by hand. (Verified on 10.11.18.)
    pub(super) fn edit(&mut self, done: Move<Row>) {
        match done {
            Move::In(row) => self.put(row),
            Move::Out(rows) => self.take_together(&rows),
            Move::Renamed(old, new) => self.rename(|row| *row = if *row == old { new } else { *row }),
            Move::Emptied => *self = Self::default(),
        }
    }

    /// So many rows in the order in which they are read; `None` when more pages than one make it uncertain, or when others
    /// are there than were followed.
    pub(super) fn read(&self, count: usize, is_there: impl Fn(&Row) -> bool) -> Option<Vec<Row>> {
        let certain = !self.unsure && (!self.freed || self.places.len() <= ONE_PAGE);
        let rows = || self.places.iter().flatten().copied().collect::<Vec<Row>>();
        certain.then(rows).filter(|rows| rows.len() == count && rows.iter().all(is_there))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn disk(rows: &str) -> Disk<char> {
        let mut disk = Disk::default();
        rows.chars().for_each(|row| disk.put(row));
        disk
    }

    fn read(disk: &Disk<char>) -> Option<String> {
        let count = disk.places.iter().flatten().count();
        disk.read(count, |_| true).map(|rows| rows.into_iter().collect())
    }

    #[test]
    fn new_rows_take_the_places_of_deleted_ones() {
        let mut disk = disk("abcd");
        disk.take('b');
        disk.take('c');
        disk.put('x');
        disk.edit(Move::Renamed('d', 'e'));
        assert_eq!(read(&disk).as_deref(), Some("axe"));
        disk.take('e');
        disk.put('y');
        disk.put('z');
        assert_eq!(read(&disk).as_deref(), Some("ayxz"), "the place behind the last row was given up");
    }

    #[test]
    fn it_is_not_known_which_of_many_was_deleted_first() {
        let mut disk = disk("abcd");
        disk.edit(Move::Out(vec!['a', 'b']));
        assert_eq!(read(&disk).as_deref(), Some("cd"));
        disk.put('x');
        assert_eq!(read(&disk), None);
        disk.edit(Move::Out(vec!['c', 'd', 'x']));
        disk.put('y');
        assert_eq!(read(&disk).as_deref(), Some("y"), "an empty table is as new");
    }
}
