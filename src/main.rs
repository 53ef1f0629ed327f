//! `grantc`: parse arguments, run, exit status.

fn main() {}
