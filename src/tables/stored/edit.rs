//! INSERT, REPLACE, UPDATE, DELETE and TRUNCATE of a stored table.

use super::value::{Strictness, Value};
use super::{Stored, StoredRow, StoredTable};
use crate::server::errors::ServerError;
use crate::server::errors::data as errors;
use crate::server::grant_tables::{Column, GrantTable, Holds};
use crate::syntax::statement::data::{Comparison, DataAction, Expression, Insert, InsertRow};
use crate::syntax::statement::{Credential, Secret};
use crate::tables::memory::Move;
use crate::tables::row::{Origin, StatementId, contribute_inserted, withdraw};
use smol_str::SmolStr;

/// Why an edit stops.
#[derive(Debug)]
pub enum Fault {
    /// The server refuses it.
    Refused(ServerError),
    /// It holds something that is not carried.
    Unread,
}

impl From<ServerError> for Fault {
    fn from(error: ServerError) -> Self {
        Self::Refused(error)
    }
}

type Result<T> = std::result::Result<T, Fault>;

/// One statement that changes one table.
#[derive(Debug)]
pub struct Edit<'a> {
    /// The stored tables.
    pub stored: &'a mut Stored,
    /// Which table.
    pub table: GrantTable,
    /// The statement.
    pub statement: StatementId,
    /// Which of several rows it inserts now, from 1 on; else 0.
    pub inserted: u32,
    /// `sql_mode` is strict.
    pub strict: bool,
    /// JSON columns are texts with a check, as in MariaDB.
    pub checked_json: bool,
    /// A statement that fails half-way is taken back.
    pub atomic: bool,
    /// The server's warnings.
    pub warnings: Vec<ServerError>,
}

/// Rows that a statement changed, as they were.
type Undo = Vec<(String, Option<StoredRow>)>;

