//! Which of two rows the server tries first, as the program says.
//!
//! The order of rows is decided by the rules and nowhere else (M3.4–M3.12, M5.2, M5.7). What they look at is whether one
//! rank is smaller, whether a row is of the empty user, and whether the server fixes the order of equals. There are few
//! such *shapes* of two rows, so the program is run once for each, and rows are sorted by what it chose.

use crate::facts::Facts;
use crate::facts::base;
use crate::facts::id::{Account, Client, Database, DbText, Host, Position, Routine, Session, Table as TableId, User};
use crate::name::Symbol;
use crate::rules;
use crate::rules::name::RuleName;
use crate::server::Server;
use crate::server::behaviour::Behaviour;
use crate::server::catalogue::Privilege;
use crate::server::ordering::Rank;
use crate::tables::row::{RowId, Table};
use rayon::prelude::*;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// The tables whose rows compete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contest {
    /// `mysql.user`: who is selected.
    Accounts,
    /// `mysql.db`: whose row counts for a database.
    Databases,
    /// `tables_priv`: whose row counts for a table.
    Tables,
    /// `procs_priv`: whose row counts for a routine.
    Routines,
}

/// All that the rules look at when two rows compete that both match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shape {
    contest: Contest,
    /// The ranks are equal, or that of the first row is smaller.
    ranks_equal: bool,
    /// Which of the rows are of the empty user.
    anonymous: [bool; 2],
    /// The places of the rows among their equals, if the server fixes them.
    places: Option<Ordering>,
}

/// What the program chose for each shape.
#[derive(Debug)]
pub struct Precedence(Vec<(Shape, Ordering)>);

/// One row that competes.
#[derive(Debug, Clone, Copy)]
pub struct Contender {
    /// Its rank.
    pub rank: Rank,
    /// It is of the empty user.
    pub anonymous: bool,
}

const CONTESTS: [Contest; 4] = [Contest::Accounts, Contest::Databases, Contest::Tables, Contest::Routines];
const PLACES: [Option<Ordering>; 3] = [None, Some(Ordering::Less), Some(Ordering::Greater)];

impl Precedence {
    /// What the program says for that server; it is asked once.
    pub fn of(server: &Server) -> Arc<Self> {
        static KNOWN: Mutex<BTreeMap<u32, Arc<Precedence>>> = Mutex::new(BTreeMap::new());
        let known = |found: &mut BTreeMap<u32, Arc<Self>>| found.get(&server.code()).cloned();
        if let Some(precedence) = KNOWN.lock().ok().and_then(|mut found| known(&mut found)) {
            return precedence;
        }
        let precedence = Arc::new(Self::ask(server));
        if let Ok(mut found) = KNOWN.lock() {
            found.insert(server.code(), Arc::clone(&precedence));
        }
        precedence
    }

    /// Runs the program on every shape.
    fn ask(server: &Server) -> Self {
        let mut shapes = Vec::new();
        for contest in CONTESTS {
            for ranks_equal in [false, true] {
                for anonymous in [[false, false], [false, true], [true, false], [true, true]] {
                    for places in PLACES {
                        shapes.push(Shape { contest, ranks_equal, anonymous, places });
                    }
                }
            }
        }
        Self(shapes.into_par_iter().map(|shape| (shape, shape.decide(server))).collect())
    }

    /// Which row comes first; equal is a tie. `places` tells the order of rows of equal rank, where the server fixes one.
    pub fn compare(
        &self,
        contest: Contest,
        one: Contender,
        other: Contender,
        places: impl FnOnce() -> Option<Ordering>,
    ) -> Ordering {
        if other.rank < one.rank {
            return self.look_up(contest, false, [other.anonymous, one.anonymous], None).reverse();
        }
        let ranks_equal = one.rank == other.rank;
        let places = if ranks_equal { places().filter(|order| order.is_ne()) } else { None };
        self.look_up(contest, ranks_equal, [one.anonymous, other.anonymous], places)
    }

    fn look_up(&self, contest: Contest, ranks_equal: bool, anonymous: [bool; 2], places: Option<Ordering>) -> Ordering {
        let place = PLACES.iter().position(|known| *known == places).unwrap_or(0);
        let pair = usize::from(anonymous[0]) * 2 + usize::from(anonymous[1]);
        let at = ((contest as usize * 2 + usize::from(ranks_equal)) * 4 + pair) * PLACES.len() + place;
        self.0.get(at).map_or(Ordering::Equal, |(_, chosen)| *chosen)
    }
}

