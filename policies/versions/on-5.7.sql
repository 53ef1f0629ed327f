-- grantc: server=mysql-5.7
-- One policy on two servers; `on-8.4.sql` has the same statements. What 5.7 makes of them:

-- A client at 127.0.0.1 is app@localhost: a name and an address count the same, and the older account comes first.
CREATE USER 'app'@'localhost' IDENTIFIED BY 'throw-away-1';
CREATE USER 'app'@'127.0.0.1' IDENTIFIED BY 'throw-away-2';
GRANT SELECT ON shop.* TO 'app'@'localhost', 'app'@'127.0.0.1';

-- A client at 10.1.2.3 is batch@'10.%': a number of bits is no netmask here.
CREATE USER 'batch'@'10.1.2.0/24' IDENTIFIED BY 'throw-away-3';
CREATE USER 'batch'@'10.%' IDENTIFIED BY 'throw-away-4';

-- The first underscore behind the percent stands for a letter: archive12 is open, archive1 is not.
CREATE USER 'report'@'%' IDENTIFIED BY 'throw-away-5';
GRANT SELECT ON `archive%__`.* TO 'report'@'%';

-- What is left of this account is GRANT OPTION on everything, and SELECT on shop.
CREATE USER 'trainee'@'%' IDENTIFIED BY 'throw-away-6';
GRANT ALL ON *.* TO 'trainee'@'%' WITH GRANT OPTION;
GRANT SELECT ON shop.* TO 'trainee'@'%';
REVOKE ALL ON *.* FROM 'trainee'@'%';

-- Everybody who logs in may read the notices once the server has loaded its tables again, until then only the nameless.
CREATE USER ''@'%';
GRANT SELECT ON notices.* TO ''@'%';
