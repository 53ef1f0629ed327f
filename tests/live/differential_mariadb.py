"""Random policies, clients and probes for a MariaDB server: MySQL's, where MariaDB has no words of its own."""
import json
import re

import differential_mysql
from differential_mysql import SCHEMA  # noqa: F401
from differential_policies import DATABASES, TABLES, places

# Statements that come after all others of all sessions: none has to.
LOADS = ('\0',)
SYSTEM = "('root', 'mariadb.sys')"
KEYED = 'global_priv', 'db', 'tables_priv', 'columns_priv', 'procs_priv', 'proxies_priv'
EMPTY = [f"DELETE FROM mysql.{table} WHERE user NOT IN {SYSTEM} OR host <> 'localhost'" for table in KEYED] \
    + ['DELETE FROM mysql.roles_mapping', 'FLUSH PRIVILEGES', 'SET SESSION sql_mode = DEFAULT']


def case(seed, number):
    """The statements of a policy, and its clients with their probes."""
    maker = Policies(f'{seed}:{number}')
    statements = SCHEMA + maker.policy() + maker.shown()
    return statements, list(maker.logins())


class Policies(differential_mysql.Policies):
    """One random policy."""

    def start(self):
        super().start()
        self.restricts = self.proxies = False
        self.roles = [role[0] for role in self.roles]
        self.public = self.r.random() < 0.3

    def account(self):
        """An account that is written with its host."""
        return self.written(self.r.choice(self.keys) if self.r.random() < 0.95 else ('x', '%'))

    def user(self):
        """Whoever can be granted something."""
        x = self.r.random()
        if x < 0.08 and self.public:
            return 'PUBLIC'
        return self.role() if x < 0.28 else self.account()

    def role(self):
        return self.r.choice(self.roles) if self.r.random() < 0.93 else self.one('a', 'r9', 'NONE', 'PUBLIC')

    def privileges(self, level):
        if self.r.random() < 0.08:
            return 'ALL' + self.one('', ' PRIVILEGES')
        words = {'g': ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'CREATE', 'DROP', 'RELOAD', 'PROCESS', 'FILE', 'SUPER', 'SHOW DATABASES', 'CREATE USER',
                       'EXECUTE', 'GRANT OPTION', 'USAGE', 'LOCK TABLES', 'TRIGGER', 'ALTER', 'CREATE TEMPORARY TABLES', 'BINLOG MONITOR', 'REPLICATION CLIENT',
                       'CONNECTION ADMIN', 'SET USER', 'READ_ONLY ADMIN', 'FEDERATED ADMIN', 'DELETE HISTORY', 'SLAVE MONITOR', 'BINLOG ADMIN'],
                 'd': ['SELECT', 'SELECT', 'INSERT', 'UPDATE', 'DELETE', 'CREATE', 'DROP', 'ALTER', 'INDEX', 'REFERENCES', 'CREATE TEMPORARY TABLES', 'CREATE VIEW',
                       'SHOW VIEW', 'CREATE ROUTINE', 'ALTER ROUTINE', 'EXECUTE', 'EVENT', 'TRIGGER', 'LOCK TABLES', 'GRANT OPTION', 'USAGE', 'DELETE HISTORY'],
                 't': ['SELECT', 'SELECT', 'INSERT', 'UPDATE', 'DELETE', 'CREATE', 'DROP', 'ALTER', 'INDEX', 'REFERENCES', 'CREATE VIEW', 'SHOW VIEW', 'TRIGGER',
                       'GRANT OPTION', 'USAGE', 'DELETE HISTORY'],
                 'r': ['EXECUTE', 'EXECUTE', 'ALTER ROUTINE', 'GRANT OPTION', 'USAGE']}[level]
        out = self.some(words, 4)
        if level == 't' and self.r.random() < 0.45:
            columns = ['a', 'b', 'a', 'zz'] if self.r.random() < 0.2 else ['a', 'b']
            out = [f"{p} ({', '.join(self.some(columns, 2))})" for p in self.some(['SELECT', 'INSERT', 'UPDATE', 'REFERENCES'])] \
                + (out[:1] if self.r.random() < 0.4 else [])
        if self.r.random() < 0.04:
            out += [self.one('FILE', 'LOCK TABLES', 'EXECUTE')]
        return ', '.join(dict.fromkeys(out))

    def clauses(self):
        words = self.one('', '', '', '', " IDENTIFIED BY 'secret'")
        if self.r.random() < 0.2:
            words = ' IDENTIFIED VIA ' + self.one(
                'unix_socket', "unix_socket OR mysql_native_password USING PASSWORD('secret')", "mysql_native_password USING PASSWORD('secret') OR unix_socket",
                'mysql_native_password', "mysql_native_password USING PASSWORD('secret')", 'unix_socket OR mysql_native_password')
        words += self.one('', '', '', '', '', '', ' REQUIRE SSL', ' REQUIRE X509')
        return words + self.one('', '', '', '', '', '', '', ' WITH MAX_USER_CONNECTIONS 70')

    def locks(self):
        return self.one('', '', '', '', '', '', ' ACCOUNT LOCK', ' ACCOUNT UNLOCK', ' PASSWORD EXPIRE', ' PASSWORD EXPIRE NEVER', ' PASSWORD EXPIRE INTERVAL 30 DAY')

    def created(self):
        key = self.account()
        return f"CREATE {self.one(*[''] * 8, 'OR REPLACE ')}USER {self.one('', '', 'IF NOT EXISTS ')}{key}{self.clauses()}{self.locks()}".replace('REPLACE USER IF NOT EXISTS', 'REPLACE USER')

    def change(self):
        r = self.r
        x = r.random()
        if x < 0.14:
            return f"ALTER USER {self.one('', 'IF EXISTS ')}{self.account()}{self.clauses()}{self.locks()}"
        if x < 0.26:
            return f'RENAME USER {self.account()} TO {self.account()}'
        if x < 0.36:
            return f"DROP USER {self.one('', '', 'IF EXISTS ')}" + ', '.join(self.some([self.account(), self.account()], 2))
        if x < 0.44:
            return f"DROP ROLE {self.one('', '', 'IF EXISTS ')}{self.role()}"
        if x < 0.52:
            return f"CREATE {self.one(*[''] * 4, 'OR REPLACE ')}ROLE {self.role()}" + self.one('', '', f' WITH ADMIN {self.account()}', f' WITH ADMIN {self.role()}')
        if x < 0.60:
            return self.created()
        if x < 0.70:
            return 'FLUSH PRIVILEGES'
        if x < 0.85:
            return f"SET DEFAULT ROLE {self.one('NONE', self.role(), self.role(), self.role())} FOR {self.account()}"
        if x < 0.90:
            return f'GRANT PROXY ON {self.proxied()} TO {self.account()}' + self.one('', '', ' WITH GRANT OPTION')
        if x < 0.92:
            return f'REVOKE PROXY ON {self.proxied()} FROM {self.account()}'
        return f'SET PASSWORD FOR {self.account()} = PASSWORD({self.one(chr(39) + "secret" + chr(39), chr(39) * 2)})'

    def statement(self):
        x = self.r.random()
        if x < 0.3:
            level, on = self.object()
            return self.granted(level, on)
        if x < 0.6:
            level, on = self.object()
            user = self.user()
            return f'REVOKE {self.privileges(level)} ON {self.spelt(on, user)} FROM {user}'
        if x < 0.65:
            return f'REVOKE ALL PRIVILEGES, GRANT OPTION FROM {self.user()}'
        if x < 0.9:
            return f'GRANT {self.role()} TO {self.user()}' + self.one('', '', ' WITH ADMIN OPTION')
        return f"REVOKE {self.one('', '', 'ADMIN OPTION FOR ')}{self.role()} FROM {self.user()}"

    def granted(self, level, on):
        more = self.one('', '', '', ' WITH GRANT OPTION')
        user = self.user()
        if self.r.random() < 0.06 and '@' in user:
            more = self.clauses().split(' WITH ')[0] + more
        return f'GRANT {self.privileges(level)} ON {self.spelt(on, user)} TO {user}{more}'

    @staticmethod
    def spelt(on, user):
        """What a role gets on a routine in another spelling is not brought to the roles above it before the next load: left out."""
        return on if '@' in user else on.replace('d1.P', 'd1.p')

    def policy(self):
        """Statements behind SCHEMA."""
        self.start()
        r = self.r
        out = [f"SET sql_mode = '{self.one('', 'NO_AUTO_CREATE_USER')}'"] if r.random() < 0.2 else []
        for key in self.keys:
            words = self.clauses() + self.locks() if r.random() < 0.25 else ''
            out.append(f'CREATE USER {self.written(key)}{words}')
        out += [f'CREATE ROLE {role}' for role in self.roles]
        for _ in range(r.randint(3, 14)):
            out.append(self.granted(*self.object()))
        for _ in range(r.randint(0, 4)):
            out.append(f'GRANT {self.role()} TO {self.user()}')
        for _ in range(r.randint(2, 12)):
            out.append(self.change() if r.random() < 0.3 else self.statement())
        return out + (self.by_sessions() if r.random() < 0.35 else [])

    # Rights to pass on, so that not all is refused.
    RIGHTS = ['GRANT ALL ON *.* TO {} WITH GRANT OPTION', 'GRANT SELECT, CREATE USER ON *.* TO {} WITH GRANT OPTION', 'GRANT CREATE USER ON *.* TO {}',
              'GRANT SELECT, INSERT ON *.* TO {}', 'GRANT SELECT ON d1.* TO {}', 'GRANT SELECT, INSERT ON `d_1`.* TO {}',
              'GRANT ALL ON d1.* TO {} WITH GRANT OPTION', 'GRANT ALL ON `d%`.* TO {} WITH GRANT OPTION', 'GRANT ALL ON `d\\_1`.* TO {} WITH GRANT OPTION',
              'GRANT SELECT, INSERT ON d1.t1 TO {} WITH GRANT OPTION', 'GRANT SELECT (a), UPDATE (a, b) ON d1.t1 TO {} WITH GRANT OPTION',
              'GRANT EXECUTE ON PROCEDURE d1.p TO {} WITH GRANT OPTION', 'GRANT r1 TO {} WITH ADMIN OPTION', 'GRANT r1 TO {}', 'GRANT r2 TO {}',
              'SET DEFAULT ROLE r1 FOR {}']

    def by_sessions(self):
        """Statements that one or two sessions run, and root between them."""
        r, out, names = self.r, [], ['s1', 's2'][:self.one(1, 1, 2)]
        for name in names:
            key = r.choice(self.keys)
            out += [right.format(self.written(key)) for right in self.some(self.RIGHTS)]
            client = {'user': key[0] or self.one('', 'x'), **r.choice(places(key[1]))}
            if r.random() < 0.2:
                client['db'] = r.choice(DATABASES)
            out.append(f'connect {name} {json.dumps(client)}')
        for _ in range(r.randint(5, 14)):
            if r.random() < 0.25:
                out += ['as root', self.change() if r.random() < 0.3 else self.statement()]
            else:
                out += [f'as {r.choice(names)}', self.session_statement()]
        return out + ['as root']

    def session_statement(self):
        """What a session runs: nothing that an allowed session could fail at for another reason than its rights."""
        x = self.r.random()
        (db, table), columns = self.r.choice(list(TABLES.items()))
        c = self.r.choice(columns)
        if x < 0.10:
            return f'USE {self.r.choice(DATABASES)}'
        if x < 0.20:
            return f'SET ROLE {self.one("NONE", self.role(), self.role())}'
        if x < 0.25:
            return 'SHOW GRANTS'
        if x < 0.28:
            return f"SET PASSWORD = PASSWORD({self.one(chr(39) + 'secret' + chr(39), chr(39) * 2)})"
        if x < 0.55:
            return self.one(f'SELECT * FROM {db}.{table}', f'SELECT {c} FROM {db}.{table}', f'INSERT INTO {db}.{table} ({c}) VALUES (1)', f'UPDATE {db}.{table} SET {c} = 1',
                            f'DELETE FROM {db}.{table}', f'SHOW COLUMNS FROM {db}.{table}', 'CALL d1.p()', f'SHOW CREATE TABLE {db}.{table}', f'SHOW TABLES FROM {db}',
                            'SELECT user FROM mysql.global_priv', 'SET GLOBAL max_connections = 151')
        return self.change() if x < 0.7 else self.statement()

    def shown(self):
        """Statements that show what became of the accounts."""
        out = [words for key in self.keys for words in (f'SHOW GRANTS FOR {self.written(key)}', f'SHOW CREATE USER {self.written(key)}')]
        return out + [f'SHOW GRANTS FOR {role}' for role in self.roles + (['PUBLIC'] if self.public else [])]

    def client(self):
        out = super().client()
        if out.get('tls') == 'x509':
            out['tls'] = 'ssl'          # the server has no certificate for clients
        if 'roles' in out:
            out['roles'] = self.one('none', [self.r.choice(self.roles)], [self.r.choice(self.roles)])
        return out

    def probe(self):
        probe = super().probe()
        r = self.r
        if re.match(r'GRANT .* TO nobody@nowhere|SHOW ENGINE|SELECT user FROM|DROP USER|FLUSH', probe) and r.random() < 0.7:
            (db, table), (_, other) = r.choice(list(TABLES)), r.choice(list(TABLES))
            return r.choice([
                f'SHOW TABLE STATUS FROM {db}', f'GRANT {self.role()} TO nobody@nowhere', f'SET DEFAULT ROLE NONE FOR {self.account()}', 'SHOW GRANTS FOR PUBLIC',
                f'SHOW GRANTS FOR {self.r.choice(self.roles)}', f'DROP ROLE r9', 'SELECT user FROM mysql.global_priv LIMIT 0', f'SHOW FULL TABLES FROM {db}',
                f'CREATE TEMPORARY TABLE {db}.{table} (z INT, z INT)', f'SELECT a FROM {db}.{table} FOR UPDATE', f'CHECK TABLE {db}.{table}',
                f'SET GLOBAL read_only = 0', f'EXPLAIN DELETE FROM {db}.{table}', f'DROP DATABASE {r.choice(DATABASES)}x',
            ])
        return probe