/// The names of the little policy that a shape stands for.
const CLIENT: Client = Client(0);
const SESSION: Session = Session(0);
const NAMED: User = User(Symbol(1));
const DATABASE: Database = Database(0);
const TABLE: TableId = TableId(0);
const ROUTINE: Routine = Routine(0);

impl Shape {
    /// A client that both rows match: which of them does the program choose?
    fn decide(self, server: &Server) -> Ordering {
        let model = rules::evaluate(&self.facts(server));
        let chosen = |row: u32| match self.contest {
            Contest::Accounts => model.account_selected.iter().any(|s| s.1 == Account(row)),
            Contest::Databases => model.db_chosen.iter().any(|c| c.2.index == row),
            Contest::Tables => model.table_chosen.iter().any(|c| c.2.index == row),
            Contest::Routines => model.routine_held.iter().any(|h| h.3.index == row && h.4 == RuleName::RoutineBestRow),
        };
        match (chosen(0), chosen(1)) {
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            _ => Ordering::Equal,
        }
    }

    fn facts(self, server: &Server) -> Facts {
        let mut facts = Facts::default();
        facts.server_has.extend(Behaviour::ALL.iter().filter(|b| server.has(**b)).map(|b| base::ServerHas(*b)));
        facts.client_user.push(base::ClientUser(CLIENT, NAMED));
        if self.contest != Contest::Accounts {
            // The session is there already, as an account that no row competes with.
            let own = Account(2);
            facts.session_of.push(base::SessionOf(SESSION, CLIENT, own));
            facts.session_runs.push(base::SessionRuns(SESSION, own));
            facts.account_name.push(base::AccountName(own, NAMED, Host(Symbol(9))));
            facts.database_asked.push(base::DatabaseAsked(CLIENT, DATABASE));
        }
        for row in [0, 1] {
            self.row(row, &mut facts);
        }
        facts
    }

    fn row(self, at: u32, facts: &mut Facts) {
        let anonymous = self.anonymous.get(at as usize).copied().unwrap_or_default();
        let user = if anonymous { User::ANONYMOUS } else { NAMED };
        let rank = Rank(if self.ranks_equal { 0 } else { u64::from(at) });
        let place = match self.places {
            Some(Ordering::Greater) => Some(1 - at),
            Some(_) => Some(at),
            None => None,
        };
        let (account, host, text) = (Account(at), Host(Symbol(10 + at)), DbText(Symbol(20 + at)));
        facts.host_matches.push(base::HostMatches(CLIENT, host));
        facts.account_name.push(base::AccountName(account, user, host));
        let id = |table| RowId { table, index: at };
        let row = match self.contest {
            Contest::Accounts => {
                facts.account_row.push(base::AccountRow(account, user, host, rank, id(Table::User)));
                facts.array_order.extend(place.map(|place| base::ArrayOrder(account, Position(place))));
                return;
            }
            Contest::Databases => {
                facts.db_row.push(base::DbRow(id(Table::Db), account, user, host, text, rank));
                facts.db_matches.push(base::DbMatches(DATABASE, text));
                id(Table::Db)
            }
            Contest::Tables => {
                facts.table_row.push(base::TableRow(id(Table::TablesPriv), account, NAMED, host, rank));
                facts.row_on_table.push(base::RowOnTable(id(Table::TablesPriv), TABLE));
                facts.table_asked.push(base::TableAsked(CLIENT, TABLE, DATABASE));
                id(Table::TablesPriv)
            }
            Contest::Routines => {
                facts.routine_row.push(base::RoutineRow(id(Table::ProcsPriv), account, NAMED, host, rank));
                facts.row_on_routine.push(base::RowOnRoutine(id(Table::ProcsPriv), ROUTINE));
                facts.routine_asked.push(base::RoutineAsked(CLIENT, ROUTINE, DATABASE));
                facts.account_host_matches.push(base::AccountHostMatches(CLIENT, Account(2), host));
                facts.row_gives.push(base::RowGives(id(Table::ProcsPriv), Privilege::EXECUTE));
                id(Table::ProcsPriv)
            }
        };
        facts.row_order.extend(place.map(|place| base::RowOrder(row, Position(place))));
    }
}
