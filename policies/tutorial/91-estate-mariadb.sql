-- grantc: server=mariadb-10.11
-- The estate behind ../dumps/mariadb-*: loaded into a live 10.11 server and dumped with its tools.

CREATE DATABASE shop;
CREATE TABLE shop.orders (id INT PRIMARY KEY, placed DATE, total DECIMAL(10,2), note TEXT);
CREATE PROCEDURE shop.close_day() SELECT 1;

CREATE ROLE shop_read;
CREATE ROLE shop_write;
GRANT SELECT ON shop.* TO shop_read;
GRANT INSERT, UPDATE, DELETE ON shop.* TO shop_write;
GRANT EXECUTE ON PROCEDURE shop.close_day TO shop_write;
GRANT shop_read TO shop_write;

CREATE USER 'app'@'10.0.%' IDENTIFIED BY 'throw-away-1' WITH MAX_USER_CONNECTIONS 200;
GRANT shop_write TO 'app'@'10.0.%';
SET DEFAULT ROLE shop_write FOR 'app'@'10.0.%';
CREATE USER 'app'@'%' IDENTIFIED BY 'throw-away-2' REQUIRE SSL ACCOUNT LOCK;
CREATE USER 'report'@'%.office.example.net' IDENTIFIED VIA ed25519 USING PASSWORD('throw-away-3') OR mysql_native_password USING PASSWORD('throw-away-3');
GRANT SELECT (id, placed, total), UPDATE (note) ON shop.orders TO 'report'@'%.office.example.net';
CREATE USER 'dba'@'localhost' IDENTIFIED VIA unix_socket;
GRANT ALL ON *.* TO 'dba'@'localhost' WITH GRANT OPTION;
CREATE USER ''@'localhost';
GRANT SELECT ON `test\_%`.* TO ''@'localhost';
CREATE USER 'archiver'@'2001:db8::7' IDENTIFIED BY 'throw-away-5' PASSWORD EXPIRE INTERVAL 90 DAY;
GRANT CREATE, INSERT, ALTER ON `shop\_archive`.* TO 'archiver'@'2001:db8::7' WITH GRANT OPTION;
GRANT shop_read TO 'archiver'@'2001:db8::7' WITH ADMIN OPTION;
CREATE USER 'kiosk'@'%';
GRANT PROXY ON 'report'@'%.office.example.net' TO 'kiosk'@'%';
