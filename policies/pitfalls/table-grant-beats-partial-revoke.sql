-- A partial revoke takes the global privilege away, not those of tables.
--
-- 'clerk' must not read hr, and reads hr.people all the same; hr.salaries is refused with 1142.
-- grantc: server=mysql-9.7

SET GLOBAL partial_revokes = ON;
CREATE DATABASE hr;
CREATE TABLE hr.people (id INT PRIMARY KEY);
CREATE TABLE hr.salaries (id INT PRIMARY KEY);
CREATE USER 'clerk'@'%';
GRANT SELECT ON *.* TO 'clerk'@'%';
GRANT SELECT ON hr.people TO 'clerk'@'%';
REVOKE SELECT ON hr.* FROM 'clerk'@'%';
