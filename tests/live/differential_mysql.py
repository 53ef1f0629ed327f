"""Random policies, clients and probes for a MySQL server."""
import json
import re

from differential_policies import CLIENTS, DATABASES, HOSTS, PATTERNS, TABLES, TYING, places
from replay import Maker

SCHEMA = [f'CREATE DATABASE {db}' for db in DATABASES + ['gone']] + ['DROP DATABASE gone'] \
    + [f"CREATE TABLE {db}.{table} ({', '.join(c + ' INT' for c in columns)})" for (db, table), columns in TABLES.items()] \
    + ['CREATE PROCEDURE d1.p() SELECT 1', 'CREATE FUNCTION d1.f() RETURNS INT DETERMINISTIC RETURN 1',
       'CREATE PROCEDURE d_1.p() SELECT 1']

# Account statements, which make the server read its tables anew when they are refused.
LOADS = 'GRANT', 'DROP USER'
SYSTEM = "('root', 'mysql.sys', 'mysql.session', 'mysql.infoschema')"
KEYS = {'user': 'user, host', 'db': 'user, host', 'tables_priv': 'user, host', 'columns_priv': 'user, host', 'procs_priv': 'user, host',
        'proxies_priv': 'user, host', 'global_grants': 'user, host', 'password_history': 'user, host', 'default_roles': 'user, host',
        'role_edges': 'to_user, to_host'}
# What takes away all that a policy can have changed, apart from SCHEMA, which no statement here can change.
EMPTY = [f"DELETE FROM mysql.{table} WHERE {key.split(',')[0]} NOT IN {SYSTEM} OR {key.split(',')[1]} <> 'localhost'" for table, key in KEYS.items()] \
    + ['FLUSH PRIVILEGES', 'SET GLOBAL mandatory_roles = DEFAULT, activate_all_roles_on_login = DEFAULT, partial_revokes = DEFAULT, '
       'check_proxy_users = DEFAULT, sha256_password_proxy_users = DEFAULT']


def case(seed, number):
    """The statements of a policy, and its clients with their probes."""
    maker = Policies(f'{seed}:{number}')
    statements = SCHEMA + maker.policy() + maker.shown()
    return statements, list(maker.logins())


