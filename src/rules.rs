//! The Datalog program.
