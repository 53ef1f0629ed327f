-- An address that has bits outside of its own netmask matches nobody.
--
-- 'app' meant the whole network 127.0.5.0/24 and wrote the address of the first machine: nobody is
-- let in by that row. 'api' wrote the network address. Both ask from 127.0.5.9.
-- grantc: server=mysql-9.7

CREATE USER 'app'@'127.0.5.1/255.255.255.0';
CREATE USER 'api'@'127.0.5.0/255.255.255.0';