class Policies(Maker):
    """One random policy."""

    def start(self):
        """Chooses the names of a policy, and what it is about besides."""
        r = self.r
        self.restricts = r.random() < 0.25
        self.proxies = r.random() < 0.15
        if r.random() < 0.02:
            return self.start_crowded()
        hosts = r.sample(HOSTS, r.randint(2, 5)) + r.sample(['%', 'localhost'], r.randint(0, 2))
        keys = [(r.choice(['a', 'a', 'a', 'b', 'b', '', 'B']), r.choice(hosts)) for _ in range(r.randint(2, 8))]
        self.keys = list(dict.fromkeys(keys))
        self.roles = [('r1', '%'), ('r2', '%'), ('r3', r.choice(['%', '10.1.%', 'localhost']))][:r.choice([1, 2, 2, 3])]

    def start_crowded(self):
        """More than 16 accounts with hosts of equal rank: then the order of ties is not fixed once tables are read (M3.8)."""
        r = self.r
        pool = r.sample(TYING, r.randint(4, 7)) + r.sample(HOSTS, 4)
        every = [(user, host) for user in ['a', 'b', ''] for host in dict.fromkeys(pool)]
        self.keys = r.sample(every, min(len(every), r.randint(10, 24)))
        self.roles = [('r1', '%'), ('r2', '%')]

    @staticmethod
    def written(key):
        user, host = key
        return f"'{user}'@'{host}'"

    def user(self):
        x = self.r.random()
        key = self.r.choice(self.roles) if x < 0.22 else self.r.choice(self.keys) if x < 0.96 else ('x', '%')
        return self.written(key)

    def role(self):
        return self.written(self.r.choice(self.roles if self.r.random() < 0.9 else self.keys))

    def object(self):
        level = self.one('g', 'd', 'd', 'd', 't', 't', 't', 'r')
        if level == 'g':
            return level, '*.*'
        if level == 'd':
            return level, f'`{self.r.choice(PATTERNS)}`.*'
        if level == 't':
            db, table = self.r.choice(list(TABLES) + [('d1', 'nt'), ('d_1', 'T1')])
            return level, f'`{db}`.`{table}`'
        return level, self.one('PROCEDURE d1.p', 'PROCEDURE d1.p', 'PROCEDURE d1.P', 'FUNCTION d1.f', 'PROCEDURE `d_1`.p', 'PROCEDURE d1.none')

    def privileges(self, level):
        words = super().privileges(level)
        more = {'g': ['UPDATE', 'DELETE', 'CREATE', 'DROP', 'RELOAD', 'SUPER', 'SHOW DATABASES', 'CREATE ROLE', 'SYSTEM_USER', 'SHOW_ROUTINE',
                      'CONNECTION_ADMIN', 'SYSTEM_VARIABLES_ADMIN', 'FLUSH_STATUS', 'LOCK TABLES', 'TRIGGER', 'ALTER'],
                'd': ['UPDATE', 'DELETE', 'DROP', 'ALTER', 'INDEX', 'REFERENCES', 'CREATE TEMPORARY TABLES', 'CREATE VIEW', 'SHOW VIEW',
                      'CREATE ROUTINE', 'ALTER ROUTINE', 'EVENT', 'TRIGGER'],
                't': ['DELETE', 'DROP', 'ALTER', 'INDEX', 'REFERENCES', 'CREATE VIEW', 'SHOW VIEW', 'TRIGGER'], 'r': []}[level]
        if more and words != 'ALL' and self.r.random() < 0.4:
            words += ''.join(', ' + p for p in self.some(more) if p not in words)
        return words

    def revocable(self, level):
        words = self.privileges(level)
        return 'SELECT' if words == 'USAGE' else words      # a REVOKE of nothing writes left-over bits: nothing to compare with

    def clauses(self):
        """What an account may have behind its name."""
        r = self.r
        words = self.one('', '', '', " IDENTIFIED BY 'secret'")
        if r.random() < 0.15:
            words = self.one(' IDENTIFIED WITH auth_socket', " IDENTIFIED WITH auth_socket AS 'root'", ' IDENTIFIED WITH mysql_no_login',
                             " IDENTIFIED WITH sha256_password BY 'secret'")
        words += self.one('', '', '', '', '', '', ' REQUIRE SSL', ' REQUIRE X509')
        return words + self.one('', '', '', '', '', '', '', ' ACCOUNT LOCK', ' PASSWORD EXPIRE', ' PASSWORD EXPIRE NEVER', ' WITH MAX_USER_CONNECTIONS 70') \
            + (" COMMENT 'x'" if r.random() < 0.03 else '')

    def proxied(self):
        """An account to stand in for; now and then one that is not there, or a pattern."""
        user, host = self.r.choice(self.keys)
        return self.written((user, host) if self.r.random() < 0.8 else (self.one(user, '_', '%', 'x'), self.one(host, '%', '')))

    def change(self):
        r = self.r
        x = r.random()
        if x < 0.20:
            return f"ALTER USER {self.one('', 'IF EXISTS ')}{self.user()}{self.clauses() or ' ACCOUNT UNLOCK'}"
        if x < 0.35:
            return f'RENAME USER {self.user()} TO {self.user()}'
        if x < 0.50:
            return f'DROP USER {self.user()}'
        if x < 0.65:
            return 'FLUSH PRIVILEGES'
        if x < 0.85:
            return f'SET DEFAULT ROLE {self.one("ALL", "ALL", "NONE", self.role())} TO {self.user()}'
        return f'GRANT {self.role()} TO {self.user()}' + self.one('', '', ' WITH ADMIN OPTION')

    def policy(self):
        """Statements behind SCHEMA."""
        self.start()
        r = self.r
        out = ['SET GLOBAL partial_revokes = ON'] if self.restricts else []
        if self.proxies:
            out += self.some(['SET GLOBAL check_proxy_users = ON', 'SET GLOBAL sha256_password_proxy_users = ON'], 2) if r.random() < 0.2 else \
                ['SET GLOBAL check_proxy_users = ON', 'SET GLOBAL sha256_password_proxy_users = ON']
        for key in self.keys:
            words = self.clauses() if r.random() < 0.25 else ' IDENTIFIED WITH sha256_password' if self.proxies and r.random() < 0.6 else ''
            out.append(f'CREATE USER {self.written(key)}{words}')
        out.append('CREATE ROLE ' + ', '.join(map(self.written, self.roles)))
        if r.random() < 0.15:
            out.append("SET GLOBAL mandatory_roles = 'r1'")
        if r.random() < 0.15:
            out.append('SET GLOBAL activate_all_roles_on_login = ON')
        for _ in range(r.randint(3, 14)):
            level, on = self.object()
            out.append(f"GRANT {self.privileges(level)} ON {on} TO {self.user()}{self.one('', '', ' WITH GRANT OPTION')}")
        for _ in range(r.randint(2, 6) if self.proxies else 0):
            out.append(f"GRANT PROXY ON {self.proxied()} TO {self.written(r.choice(self.keys))}{self.one('', '', ' WITH GRANT OPTION')}")
        for _ in range(r.randint(2, 12)):
            if self.restricts and r.random() < 0.3:
                who = self.user()
                out.append(self.one(f'GRANT {self.privileges("g")} ON *.* TO {who}', f'REVOKE {self.revocable("d")} ON {r.choice(DATABASES)}.* FROM {who}'))
                continue
            out.append(self.change() if r.random() < 0.3 else self.statement())
        return out + (self.by_sessions() if r.random() < 0.35 else [])

    # Rights to pass on, so that not all is refused.
    RIGHTS = ['GRANT ALL ON *.* TO {} WITH GRANT OPTION', 'GRANT SELECT, CREATE USER ON *.* TO {} WITH GRANT OPTION', 'GRANT CREATE USER ON *.* TO {}',
              'GRANT ALL ON d1.* TO {} WITH GRANT OPTION', 'GRANT ALL ON `d%`.* TO {} WITH GRANT OPTION', 'GRANT ALL ON `d\\_1`.* TO {} WITH GRANT OPTION',
              'GRANT SELECT, INSERT ON d1.t1 TO {} WITH GRANT OPTION', 'GRANT SELECT (a), UPDATE (a, b) ON d1.t1 TO {} WITH GRANT OPTION',
              'GRANT EXECUTE ON PROCEDURE d1.p TO {} WITH GRANT OPTION', 'GRANT ROLE_ADMIN, BACKUP_ADMIN ON *.* TO {} WITH GRANT OPTION',
              "GRANT 'r1'@'%' TO {} WITH ADMIN OPTION", "GRANT 'r1'@'%' TO {}"]

    def by_sessions(self):
        """Statements that sessions run, beside root's."""
        r, out = self.r, []
        for name in ['s1', 's2'][:r.choice([1, 1, 2])]:
            key = r.choice(self.keys)
            out += [right.format(self.written(key)) for right in self.some(self.RIGHTS)]
            client = {'user': key[0] or self.one('', 'x'), **r.choice(places(key[1]))}
            if r.random() < 0.2:
                client['db'] = r.choice(DATABASES)
            out += [f'connect {name} {json.dumps(client)}', f'as {name}']
            for _ in range(r.randint(3, 8)):
                out.append(self.session_statement())
                if r.random() < 0.1:
                    out += ['as root', self.change() if r.random() < 0.3 else self.statement(), f'as {name}']
            out.append('as root')
        return out

    def session_statement(self):
        x = self.r.random()
        if x < 0.08:
            return f'USE {self.r.choice(DATABASES)}'
        if x < 0.13:
            return f'SET ROLE {self.one("NONE", "ALL", self.role())}'
        return self.change() if x < 0.35 else self.statement()

    def shown(self):
        """Statements that show what became of the accounts."""
        out = []
        for key in self.keys + self.roles:
            out += [f'SHOW GRANTS FOR {self.written(key)}', f'SHOW CREATE USER {self.written(key)}']
            if self.r.random() < 0.5:
                out.append(f'SHOW GRANTS FOR {self.written(key)} USING {self.role()}')
        return out

    def client(self):
        r = self.r
        user, host = r.choice(self.keys)
        if not user and r.random() < 0.7 or r.random() < 0.1:
            user = r.choice(['a', 'b', '', 'B', 'x', 'r1'])
        out = {'user': user, **r.choice(places(host) if r.random() < 0.7 else CLIENTS)}
        out['password'] = self.one(*['given'] * 8, 'none', 'wrong')
        out['tls'] = self.one(*['none'] * 10, 'ssl', 'x509')
        out['roles'] = self.one(*['default'] * 5, 'none', 'all', 'named')
        if out['roles'] == 'named':
            out['roles'] = [self.written(role) for role in self.some(self.roles, 2)]
        if r.random() < 0.15:
            out['db'] = r.choice(DATABASES + ['gone'])
        return {key: value for key, value in out.items() if value not in ('default', 'given') and (key, value) != ('tls', 'none')}

    def probe(self):
        """A statement that changes nothing that lasts, be it refused or not."""
        r = self.r
        passed = {level: re.sub(r'(, )?(ROLE_ADMIN|FILE|ALTER ROUTINE|LOCK TABLES|EXECUTE)', '', self.privileges(level)).removeprefix(', ') or 'SELECT' for level in 'dt'}
        (db, table), (db2, table2) = r.choice(list(TABLES)), r.choice(list(TABLES))
        c = r.choice(TABLES[db, table])
        t = f'{db}.{table}'
        return r.choice([
            f'SELECT * FROM {t}', f'SELECT {c} FROM {t}', f'SELECT {c.upper()} FROM {t}', f'SELECT 1 FROM {t}', f'SELECT COUNT(*) FROM {t}',
            f'SELECT {c} FROM {t} WHERE a = 1', f'INSERT INTO {t} VALUES ()', f'INSERT INTO {t} ({c}) VALUES (1)', f'UPDATE {t} SET {c} = 1',
            f'UPDATE {t} SET a = {c}', f'UPDATE {t} SET {c} = 1 WHERE a = 2', f'DELETE FROM {t}', f'DELETE FROM {t} WHERE {c} = 1',
            f'SHOW COLUMNS FROM {t}', f'SHOW TABLES FROM {db}', f'SHOW TABLES FROM {db}', 'SHOW DATABASES', 'SHOW DATABASES', f'USE {db}', f'USE {db}', f'CALL {self.one("d1", "d1", "d_1")}.p()', 'SELECT d1.f()',
            f'SHOW CREATE TABLE {t}', f'CREATE TABLE {db}.n (z INT, z INT)', f'DROP TABLE IF EXISTS {db}.n', f'CREATE INDEX i ON {t} (zz)',
            f'ALTER TABLE {t} DROP COLUMN zz', f'CREATE VIEW {db}.v AS SELECT 1 AS z, 2 AS z', f'CREATE TEMPORARY TABLE {db}.n (z INT, z INT)',
            f'INSERT INTO {t} (a) SELECT a FROM {db2}.{table2}', f'SELECT x.a FROM {t} x JOIN {db2}.{table2} y ON x.{c} = y.a',
            f'REPLACE INTO {t} (a) VALUES (1)', f'SELECT a FROM {table}', f'LOCK TABLES {t} READ', 'DROP USER nobody@nowhere', 'FLUSH STATUS', 'FLUSH TABLES',
            f'SHOW GRANTS FOR {self.user()}', f'SHOW CREATE USER {self.user()}', f'GRANT {passed["d"]} ON {db}.* TO nobody@nowhere',
            f'GRANT {passed["t"]} ON {t} TO nobody@nowhere', f'GRANT {self.role()} TO nobody@nowhere', 'SHOW ENGINE INNODB STATUS',
            'SET GLOBAL max_connections = 151', f'CREATE DATABASE {db}', f'DROP DATABASE {self.one("d3", "d_4")}', 'SELECT user FROM mysql.user LIMIT 0',
            'ALTER PROCEDURE d1.p COMMENT ""', 'SHOW CREATE PROCEDURE d1.p', f'SHOW CREATE DATABASE {db}', f'SHOW INDEX FROM {t}', f'TRUNCATE TABLE {t}',
            f'EXPLAIN SELECT {c} FROM {t}', f'CHECKSUM TABLE {t}', f'DO (SELECT {c} FROM {t} LIMIT 1)',
        ])

    def logins(self):
        """Clients and their probes. USE comes last and not before account statements, for it decides what counts in that database."""
        for _ in range(self.r.randint(8, 13)):
            probes = dict.fromkeys(self.probe() for _ in range(self.r.randint(10, 16)))
            left_out = self.r.choice(['USE', LOADS])
            yield self.client(), sorted((sql for sql in probes if not sql.startswith(left_out)), key=lambda sql: sql.startswith('USE'))
