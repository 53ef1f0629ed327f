-- From MySQL 8.0 on, REVOKE ALL ON *.* takes the grants of every level, not only the global ones.
--
-- 'app' was to lose its global rights and keep its own database: it has lost both, and SELECT on
-- shop.orders is refused with 1142.
-- grantc: server=mysql-9.7

CREATE DATABASE shop;
CREATE TABLE shop.orders (id INT PRIMARY KEY);
CREATE USER 'app'@'%';
GRANT PROCESS, RELOAD ON *.* TO 'app'@'%';
GRANT SELECT ON shop.* TO 'app'@'%';
REVOKE ALL ON *.* FROM 'app'@'%';
