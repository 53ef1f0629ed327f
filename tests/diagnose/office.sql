-- An office whose accounts go wrong in every way that the error lines beside this file speak of.
-- grantc: server=mysql-9.7
CREATE DATABASE shop;
CREATE DATABASE payroll;
CREATE TABLE shop.orders (id INT PRIMARY KEY, total INT, note TEXT);
CREATE TABLE payroll.wages (id INT PRIMARY KEY, pay INT);
CREATE PROCEDURE shop.refund() SELECT 1;
CREATE DEFINER = 'left'@'%' PROCEDURE shop.audit() SELECT 1;

CREATE USER 'joe'@'%' IDENTIFIED BY 'right';
GRANT SELECT, INSERT ON shop.* TO 'joe'@'%';
GRANT EXECUTE ON PROCEDURE shop.audit TO 'joe'@'%';
CREATE ROLE auditor;
GRANT SELECT ON payroll.* TO auditor;
GRANT auditor TO 'joe'@'%';

CREATE USER ''@'localhost';

CREATE USER 'app'@'127.0.0.2' IDENTIFIED BY 'right', 'app'@'127.0.%' IDENTIFIED BY 'other';
GRANT SELECT (id, note) ON shop.orders TO 'app'@'127.0.0.2';

CREATE USER 'tls'@'%' IDENTIFIED BY 'right' REQUIRE SSL;
CREATE USER 'gone'@'%' IDENTIFIED BY 'right' ACCOUNT LOCK;
CREATE USER 'late'@'%' IDENTIFIED BY 'right' PASSWORD EXPIRE;
CREATE USER 'tries'@'%' IDENTIFIED BY 'right' FAILED_LOGIN_ATTEMPTS 1 PASSWORD_LOCK_TIME 1;
CREATE USER 'daemon'@'%' IDENTIFIED WITH auth_socket;
CREATE USER 'web'@'web1' IDENTIFIED BY 'right';
CREATE USER 'local'@'127.0.0.1' IDENTIFIED BY 'right';
