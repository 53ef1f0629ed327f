-- With partial_revokes on (many managed servers), database names of grants are no patterns any more.
--
-- The careful `\_` now names a database with a backslash in it: 'us' is refused shop_us with 1142,
-- while the careless 'eu' may read shop_eu, and nothing else.
-- grantc: server=mysql-9.7

SET GLOBAL partial_revokes = ON;
CREATE DATABASE shop_eu;
CREATE DATABASE shop_us;
CREATE TABLE shop_eu.orders (id INT PRIMARY KEY);
CREATE TABLE shop_us.orders (id INT PRIMARY KEY);
CREATE USER 'eu'@'%';
GRANT SELECT ON `shop_eu`.* TO 'eu'@'%';
CREATE USER 'us'@'%';
GRANT SELECT ON `shop\_us`.* TO 'us'@'%';
