-- MySQLShell dump 2.0.1  Distrib Ver 9.7.0 for Linux on x86_64 - for MySQL 9.7.0 (MySQL Community Server (GPL)), for Linux (x86_64)
--
-- Host: localhost
-- ------------------------------------------------------
-- Server version	9.7.4

--
-- Dumping user accounts
--

-- begin user ''@'localhost'
CREATE USER IF NOT EXISTS ``@`localhost` IDENTIFIED WITH 'caching_sha2_password' REQUIRE NONE PASSWORD EXPIRE DEFAULT ACCOUNT UNLOCK PASSWORD HISTORY DEFAULT PASSWORD REUSE INTERVAL DEFAULT PASSWORD REQUIRE CURRENT DEFAULT;
-- end user ''@'localhost'

-- begin user 'app'@'%'
CREATE USER IF NOT EXISTS `app`@`%` IDENTIFIED WITH 'caching_sha2_password' AS '$A$00A$0 :olTGzOf<rT9J_,l8upcMsty5PIHY6K3NvNyy4Qbma3WzFkcjv1CtbWDKC' REQUIRE SSL PASSWORD EXPIRE DEFAULT ACCOUNT LOCK PASSWORD HISTORY DEFAULT PASSWORD REUSE INTERVAL DEFAULT PASSWORD REQUIRE CURRENT DEFAULT;
-- end user 'app'@'%'

-- begin user 'app'@'10.0.0.0/255.255.0.0'
CREATE USER IF NOT EXISTS `app`@`10.0.0.0/255.255.0.0` IDENTIFIED WITH 'caching_sha2_password' AS '$A$00A$bR+azvOYKa;\\*jFQlkak6OBHVqL7VIs8/x7OaX5xsMLdbH4AI5HABAkYliI9' REQUIRE NONE WITH MAX_USER_CONNECTIONS 200 PASSWORD EXPIRE DEFAULT ACCOUNT UNLOCK PASSWORD HISTORY DEFAULT PASSWORD REUSE INTERVAL DEFAULT PASSWORD REQUIRE CURRENT DEFAULT;
-- end user 'app'@'10.0.0.0/255.255.0.0'

-- begin user 'archiver'@'10.0.7.7'
CREATE USER IF NOT EXISTS `archiver`@`10.0.7.7` IDENTIFIED WITH 'caching_sha2_password' AS '$A$00A$P?2Uk*m,%k1ZV_do6lgp8LD1k0XqVVKJDZbNaFIXm1UnataJWeCOiR1r2' REQUIRE NONE PASSWORD EXPIRE DEFAULT ACCOUNT UNLOCK PASSWORD HISTORY DEFAULT PASSWORD REUSE INTERVAL DEFAULT PASSWORD REQUIRE CURRENT DEFAULT;
-- end user 'archiver'@'10.0.7.7'

-- begin user 'auditor'@'192.0.2.%'
CREATE USER IF NOT EXISTS `auditor`@`192.0.2.%` IDENTIFIED WITH 'caching_sha2_password' AS '$A$00A$xLZf*YCq4Q]^C5`k5DnRpQqtmKwK7QsBa9CyqRhYLNfhzhQ1IJUhMGkTjD' REQUIRE NONE PASSWORD EXPIRE DEFAULT ACCOUNT UNLOCK PASSWORD HISTORY DEFAULT PASSWORD REUSE INTERVAL DEFAULT PASSWORD REQUIRE CURRENT DEFAULT;
-- end user 'auditor'@'192.0.2.%'

-- begin user 'dba'@'localhost'
CREATE USER IF NOT EXISTS `dba`@`localhost` IDENTIFIED WITH 'auth_socket' REQUIRE NONE PASSWORD EXPIRE DEFAULT ACCOUNT UNLOCK PASSWORD HISTORY DEFAULT PASSWORD REUSE INTERVAL DEFAULT PASSWORD REQUIRE CURRENT DEFAULT ATTRIBUTE '{"comment": "on call: o\'brien"}';
-- end user 'dba'@'localhost'

