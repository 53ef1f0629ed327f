-- No account is for every host, so that a stranger is refused before anything is asked of it.
-- grantc: server=mysql-9.7
CREATE USER 'joe'@'localhost' IDENTIFIED BY 'right';
CREATE USER 'web'@'web1.example.net' IDENTIFIED BY 'right';
