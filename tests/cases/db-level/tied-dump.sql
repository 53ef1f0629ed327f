-- MySQL dump 10.13  Distrib 9.7.0, for Linux (x86_64)
CREATE USER `joe`@`client.%` IDENTIFIED WITH 'caching_sha2_password';
CREATE USER `joe`@`10.1.2.%` IDENTIFIED WITH 'caching_sha2_password';
CREATE USER `joe`@`client.example.com` IDENTIFIED WITH 'caching_sha2_password';
GRANT USAGE ON *.* TO `joe`@`client.%`;
GRANT SELECT, UPDATE ON `app`.`t` TO `joe`@`client.%`;
GRANT USAGE ON *.* TO `joe`@`10.1.2.%`;
GRANT SELECT, INSERT ON `app`.`t` TO `joe`@`10.1.2.%`;
GRANT USAGE ON *.* TO `joe`@`client.example.com`;