-- begin user 'intern'@'%'
CREATE USER IF NOT EXISTS `intern`@`%` IDENTIFIED WITH 'caching_sha2_password' AS '$A$00A$C-}pH^{9pH~1<h7w7dnbej6OMwZBt/8j91rp7sBU2rpoBetUjhJyGcFB6' REQUIRE NONE PASSWORD EXPIRE ACCOUNT UNLOCK PASSWORD HISTORY DEFAULT PASSWORD REUSE INTERVAL DEFAULT PASSWORD REQUIRE CURRENT DEFAULT;
-- end user 'intern'@'%'

-- begin user 'kiosk'@'%'
CREATE USER IF NOT EXISTS `kiosk`@`%` IDENTIFIED WITH 'caching_sha2_password' REQUIRE NONE PASSWORD EXPIRE DEFAULT ACCOUNT UNLOCK PASSWORD HISTORY DEFAULT PASSWORD REUSE INTERVAL DEFAULT PASSWORD REQUIRE CURRENT DEFAULT;
-- end user 'kiosk'@'%'

-- begin user 'ops'@'localhost'
CREATE USER IF NOT EXISTS `ops`@`localhost` IDENTIFIED WITH 'caching_sha2_password' REQUIRE NONE PASSWORD EXPIRE ACCOUNT LOCK PASSWORD HISTORY DEFAULT PASSWORD REUSE INTERVAL DEFAULT PASSWORD REQUIRE CURRENT DEFAULT;
-- end user 'ops'@'localhost'

-- begin user 'repl'@'10.0.9.%'
CREATE USER IF NOT EXISTS `repl`@`10.0.9.%` IDENTIFIED WITH 'caching_sha2_password' AS '$A$00A$ ucsGV9#qoY_(2dLcwgMaElat9cklmeQ9gP/5dGKB61NXVjomsSTULDxh6' REQUIRE SUBJECT '/CN=replica' ISSUER '/CN=shop CA' PASSWORD EXPIRE DEFAULT ACCOUNT UNLOCK PASSWORD HISTORY DEFAULT PASSWORD REUSE INTERVAL DEFAULT PASSWORD REQUIRE CURRENT DEFAULT;
-- end user 'repl'@'10.0.9.%'

-- begin user 'report'@'%.office.example.net'
CREATE USER IF NOT EXISTS `report`@`%.office.example.net` IDENTIFIED WITH 'caching_sha2_password' AS '$A$00A$v)5*FY_&y\'Fll8>7rV5jwY.97D31nRYqfTu1wNaLl8eJKK4JrB5IcPtxg.3' REQUIRE NONE PASSWORD EXPIRE INTERVAL 90 DAY ACCOUNT UNLOCK PASSWORD HISTORY DEFAULT PASSWORD REUSE INTERVAL DEFAULT PASSWORD REQUIRE CURRENT DEFAULT;
-- end user 'report'@'%.office.example.net'

-- begin user 'shop_read'@'%'
CREATE USER IF NOT EXISTS `shop_read`@`%` IDENTIFIED WITH 'caching_sha2_password' REQUIRE NONE PASSWORD EXPIRE ACCOUNT LOCK PASSWORD HISTORY DEFAULT PASSWORD REUSE INTERVAL DEFAULT PASSWORD REQUIRE CURRENT DEFAULT;
-- end user 'shop_read'@'%'

-- begin user 'shop_write'@'%'
CREATE USER IF NOT EXISTS `shop_write`@`%` IDENTIFIED WITH 'caching_sha2_password' REQUIRE NONE PASSWORD EXPIRE ACCOUNT LOCK PASSWORD HISTORY DEFAULT PASSWORD REUSE INTERVAL DEFAULT PASSWORD REQUIRE CURRENT DEFAULT;
-- end user 'shop_write'@'%'

