//! Queries as the parser of queries knows them: without what it does not know and no privilege depends on.

use super::words::Words;

/// Words behind which a query may begin.
const QUERY_FOLLOWS: &[&str] = &["(", "UNION", "ALL", "DISTINCT", "EXCEPT", "INTERSECT", "AS", ")"];

/// Takes out of a query what its parser does not know and no privilege depends on; `TABLE t` becomes the SELECT that it stands for.
pub(super) fn plain_query(words: &Words<'_>) -> String {
    const MODIFIERS: &[&str] = &[
        "SQL_NO_CACHE",
        "SQL_CACHE",
        "SQL_CALC_FOUND_ROWS",
        "SQL_SMALL_RESULT",
        "SQL_BIG_RESULT",
        "SQL_BUFFER_RESULT",
        "HIGH_PRIORITY",
    ];
    let mut reader = words.clone();
    let mut dropped = Vec::new();
    dropped.push(0..words.position());
    let mut replaced = Vec::new();
    let mut begins = true;
    while !reader.at_end() {
        let at = reader.position();
        let before = std::mem::replace(&mut begins, QUERY_FOLLOWS.iter().any(|w| reader.is(w)));
        let begins = before;
        if reader.eat("LOCK IN SHARE MODE")
            || reader.eat("SKIP LOCKED")
            || reader.eat("NOWAIT")
            || own_clause(&mut reader)
        {
            dropped.push(at..reader.position());
        } else if reader.is("NEXT VALUE FOR") || reader.is("PREVIOUS VALUE FOR") {
            let call = if reader.is("NEXT") { "NEXTVAL(" } else { "LASTVAL(" };
            reader.go_to(at + 3);
            dropped.push(at + 1..at + 3);
            replaced.push((at, call.to_owned()));
            let last = reader.position() + if reader.peek_at(1).is_some_and(|t| t.is(".")) { 2 } else { 0 };
            reader.go_to(last);
            let name = words.between(last, last + 1);
            replaced.push((last, format!("{name})")));
            reader.next();
        } else if reader.eat("SELECT STRAIGHT_JOIN") || reader.eat("ALL STRAIGHT_JOIN") {
            dropped.push(at + 1..reader.position());
        } else if begins && reader.eat("TABLE") {
            replaced.push((at, "SELECT * FROM".to_owned()));
        } else if MODIFIERS.iter().any(|m| reader.is(m)) && reader.peek_at(1).is_none_or(|t| t.mark() != Some(',')) {
            dropped.push(at..at + 1);
            reader.next();
        } else {
            reader.next();
        }
    }
    let replaced: Vec<(usize, &str)> = replaced.iter().map(|(at, text)| (*at, text.as_str())).collect();
    words.rewritten(&dropped, &replaced)
}

/// Steps over a clause of MariaDB on which no privilege depends.
fn own_clause(words: &mut Words<'_>) -> bool {
    if words.eat("ROWS EXAMINED") {
        words.next();
        return true;
    }
    if words.is("PROCEDURE ANALYSE (") {
        words.eat("PROCEDURE ANALYSE");
        words.skip_brackets();
        return true;
    }
    if words.is("WAIT") && words.peek_at(1).is_some_and(|t| t.text.chars().all(|c| c.is_ascii_digit())) {
        words.next();
        words.next();
        return true;
    }
    if !words.eat("FOR SYSTEM_TIME") {
        return false;
    }
    let between = if words.eat("BETWEEN") { Some("AND") } else { words.eat("FROM").then_some("TO") };
    if let Some(between) = between {
        point_in_time(words);
        words.eat(between);
        point_in_time(words);
    } else if words.eat("AS OF") {
        point_in_time(words);
    } else {
        words.eat("ALL");
    }
    true
}

/// Steps over `TIMESTAMP '…'`, `TRANSACTION 3`, `NOW()`.
fn point_in_time(words: &mut Words<'_>) {
    words.eat_any(&["TIMESTAMP", "TRANSACTION"]);
    words.next();
    if words.is("(") {
        words.skip_brackets();
    }
}
