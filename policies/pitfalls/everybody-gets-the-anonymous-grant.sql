-- Database grants of an anonymous account reach every session, also of named accounts.
--
-- 'guest_writer' was granted nothing, and reads scratch. It may not write there.
-- grantc: server=mysql-9.7

CREATE DATABASE scratch;
CREATE TABLE scratch.t (id INT PRIMARY KEY);
CREATE USER ''@'%';
GRANT SELECT ON scratch.* TO ''@'%';
CREATE USER 'guest_writer'@'%';
