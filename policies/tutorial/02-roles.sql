-- Roles are granted, but only active ones count: a default role is active from the login on.
-- grantc: server=mysql-8.4

CREATE DATABASE shop;
CREATE TABLE shop.orders (id INT PRIMARY KEY, placed DATE, total DECIMAL(10,2));

CREATE ROLE 'reader', 'writer', 'auditor';
GRANT SELECT ON shop.* TO 'reader';
GRANT INSERT, UPDATE ON shop.* TO 'writer';
GRANT 'reader' TO 'writer';
GRANT SELECT ON *.* TO 'auditor';

-- ann reads and writes from the start: 'writer' brings 'reader' along
CREATE USER 'ann'@'%' IDENTIFIED BY 'change-me-1' DEFAULT ROLE 'writer';

-- bob was granted the same role, but it is no default: after his login he may do nothing until SET ROLE
CREATE USER 'bob'@'%' IDENTIFIED BY 'change-me-2';
GRANT 'writer' TO 'bob'@'%';

-- carl may hand 'auditor' on, though it is not active
CREATE USER 'carl'@'%' IDENTIFIED BY 'change-me-3';
GRANT 'auditor' TO 'carl'@'%' WITH ADMIN OPTION;
