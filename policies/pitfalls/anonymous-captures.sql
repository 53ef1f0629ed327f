-- An anonymous account on the more exact host comes before a named one on `%`.
--
-- 'report' from the socket is logged in as ''@'localhost', with that account's (empty) password and
-- grants: the right password of 'report' is refused with 1045. Over TCP from elsewhere it is itself.
-- grantc: server=mysql-9.7

CREATE DATABASE shop;
CREATE TABLE shop.orders (id INT PRIMARY KEY);
CREATE USER 'report'@'%' IDENTIFIED BY 'change-me';
GRANT SELECT ON shop.* TO 'report'@'%';
CREATE USER ''@'localhost';
