-- A small shop. Four accounts, one role, one old row that nobody remembers.
-- grantc: server=mysql-8.4

CREATE DATABASE shop;
CREATE TABLE shop.customers (id INT PRIMARY KEY, name VARCHAR(80), email VARCHAR(80), card CHAR(19));
CREATE TABLE shop.orders (id INT PRIMARY KEY, customer INT, placed DATE, total DECIMAL(10,2));

-- the application, from its own network
CREATE USER 'app'@'10.0.%' IDENTIFIED BY 'change-me-1';
GRANT SELECT, INSERT, UPDATE, DELETE ON shop.* TO 'app'@'10.0.%';

-- the reporting team: orders, and customers without their cards
CREATE USER 'report'@'%' IDENTIFIED BY 'change-me-2';
GRANT SELECT ON shop.orders TO 'report'@'%';
GRANT SELECT (id, name) ON shop.customers TO 'report'@'%';

-- the administrators: nothing of their own, everything through a role
CREATE ROLE 'dba_role';
GRANT ALL ON *.* TO 'dba_role' WITH GRANT OPTION;
CREATE USER 'maria'@'%' IDENTIFIED BY 'change-me-3' DEFAULT ROLE 'dba_role';

-- left over from an old installer: on the database host itself, this row comes before 'report'@'%'
CREATE USER ''@'localhost';
GRANT SELECT ON `test`.* TO ''@'localhost';
