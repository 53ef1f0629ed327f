-- The account of a database whose name is no pattern any more; see review.rs.
CREATE USER a IDENTIFIED BY 'tomato';
GRANT SELECT, INSERT ON `d\_`.* TO a;
GRANT SELECT ON `d_`.* TO a;