impl Edit<'_> {
    /// Carries it out. The table must be one of the server's.
    ///
    /// # Errors
    /// What the server refuses, or what is not carried; nothing has changed then, but where the tables are not
    /// transactional, the rows before the one that was refused.
    pub fn run(&mut self, action: &DataAction) -> Result<()> {
        let mut undo = Undo::new();
        let noted = self.stored.moves.as_ref().map_or(0, Vec::len);
        let result = match action {
            DataAction::Insert(insert) => self.insert(insert, &mut undo),
            DataAction::Update { ignore, set, condition, limit } => {
                self.update(*ignore, set, condition.as_ref(), *limit, &mut undo)
            }
            DataAction::Delete { condition, limit } => self.delete(condition.as_ref(), *limit, &mut undo),
            DataAction::Truncate => self.truncate(),
        };
        if matches!(result, Err(Fault::Unread)) || (self.atomic && result.is_err()) {
            for (key, row) in undo.into_iter().rev() {
                let rows = &mut self.rows()?.rows;
                match row {
                    Some(row) => drop(rows.insert(key, row)),
                    None => drop(rows.swap_remove(&key)),
                }
            }
            self.stored.moves.iter_mut().for_each(|moves| moves.truncate(noted));
        }
        result
    }

    fn rows(&mut self) -> Result<&mut StoredTable> {
        self.stored.tables.get_mut(&self.table).ok_or(Fault::Unread)
    }

    fn table(&self) -> Result<&StoredTable> {
        self.stored.tables.get(&self.table).ok_or(Fault::Unread)
    }

    fn how(&self, ignore: bool) -> Strictness {
        Strictness { strict: self.strict && !ignore, checked_json: self.checked_json }
    }

    fn find_column(&self, name: &str) -> Result<usize> {
        self.table()?.place(name).ok_or_else(|| errors::unknown_column(name, "field list").into())
    }

    fn insert(&mut self, insert: &Insert, undo: &mut Undo) -> Result<()> {
        let places = self.named_columns(insert)?;
        let wrong = |row: &InsertRow| row.values.len() != places.len() && !row.values.is_empty();
        if let Some(bad) = insert.rows.iter().position(wrong) {
            return Err(errors::value_count(bad + 1).into());
        }
        for (name, value) in &insert.on_duplicate {
            self.find_column(name)?;
            self.table()?.check_columns(value, "field list")?;
        }
        let unsaid = |row: &InsertRow| row.values.is_empty();
        let places = if insert.rows.iter().any(unsaid) { Vec::new() } else { places };
        for (number, row) in insert.rows.iter().enumerate() {
            let values = self.new_values(&places, row, number + 1, insert.ignore)?;
            if number == 0 {
                self.missing_defaults(&places, insert.ignore)?;
            }
            self.inserted = if insert.rows.len() > 1 { number as u32 + 1 } else { 0 };
            self.insert_row(insert, values, number + 1, undo)?;
        }
        Ok(())
    }

    /// The places of the columns that values are given for.
    fn named_columns(&self, insert: &Insert) -> Result<Vec<usize>> {
        let Some(columns) = &insert.columns else { return Ok((0..self.table()?.columns.len()).collect()) };
        let mut places = Vec::with_capacity(columns.len());
        for name in columns {
            let place = self.find_column(name)?;
            if places.contains(&place) {
                return Err(errors::column_twice(name).into());
            }
            places.push(place);
        }
        Ok(places)
    }

    /// Columns without a default about which nothing is said.
    fn missing_defaults(&mut self, places: &[usize], ignore: bool) -> Result<()> {
        let table = self.table()?;
        let unsaid =
            table.columns.iter().enumerate().filter(|(i, column)| !places.contains(i) && lacks_default(column));
        let mut errors: Vec<ServerError> = unsaid.map(|(_, column)| errors::no_default(column.name)).collect();
        if self.how(ignore).strict && !errors.is_empty() {
            return Err(errors.swap_remove(0).into());
        }
        self.warnings.append(&mut errors);
        Ok(())
    }

    fn new_values(
        &mut self,
        places: &[usize],
        row: &InsertRow,
        number: usize,
        ignore: bool,
    ) -> Result<Vec<Option<SmolStr>>> {
        let values = self.table()?.columns.iter().map(default_value).collect();
        let mut fresh = StoredRow { values, origin: Origin::new() };
        for (&place, expression) in places.iter().zip(&row.values) {
            self.set(&mut fresh, place, expression, number, ignore)?;
        }
        Ok(fresh.values)
    }

    /// Sets one value of a row.
    fn set(
        &mut self,
        row: &mut StoredRow,
        place: usize,
        expression: &Expression,
        number: usize,
        ignore: bool,
    ) -> Result<()> {
        let how = self.how(ignore);
        let table = self.table()?;
        let column = *table.columns.get(place).ok_or(Fault::Unread)?;
        let mut warnings = Vec::new();
        let kept = match expression {
            Expression::Default if lacks_default(&column) && how.strict => {
                return Err(errors::no_default(column.name).into());
            }
            Expression::Default => default_value(&column),
            _ => {
                let value = match table.value(expression, row) {
                    // A hash that is computed here: nobody knows it, but that there is one.
                    Err(Fault::Unread) if is_credential(&column) => self.computed(expression)?,
                    Err(Fault::Unread) if column.holds == Holds::Time => Value::Text(SmolStr::default()),
                    other => other?,
                };
                self.table()?.fit(&column, &value, number, how, &mut warnings)?
            }
        };
        self.warnings.append(&mut warnings);
        row.values.get_mut(place).into_iter().for_each(|slot| *slot = kept.clone());
        Ok(())
    }

    fn computed(&mut self, expression: &Expression) -> Result<Value> {
        let Expression::Call(name, arguments) = expression else { return Err(Fault::Unread) };
        let credential = match (name.as_str(), arguments.as_slice()) {
            ("PASSWORD" | "OLD_PASSWORD", [Expression::Text(text)]) => Credential::Password(text.clone()),
            _ => Credential::Random,
        };
        Ok(Value::Text(self.stored.keep(&credential)))
    }

    fn insert_row(
        &mut self,
        insert: &Insert,
        values: Vec<Option<SmolStr>>,
        number: usize,
        undo: &mut Undo,
    ) -> Result<()> {
        let table = self.table()?;
        let key = table.key_of(&values);
        let old = table.rows.get(&key).filter(|_| !insert.replace).cloned();
        let Some(old) = old else {
            return self.put(key, None, StoredRow { values, origin: Origin::new() }, undo);
        };
        if insert.on_duplicate.is_empty() {
            return self.duplicate(&values, insert.ignore);
        }
        let mut row = old.clone();
        for (name, value) in &insert.on_duplicate {
            let place = self.find_column(name)?;
            let value = self.inserted(value, &values)?;
            self.set(&mut row, place, &value, number, insert.ignore)?;
        }
        self.change(key, old, row, insert.ignore, undo)
    }

    /// 1062, or a warning of it.
    fn duplicate(&mut self, values: &[Option<SmolStr>], ignore: bool) -> Result<()> {
        let table = self.table()?;
        let error = errors::duplicate_entry(&table.key_words(values), &table.key.0);
        if !ignore {
            return Err(error.into());
        }
        self.warnings.push(error);
        Ok(())
    }

    /// `VALUES(column)` is the value that could not be inserted.
    fn inserted(&self, expression: &Expression, values: &[Option<SmolStr>]) -> Result<Expression> {
        let Expression::Call(name, arguments) = expression else { return Ok(expression.clone()) };
        let ("VALUES" | "VALUE", [Expression::Column(column)]) = (name.as_str(), arguments.as_slice()) else {
            return Ok(expression.clone());
        };
        let value = values.get(self.find_column(column)?).cloned().flatten();
        Ok(value.map_or(Expression::Null, |text| Expression::Text(Secret::new(text))))
    }

    fn update(
        &mut self,
        ignore: bool,
        set: &[(SmolStr, Expression)],
        condition: Option<&Expression>,
        limit: Option<u64>,
        undo: &mut Undo,
    ) -> Result<()> {
        let mut places = Vec::with_capacity(set.len());
        for (name, value) in set {
            places.push((self.find_column(name)?, value));
        }
        let table = self.table()?;
        set.iter().try_for_each(|(_, value)| table.check_columns(value, "field list"))?;
        let scanned = self.scanned(condition)?;
        for key in self.chosen(condition, limit)? {
            let Some(old) = self.table()?.rows.get(&key).cloned() else { continue };
            let number = scanned.binary_search(&key).map_or(1, |at| at + 1);
            let mut row = old.clone();
            for (place, value) in &places {
                self.set(&mut row, *place, value, number, ignore)?;
            }
            self.change(key, old, row, ignore, undo)?;
        }
        Ok(())
    }

    /// The keys of the rows that are read, in order; errors number rows by it. What a condition says of the first
    /// columns of the primary key spares rows.
    fn scanned(&self, condition: Option<&Expression>) -> Result<Vec<String>> {
        let table = self.table()?;
        let parts = match condition {
            Some(Expression::All(parts)) => parts.as_slice(),
            Some(other) => std::slice::from_ref(other),
            None => &[],
        };
        let mut spared: Vec<Expression> = Vec::new();
        for name in &table.key.1 {
            let of = parts.iter().filter(|part| is_range(part, name));
            let before = spared.len();
            spared.extend(of.cloned());
            if spared.len() == before {
                break;
            }
        }
        table.matching(Some(Expression::All(spared)).filter(|e| *e != Expression::All(Vec::new())).as_ref())
    }

    /// The keys of the rows that WHERE and LIMIT choose.
    fn chosen(&self, condition: Option<&Expression>, limit: Option<u64>) -> Result<Vec<String>> {
        let table = self.table()?;
        condition.map_or(Ok(()), |condition| table.check_columns(condition, "where clause"))?;
        let mut keys = table.matching(condition)?;
        keys.truncate(limit.map_or(usize::MAX, |limit| limit as usize));
        Ok(keys)
    }

    /// Puts a changed row in the place of the old one, which may become another.
    fn change(&mut self, key: String, old: StoredRow, mut row: StoredRow, ignore: bool, undo: &mut Undo) -> Result<()> {
        if old.values == row.values {
            return Ok(());
        }
        let table = self.table()?;
        let new_key = table.key_of(&row.values);
        if new_key != key && table.rows.contains_key(&new_key) {
            return self.duplicate(&row.values, ignore);
        }
        row.origin = old.origin.clone();
        if new_key != key {
            self.rows()?.rows.swap_remove(&key);
            undo.push((key, Some(old.clone())));
            self.stored.note(self.table, || Move::Renamed(old.clone(), row.clone()));
        }
        self.put(new_key, Some(&old), row, undo)
    }

    /// Puts a row in; the statement is behind what it adds.
    fn put(&mut self, key: String, old: Option<&StoredRow>, mut row: StoredRow, undo: &mut Undo) -> Result<()> {
        let (statement, inserted) = (self.statement, self.inserted);
        let table = self.rows()?;
        let had = old.map(|old| table.privileges(old)).unwrap_or_default();
        let has = table.privileges(&row);
        withdraw(&mut row.origin, had.minus(has), true);
        contribute_inserted(&mut row.origin, statement, inserted, has.minus(had));
        let is_new = old.is_none() && !table.rows.contains_key(&key);
        if is_new {
            self.stored.note(self.table, || Move::In(row.clone()));
        }
        undo.push((key.clone(), self.rows()?.rows.insert(key, row)));
        Ok(())
    }

    fn delete(&mut self, condition: Option<&Expression>, limit: Option<u64>, undo: &mut Undo) -> Result<()> {
        let before = undo.len();
        for key in self.chosen(condition, limit)? {
            let old = self.rows()?.rows.swap_remove(&key);
            undo.push((key, old));
        }
        let gone = undo.iter().skip(before).filter_map(|(_, row)| row.clone());
        self.stored.note(self.table, || Move::Out(gone.collect()));
        Ok(())
    }

    fn truncate(&mut self) -> Result<()> {
        self.rows()?.rows.clear();
        self.stored.note(self.table, || Move::Emptied);
        Ok(())
    }
}

