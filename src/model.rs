//! Derived relations, sorted and indexed.
