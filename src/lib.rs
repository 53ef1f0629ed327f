//! grantc: a compiler for MySQL and MariaDB access control.

pub mod source;

pub mod diagnostic;
pub mod matching;
pub mod name;
pub mod server;

pub mod syntax;

pub mod tables;

pub mod policy;

pub mod facts;

pub mod rules;

pub mod model;

pub mod client;
pub mod demand;
pub mod explain;

pub mod answer;

pub mod batch;
pub mod emit;

pub mod expectation;

pub mod cli;
