//! Which privilege a system variable asks for, where SUPER was split up (M8.4).
//!
//! Found on a MariaDB 10.11.18 by setting each of its variables without any privilege.

use super::Server;
use super::behaviour::Behaviour;
use super::catalogue::Privilege;

/// Variables and the privileges of which any one lets a session set them.
type Entry = (&'static [Privilege], &'static str);

/// SUPER or BINLOG ADMIN.
const BINLOG: &[Privilege] = &[Privilege::SUPER, Privilege::BINLOG_ADMIN];
/// SUPER or CONNECTION ADMIN.
const CONNECTION: &[Privilege] = &[Privilege::SUPER, Privilege::CONNECTION_ADMIN];
/// SUPER or REPLICATION MASTER ADMIN.
const MASTER: &[Privilege] = &[Privilege::SUPER, Privilege::REPLICATION_MASTER_ADMIN];
/// SUPER or REPLICATION SLAVE ADMIN.
const SLAVE: &[Privilege] = &[Privilege::SUPER, Privilege::REPLICATION_SLAVE_ADMIN];

/// Global values that ask for more or other than SUPER.
const GLOBAL: &[Entry] = &[
    (
        BINLOG,
        "binlog_annotate_row_events binlog_cache_size binlog_commit_wait_count binlog_commit_wait_usec \
         binlog_direct_non_transactional_updates binlog_expire_logs_seconds binlog_file_cache_size binlog_format \
         binlog_row_image binlog_row_metadata binlog_stmt_cache_size expire_logs_days log_bin_compress \
         log_bin_compress_min_len log_bin_trust_function_creators max_binlog_cache_size max_binlog_size \
         max_binlog_stmt_cache_size sql_log_bin sync_binlog",
    ),
    (
        CONNECTION,
        "connect_timeout disconnect_on_expired_password extra_max_connections init_connect max_connections \
         max_connect_errors max_password_errors proxy_protocol_networks secure_auth slow_launch_time \
         thread_pool_dedicated_listener thread_pool_exact_stats thread_pool_idle_timeout thread_pool_max_threads \
         thread_pool_oversubscribe thread_pool_priority thread_pool_prio_kickup_timer thread_pool_size \
         thread_pool_stall_limit",
    ),
    (
        MASTER,
        "gtid_binlog_state gtid_domain_id master_verify_checksum rpl_semi_sync_master_enabled \
         rpl_semi_sync_master_timeout rpl_semi_sync_master_trace_level rpl_semi_sync_master_wait_no_slave \
         rpl_semi_sync_master_wait_point server_id",
    ),
    (
        SLAVE,
        "gtid_cleanup_batch_size gtid_ignore_duplicates gtid_pos_auto_engines gtid_slave_pos gtid_strict_mode \
         init_slave read_binlog_speed_limit relay_log_purge relay_log_recovery replicate_do_db replicate_do_table \
         replicate_events_marked_for_skip replicate_ignore_db replicate_ignore_table replicate_rewrite_db \
         replicate_wild_do_table replicate_wild_ignore_table rpl_semi_sync_slave_delay_master \
         rpl_semi_sync_slave_enabled rpl_semi_sync_slave_kill_conn_timeout rpl_semi_sync_slave_trace_level \
         slave_compressed_protocol slave_ddl_exec_mode slave_domain_parallel_threads slave_exec_mode \
         slave_max_allowed_packet slave_net_timeout slave_parallel_max_queued slave_parallel_mode \
         slave_parallel_threads slave_parallel_workers slave_run_triggers_for_rbr slave_sql_verify_checksum \
         slave_transaction_retry_interval slave_type_conversions sync_master_info sync_relay_log sync_relay_log_info",
    ),
    (&[Privilege::REPLICATION_SLAVE_ADMIN], "slave_max_statement_time"),
    (&[Privilege::READ_ONLY_ADMIN], "read_only"),
];

/// Session values that ask for something.
const SESSION: &[Entry] = &[
    (&[Privilege::FILE], "innodb_tmpdir"),
    (&[Privilege::SUPER], "enforce_storage_engine log_disabled_statements sql_log_off wsrep_on"),
    (
        BINLOG,
        "binlog_annotate_row_events binlog_direct_non_transactional_updates binlog_format binlog_row_image sql_log_bin",
    ),
    (&[Privilege::SUPER, Privilege::BINLOG_REPLAY], "gtid_domain_id gtid_seq_no pseudo_thread_id server_id"),
];

/// What a SHOW statement about replication shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replication {
    /// The binary logs and their status.
    Binlog,
    /// What is in the binary log.
    BinlogEvents,
    /// What is in the relay log.
    RelaylogEvents,
    /// What the replica does.
    Slave,
    /// Which replicas there are.
    Hosts,
}

impl Server {
    /// The privileges of which any one shows replication, in the order of the error text (M8.3).
    pub fn replication_shown(&self, what: Replication) -> &'static [Privilege] {
        self.split_off(self.replication_shown_with_super(what))
    }

    /// The privileges without SUPER, where others were split off it and it does not stand in for them.
    pub fn split_off<'a>(&self, any_of: &'a [Privilege]) -> &'a [Privilege] {
        match any_of {
            [Privilege::SUPER, others @ ..] if !others.is_empty() && self.has(Behaviour::SuperAlone) => others,
            _ => any_of,
        }
    }

    fn replication_shown_with_super(&self, what: Replication) -> &'static [Privilege] {
        const OLD: &[Privilege] = &[Privilege::SUPER, Privilege::REPLICATION_CLIENT];
        const EVENTS: &[Privilege] = &[Privilege::REPLICATION_SLAVE];
        match (what, self.has(Behaviour::SuperSplitByVariable)) {
            (Replication::Slave, true) => &[Privilege::SUPER, Privilege::SLAVE_MONITOR],
            (Replication::BinlogEvents, true) => &[Privilege::REPLICATION_CLIENT],
            (Replication::RelaylogEvents, true) => &[Privilege::SLAVE_MONITOR],
            (Replication::Hosts, true) => &[Privilege::REPLICATION_MASTER_ADMIN],
            (Replication::Binlog, _) | (Replication::Slave, false) => OLD,
            (_, false) => EVENTS,
        }
    }

    /// The privileges of which any one lets a session set a variable; none when everybody may. The name is lower case.
    /// `None` on a server where SUPER is not split up that way.
    pub fn variable_privileges(&self, name: &str, global: bool) -> Option<&'static [Privilege]> {
        if !self.has(Behaviour::SuperSplitByVariable) {
            return None;
        }
        let listed = |entry: &&Entry| entry.1.split_whitespace().any(|v| v == name);
        let (entries, other) = if global { (GLOBAL, &[Privilege::SUPER][..]) } else { (SESSION, &[][..]) };
        Some(self.split_off(entries.iter().find(listed).map_or(other, |entry| entry.0)))
    }
}
