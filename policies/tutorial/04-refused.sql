-- What a server refuses is reported with its error and skipped; the rest counts.
-- grantc: server=mysql-8.4

CREATE USER 'app'@'%' IDENTIFIED BY 'change-me-1';
CREATE USER 'app'@'%' IDENTIFIED BY 'change-me-2';     -- 1396: the account is there
GRANT SELECT ON shop.* TO 'ap'@'%';                    -- 1410: GRANT creates no account
GRANT FILE ON shop.* TO 'app'@'%';                     -- 1221: FILE is global only
GRANT 'reader' TO 'app'@'%';                           -- 3523: no such role
REVOKE SELECT ON shop.* FROM 'app'@'%';                -- 1141: nothing to revoke
GRANT SELECT ON shop.* TO 'app'@'%';
