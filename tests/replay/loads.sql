-- scenario dynamic privileges of an account without a host are those of host % after a load
create user 'B'@'%', 'B'@'';
grant grant option, show_routine on *.* to 'B'@'';
revoke select on none.* from r2;
grant all on *.* to 'B'@'';
show grants for 'B'@'';
revoke select on none.* from r2;
show grants for 'B'@'';
show grants for 'B'@'%';
drop user 'B'@'';
drop user 'B'@'%';
create user 'B'@'%';
show grants for 'B'@'%';
flush privileges;
show grants for 'B'@'%';
delete from mysql.global_grants where user = 'B' and host = '';
show grants for 'B'@'%';
flush privileges;
show grants for 'B'@'%';
