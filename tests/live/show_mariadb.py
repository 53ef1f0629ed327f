#!/usr/bin/env python3
"""Records how a real MariaDB server prints random accounts and roles: SHOW GRANTS and SHOW CREATE USER.

    GRANTC_ORACLE=DIR tests/live/show_mariadb.py SETTINGS tests/show [TITLE ...]

As show.py; SETTINGS is the file that mariadb-up printed. The first line of each file names the server.
"""
import json
import os
import re
import sys

sys.path.insert(0, os.environ['GRANTC_ORACLE'])
from probe import Server, ServerError  # noqa: E402

import show  # noqa: E402
from show import account, name, string  # noqa: E402

STORED = [re.compile(r"(IDENTIFIED BY PASSWORD )'[^']*'"),
          re.compile(r"((?:mysql_native_password|mysql_old_password|ed25519) USING )'[^']*'", re.I)]
STATIC = [p for p in show.STATIC if p not in ('CREATE ROLE', 'DROP ROLE', 'REPLICATION CLIENT')] + [
    'BINLOG MONITOR', 'DELETE HISTORY', 'SET USER', 'FEDERATED ADMIN', 'CONNECTION ADMIN', 'READ_ONLY ADMIN',
    'REPLICATION SLAVE ADMIN', 'REPLICATION MASTER ADMIN', 'BINLOG ADMIN', 'BINLOG REPLAY', 'SLAVE MONITOR']
AT_DATABASE = [p for p in show.AT_DATABASE if p != 'CREATE ROLE'] + ['DELETE HISTORY']
AT_TABLE = [p for p in AT_DATABASE if p in show.AT_TABLE] + ['DELETE HISTORY']
ROLES = ['r1', 'R1', 'r 2', 'r`3', 'app_read', 'r"4', 'r', 'u']
IDENTIFIED = [
    '', '', '', " IDENTIFIED BY 'secret'", " IDENTIFIED BY ''", ' IDENTIFIED VIA unix_socket',
    " IDENTIFIED VIA unix_socket AS 'app''s'", " IDENTIFIED VIA mysql_native_password USING PASSWORD('secret')",
    " IDENTIFIED VIA ed25519 USING PASSWORD('secret')", " IDENTIFIED VIA unix_socket OR mysql_native_password",
    " IDENTIFIED VIA mysql_native_password USING PASSWORD('secret') OR unix_socket",
    " IDENTIFIED VIA ed25519 USING PASSWORD('secret') OR unix_socket USING 'joe' OR mysql_native_password USING ''",
    " IDENTIFIED BY PASSWORD '*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19'", " IDENTIFIED VIA mysql_native_password"]
LIMITS = ['MAX_QUERIES_PER_HOUR', 'MAX_UPDATES_PER_HOUR', 'MAX_CONNECTIONS_PER_HOUR', 'MAX_USER_CONNECTIONS']


