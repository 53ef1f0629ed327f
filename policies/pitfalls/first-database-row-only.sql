-- Grants on databases are not added up: the first row that fits a database is the only one.
--
-- 'app' was given SELECT on every database of the shop, and INSERT on one of them. In shop_eu it may
-- INSERT and no longer SELECT (1142); in shop_us it may SELECT.
-- grantc: server=mysql-9.7

CREATE DATABASE shop_eu;
CREATE DATABASE shop_us;
CREATE TABLE shop_eu.orders (id INT PRIMARY KEY);
CREATE TABLE shop_us.orders (id INT PRIMARY KEY);
CREATE USER 'app'@'%';
GRANT SELECT ON `shop%`.* TO 'app'@'%';
GRANT INSERT ON `shop\_eu`.* TO 'app'@'%';
