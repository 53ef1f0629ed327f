-- A granted role does nothing until it is active.
--
-- 'bob' was granted 'reader', which is no default role of his: SELECT is refused with 1142 until he
-- says SET ROLE 'reader'. 'ann' may read from the start.
-- grantc: server=mysql-9.7

CREATE DATABASE shop;
CREATE TABLE shop.orders (id INT PRIMARY KEY);
CREATE ROLE 'reader';
GRANT SELECT ON shop.* TO 'reader';
CREATE USER 'bob'@'%';
GRANT 'reader' TO 'bob'@'%';
CREATE USER 'ann'@'%' DEFAULT ROLE 'reader';
