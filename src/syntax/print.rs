//! Statements as canonical SQL, secrets aside.
