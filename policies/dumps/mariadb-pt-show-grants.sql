-- Grants dumped by pt-show-grants
-- Dumped from server Localhost via UNIX socket, MySQL 10.11.18-MariaDB-0+deb12u1 at 2026-11-20 22:28:35
-- Grants for ''@'localhost'
GRANT SELECT ON `test\_%`.* TO ``@`localhost`;
GRANT USAGE ON *.* TO ``@`localhost`;
-- Grants for 'app'@'%'
GRANT USAGE ON *.* TO `app`@`%` IDENTIFIED BY PASSWORD '*E8129A0B0BEF41DFC9B9C93F2FE37B32E0E40EFE' REQUIRE SSL;
-- Grants for 'app'@'10.0.%'
GRANT USAGE ON *.* TO `app`@`10.0.%` IDENTIFIED BY PASSWORD '*F0D78A2049B07FE5D73BF141AADA4A003BCCE19F' WITH MAX_USER_CONNECTIONS 200;
GRANT `shop_write` TO `app`@`10.0.%`;
SET DEFAULT ROLE `shop_write` FOR `app`@`10.0.%`;
-- Grants for 'archiver'@'2001:db8::7'
GRANT USAGE ON *.* TO `archiver`@`2001:db8::7` IDENTIFIED BY PASSWORD '*5E7D2EAB76F5536CC51E092AC981809B557FF62E';
GRANT ALTER, CREATE, INSERT ON `shop\_archive`.* TO `archiver`@`2001:db8::7` WITH GRANT OPTION;
GRANT `shop_read` TO `archiver`@`2001:db8::7` WITH ADMIN OPTION;
-- Grants for 'dba'@'localhost'
GRANT ALL PRIVILEGES ON *.* TO `dba`@`localhost` IDENTIFIED VIA unix_socket WITH GRANT OPTION;
-- Grants for 'kiosk'@'%'
GRANT PROXY ON 'report'@'%.office.example.net' TO 'kiosk'@'%';
GRANT USAGE ON *.* TO `kiosk`@`%`;
-- Grants for 'mariadb.sys'@'localhost'
GRANT DELETE, SELECT ON `mysql`.`global_priv` TO `mariadb.sys`@`localhost`;
GRANT USAGE ON *.* TO `mariadb.sys`@`localhost`;
-- Grants for 'report'@'%.office.example.net'
GRANT SELECT (`id`, `placed`, `total`), UPDATE (`note`) ON `shop`.`orders` TO `report`@`%.office.example.net`;
GRANT USAGE ON *.* TO `report`@`%.office.example.net` IDENTIFIED VIA ed25519 USING 'hnw+Rhm5i+x9xkrOwy4GSHxyv75/2SO3PBMGaXAdZ5o' OR mysql_native_password USING '*D08B79A662F953DCA46549EE912DB7D51AB1F08C';
-- Grants for 'root'@'localhost'
GRANT ALL PRIVILEGES ON *.* TO `root`@`localhost` WITH GRANT OPTION;
GRANT PROXY ON ''@'%' TO 'root'@'localhost' WITH GRANT OPTION;
GRANT `shop_read` TO `root`@`localhost` WITH ADMIN OPTION;
GRANT `shop_write` TO `root`@`localhost` WITH ADMIN OPTION;
