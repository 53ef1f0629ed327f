-- An online shop. Passwords here are the ones that must never be printed.
CREATE DATABASE shop;
CREATE TABLE shop.orders (id INT PRIMARY KEY, customer INT, total DECIMAL(10, 2), note TEXT);
CREATE TABLE shop.a (id INT, v INT);
CREATE TABLE shop.b (id INT, v INT);

CREATE USER 'joe'@'%' IDENTIFIED BY 'tomato-9';
CREATE USER 'joe'@'%.example.net' IDENTIFIED BY 'tomato-9';
CREATE USER 'joe'@'localhost' IDENTIFIED BY 'tomato-9' REQUIRE SSL;
CREATE USER ''@'localhost' ACCOUNT LOCK;

GRANT SELECT ON shop.a TO 'joe'@'%';
GRANT UPDATE (note), SELECT (id, note) ON shop.orders TO 'joe'@'%.example.net';

-- Roles: one by default, one on demand.
CREATE ROLE 'clerk', 'auditor';
GRANT INSERT, UPDATE, DELETE ON shop.orders TO 'clerk';
GRANT SELECT ON *.* TO 'auditor';
GRANT BACKUP_ADMIN ON *.* TO 'auditor';
CREATE USER 'ann'@'10.1.%' IDENTIFIED WITH 'caching_sha2_password'
  AS '$A$005$THISISACOMBINATIONOFINVALIDSALTANDPASSWORDTHATMUSTNEVERBRBEUSED' DEFAULT ROLE 'clerk';
GRANT 'auditor' TO 'ann'@'10.1.%';
GRANT 'clerk' TO 'ann'@'10.1.%';

-- Two rows that tie for 10.1.2.3 when its name is app.example.net.
CREATE USER 'app'@'10.1.2.%' IDENTIFIED BY 'leek-7', 'app'@'app.exa%' IDENTIFIED BY 'leek-7';

CREATE USER 'old'@'198.51.100.44/16' IDENTIFIED BY 'radish-5';
CREATE PROCEDURE shop.refund() SELECT 1;
GRANT EXECUTE ON PROCEDURE shop.refund TO 'joe'@'%';
