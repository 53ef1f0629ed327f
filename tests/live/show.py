#!/usr/bin/env python3
"""Records how a real MySQL server prints random accounts: SHOW GRANTS and SHOW CREATE USER.

    GRANTC_ORACLE=DIR tests/live/show.py SETTINGS tests/show

GRANTC_ORACLE is the directory of probe.py; SETTINGS the file that its mysql-up printed. The server is
emptied. One file is written for each seed: a line holds a statement, the errno if the server refused it and,
for SHOW, the rows it gave, with what is stored as credential replaced by `<secret>`.
"""
import json
import os
import random
import re
import sys

sys.path.insert(0, os.environ['GRANTC_ORACLE'])
from probe import Server, ServerError  # noqa: E402

STORED = re.compile(r"(IDENTIFIED WITH '(?:caching_sha2|sha256|mysql_native)_password' AS )'(?:\\.|[^'\\])*'", re.S)
DATABASES = ['a', 'A', 'a1', 'a b', 'a`b', 'd_1', 'dé', 'select', 'x"y', '12', "it's", 'z.z']
PATTERNS = ['a%', '%', '_', 'd\\_1', 'd%\\%', 'a\\', '\\_x', 'shop%', 'A_']
TABLES = ['t', 'T', 't t', 'order', 't`1', 't1', 'é']
COLUMNS = ['a', 'B', 'c d', 'e`e', 'é', 'z', 'key']
ROUTINES = ['p', 'P 2', 'r`1', 'r_1']
USERS = ['u', 'U', "o'hara", 'a b', 'u`x', 'ue', '', '12', 'name-with-dash', 'x@y', 'u"q']
HOSTS = ['%', 'localhost', '10.0.0.0/8', '10.1.2.0/255.255.255.0', '%.example.com', '::1', 'h_1', 'H2', '10.1.%', '2001:db8::%']
ROLES = ['r1', 'R1', 'r 2', 'r`3', 'app_read', 'r"4', 'r']
STATIC = [
    'SELECT', 'INSERT', 'UPDATE', 'DELETE', 'CREATE', 'DROP', 'RELOAD', 'SHUTDOWN', 'PROCESS', 'FILE', 'REFERENCES',
    'INDEX', 'ALTER', 'SHOW DATABASES', 'SUPER', 'CREATE TEMPORARY TABLES', 'LOCK TABLES', 'EXECUTE',
    'REPLICATION SLAVE', 'REPLICATION CLIENT', 'CREATE VIEW', 'SHOW VIEW', 'CREATE ROUTINE', 'ALTER ROUTINE',
    'CREATE USER', 'EVENT', 'TRIGGER', 'CREATE TABLESPACE', 'CREATE ROLE', 'DROP ROLE']
AT_DATABASE = [p for p in STATIC if p not in (
    'RELOAD', 'SHUTDOWN', 'PROCESS', 'FILE', 'SHOW DATABASES', 'SUPER', 'REPLICATION SLAVE', 'REPLICATION CLIENT',
    'CREATE USER', 'CREATE TABLESPACE', 'CREATE ROLE', 'DROP ROLE')]
AT_TABLE = [p for p in AT_DATABASE if p not in (
    'CREATE TEMPORARY TABLES', 'LOCK TABLES', 'EXECUTE', 'CREATE ROUTINE', 'ALTER ROUTINE', 'EVENT')]
AT_COLUMN = ['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']
DYNAMIC = ['ROLE_ADMIN', 'BACKUP_ADMIN', 'SYSTEM_USER', 'AUDIT_ADMIN', 'XA_RECOVER_ADMIN', 'CLONE_ADMIN', 'SHOW_ROUTINE']


def name(text):
    return '`' + text.replace('`', '``') + '`'


def string(text):
    return "'" + text.replace('\\', '\\\\').replace("'", "''") + "'"


def account(key):
    return f'{string(key[0])}@{string(key[1])}'


