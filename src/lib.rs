//! grantc: a compiler for MySQL and MariaDB access control.
//!
//! It reads the accounts and grants of a server as SQL and answers what that server would do: who gets in from
//! where, as which account row, what they may then do, and which row and which statement gave it to them.
//!
//! # The map
//!
//! Data flows one way, and modules are declared below in that order:
//!
//! ```text
//! text ──► statements ──► rows ──► facts ──► derived relations ──► answers
//! source   syntax         tables   facts     rules, model          answer, batch, explain
//! ```
//!
//! * [`policy::load`] takes texts to a [`policy::Policy`]: it recognises the form a text has, settles the server
//!   and its variables, parses with the grammars in `grammar/`, and replays each statement on
//!   [`tables::GrantTables`] as the server would, or refuses it with the server's errno. Rows that are written by
//!   hand go to [`tables::stored`] and count after the next load.
//! * [`answer::Engine`] answers questions. For each it copies the rows that the client's user name can touch to
//!   [`facts::Facts`], turns the statement asked about into [`demand::Demands`], runs the program in [`rules`], and
//!   puts the [`model::Model`] into words.
//! * [`graph`] ties what was derived for all clients to the rows and statements that it rests on; [`emit`] writes that as
//!   graphs and relations.
//! * [`diagnose`] reads the error line of a client or log and tells which of its possible causes hold.
//! * [`mend`] proposes what would allow a request that is denied, and has each proposal replayed before it is shown; where
//!   nothing would, it says why.
//! * [`rules`] is the single statement of the semantics: precedence, inheritance, restriction and combination are
//!   rules there and nowhere else. Rust supplies parsing, matching ([`matching`]) and sort keys
//!   ([`server::ordering`]).
//! * [`client::set`] parts all clients there can be into sets that no host text tells apart, with the languages of
//!   [`matching::language`]; `accounts` says with it who gets which row.
//! * [`answer::effect`] decides everything over all clients and objects that policies can tell apart; [`answer::diff`],
//!   [`answer::plan`] and [`answer::snapshot`] compare policies by it.
//! * [`decision_table`] is a policy in one file, rows in the order in which the server tries them: it answers by itself
//!   what is asked most, and gives back the rows that the other answers need.
//! * [`live`] runs what sessions run while the policy changes: each sees what it keeps and what it picks up.
//! * [`mod@reference`] answers the same a second time, slowly and apart from all that, to hold the answers against.
//! * [`server`] is the only place where servers differ: behaviours, privileges, variables, errors are data there.
//! * [`cli`] is the `grantc` program; it decides nothing.
//!
//! Rule numbers such as M5.2 in comments, glosses and messages name the rules of grantc's semantics document, most of which
//! were verified on live servers; `tests/cases` has the cases for them.
//!
//! # An example
//!
//! ```
//! use grantc::answer::{Engine, Verdict};
//! use grantc::client::{Ask, Client, From, Object};
//! use grantc::policy::{self, Options};
//! use grantc::source::Source;
//!
//! let text = "CREATE USER joe@'%'; GRANT SELECT ON shop.* TO joe@'%';";
//! let policy = policy::load(vec![Source::new("shop.sql", text)], &Options::default());
//! let engine = Engine::new(&policy);
//! let client = Client { user: "joe".into(), from: From::Socket, ..Client::default() };
//! let ask = Ask::Can { privilege: "SELECT".into(), on: Object::Table("shop".into(), "orders".into()) };
//! let decision = engine.check(&client, &ask);
//! assert_eq!(decision.verdict, Verdict::Allow);
//! assert_eq!(decision.rows[0].words(), "db row 'joe'@'%' shop");
//! assert_eq!(decision.rows[0].sources[0].line, 1);
//! ```

// The parsers that pest makes name it.
extern crate alloc;

pub mod source;

pub mod diagnostic;
pub mod name;

pub mod server;

pub mod matching;

pub mod syntax;

pub mod tables;

pub mod client;
pub mod demand;

pub mod policy;

pub mod reference;

pub mod facts;

pub mod rules;

pub mod model;

pub mod answer;

pub mod decision_table;

pub mod graph;

pub mod mend;

pub mod batch;
pub mod emit;
pub mod explain;

pub mod live;

pub mod expectation;

pub mod diagnose;

pub mod cli;
