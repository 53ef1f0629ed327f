-- In the database name of a GRANT, `_` is a wildcard for one character.
--
-- 'eu' may read shop_eu, and shopXeu as well. 'us' wrote `\_` and may read shop_us only.
-- grantc: server=mysql-9.7

CREATE DATABASE shop_eu;
CREATE DATABASE shopXeu;
CREATE DATABASE shop_us;
CREATE DATABASE shopXus;
CREATE TABLE shop_eu.orders (id INT PRIMARY KEY);
CREATE TABLE shopXeu.orders (id INT PRIMARY KEY);
CREATE TABLE shop_us.orders (id INT PRIMARY KEY);
CREATE TABLE shopXus.orders (id INT PRIMARY KEY);
CREATE USER 'eu'@'%';
GRANT SELECT ON `shop_eu`.* TO 'eu'@'%';
CREATE USER 'us'@'%';
GRANT SELECT ON `shop\_us`.* TO 'us'@'%';
