"""Statements to ask, each with what puts things back. None changes anything that lasts.

A question is (sql, undo): undo is None or the statement by which root takes back what sql did.
"""
from estate_accounts import ROUTINES, TABLES, VIEWS

COLUMNS = {(db, t): c for db, tables in TABLES.items() for t, c in tables.items()} | VIEWS
BASE = [key for key in COLUMNS if key not in VIEWS]


def q(*names):
    return '.'.join(f'`{n}`' for n in names)


def on_table(r, db, table):
    """Questions about a table or view."""
    columns = COLUMNS[db, table]
    t, c, d = q(db, table), r.choice(columns), r.choice(columns)
    other = r.choice(BASE)
    o, oc = q(*other), r.choice(COLUMNS[other])
    k = q(columns[0])
    c, d, oc = q(c), q(d), q(oc)
    some = [
        f'SELECT * FROM {t}', f'SELECT {c} FROM {t}', f'SELECT {c} FROM {t} WHERE {d} = 1', f'SELECT COUNT(*) FROM {t}',
        f'SELECT 1 FROM {t}', f'SELECT {c}, {d} FROM {t} ORDER BY {d}', f'SELECT {c} FROM {t} FOR UPDATE',
        f'SELECT a.{c} FROM {t} AS a JOIN {o} AS b ON a.{d} = b.{oc}',
        f'SELECT {c} FROM {t} WHERE {d} IN (SELECT {oc} FROM {o})', f'SELECT {c} FROM {t} UNION SELECT {oc} FROM {o}',
        f'WITH w AS (SELECT {c} FROM {t}) SELECT * FROM w', f'SELECT MAX({c}) FROM {t} GROUP BY {d}',
        f'INSERT INTO {t} ({k}) VALUES (1)', f'INSERT INTO {t} ({k}, {q(columns[1])}) VALUES (1, 2)',
        f"INSERT INTO {t} VALUES ({', '.join('1' for _ in columns)})",
        f'INSERT INTO {t} ({k}) SELECT {oc} FROM {o}', f'INSERT INTO {t} ({k}) VALUES (1) ON DUPLICATE KEY UPDATE {c} = 2',
        f'REPLACE INTO {t} ({k}) VALUES (1)',
        f'UPDATE {t} SET {c} = 1', f'UPDATE {t} SET {c} = 1 WHERE {d} = 2', f'UPDATE {t} SET {c} = {d} + 1',
        f'DELETE FROM {t}', f'DELETE FROM {t} WHERE {c} = 1',
        f'SHOW COLUMNS FROM {t}', f'SHOW CREATE TABLE {t}', f'DESCRIBE {t}', f'SHOW INDEX FROM {t}',
        f'EXPLAIN SELECT {c} FROM {t}', f'LOCK TABLES {t} READ',
    ]
    if (db, table) in VIEWS:
        return r.choice([*some, f'SHOW CREATE VIEW {t}', f'SHOW CREATE VIEW {t}']), None
    some += [
        f'UPDATE {t} AS a, {o} AS b SET a.{c} = 1 WHERE a.{d} = b.{oc}', f'DELETE {t} FROM {t} JOIN {o} AS b ON {t}.{d} = b.{oc}',
        f'TRUNCATE TABLE {t}', f"ALTER TABLE {t} COMMENT ''", f'CHECKSUM TABLE {t}', f'ANALYZE TABLE {t}',
        f'DROP TABLE IF EXISTS {q(db, "absent")}',
        f"LOAD DATA INFILE '/nowhere/x' INTO TABLE {t}", f'HANDLER {t} OPEN', f'DROP VIEW IF EXISTS {q(db, "absent")}',
    ]
    undone = [
        (f'ALTER TABLE {t} ADD COLUMN extra INT', f'ALTER TABLE {t} DROP COLUMN extra'),
        (f'CREATE INDEX ix ON {t} ({c})', f'DROP INDEX ix ON {t}'),
        (f'ALTER TABLE {t} RENAME TO {q(db, "moved")}', f'RENAME TABLE {q(db, "moved")} TO {t}'),
        (f'RENAME TABLE {t} TO {q(db, "moved")}', f'RENAME TABLE {q(db, "moved")} TO {t}'),
        (f'CREATE TABLE {q(db, "fresh")} (a INT)', f'DROP TABLE {q(db, "fresh")}'),
        (f'CREATE TABLE {q(db, "fresh")} LIKE {o}', f'DROP TABLE {q(db, "fresh")}'),
        (f'CREATE TABLE {q(db, "fresh")} AS SELECT {oc} FROM {o}', f'DROP TABLE {q(db, "fresh")}'),
        (f'CREATE VIEW {q(db, "seen")} AS SELECT {c} FROM {t}', f'DROP VIEW {q(db, "seen")}'),
        (f'CREATE TRIGGER {q(db, "tr")} BEFORE DELETE ON {t} FOR EACH ROW SET @x = 1', f'DROP TRIGGER {q(db, "tr")}'),
    ]
    return r.choice(undone) if r.random() < 0.22 else (r.choice(some), None)


