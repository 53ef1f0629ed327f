//! The global level, with restrictions (M5.14, M7.60–M7.62).

use crate::facts::{Facts, base};
use crate::facts::id::{Account, Database, DbText, Host, KeptLevel, Session, User};
use crate::model::Model;
use crate::server::catalogue::Privilege;
use crate::server::ordering::Rank;
use crate::server::variables::Variable;
use crate::tables::row::RowId;
use crepe::crepe;
use super::name::RuleName;

crepe! {
    // ---- read: base relations (each one's sentence stands in `facts.rs`) ----------------------------------

    @input struct SettingOn(Variable);
    @input struct RowGives(RowId, Privilege);
    @input struct GlobalRow(RowId, Account);
    @input struct Restriction(RowId, Account, DbText, Privilege);
    @input struct DbRow(RowId, Account, User, Host, DbText, Rank);
    @input struct DbEquals(Database, DbText);
    @input struct SessionRuns(Session, Account);
    @input struct KeptRow(Session, RowId, KeptLevel);
    @input struct KeptRestriction(RowId, DbText, Privilege);

    // ---- read: what the stages before derive ------------------------------------------------------------

    @input struct Effective(Session, Account, RuleName);
    @input struct ByAccount(Session);
    @input struct Feeds(Session, Account, RuleName);

    // ---- derived ----------------------------------------------------------------------------------------

    // GlobalHeld(session, privilege, row): a source has the privilege globally.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct GlobalHeld(pub Session, pub Privilege, pub RowId);

    // GlobalsKept(session): the session runs without an active role, so its static global privileges and their restrictions
    // are those it took at login or by its last SET ROLE (M5.46).
    struct GlobalsKept(Session);

    GlobalsKept(session)
        <- SessionRuns(session, _),
           !ByAccount(session);

    // GlobalFed(session, privilege, row): the row gives a source the privilege globally as the tables are now.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct GlobalFed(pub Session, pub Privilege, pub RowId);

    // global-fed: M5.14
    GlobalFed(session, privilege, row)
        <- Feeds(session, account, _),
           GlobalRow(row, account),
           RowGives(row, privilege);

    // global-held: M5.1, M5.14
    GlobalHeld(session, privilege, row)
        <- GlobalFed(session, privilege, row),
           !GlobalsKept(session);

    // dynamic privileges are looked up each time, M5.46
    GlobalHeld(session, privilege, row)
        <- GlobalFed(session, privilege, row),
           GlobalsKept(session),
           (!privilege.is_static());

    // global-kept: M5.46
    GlobalHeld(session, privilege, row)
        <- GlobalsKept(session),
           KeptRow(session, row, KeptLevel::Global),
           RowGives(row, privilege);

    // RestrictedIn(session, account, db, privilege, row): the source's global privilege does not count in the database.
    struct RestrictedIn(Session, Account, Database, Privilege, RowId);

    RestrictedIn(session, account, db, privilege, row)
        <- SettingOn(Variable::PartialRevokes),
           Feeds(session, account, _),
           !GlobalsKept(session),
           Restriction(row, account, text, privilege),
           DbEquals(db, text);

    RestrictedIn(session, account, db, privilege, row)
        <- GlobalsKept(session),
           Effective(session, account, _),
           KeptRow(session, row, KeptLevel::Restriction),
           KeptRestriction(row, text, privilege),
           DbEquals(db, text);

    // Lifted(session, db, privilege, rule): another source has it there without that restriction (M7.62).
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct Lifted(pub Session, pub Database, pub Privilege, pub RuleName);

    // lifted-globally: M7.62
    Lifted(session, db, privilege, RuleName::LiftedGlobally)
        <- RestrictedIn(session, _, db, privilege, _),
           !GlobalsKept(session),
           Feeds(session, other, _),
           GlobalRow(row, other),
           RowGives(row, privilege),
           !RestrictedIn(session, other, db, privilege, _);

    // lifted-by-database: M7.62
    Lifted(session, db, privilege, RuleName::LiftedByDatabase)
        <- RestrictedIn(session, _, db, privilege, _),
           !GlobalsKept(session),
           Feeds(session, other, _),
           DbRow(row, other, _, _, text, _),
           DbEquals(db, text),
           RowGives(row, privilege);

    // Withheld(session, db, privilege, row): a partial revoke takes the global privilege away in the database.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct Withheld(pub Session, pub Database, pub Privilege, pub RowId);

    // withheld: M7.60
    Withheld(session, db, privilege, row)
        <- RestrictedIn(session, _, db, privilege, row),
           !Lifted(session, db, privilege, _);
}

stage! {
    reads facts {
        setting_on: SettingOn(variable),
        row_gives: RowGives(row, privilege),
        global_row: GlobalRow(row, account),
        restriction: Restriction(row, account, db, privilege),
        db_row: DbRow(row, account, user, host, db, rank),
        db_equals: DbEquals(db, text),
        session_runs: SessionRuns(session, account),
        kept_row: KeptRow(session, row, level),
        kept_restriction: KeptRestriction(row, db, privilege),
    }
    reads model {
        effective: Effective(session, account, rule),
        by_account: ByAccount(session),
        feeds: Feeds(session, account, rule),
    }
    derives {
        global_held: GlobalHeld,
        global_fed: GlobalFed,
        lifted: Lifted,
        withheld: Withheld,
    }
}
