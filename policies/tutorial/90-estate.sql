-- grantc: server=mysql-9.7
-- The estate behind every file in ../dumps: a shop with an application, a reporting
-- team, operators and a replica. It was loaded into a live 9.7 server and dumped with
-- each tool; grantc must read the same accounts and grants out of every dump.

SET GLOBAL partial_revokes = ON;

CREATE DATABASE shop;
CREATE DATABASE shop_archive;
CREATE DATABASE hr;
CREATE TABLE shop.customers (id INT PRIMARY KEY, name VARCHAR(80), email VARCHAR(80), card CHAR(19));
CREATE TABLE shop.orders (id INT PRIMARY KEY, customer INT, placed DATE, total DECIMAL(10,2), note TEXT);
CREATE TABLE hr.people (id INT PRIMARY KEY, name VARCHAR(80), salary INT);
CREATE FUNCTION shop.net(gross DECIMAL(10,2)) RETURNS DECIMAL(10,2) DETERMINISTIC RETURN gross / 1.19;
CREATE PROCEDURE shop.close_day() SELECT 1;

CREATE ROLE 'shop_read', 'shop_write', 'ops'@'localhost';
GRANT SELECT ON shop.* TO 'shop_read';
GRANT INSERT, UPDATE, DELETE ON shop.* TO 'shop_write';
GRANT EXECUTE ON PROCEDURE shop.close_day TO 'shop_write';
GRANT 'shop_read' TO 'shop_write';
GRANT RELOAD, PROCESS ON *.* TO 'ops'@'localhost';
GRANT BACKUP_ADMIN, SYSTEM_VARIABLES_ADMIN ON *.* TO 'ops'@'localhost';

CREATE USER 'app'@'10.0.0.0/255.255.0.0' IDENTIFIED BY 'throw-away-1' DEFAULT ROLE 'shop_write' WITH MAX_USER_CONNECTIONS 200;
CREATE USER 'app'@'%' IDENTIFIED BY 'throw-away-2' REQUIRE SSL ACCOUNT LOCK;
GRANT 'shop_write' TO 'app'@'10.0.0.0/255.255.0.0';

CREATE USER 'report'@'%.office.example.net' IDENTIFIED BY 'throw-away-3' PASSWORD EXPIRE INTERVAL 90 DAY;
GRANT SELECT (id, placed, total), UPDATE (note) ON shop.orders TO 'report'@'%.office.example.net';
GRANT SELECT ON hr.people TO 'report'@'%.office.example.net';
GRANT EXECUTE ON FUNCTION shop.net TO 'report'@'%.office.example.net' WITH GRANT OPTION;

CREATE USER 'dba'@'localhost' IDENTIFIED WITH auth_socket COMMENT 'on call: o''brien';
GRANT ALL ON *.* TO 'dba'@'localhost' WITH GRANT OPTION;
CREATE USER 'auditor'@'192.0.2.%' IDENTIFIED BY 'throw-away-4';
GRANT SELECT, SHOW VIEW ON *.* TO 'auditor'@'192.0.2.%';
REVOKE SELECT ON hr.* FROM 'auditor'@'192.0.2.%';
GRANT AUDIT_ADMIN ON *.* TO 'auditor'@'192.0.2.%';

CREATE USER ''@'localhost';
GRANT SELECT ON `test\_%`.* TO ''@'localhost';
CREATE USER 'archiver'@'10.0.7.7' IDENTIFIED BY 'throw-away-5' DEFAULT ROLE 'ops'@'localhost', 'shop_read';
GRANT CREATE, INSERT, ALTER ON `shop\_archive`.* TO 'archiver'@'10.0.7.7' WITH GRANT OPTION;
GRANT 'ops'@'localhost' TO 'archiver'@'10.0.7.7' WITH ADMIN OPTION;
CREATE USER 'repl'@'10.0.9.%' IDENTIFIED BY 'throw-away-6' REQUIRE SUBJECT '/CN=replica' ISSUER '/CN=shop CA';
GRANT REPLICATION SLAVE ON *.* TO 'repl'@'10.0.9.%';
CREATE USER 'kiosk'@'%' IDENTIFIED BY '';
GRANT PROXY ON 'report'@'%.office.example.net' TO 'kiosk'@'%';
CREATE USER 'we`ird "name"'@'localhost' IDENTIFIED BY 'throw-away-7';
GRANT SELECT ON `shop`.`orders` TO 'we`ird "name"'@'localhost';
CREATE USER 'intern'@'%' IDENTIFIED BY 'throw-away-8' PASSWORD EXPIRE;
