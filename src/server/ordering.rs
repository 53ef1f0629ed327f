//! Sort keys of account, db, table, routine and proxy rows, per rule set (section 3 of the semantics).
