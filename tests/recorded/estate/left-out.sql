-- Accounts that mysqldump --users fails at: it forgets to quote their names.
CREATE USER `crm_ro`@`::1` IDENTIFIED WITH 'caching_sha2_password' AS '$A$00A$sZ4z%h\\&y+1mCv8%[0ctFxLSSlSX1J9R3fdv8LpZVnUWRv3.5UKJYveA5D3/' REQUIRE NONE PASSWORD EXPIRE DEFAULT ACCOUNT UNLOCK PASSWORD HISTORY DEFAULT PASSWORD REUSE INTERVAL DEFAULT PASSWORD REQUIRE CURRENT DEFAULT;
GRANT USAGE ON *.* TO `crm_ro`@`::1`;
GRANT SELECT ON `crm`.`leads` TO `crm_ro`@`::1`;
GRANT UPDATE (`emp_id`) ON `reporting`.`v_salaries` TO `crm_ro`@`::1`;
GRANT UPDATE, DROP ON `shop`.`order_log` TO `crm_ro`@`::1`;
GRANT INSERT, DROP ON `shop`.`orders` TO `crm_ro`@`::1`;
CREATE USER `crm_ro`@`2001:db8::5` IDENTIFIED WITH 'caching_sha2_password' AS '$A$00A$J\roS\'s<DU5E D8z5msFFOvSXQyzTK6FPR/.1fgHk2zMV/2YLmRZjB5f8' REQUIRE NONE PASSWORD EXPIRE DEFAULT ACCOUNT UNLOCK PASSWORD HISTORY DEFAULT PASSWORD REUSE INTERVAL DEFAULT PASSWORD REQUIRE CURRENT DEFAULT;
GRANT USAGE ON *.* TO `crm_ro`@`2001:db8::5`;
GRANT SELECT ON `crm`.* TO `crm_ro`@`2001:db8::5`;
GRANT SELECT (`name`), UPDATE (`name`) ON `CRM_old`.`leads` TO `crm_ro`@`2001:db8::5`;
GRANT DELETE, CREATE ON `my_db`.`t` TO `crm_ro`@`2001:db8::5`;
GRANT SELECT (`holder`), INSERT (`holder`) ON `ops`.`locks` TO `crm_ro`@`2001:db8::5`;
GRANT DELETE, CREATE ON `test_a`.`t` TO `crm_ro`@`2001:db8::5`;
GRANT `crm_read`@`%` TO `crm_ro`@`2001:db8::5` WITH ADMIN OPTION;
CREATE USER ``@`localhost` IDENTIFIED WITH 'caching_sha2_password' REQUIRE NONE PASSWORD EXPIRE DEFAULT ACCOUNT UNLOCK PASSWORD HISTORY DEFAULT PASSWORD REUSE INTERVAL DEFAULT PASSWORD REQUIRE CURRENT DEFAULT;
GRANT USAGE ON *.* TO ``@`localhost`;
GRANT SELECT, INSERT ON `test`.* TO ``@`localhost`;