class Recorder:
    def __init__(self, server, seed):
        self.server, self.random, self.lines = server, random.Random(seed), []
        self.proxies = 0
        self.session = server.connect('root', socket_=True)

    def do(self, sql):
        """Carries a statement out and keeps it; a refused one too, for it makes the server load its tables anew."""
        try:
            rows = self.session.query(sql)
        except ServerError as e:
            self.lines.append({'sql': sql, 'errno': e.errno})
            return False
        line = {'sql': sql}
        if sql.startswith('SHOW'):
            line['rows'] = [STORED.sub(r"\1'<secret>'", row[0]) for row in rows]
        self.lines.append(line)
        return True

    def some(self, items, least=1):
        return self.random.sample(items, self.random.randint(least, min(len(items), least + 4)))

    def maybe(self, text, share=0.3):
        return text if self.random.random() < share else ''

    def granted(self, key):
        rows = self.session.query('SELECT FROM_USER, FROM_HOST FROM mysql.role_edges WHERE TO_USER = '
                                  f'{string(key[0])} AND TO_HOST = {string(key[1])} ORDER BY 1, 2')
        return [tuple(row) for row in rows]

    def options(self):
        r, pick = self.random, self.random.choice
        text = pick(['', '', ' REQUIRE SSL', ' REQUIRE X509', " REQUIRE SUBJECT '/CN=x y' CIPHER 'A-B'",
                     " REQUIRE ISSUER '/O=it''s'", " REQUIRE ISSUER 'i' SUBJECT 's'", ' REQUIRE NONE'])
        limits = ['MAX_QUERIES_PER_HOUR', 'MAX_UPDATES_PER_HOUR', 'MAX_CONNECTIONS_PER_HOUR', 'MAX_USER_CONNECTIONS']
        if r.random() < 0.3:
            text += ' WITH ' + ' '.join(f'{limit} {r.randint(1, 99)}' for limit in self.some(limits))
        text += pick(['', '', ' PASSWORD EXPIRE', ' PASSWORD EXPIRE NEVER', ' PASSWORD EXPIRE INTERVAL 30 DAY'])
        text += pick(['', '', ' PASSWORD HISTORY 5', ' PASSWORD HISTORY DEFAULT', ' PASSWORD HISTORY 0'])
        text += pick(['', '', ' PASSWORD REUSE INTERVAL 9 DAY', ' PASSWORD REUSE INTERVAL DEFAULT'])
        text += pick(['', '', ' PASSWORD REQUIRE CURRENT', ' PASSWORD REQUIRE CURRENT OPTIONAL',
                      ' PASSWORD REQUIRE CURRENT DEFAULT'])
        text += pick(['', '', ' FAILED_LOGIN_ATTEMPTS 3', ' FAILED_LOGIN_ATTEMPTS 0'])
        text += pick(['', '', ' PASSWORD_LOCK_TIME 2', ' PASSWORD_LOCK_TIME UNBOUNDED', ' PASSWORD_LOCK_TIME 0'])
        text += pick(['', '', ' ACCOUNT LOCK', ' ACCOUNT UNLOCK'])
        text += pick(['', '', '', " COMMENT 'it''s \"fine\" \\\\ é\\n'", " ATTRIBUTE '{\"bb\": [1, 2.50, null], \"a\": {\"z\": true}}'",
                      " ATTRIBUTE '{\"comment\": \"c\", \"n\": -1.5e-7, \"big\": 1e20, \"int\": 12345678901}'", " ATTRIBUTE '{}'"])
        return text

    def identified(self):
        return self.random.choice([
            '', '', " IDENTIFIED BY 'secret'", " IDENTIFIED WITH caching_sha2_password BY 'secret'",
            " IDENTIFIED WITH sha256_password BY 'secret'", ' IDENTIFIED WITH auth_socket',
            " IDENTIFIED WITH auth_socket AS 'app''s'", ' IDENTIFIED WITH mysql_no_login',
            " IDENTIFIED BY 'secret' AND IDENTIFIED WITH auth_socket AS 'x'", " IDENTIFIED BY ''"])

    def make(self):
        for db in DATABASES:
            self.do(f'CREATE DATABASE {name(db)}')
            for table in self.some(TABLES, 2):
                columns = ', '.join(f'{name(c)} INT' for c in COLUMNS)
                self.do(f'CREATE TABLE {name(db)}.{name(table)} ({columns})')
            # After a load the server has every other letter of these names wrong, so they stay ASCII.
            for routine in self.some(ROUTINES, 2) if db.isascii() else []:
                self.do(f'CREATE PROCEDURE {name(db)}.{name(routine)}() SELECT 1')
                self.do(f'CREATE FUNCTION {name(db)}.{name(routine)}() RETURNS INT DETERMINISTIC RETURN 1')
        accounts = []
        while len(accounts) < 14:
            key = self.random.choice(USERS), self.random.choice(HOSTS)
            if self.do(f'CREATE USER {account(key)}{self.identified()}{self.options()}'):
                accounts.append(key)
        roles = []
        for role in ROLES:
            key = role, self.random.choice(['%', '%', 'h', 'localhost'])
            if self.do(f'CREATE ROLE {account(key)}'):
                roles.append(key)
        self.accounts, self.roles = accounts, roles
        for _ in range(30):
            role = self.random.choice(roles)
            self.do(f'GRANT {account(role)} TO {account(self.random.choice(accounts + roles))}'
                    + self.maybe(' WITH ADMIN OPTION'))
        for _ in range(10):
            who = account(self.random.choice(accounts))
            self.do(f'ALTER USER {who} DEFAULT ROLE ' + self.random.choice(['ALL', 'NONE', account(self.random.choice(roles))]))
        for _ in range(12):
            who = account(self.random.choice(accounts))
            self.do(f'ALTER USER {who}{self.options()}')

    def names(self, pool):
        return ', '.join(self.some(pool)) if self.random.random() < 0.85 else 'ALL'

    def grant(self):
        r, pick = self.random, self.random.choice
        key = pick(self.accounts + self.roles)
        db, table = pick(DATABASES), pick(TABLES)
        option = self.maybe(' WITH GRANT OPTION', 0.2)
        kind = r.randint(0, 9)
        if kind == 0:
            what = f'{self.names(STATIC)} ON *.*'
        elif kind == 1:
            what = ', '.join(self.some(DYNAMIC)) + ' ON *.*'
        elif kind <= 3:
            what = f'{self.names(AT_DATABASE)} ON {name(pick(DATABASES + PATTERNS))}.*'
        elif kind <= 5:
            what = f'{self.names(AT_TABLE)} ON {name(db)}.{name(table)}'
        elif kind <= 7:
            items = [f"{p} ({', '.join(name(c) for c in self.some(COLUMNS))})" if r.random() < 0.8 else p
                     for p in self.some(AT_COLUMN)]
            what = f"{', '.join(items)} ON {name(db)}.{name(table)}"
        elif kind == 8:
            routine = pick(['PROCEDURE', 'FUNCTION'])
            what = f"{pick(['EXECUTE', 'ALTER ROUTINE', 'ALL', 'USAGE'])} ON {routine} {name(db)}.{name(pick(ROUTINES))}"
        elif self.proxies >= 12:
            return          # from 17 rows on their order is a matter of chance
        else:
            self.proxies += 1
            proxied = pick(USERS), pick(HOSTS)
            what = f'PROXY ON {account(proxied)}'
        self.do(f'GRANT {what} TO {account(key)}{option}')

    def revoke(self):
        db = self.random.choice(DATABASES + PATTERNS)
        privileges = ', '.join(self.some(['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'CREATE', 'DROP', 'EXECUTE']))
        self.do(f'REVOKE {privileges} ON {name(db)}.* FROM {account(self.random.choice(self.accounts + self.roles))}')

    def show(self):
        for key in self.accounts + self.roles:
            self.do(f'SHOW CREATE USER {account(key)}')
            self.do(f'SHOW GRANTS FOR {account(key)}')
            if self.granted(key):
                self.do(f'SHOW GRANTS FOR {account(key)} USING ' + ', '.join(map(account, self.some(self.granted(key)))))

    def combine(self):
        """Few names, many roles: what becomes of restrictions when accounts and roles are united."""
        pick = self.random.choice
        databases, privileges = ['d1', 'd2', 'd%', 'e_1'], ['SELECT', 'INSERT', 'UPDATE']
        self.accounts = [(user, 'h') for user in ('u1', 'u2', 'u3')]
        self.roles = [(role, '%') for role in ('ra', 'rb', 'rc', 'rd')]
        for key in self.accounts + self.roles:
            self.do(f'CREATE USER {account(key)}')
        for _ in range(60):
            key, some = account(pick(self.accounts + self.roles)), ', '.join(self.some(privileges))
            self.do(pick([f'GRANT {some} ON *.* TO {key}', f'GRANT {some} ON {name(pick(databases))}.* TO {key}',
                          *[f'REVOKE {p} ON {name(pick(databases))}.* FROM {key}' for p in privileges],
                          f'GRANT {account(pick(self.roles))} TO {key}', f'GRANT {account(pick(self.roles))} TO {key}']))
        for key in self.accounts:
            self.do(f'SHOW GRANTS FOR {account(key)}')
            for _ in range(5 if self.granted(key) else 0):
                self.do(f'SHOW GRANTS FOR {account(key)} USING ' + ', '.join(map(account, self.some(self.granted(key)))))
        for key in self.accounts + self.roles:
            self.do(f'DROP USER {account(key)}')

    def settings(self, statements):
        for sql in statements:
            assert self.do(sql), sql


def record(server, folder, title, seed, settings=(), revokes=0):
    server.reset()
    recorder = Recorder(server, seed)
    recorder.settings(settings)
    recorder.make()
    for _ in range(160):
        recorder.grant()
    for _ in range(revokes):
        recorder.revoke()
        if revokes > 40:
            recorder.grant()
    recorder.show()
    write(recorder, folder, title)


def write(recorder, folder, title):
    recorder.session.close()
    with open(os.path.join(folder, title + '.jsonl'), 'w') as out:
        for line in recorder.lines:
            out.write(json.dumps(line, ensure_ascii=False) + '\n')
    shown = sum('rows' in line for line in recorder.lines)
    print(f'{title}: {len(recorder.lines)} statements, {shown} of them SHOW')


def main():
    server, folder = Server.from_file(sys.argv[1]), sys.argv[2]
    root = server.root()
    root.query("SET GLOBAL authentication_policy = '*,,'")
    record(server, folder, 'plain', 1)
    record(server, folder, 'revoked', 2, revokes=40)
    record(server, folder, 'ansi', 3, ["SET sql_mode = 'ANSI_QUOTES'"])
    record(server, folder, 'unquoted', 4, ['SET sql_quote_show_create = 0'])
    record(server, folder, 'restricted', 5, ['SET GLOBAL partial_revokes = ON'], revokes=120)
    server.reset()
    recorder = Recorder(server, 6)
    recorder.settings(['SET GLOBAL partial_revokes = ON'])
    for _ in range(12):
        recorder.combine()
    write(recorder, folder, 'combined')
    root.query('SET GLOBAL partial_revokes = OFF')


if __name__ == '__main__':
    main()