-- begin user 'we`ird "name"'@'localhost'
CREATE USER IF NOT EXISTS `we``ird "name"`@`localhost` IDENTIFIED WITH 'caching_sha2_password' AS '$A$00A$Z3a7Zx^\nc!|bVS!)sX.FAwSmrb4XrftE8BLaz1aQkFqp7ojRQpSWq/vX8.6' REQUIRE NONE PASSWORD EXPIRE DEFAULT ACCOUNT UNLOCK PASSWORD HISTORY DEFAULT PASSWORD REUSE INTERVAL DEFAULT PASSWORD REQUIRE CURRENT DEFAULT;
-- end user 'we`ird "name"'@'localhost'

-- begin grants ''@'localhost'
GRANT USAGE ON *.* TO ``@`localhost`;
GRANT SELECT ON `test\_%`.* TO ``@`localhost`;
-- end grants ''@'localhost'

-- begin grants 'app'@'%'
GRANT USAGE ON *.* TO `app`@`%`;
-- end grants 'app'@'%'

-- begin grants 'app'@'10.0.0.0/255.255.0.0'
GRANT USAGE ON *.* TO `app`@`10.0.0.0/255.255.0.0`;
GRANT `shop_write`@`%` TO `app`@`10.0.0.0/255.255.0.0`;
-- end grants 'app'@'10.0.0.0/255.255.0.0'

-- begin grants 'archiver'@'10.0.7.7'
GRANT USAGE ON *.* TO `archiver`@`10.0.7.7`;
GRANT INSERT, CREATE, ALTER ON `shop\_archive`.* TO `archiver`@`10.0.7.7` WITH GRANT OPTION;
GRANT `shop_read`@`%` TO `archiver`@`10.0.7.7`;
GRANT `ops`@`localhost` TO `archiver`@`10.0.7.7` WITH ADMIN OPTION;
-- end grants 'archiver'@'10.0.7.7'

-- begin grants 'auditor'@'192.0.2.%'
GRANT SELECT, SHOW VIEW ON *.* TO `auditor`@`192.0.2.%`;
GRANT AUDIT_ADMIN ON *.* TO `auditor`@`192.0.2.%`;
REVOKE SELECT ON `hr`.* FROM `auditor`@`192.0.2.%`;
-- end grants 'auditor'@'192.0.2.%'

-- begin grants 'dba'@'localhost'
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, RELOAD, SHUTDOWN, PROCESS, FILE, REFERENCES, INDEX, ALTER, SHOW DATABASES, SUPER, CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE, REPLICATION SLAVE, REPLICATION CLIENT, CREATE VIEW, SHOW VIEW, CREATE ROUTINE, ALTER ROUTINE, CREATE USER, EVENT, TRIGGER, CREATE TABLESPACE, CREATE ROLE, DROP ROLE ON *.* TO `dba`@`localhost` WITH GRANT OPTION;
GRANT ALLOW_NONEXISTENT_DEFINER,APPLICATION_PASSWORD_ADMIN,AUDIT_ABORT_EXEMPT,AUDIT_ADMIN,AUTHENTICATION_POLICY_ADMIN,BACKUP_ADMIN,BINLOG_ADMIN,BINLOG_ENCRYPTION_ADMIN,CLONE_ADMIN,CONNECTION_ADMIN,CREATE_SPATIAL_REFERENCE_SYSTEM,ENCRYPTION_KEY_ADMIN,FIREWALL_EXEMPT,FLUSH_OPTIMIZER_COSTS,FLUSH_PRIVILEGES,FLUSH_STATUS,FLUSH_TABLES,FLUSH_USER_RESOURCES,GROUP_REPLICATION_ADMIN,GROUP_REPLICATION_STREAM,INNODB_REDO_LOG_ARCHIVE,INNODB_REDO_LOG_ENABLE,MANAGE_DATA_MASKING_POLICY,OPTIMIZE_LOCAL_TABLE,PASSWORDLESS_USER_ADMIN,PERSIST_RO_VARIABLES_ADMIN,REPLICATION_APPLIER,REPLICATION_SLAVE_ADMIN,RESOURCE_GROUP_ADMIN,RESOURCE_GROUP_USER,ROLE_ADMIN,SENSITIVE_VARIABLES_OBSERVER,SERVICE_CONNECTION_ADMIN,SESSION_VARIABLES_ADMIN,SET_ANY_DEFINER,SHOW_ROUTINE,SYSTEM_USER,SYSTEM_VARIABLES_ADMIN,TABLE_ENCRYPTION_ADMIN,TELEMETRY_LOG_ADMIN,TRANSACTION_GTID_TAG,XA_RECOVER_ADMIN ON *.* TO `dba`@`localhost` WITH GRANT OPTION;
-- end grants 'dba'@'localhost'