/// The condition compares that column with texts, so that an index serves it.
fn is_range(condition: &Expression, column: &str) -> bool {
    let is_column = |e: &Expression| matches!(e, Expression::Column(name) if name.eq_ignore_ascii_case(column));
    match condition {
        Expression::Compare(Comparison::Equal | Comparison::Unequal, a, _) | Expression::In(a, _) => is_column(a),
        Expression::Like(a, pattern) => {
            let wild = |text: &Secret| text.reveal().starts_with(['%', '_']);
            is_column(a) && matches!(&**pattern, Expression::Text(text) if !wild(text))
        }
        _ => false,
    }
}

fn is_credential(column: &Column) -> bool {
    matches!(column.name, "authentication_string" | "Password")
}

/// Words have a default even where none is declared: the first.
fn lacks_default(column: &Column) -> bool {
    column.default.is_none() && !column.null && !matches!(column.holds, Holds::Word(_))
}

pub(super) fn default_value(column: &Column) -> Option<SmolStr> {
    match (column.default, column.holds) {
        (Some(default), _) => Some(SmolStr::new_static(default)),
        (None, _) if column.null => None,
        (None, Holds::Word([first, ..])) => Some(SmolStr::new_static(first)),
        (None, _) => Some(SmolStr::default()),
    }
}
