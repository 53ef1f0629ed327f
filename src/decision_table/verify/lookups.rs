//! What a table has to find its rows by: each name leads to itself, each user to its own rows, each row to its own place.

use super::super::DecisionTable;
use super::super::field::Field;
use super::Difference;

/// Looks everything up; how many entries there are, or the first that leads elsewhere.
pub fn compare(table: &DecisionTable) -> Result<usize, Difference> {
    let names = table.count(Field::NameEnd);
    for name in 0..names as u64 {
        let text = table.name(name);
        let found = table.find_name(text);
        if found != Some(name) {
            return Err(differs(format!("the name `{text}`"), &format!("{found:?}"), &format!("{:?}", Some(name))));
        }
        let user = table.value(Field::NameUser, name as usize).checked_sub(1);
        let of_user = user.map(|user| table.value(Field::UserName, user as usize));
        let known = table.find(Field::UserName, name).map(|_| name);
        if of_user != known {
            return Err(differs(
                format!("the user named `{text}`"),
                &of_user.map_or_else(|| "none".to_owned(), |name| format!("`{}`", table.name(name))),
                &known.map_or_else(|| "none".to_owned(), |name| format!("`{}`", table.name(name))),
            ));
        }
    }
    let mut rows = 0;
    for field in [Field::AccountBirth, Field::DbBirth, Field::TableBirth, Field::ColumnBirth, Field::RoutineBirth] {
        rows += births(table, field)?;
    }
    Ok(names + rows)
}

/// Rows are numbered in the order of creation, each once.
fn births(table: &DecisionTable, field: Field) -> Result<usize, Difference> {
    let mut found: Vec<u64> = (0..table.count(field)).map(|row| table.value(field, row)).collect();
    found.sort_unstable();
    match found.iter().zip(0..).find(|(found, wanted)| *found != wanted) {
        None => Ok(found.len()),
        Some((found, wanted)) => {
            let entry = format!("{field:?}, the order of creation");
            Err(differs(entry, &format!("has row {found} twice or too late"), &format!("row {wanted} comes here")))
        }
    }
}

fn differs(entry: String, table: &str, policy: &str) -> Difference {
    Difference { entry, table: table.to_owned(), policy: policy.to_owned(), statements: Vec::new() }
}