class Recorder(show.Recorder):
    def __init__(self, server, seed):
        super().__init__(server, seed)
        self.lines.append({'server': 'mariadb-10.11'})

    def do(self, sql):
        done = super().do(sql)
        line = self.lines[-1]
        for pattern in STORED:
            line['rows'] = [pattern.sub(r"\1'<secret>'", row) for row in line.get('rows', [])]
        if not sql.startswith('SHOW') or not done:
            del line['rows']
        return done

    def parameters(self, more=''):
        pick = self.random.choice
        text = pick(['', '', ' REQUIRE SSL', ' REQUIRE X509', " REQUIRE SUBJECT '/CN=x y' CIPHER 'A-B'",
                     " REQUIRE ISSUER '/O=it''s'", " REQUIRE ISSUER 'i' AND SUBJECT 's'", ' REQUIRE NONE'])
        limits = [f'{limit} {self.random.randint(0, 99)}' for limit in self.some(LIMITS)]
        limits += [pick(['MAX_STATEMENT_TIME 1.5', 'MAX_STATEMENT_TIME 2', 'MAX_STATEMENT_TIME 0.000001'])]
        limits = self.some(limits) if self.random.random() < 0.3 else []
        limits += [more] if more and self.random.random() < 0.3 else []
        return text + (' WITH ' + ' '.join(limits) if limits else '')

    def options(self):
        pick = self.random.choice
        return self.parameters() + pick(['', '', ' ACCOUNT LOCK', ' ACCOUNT UNLOCK']) + pick(
            ['', '', ' PASSWORD EXPIRE', ' PASSWORD EXPIRE NEVER', ' PASSWORD EXPIRE INTERVAL 30 DAY', ' PASSWORD EXPIRE DEFAULT'])

    def identified(self):
        return self.random.choice(IDENTIFIED)

    def objects(self):
        for db in show.DATABASES:
            self.do(f'CREATE DATABASE {name(db)}')
            for table in self.some(show.TABLES, 2):
                self.do(f'CREATE TABLE {name(db)}.{name(table)} (' + ', '.join(f'{name(c)} INT' for c in show.COLUMNS) + ')')
            for routine in self.some(show.ROUTINES, 2) if db.isascii() else []:
                self.do(f'CREATE PROCEDURE {name(db)}.{name(routine)}() SELECT 1')
                self.do(f'CREATE FUNCTION {name(db)}.{name(routine)}() RETURNS INT DETERMINISTIC RETURN 1')

    def make(self, accounts=14):
        self.objects()
        self.accounts, self.roles = [], []
        while len(self.accounts) < accounts:
            key = self.random.choice(show.USERS), self.random.choice(show.HOSTS).lower()
            if self.do(f'CREATE USER {account(key)}{self.identified()}{self.options()}'):
                self.accounts.append(key)
        for role in ROLES:
            if self.do(f'CREATE ROLE {name(role)}' + self.maybe(f' WITH ADMIN {account(self.random.choice(self.accounts))}')):
                self.roles.append(role)
        for _ in range(40):
            self.grant_role()
        for _ in range(10):
            self.do(f'SET DEFAULT ROLE {self.random.choice(["NONE"] + [name(r) for r in self.roles])} '
                    f'FOR {account(self.random.choice(self.accounts))}')
        for _ in range(12):
            self.do(f'ALTER USER {account(self.random.choice(self.accounts))}{self.maybe(self.identified())}{self.options()}')

    def grantee(self):
        kind = self.random.random()
        if kind < 0.55:
            return account(self.random.choice(self.accounts))
        return name(self.random.choice(self.roles)) if kind < 0.95 else 'PUBLIC'

    def grant_role(self):
        role = name(self.random.choice(self.roles))
        self.do(f'GRANT {role} TO {self.grantee()}' + self.maybe(' WITH ADMIN OPTION'))

    def privileges(self):
        """Some privileges on something, as GRANT and REVOKE both take them."""
        r, pick = self.random, self.random.choice
        db, table, kind = pick(show.DATABASES), pick(show.TABLES), r.randint(0, 9)
        if kind <= 1:
            return f'{self.names(STATIC)} ON *.*'
        if kind <= 4:
            return f'{self.names(AT_DATABASE)} ON {name(pick(show.DATABASES + show.PATTERNS))}.*'
        if kind <= 6:
            return f'{self.names(AT_TABLE)} ON {name(db)}.{name(table)}'
        if kind <= 8:
            items = [f"{p} ({', '.join(name(c) for c in self.some(show.COLUMNS))})" if r.random() < 0.8 else p
                     for p in self.some(show.AT_COLUMN)]
            return f"{', '.join(items)} ON {name(db)}.{name(table)}"
        routine = pick(['PROCEDURE', 'FUNCTION'])
        return f"{pick(['EXECUTE', 'ALTER ROUTINE', 'ALL', 'USAGE'])} ON {routine} {name(db)}.{name(pick(show.ROUTINES))}"

    def grant(self):
        grantee = self.grantee()
        option = self.maybe(' WITH GRANT OPTION', 0.2)
        if self.random.random() < 0.05:
            proxied = self.random.choice(show.USERS), self.random.choice(show.HOSTS).lower()
            self.do(f'GRANT PROXY ON {account(proxied)} TO {account(self.random.choice(self.accounts))}{option}')
        elif '@' in grantee and self.random.random() < 0.1:
            self.do(f'GRANT {self.privileges()} TO {grantee}{self.identified()}{self.parameters("GRANT OPTION")}')
        else:
            self.do(f'GRANT {self.privileges()} TO {grantee}{option}')

    def revoke(self):
        r = self.random.random()
        if r < 0.6:
            self.do(f'REVOKE {self.privileges()} FROM {self.grantee()}')
        elif r < 0.7:
            self.do(f'REVOKE ALL PRIVILEGES, GRANT OPTION FROM {self.grantee()}')
        elif r < 0.9:
            self.do(f'REVOKE {self.maybe("ADMIN OPTION FOR ")}{name(self.random.choice(self.roles))} FROM {self.grantee()}')
        else:
            self.do(f'REVOKE GRANT OPTION ON {name(self.random.choice(show.DATABASES))}.* FROM {self.grantee()}')

    def change(self):
        """Drops and renames, which move rows about in memory."""
        r, key = self.random.random(), self.random.choice(self.accounts)
        if r < 0.3 and len(self.accounts) > 4:
            self.accounts.remove(key)
            self.do(f'DROP USER {account(key)}')
        elif r < 0.6:
            to = self.random.choice(show.USERS), self.random.choice(show.HOSTS).lower()
            if self.do(f'RENAME USER {account(key)} TO {account(to)}'):
                self.accounts[self.accounts.index(key)] = to
        elif r < 0.75 and len(self.roles) > 3:
            role = self.random.choice(self.roles)
            self.roles.remove(role)
            self.do(f'DROP ROLE {name(role)}')
        elif r < 0.9:
            key = self.random.choice(show.USERS), self.random.choice(show.HOSTS).lower()
            if self.do(f'CREATE USER {account(key)}{self.identified()}'):
                self.accounts.append(key)
        else:
            self.grant_role()

    def show(self):
        for key in self.accounts:
            self.do(f'SHOW CREATE USER {account(key)}')
            self.do(f'SHOW GRANTS FOR {account(key)}')
        for role in self.roles:
            self.do(f'SHOW GRANTS FOR {name(role)}')
        self.do('SHOW GRANTS FOR PUBLIC')
        self.do('SHOW GRANTS')
        for role in self.roles[:3]:
            if self.do(f'SET ROLE {name(role)}'):
                self.do('SHOW GRANTS')
                self.do('SHOW GRANTS FOR CURRENT_ROLE')
        self.do('SET ROLE NONE')
        for text in ['CURRENT_ROLE', 'CURRENT_USER', 'nobody', 'nobody@h']:
            self.do(f'SHOW GRANTS FOR {text}')
        self.do('SHOW CREATE USER nobody@h')