def on_database(r, db):
    """Questions about a database as a whole."""
    some = [
        (f'USE {q(db)}', None), (f'SHOW TABLES FROM {q(db)}', None), (f'SHOW CREATE DATABASE {q(db)}', None),
        (f'SHOW EVENTS FROM {q(db)}', None), (f'SHOW TRIGGERS FROM {q(db)}', None),
        (f'ALTER DATABASE {q(db)} CHARACTER SET utf8mb4', None),
        (f'CREATE DATABASE {q(db + "_new")}', f'DROP DATABASE {q(db + "_new")}'),
        (f'DROP DATABASE IF EXISTS {q(db + "_new")}', None),
        (f'CREATE TEMPORARY TABLE {q(db, "tmp")} (a INT)', None),
        (f'CREATE PROCEDURE {q(db, "made")}() SELECT 1', f'DROP PROCEDURE {q(db, "made")}'),
        (f'CREATE FUNCTION {q(db, "made")}() RETURNS INT DETERMINISTIC RETURN 1', f'DROP FUNCTION {q(db, "made")}'),
        (f'CREATE EVENT {q(db, "ev")} ON SCHEDULE EVERY 1 YEAR DISABLE DO SELECT 1', f'DROP EVENT {q(db, "ev")}'),
    ]
    return r.choice(some)


def on_routine(r):
    """Questions about a stored routine."""
    kind, db, name = r.choice(sorted(ROUTINES))
    call = f'CALL {q(db, name)}()' if kind == 'PROCEDURE' else f'SELECT {q(db, name)}()'
    return r.choice([call, call, f'SHOW CREATE {kind} {q(db, name)}', f"ALTER {kind} {q(db, name)} COMMENT ''"]), None


ADMINISTRATION = [
    ('SHOW ENGINE INNODB STATUS', None), ('SHOW PROCESSLIST', None), ('SHOW DATABASES', None), ('SHOW GRANTS', None),
    ('SET GLOBAL sort_buffer_size = 262144', None), ('FLUSH STATUS', None), ('FLUSH TABLES', None), ('FLUSH LOGS', None),
    ('FLUSH USER_RESOURCES', None), ('SHOW REPLICA STATUS', None), ('SHOW VARIABLES LIKE \'port\'', None),
    ("CREATE USER 'made'@'h'", "DROP USER 'made'@'h'"), ("DROP USER IF EXISTS 'absent'@'h'", None),
    ("CREATE ROLE 'made'@'h'", "DROP ROLE 'made'@'h'"), ("DROP ROLE IF EXISTS 'absent'", None),
    ("ALTER USER IF EXISTS 'absent'@'h' ACCOUNT LOCK", None), ('XA RECOVER', None), ('LOCK INSTANCE FOR BACKUP', None),
    ('SELECT USER()', None), ('SET SESSION sql_log_bin = 1', None), ("SHOW STATUS LIKE 'Uptime'", None),
    ('SHOW CREATE USER \'root\'@\'localhost\'', None), ('SHOW GRANTS FOR \'root\'@\'localhost\'', None),
    ('SELECT User FROM mysql.user', None), ('SELECT TABLE_NAME FROM information_schema.TABLES LIMIT 1', None),
    ("CREATE SERVER 'made' FOREIGN DATA WRAPPER mysql OPTIONS (HOST 'h', DATABASE 'd', USER 'u')", "DROP SERVER 'made'"),
    ('CREATE DEFINER = \'root\'@\'localhost\' VIEW reporting.seen AS SELECT 1 AS one', 'DROP VIEW reporting.seen'),
]


def of_grants(r, held):
    """Granting to an account what it has: nothing changes where the server carries it out."""
    return r.choice(held), None
