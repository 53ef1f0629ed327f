-- The office on MariaDB.
-- grantc: server=mariadb-10.11
CREATE DATABASE shop;
CREATE DATABASE payroll;
CREATE TABLE shop.orders (id INT PRIMARY KEY, total INT, note TEXT);
CREATE TABLE payroll.wages (id INT PRIMARY KEY, pay INT);
CREATE USER 'joe'@'%' IDENTIFIED BY 'right';
GRANT SELECT, INSERT ON shop.* TO 'joe'@'%';
CREATE USER ''@'localhost';
CREATE USER 'gone'@'%' IDENTIFIED BY 'right' ACCOUNT LOCK;
CREATE USER 'daemon'@'%' IDENTIFIED VIA unix_socket;
