-- An active role can take access away.
--
-- Without an active role, the row of 'ann'@'%' also counts for the session of 'ann'@'127.0.0.9', for
-- only its host pattern must fit the client. With any role active, only the rows of the very account
-- and of the role count: SELECT on shop is refused with 1142 after the login, and works after SET ROLE NONE.
-- grantc: server=mysql-9.7

CREATE DATABASE shop;
CREATE TABLE shop.orders (id INT PRIMARY KEY);
CREATE DATABASE notes;
CREATE TABLE notes.n (id INT PRIMARY KEY);
CREATE ROLE 'note_taker';
GRANT SELECT ON notes.* TO 'note_taker';
CREATE USER 'ann'@'%';
GRANT SELECT ON shop.* TO 'ann'@'%';
CREATE USER 'ann'@'127.0.0.9' DEFAULT ROLE 'note_taker';