-- begin grants 'intern'@'%'
GRANT USAGE ON *.* TO `intern`@`%`;
-- end grants 'intern'@'%'

-- begin grants 'kiosk'@'%'
GRANT USAGE ON *.* TO `kiosk`@`%`;
GRANT PROXY ON `report`@`%.office.example.net` TO `kiosk`@`%`;
-- end grants 'kiosk'@'%'

-- begin grants 'ops'@'localhost'
GRANT RELOAD, PROCESS ON *.* TO `ops`@`localhost`;
GRANT BACKUP_ADMIN,SYSTEM_VARIABLES_ADMIN ON *.* TO `ops`@`localhost`;
-- end grants 'ops'@'localhost'

-- begin grants 'repl'@'10.0.9.%'
GRANT REPLICATION SLAVE ON *.* TO `repl`@`10.0.9.%`;
-- end grants 'repl'@'10.0.9.%'

-- begin grants 'report'@'%.office.example.net'
GRANT USAGE ON *.* TO `report`@`%.office.example.net`;
/* GRANT SELECT ON `hr`.`people` TO `report`@`%.office.example.net` */;
GRANT SELECT (`id`, `placed`, `total`), UPDATE (`note`) ON `shop`.`orders` TO `report`@`%.office.example.net`;
GRANT EXECUTE ON FUNCTION `shop`.`net` TO `report`@`%.office.example.net` WITH GRANT OPTION;
-- end grants 'report'@'%.office.example.net'

-- begin grants 'shop_read'@'%'
GRANT USAGE ON *.* TO `shop_read`@`%`;
GRANT SELECT ON `shop`.* TO `shop_read`@`%`;
-- end grants 'shop_read'@'%'

-- begin grants 'shop_write'@'%'
GRANT USAGE ON *.* TO `shop_write`@`%`;
GRANT INSERT, UPDATE, DELETE ON `shop`.* TO `shop_write`@`%`;
GRANT EXECUTE ON PROCEDURE `shop`.`close_day` TO `shop_write`@`%`;
GRANT `shop_read`@`%` TO `shop_write`@`%`;
-- end grants 'shop_write'@'%'

-- begin grants 'we`ird "name"'@'localhost'
GRANT USAGE ON *.* TO `we``ird "name"`@`localhost`;
GRANT SELECT ON `shop`.`orders` TO `we``ird "name"`@`localhost`;
-- end grants 'we`ird "name"'@'localhost'

-- begin default role 'app'@'10.0.0.0/255.255.0.0'
SET DEFAULT ROLE `shop_write`@`%` TO 'app'@'10.0.0.0/255.255.0.0';
-- end default role 'app'@'10.0.0.0/255.255.0.0'

-- begin default role 'archiver'@'10.0.7.7'
SET DEFAULT ROLE `ops`@`localhost`,`shop_read`@`%` TO 'archiver'@'10.0.7.7';
-- end default role 'archiver'@'10.0.7.7'

-- End of dumping user accounts

