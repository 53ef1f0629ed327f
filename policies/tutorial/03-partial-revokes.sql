-- One database is kept from somebody who may otherwise see all.
-- grantc: server=mysql-8.4

SET PERSIST partial_revokes = ON;

CREATE DATABASE shop;
CREATE DATABASE hr;
CREATE TABLE shop.orders (id INT PRIMARY KEY, total DECIMAL(10,2));
CREATE TABLE hr.people (id INT PRIMARY KEY, name VARCHAR(80), salary INT);

CREATE USER 'support'@'%' IDENTIFIED BY 'change-me-1';
GRANT SELECT ON *.* TO 'support'@'%';
REVOKE SELECT ON hr.* FROM 'support'@'%';

-- a table grant inside that database counts all the same
CREATE USER 'payroll'@'%' IDENTIFIED BY 'change-me-2';
GRANT SELECT ON *.* TO 'payroll'@'%';
REVOKE SELECT ON hr.* FROM 'payroll'@'%';
GRANT SELECT ON hr.people TO 'payroll'@'%';
