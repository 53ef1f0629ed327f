//! Where MariaDB keeps the rows of `mysql.db` and `roles_mapping` on disk: a load reads them in that order (M3.11).

/// A new row takes the place that was freed last; places at the end that are free are given up. Good for one page of the
/// table, which is some sixty rows.
#[derive(Debug, Clone)]
pub(super) struct Disk<Row> {
    places: Vec<Option<Row>>,
    free: Vec<usize>,
    freed: bool,
}

/// More rows than this may need a second page.
const ONE_PAGE: usize = 60;

impl<Row> Default for Disk<Row> {
    fn default() -> Self {
        Self { places: Vec::new(), free: Vec::new(), freed: false }
    }
}

impl<Row: Copy + PartialEq> Disk<Row> {
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

    /// These rows are taken out, one after the other.
    pub(super) fn clear(&mut self, gone: impl Fn(&Row) -> bool) {
        let rows: Vec<Row> = self.places.iter().flatten().filter(|row| gone(row)).copied().collect();
        rows.into_iter().for_each(|row| self.take(row));
    }

    /// Rows have other keys now, and stay where they are.
    pub(super) fn rename(&mut self, rename: impl Fn(&mut Row)) {
        self.places.iter_mut().flatten().for_each(rename);
    }

    /// So many rows in the order in which they are read; `None` when more pages than one make it uncertain, or when others
    /// are there than were followed.
    pub(super) fn read(&self, count: usize) -> Option<Vec<Row>> {
        let certain = !self.freed || self.places.len() <= ONE_PAGE;
        let rows = || self.places.iter().flatten().copied().collect::<Vec<Row>>();
        certain.then(rows).filter(|rows| rows.len() == count)
    }
}

#[cfg(test)]
mod tests {
    use super::Disk;

    /// As a MariaDB 10.11.18 server read `mysql.db` after such statements.
    #[test]
    fn places_are_used_again() {
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
                        disk.take(letter);
                        out = false;
                    }
                    _ => disk.put(letter),
                }
            }
            let rows = disk.read(read.len()).unwrap_or_default();
            assert_eq!(rows.into_iter().collect::<String>(), read, "{done}");
        }
    }
}
