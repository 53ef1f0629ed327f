-- grantc: server=mysql-8.4
-- One policy on two servers; `on-5.7.sql` has the same statements. What 8.4 makes of them:

-- A client at 127.0.0.1 is app@127.0.0.1: addresses come before names.
CREATE USER 'app'@'localhost' IDENTIFIED BY 'throw-away-1';
CREATE USER 'app'@'127.0.0.1' IDENTIFIED BY 'throw-away-2';
GRANT SELECT ON shop.* TO 'app'@'localhost', 'app'@'127.0.0.1';

-- A client at 10.1.2.3 is batch@'10.1.2.0/24': a number of bits is a netmask.
CREATE USER 'batch'@'10.1.2.0/24' IDENTIFIED BY 'throw-away-3';
CREATE USER 'batch'@'10.%' IDENTIFIED BY 'throw-away-4';

-- The first underscore behind the percent only looks whether a letter follows: archive1 is open.
CREATE USER 'report'@'%' IDENTIFIED BY 'throw-away-5';
GRANT SELECT ON `archive%__`.* TO 'report'@'%';

-- What is left of this account is nothing at all.
CREATE USER 'trainee'@'%' IDENTIFIED BY 'throw-away-6';
GRANT ALL ON *.* TO 'trainee'@'%' WITH GRANT OPTION;
GRANT SELECT ON shop.* TO 'trainee'@'%';
REVOKE ALL ON *.* FROM 'trainee'@'%';

-- Everybody who logs in may read the notices at once.
CREATE USER ''@'%';
GRANT SELECT ON notices.* TO ''@'%';
