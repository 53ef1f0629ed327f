-- Accounts that mysqldump --users fails at or forgets.
CREATE USER `crm_ro`@`::1` IDENTIFIED WITH 'caching_sha2_password' AS '$A$00A$B(PG\'%j_;sL,XL5.HFdGtEDm9wcs/iI9D4fb1s/U9mpIMLEeoJk2ukY7' REQUIRE NONE PASSWORD EXPIRE DEFAULT ACCOUNT UNLOCK PASSWORD HISTORY DEFAULT PASSWORD REUSE INTERVAL DEFAULT PASSWORD REQUIRE CURRENT DEFAULT;
GRANT USAGE ON *.* TO `crm_ro`@`::1`;
GRANT SELECT ON `crm`.`leads` TO `crm_ro`@`::1`;
GRANT UPDATE (`emp_id`) ON `reporting`.`v_salaries` TO `crm_ro`@`::1`;
GRANT UPDATE, DROP ON `shop`.`order_log` TO `crm_ro`@`::1`;
GRANT INSERT, DROP ON `shop`.`orders` TO `crm_ro`@`::1`;
CREATE USER `crm_ro`@`2001:db8::5` IDENTIFIED WITH 'caching_sha2_password' AS '$A$00A$HZ5: A\\?deTp`Xqg2ERiqHnBZMd4M.XAwAuwYoJAJV4aJJH557Pb8CS3Z/' REQUIRE NONE PASSWORD EXPIRE DEFAULT ACCOUNT UNLOCK PASSWORD HISTORY DEFAULT PASSWORD REUSE INTERVAL DEFAULT PASSWORD REQUIRE CURRENT DEFAULT;
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
CREATE USER `intern`@`%` IDENTIFIED WITH 'caching_sha2_password' DEFAULT ROLE `everyone`@`%` REQUIRE NONE PASSWORD EXPIRE DEFAULT ACCOUNT UNLOCK PASSWORD HISTORY DEFAULT PASSWORD REUSE INTERVAL DEFAULT PASSWORD REQUIRE CURRENT DEFAULT;
GRANT USAGE ON *.* TO `intern`@`%`;
GRANT SELECT ON `test`.* TO `intern`@`%`;
GRANT INSERT (`id`), UPDATE (`at_day`) ON `analytics`.`events` TO `intern`@`%`;
GRANT INSERT (`id`), UPDATE (`id`) ON `payroll`.`runs` TO `intern`@`%`;
GRANT INSERT (`bank_account`, `emp_id`) ON `payroll`.`salaries` TO `intern`@`%`;
GRANT UPDATE (`email`, `id`, `name`) ON `shop`.`customers` TO `intern`@`%`;
GRANT DELETE ON `test`.`t` TO `intern`@`%`;
GRANT `everyone`@`%` TO `intern`@`%`;
