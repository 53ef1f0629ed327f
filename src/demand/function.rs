//! The names of native functions: a call without a database that is none of these is a stored function's.

/// True for a function that the server itself has.
pub(super) fn is_native(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let prefixes = ["st_", "json_", "mbr", "gtid_", "validate_password", "ps_", "group_replication_", "asymmetric_"];
    prefixes.iter().any(|p| name.starts_with(p)) || NATIVE.split_whitespace().any(|n| n == name)
}

const NATIVE: &str = "abs acos adddate addtime aes_decrypt aes_encrypt any_value ascii asin atan atan2 avg benchmark bin \
    bin_to_uuid bit_and bit_count bit_length bit_or bit_xor can_access_column can_access_database can_access_table \
    can_access_user can_access_view cast ceil ceiling char char_length character_length charset coalesce coercibility \
    collation compress concat concat_ws connection_id conv convert convert_tz cos cot count crc32 cume_dist curdate \
    current_date current_role current_time current_timestamp current_user curtime database date date_add date_format \
    date_sub datediff day dayname dayofmonth dayofweek dayofyear default degrees dense_rank elt etag exp export_set \
    extract extractvalue field find_in_set first_value floor format format_bytes format_pico_time found_rows from_base64 \
    from_days from_unixtime from_vector geomcollection geometrycollection get_dd_column_privileges \
    get_dd_create_options get_dd_index_sub_part_length get_format get_lock greatest group_concat grouping hex hour \
    icu_version if ifnull in inet6_aton inet6_ntoa inet_aton inet_ntoa insert instr interval is_free_lock is_ipv4 \
    is_ipv4_compat is_ipv4_mapped is_ipv6 is_used_lock is_uuid isnull lag last_day last_insert_id last_value lcase lead \
    least left length linestring ln load_file localtime localtimestamp locate log log10 log2 lower lpad ltrim make_set \
    makedate maketime master_pos_wait max md5 microsecond mid min minute mod month monthname multilinestring multipoint \
    multipolygon name_const now nth_value ntile nullif oct octet_length ord percent_rank period_add period_diff pi point \
    polygon position pow power quarter quote radians rand random_bytes rank regexp_instr regexp_like regexp_replace \
    regexp_substr release_all_locks release_lock repeat replace reverse right roles_graphml round row row_count \
    row_number rpad rtrim schema sec_to_time second session_user sha sha1 sha2 sign sin sleep soundex \
    source_pos_wait space sqrt statement_digest statement_digest_text std stddev stddev_pop stddev_samp str_to_date \
    strcmp string_to_vector subdate substr substring substring_index subtime sum sysdate system_user tan time \
    time_format time_to_sec timediff timestamp timestampadd timestampdiff to_base64 to_days to_seconds to_vector trim \
    truncate ucase uncompress uncompressed_length unhex unix_timestamp updatexml upper user utc_date utc_time \
    utc_timestamp uuid uuid_short uuid_to_bin values var_pop var_samp variance vector_dim vector_to_string version \
    wait_for_executed_gtid_set wait_until_sql_thread_after_gtids week weekday weekofyear weight_string year yearweek \
    nextval lastval setval decode encode password old_password des_encrypt des_decrypt encrypt xor nvl nvl2 to_char \
    distance vector_distance audit_log_filter_set_user mysql_firewall_flush_status internal_table_rows";
