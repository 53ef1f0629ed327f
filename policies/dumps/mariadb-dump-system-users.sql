/*M!999999\- enable the sandbox mode */ 
-- MariaDB dump 10.19  Distrib 10.11.19-MariaDB, for debian-linux-gnu (x86_64)
--
-- Host: localhost    Database: 
-- ------------------------------------------------------
-- Server version	10.11.18-MariaDB-0+deb12u1

/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!40101 SET @OLD_CHARACTER_SET_RESULTS=@@CHARACTER_SET_RESULTS */;
/*!40101 SET @OLD_COLLATION_CONNECTION=@@COLLATION_CONNECTION */;
/*!40101 SET NAMES utf8mb4 */;
/*!40103 SET @OLD_TIME_ZONE=@@TIME_ZONE */;
/*!40103 SET TIME_ZONE='+00:00' */;
/*!40014 SET @OLD_UNIQUE_CHECKS=@@UNIQUE_CHECKS, UNIQUE_CHECKS=0 */;
/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;
/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;
/*!40111 SET @OLD_SQL_NOTES=@@SQL_NOTES, SQL_NOTES=0 */;
CREATE USER `mariadb.sys`@`localhost` ACCOUNT LOCK PASSWORD EXPIRE;
CREATE USER `root`@`localhost`;
CREATE USER `app`@`10.0.%` IDENTIFIED BY PASSWORD '*F0D78A2049B07FE5D73BF141AADA4A003BCCE19F' WITH MAX_USER_CONNECTIONS 200;
CREATE USER `app`@`%` IDENTIFIED BY PASSWORD '*E8129A0B0BEF41DFC9B9C93F2FE37B32E0E40EFE' REQUIRE SSL ACCOUNT LOCK;
CREATE USER `report`@`%.office.example.net` IDENTIFIED VIA ed25519 USING 'hnw+Rhm5i+x9xkrOwy4GSHxyv75/2SO3PBMGaXAdZ5o' OR mysql_native_password USING '*D08B79A662F953DCA46549EE912DB7D51AB1F08C';
CREATE USER `dba`@`localhost` IDENTIFIED VIA unix_socket;
CREATE USER ``@`localhost`;
CREATE USER `archiver`@`2001:db8::7` IDENTIFIED BY PASSWORD '*5E7D2EAB76F5536CC51E092AC981809B557FF62E' PASSWORD EXPIRE INTERVAL 90 DAY;
CREATE USER `kiosk`@`%`;
SELECT COALESCE(CURRENT_ROLE(),'NONE') into @current_role;
CREATE ROLE IF NOT EXISTS mariadb_dump_import_role;
GRANT mariadb_dump_import_role TO CURRENT_USER();
SET ROLE mariadb_dump_import_role;
/*!80001 CREATE ROLE 'shop_read' */;
/*M!100005 CREATE ROLE 'shop_read' WITH ADMIN mariadb_dump_import_role */;
/*M!100005 GRANT 'shop_read' TO 'archiver'@'2001:db8::7' WITH ADMIN OPTION */;
/*!80001 CREATE ROLE 'shop_read' */;
/*M!100005 CREATE ROLE 'shop_read' WITH ADMIN mariadb_dump_import_role */;
/*M!100005 GRANT 'shop_read' TO 'root'@'localhost' WITH ADMIN OPTION */;
/*!80001 CREATE ROLE 'shop_write' */;
/*M!100005 CREATE ROLE 'shop_write' WITH ADMIN mariadb_dump_import_role */;
/*M!100005 GRANT 'shop_write' TO 'root'@'localhost' WITH ADMIN OPTION */;
GRANT USAGE ON *.* TO `mariadb.sys`@`localhost`;
GRANT SELECT, DELETE ON `mysql`.`global_priv` TO `mariadb.sys`@`localhost`;
/*M!100005 SET DEFAULT ROLE NONE FOR 'mariadb.sys'@'localhost' */;
/*!80001 ALTER USER 'mariadb.sys'@'localhost' DEFAULT ROLE NONE */;
GRANT `shop_read` TO `root`@`localhost` WITH ADMIN OPTION;
GRANT `shop_write` TO `root`@`localhost` WITH ADMIN OPTION;
GRANT ALL PRIVILEGES ON *.* TO `root`@`localhost` WITH GRANT OPTION;
GRANT PROXY ON ''@'%' TO 'root'@'localhost' WITH GRANT OPTION;
/*M!100005 SET DEFAULT ROLE NONE FOR 'root'@'localhost' */;
/*!80001 ALTER USER 'root'@'localhost' DEFAULT ROLE NONE */;
GRANT `shop_write` TO `app`@`10.0.%`;
GRANT USAGE ON *.* TO `app`@`10.0.%` IDENTIFIED BY PASSWORD '*F0D78A2049B07FE5D73BF141AADA4A003BCCE19F' WITH MAX_USER_CONNECTIONS 200;
/*M!100005 SET DEFAULT ROLE 'shop_write' FOR 'app'@'10.0.%' */;
/*!80001 ALTER USER 'app'@'10.0.%' DEFAULT ROLE 'shop_write' */;
GRANT USAGE ON *.* TO `app`@`%` IDENTIFIED BY PASSWORD '*E8129A0B0BEF41DFC9B9C93F2FE37B32E0E40EFE' REQUIRE SSL;
/*M!100005 SET DEFAULT ROLE NONE FOR 'app'@'%' */;
/*!80001 ALTER USER 'app'@'%' DEFAULT ROLE NONE */;
GRANT USAGE ON *.* TO `report`@`%.office.example.net` IDENTIFIED VIA ed25519 USING 'hnw+Rhm5i+x9xkrOwy4GSHxyv75/2SO3PBMGaXAdZ5o' OR mysql_native_password USING '*D08B79A662F953DCA46549EE912DB7D51AB1F08C';
GRANT SELECT (`placed`, `id`, `total`), UPDATE (`note`) ON `shop`.`orders` TO `report`@`%.office.example.net`;
/*M!100005 SET DEFAULT ROLE NONE FOR 'report'@'%.office.example.net' */;
/*!80001 ALTER USER 'report'@'%.office.example.net' DEFAULT ROLE NONE */;
GRANT ALL PRIVILEGES ON *.* TO `dba`@`localhost` IDENTIFIED VIA unix_socket WITH GRANT OPTION;
/*M!100005 SET DEFAULT ROLE NONE FOR 'dba'@'localhost' */;
/*!80001 ALTER USER 'dba'@'localhost' DEFAULT ROLE NONE */;
GRANT USAGE ON *.* TO ``@`localhost`;
GRANT SELECT ON `test\_%`.* TO ``@`localhost`;
/*M!100005 SET DEFAULT ROLE NONE FOR ''@'localhost' */;
/*!80001 ALTER USER ''@'localhost' DEFAULT ROLE NONE */;
GRANT `shop_read` TO `archiver`@`2001:db8::7` WITH ADMIN OPTION;
GRANT USAGE ON *.* TO `archiver`@`2001:db8::7` IDENTIFIED BY PASSWORD '*5E7D2EAB76F5536CC51E092AC981809B557FF62E';
GRANT INSERT, CREATE, ALTER ON `shop\_archive`.* TO `archiver`@`2001:db8::7` WITH GRANT OPTION;
/*M!100005 SET DEFAULT ROLE NONE FOR 'archiver'@'2001:db8::7' */;
/*!80001 ALTER USER 'archiver'@'2001:db8::7' DEFAULT ROLE NONE */;
GRANT USAGE ON *.* TO `kiosk`@`%`;
GRANT PROXY ON 'report'@'%.office.example.net' TO 'kiosk'@'%';
/*M!100005 SET DEFAULT ROLE NONE FOR 'kiosk'@'%' */;
/*!80001 ALTER USER 'kiosk'@'%' DEFAULT ROLE NONE */;
GRANT USAGE ON *.* TO `shop_read`;
GRANT SELECT ON `shop`.* TO `shop_read`;
GRANT `shop_read` TO `shop_write`;
GRANT USAGE ON *.* TO `shop_write`;
GRANT INSERT, UPDATE, DELETE ON `shop`.* TO `shop_write`;
GRANT EXECUTE ON PROCEDURE `shop`.`close_day` TO `shop_write`;
GRANT USAGE ON *.* TO `shop_read`;
GRANT SELECT ON `shop`.* TO `shop_read`;
SET ROLE NONE;
DROP ROLE mariadb_dump_import_role;
/*M!100203 EXECUTE IMMEDIATE CONCAT('SET ROLE ', @current_role) */;
/*!40103 SET TIME_ZONE=@OLD_TIME_ZONE */;

/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;
/*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS */;
/*!40014 SET UNIQUE_CHECKS=@OLD_UNIQUE_CHECKS */;
/*!40101 SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT */;
/*!40101 SET CHARACTER_SET_RESULTS=@OLD_CHARACTER_SET_RESULTS */;
/*!40101 SET COLLATION_CONNECTION=@OLD_COLLATION_CONNECTION */;
/*!40111 SET SQL_NOTES=@OLD_SQL_NOTES */;

-- Dump completed on 2026-11-20 22:28:35