def record(server, folder, title, seed, settings=(), accounts=14, grants=160, revokes=0, changes=0, reload=False):
    server.reset(fresh=True)         # root and its proxy rows too
    recorder = Recorder(server, seed)
    recorder.settings(settings)
    recorder.make(accounts)
    for _ in range(grants):
        recorder.grant()
        if recorder.random.random() < 0.08:
            recorder.do(f'SHOW GRANTS FOR {account(recorder.random.choice(recorder.accounts))}')
    for _ in range(revokes):
        recorder.revoke()
        if revokes > 40:
            recorder.grant()
    for _ in range(changes):
        recorder.change()
        recorder.grant()
    if reload:
        recorder.do('FLUSH PRIVILEGES')
    recorder.show()
    show.write(recorder, folder, title)


POLICIES = {
    'mariadb-small': dict(seed=1, accounts=3, grants=15),
    'mariadb-plain': dict(seed=2),
    'mariadb-revoked': dict(seed=3, revokes=60),
    'mariadb-ansi': dict(seed=4, settings=["SET sql_mode = 'ANSI_QUOTES'"], grants=60),
    'mariadb-unquoted': dict(seed=5, settings=['SET sql_quote_show_create = 0'], grants=60),
    'mariadb-changed': dict(seed=6, grants=80, revokes=60, changes=40),
    'mariadb-loaded': dict(seed=7, grants=80, reload=True),
}


def main():
    server, folder = Server.from_file(sys.argv[1]), sys.argv[2]
    server.root().query("SET GLOBAL strict_password_validation = OFF")
    for title, policy in POLICIES.items():
        if not sys.argv[3:] or title in sys.argv[3:]:
            record(server, folder, title, **policy)


if __name__ == '__main__':
    main()
