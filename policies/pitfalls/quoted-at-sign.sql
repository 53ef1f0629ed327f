-- 'me@localhost' in one pair of quotes is a user of that name, at any host.
--
-- Nobody gets in as 'me': from 127.0.0.9 the error is 1045. The account is 'me@localhost'@'%'.
-- grantc: server=mysql-9.7

CREATE USER 'me@localhost';
