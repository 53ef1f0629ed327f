"""Random account statements of MariaDB, and the rows of its grant tables in words: replay.py's MariaDB part."""
import json
import random

SCHEMA = ['CREATE DATABASE d1', 'CREATE DATABASE d2', 'CREATE TABLE d1.t1 (a INT, b INT)',
          'CREATE TABLE d1.t2 (a INT)', 'CREATE TABLE d2.t1 (a INT, c INT)',
          'CREATE PROCEDURE d1.p() SELECT 1', 'CREATE FUNCTION d1.f() RETURNS INT DETERMINISTIC RETURN 1']

# The bits of global_priv.Priv.access (privilege.h).
BITS = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'CREATE', 'DROP', 'RELOAD', 'SHUTDOWN', 'PROCESS', 'FILE',
        'GRANT OPTION', 'REFERENCES', 'INDEX', 'ALTER', 'SHOW DATABASES', 'SUPER', 'CREATE TEMPORARY TABLES',
        'LOCK TABLES', 'EXECUTE', 'REPLICATION SLAVE', 'BINLOG MONITOR', 'CREATE VIEW', 'SHOW VIEW',
        'CREATE ROUTINE', 'ALTER ROUTINE', 'CREATE USER', 'EVENT', 'TRIGGER', 'CREATE TABLESPACE',
        'DELETE HISTORY', 'SET USER', 'FEDERATED ADMIN', 'CONNECTION ADMIN', 'READ_ONLY ADMIN',
        'REPLICATION SLAVE ADMIN', 'REPLICATION MASTER ADMIN', 'BINLOG ADMIN', 'BINLOG REPLAY', 'SLAVE MONITOR',
        'SHOW CREATE ROUTINE']
DB_COLUMNS = ['Select', 'Insert', 'Update', 'Delete', 'Create', 'Drop', 'Grant', 'References', 'Index', 'Alter',
              'Create_tmp_table', 'Lock_tables', 'Create_view', 'Show_view', 'Create_routine', 'Alter_routine',
              'Execute', 'Event', 'Trigger', 'Delete_history']
WORDS = {'Create_tmp_table': 'CREATE TEMPORARY TABLES', 'Grant': 'GRANT OPTION', 'DELETE VERSIONING ROWS': 'DELETE HISTORY'}
HASH = '*' + 4 * '0123456789'


def words(text):
    """A SET column's members as privilege names."""
    names = [WORDS.get(w, WORDS.get(w.upper(), w.upper())) for w in text.split(',') if w]
    return ', '.join(sorted(names))


def state(query):
    """Every row of the grant tables but the server's own, in words, sorted; no credential is told."""
    out = []
    for user, host, priv in query('SELECT user, host, priv FROM mysql.global_priv'):
        p = json.loads(priv)
        bits = sorted(name for i, name in enumerate(BITS) if int(p.get('access', 0)) >> i & 1)
        limits = '/'.join(str(p.get(k, 0)) for k in ('max_questions', 'max_updates', 'max_connections', 'max_user_connections'))
        limits += f"/{round(float(p.get('max_statement_time', 0)) * 1000000)}"
        plugins = [a.get('plugin', p.get('plugin', '')) for a in p.get('auth_or', [{}])]
        facts = [f'user {user}@{host}', ', '.join(bits), 'role' if p.get('is_role') else '+'.join(plugins),
                 f"default role {p['default_role']}" if p.get('default_role') else '',
                 f"limits {limits}" if limits != '0/0/0/0/0' else '', f"ssl {p['ssl_type']}" if p.get('ssl_type') else '',
                 'locked' if p.get('account_locked') else '']
        out.append('; '.join(f for f in facts if f))
    columns = ', '.join(f'{c}_priv' for c in DB_COLUMNS)
    for user, host, db, *yes in query(f'SELECT user, host, db, {columns} FROM mysql.db'):
        held = sorted(WORDS.get(c, c.upper().replace('_', ' ')) for c, y in zip(DB_COLUMNS, yes) if y == 'Y')
        out.append(f"db {user}@{host} {db}; {', '.join(held)}")
    # GRANT USAGE leaves rows without any privilege, which the server never reads.
    for user, host, db, table, held in query('SELECT user, host, db, table_name, table_priv FROM mysql.tables_priv '
                                             "WHERE table_priv <> '' OR column_priv <> ''"):
        out.append(f'table {user}@{host} {db}.{table}; {words(held)}')
    for user, host, db, table, column, held in query(
            'SELECT user, host, db, table_name, column_name, column_priv FROM mysql.columns_priv'):
        out.append(f'column {user}@{host} {db}.{table}.{column}; {words(held)}')
    for user, host, db, name, kind, held in query(
            "SELECT user, host, db, routine_name, routine_type, proc_priv FROM mysql.procs_priv WHERE proc_priv <> ''"):
        out.append(f'{kind.lower()} {user}@{host} {db}.{name.lower()}; {words(held)}')
    for user, host, puser, phost, option in query(
            "SELECT user, host, proxied_user, proxied_host, with_grant FROM mysql.proxies_priv"):
        out.append(f"proxy {user}@{host} for {puser}@{phost}{'; GRANT OPTION' if option == '1' else ''}")
    for user, host, role, admin in query('SELECT user, host, role, admin_option FROM mysql.roles_mapping'):
        out.append(f"role {role} to {user}@{host}{'; ADMIN OPTION' if admin == 'Y' else ''}")
    # Of the administrator only the roles are told. A table row that has nothing but columns names no privilege.
    own = (' root@localhost', ' mariadb.sys@localhost')
    return sorted(line.rstrip('; ') for line in out if line.startswith('role ') or not any(o in line for o in own))


class Maker:
    """Random statements over small pools of names."""

    def __init__(self, seed):
        self.r = random.Random(seed)

    def one(self, *pool):
        return self.r.choice(pool)

    def chance(self, p):
        return self.r.random() < p

    def some(self, pool, most=3):
        return self.r.sample(pool, min(len(pool), self.one(1, 1, 1, 2, 2, most)))

    def user(self):
        name = self.one('a', 'a', 'b', 'b', 'c', 'x', 'y', 'r1')
        return f"'{name}'" + self.one('', '', '', '', "@'h'", "@'%'", "@'10.%'", "@''")

    def role(self):
        return self.one('r1', 'r1', 'r2', 'r2', 'r3', 'r3', 'a', 'x', 'PUBLIC' if self.chance(.15) else 'r1',
                        'none' if self.chance(.1) else 'r2')

    def grantee(self, for_roles=False):
        kind = self.r.random()
        if kind < .55:
            return self.user()
        if kind < .92:
            return self.role()
        # Whoever takes privileges from root ends the recording.
        own = ['CURRENT_USER', 'root@localhost'] if for_roles else []
        return self.one('PUBLIC', 'PUBLIC', 'CURRENT_ROLE', "''@'h'", *own)

    def member(self):
        return self.grantee(for_roles=True)

    def users(self, most=3, of=None):
        of = of or self.user
        return ', '.join(of() for _ in range(self.one(1, 1, 1, 2, most)))

    def credential(self):
        return self.one(" IDENTIFIED BY 'x'", " IDENTIFIED BY ''", f" IDENTIFIED BY PASSWORD '{HASH}'",
                        " IDENTIFIED BY PASSWORD 'bad'", ' IDENTIFIED VIA unix_socket', ' IDENTIFIED WITH mysql_native_password',
                        f" IDENTIFIED VIA mysql_native_password USING '{HASH}' OR unix_socket",
                        " IDENTIFIED VIA ed25519 USING PASSWORD('x')", " IDENTIFIED VIA ed25519 AS 'bad'",
                        ' IDENTIFIED VIA sha256_password', " IDENTIFIED BY PASSWORD ''", " IDENTIFIED VIA unix_socket AS 'y' OR sha256_password",
                        " IDENTIFIED WITH mysql_native_password BY 'x'" if self.chance(.3) else ' IDENTIFIED VIA unix_socket OR mysql_native_password')

    def spec(self, p=.3):
        return self.user() + (self.credential() if self.chance(p) else '')

    def options(self, p=.35, tail=True):
        out = ''
        if self.chance(p):
            out += self.one(' REQUIRE SSL', ' REQUIRE X509', ' REQUIRE NONE', " REQUIRE SUBJECT 's' AND ISSUER 'i'",
                            " REQUIRE CIPHER 'c'")
        if self.chance(p):
            out += ' WITH ' + ' '.join(self.some(['MAX_QUERIES_PER_HOUR 1', 'MAX_UPDATES_PER_HOUR 2', 'MAX_STATEMENT_TIME 3',
                                                  'MAX_CONNECTIONS_PER_HOUR 3', 'MAX_USER_CONNECTIONS 4', 'MAX_USER_CONNECTIONS 0']))
        if tail and self.chance(p):
            out += self.one(' ACCOUNT LOCK', ' ACCOUNT UNLOCK', ' PASSWORD EXPIRE', ' PASSWORD EXPIRE NEVER',
                            ' PASSWORD EXPIRE DEFAULT', ' PASSWORD EXPIRE INTERVAL 3 DAY', ' PASSWORD EXPIRE INTERVAL 0 DAY',
                            ' ACCOUNT LOCK PASSWORD EXPIRE', ' PASSWORD EXPIRE ACCOUNT LOCK', ' ACCOUNT LOCK ACCOUNT UNLOCK',
                            ' PASSWORD HISTORY 3', " COMMENT 'x'", ' FAILED_LOGIN_ATTEMPTS 3')
        return out

    def privileges(self, level):
        if self.chance(.15):
            return 'ALL' + self.one('', ' PRIVILEGES')
        static = {'g': ['SELECT', 'INSERT', 'FILE', 'PROCESS', 'CREATE USER', 'EXECUTE', 'GRANT OPTION', 'USAGE', 'SUPER',
                        'SET USER', 'BINLOG MONITOR', 'REPLICATION CLIENT', 'REPLICATION SLAVE ADMIN', 'READ_ONLY ADMIN',
                        'READ ONLY ADMIN', 'SLAVE MONITOR', 'DELETE HISTORY', 'CREATE TABLESPACE'],
                  'd': ['SELECT', 'INSERT', 'CREATE', 'EXECUTE', 'LOCK TABLES', 'GRANT OPTION', 'USAGE', 'DELETE HISTORY'],
                  't': ['SELECT', 'INSERT', 'CREATE', 'UPDATE', 'GRANT OPTION', 'USAGE', 'DELETE VERSIONING ROWS'],
                  'r': ['EXECUTE', 'ALTER ROUTINE', 'GRANT OPTION', 'USAGE']}[level]
        out = self.some(static)
        if level == 't' and self.chance(.45):
            out = [f"{p} ({', '.join(self.some(['a', 'b', 'A', 'zz'] if self.chance(.2) else ['a', 'b'], 2))})"
                   for p in self.some(['SELECT', 'INSERT', 'UPDATE', 'REFERENCES'])] + (out[:1] if self.chance(.4) else [])
        if self.chance(.05):
            out += [self.one('FILE', 'LOCK TABLES', 'ROLE_ADMIN', 'EXECUTE', 'SELECT (a)', 'CREATE ROLE', 'SHOW DATABASES')]
        return ', '.join(dict.fromkeys(out))

    def object(self):
        level = self.one('g', 'd', 'd', 't', 't', 't', 'r')
        if level == 'g':
            return level, '*.*'
        if level == 'd':
            return level, self.one('d1.*', 'd1.*', 'd2.*', '`d%`.*', '`d_`.*', '`d1`.*', 'nodb.*', '*' if self.chance(.2) else 'd2.*')
        if level == 't':
            return level, self.one('d1.t1', 'd1.t1', 'd1.t2', 'd2.t1', 'd1.nt', 'TABLE d1.t1')
        return level, self.one('PROCEDURE d1.p', 'PROCEDURE d1.P', 'FUNCTION d1.f', 'PROCEDURE d1.f',
                               'PACKAGE d1.p' if self.chance(.2) else 'FUNCTION d1.F')

    def account_statement(self):
        kind, exists = self.r.random(), self.one('', '', 'IF EXISTS ')
        missing, replace = self.one('', '', 'IF NOT EXISTS '), self.one('', '', '', 'OR REPLACE ')
        if kind < .34:
            if replace and missing:
                return 'CREATE OR REPLACE USER IF NOT EXISTS a'
            specs = ', '.join(self.spec() for _ in range(self.one(1, 1, 2, 3)))
            return f'CREATE {replace}USER {missing}{specs}{self.options(.15)}'
        if kind < .52:
            names = ', '.join(self.some(['r1', 'r2', 'r3', 'a', "'b'", "'r1'@'%'" if self.chance(.2) else 'r1', self.role()]))
            admin = f' WITH ADMIN {self.grantee()}' if self.chance(.25) else ''
            return f'CREATE {replace}ROLE {missing}{names}{admin}'
        if kind < .62:
            return f'DROP USER {exists}{self.users(of=self.user)}'
        if kind < .70:
            return f"DROP ROLE {exists}{self.users(of=self.role)}"
        if kind < .80:
            return 'RENAME USER ' + ', '.join(f'{self.user()} TO {self.user()}' for _ in range(self.one(1, 1, 2)))
        specs = ', '.join(self.spec() for _ in range(self.one(1, 1, 2)))
        return f'ALTER USER {exists}{specs}{self.options(.4)}'

    def role_statement(self):
        kind = self.r.random()
        role = self.role() + (f', {self.role()}' if self.chance(.04) else '')
        if kind < .45:
            return f"GRANT {role} TO {self.users(of=self.member)}{self.one('', '', ' WITH ADMIN OPTION')}"
        if kind < .75:
            return f"REVOKE {self.one('', '', '', 'ADMIN OPTION FOR ')}{role} FROM {self.users(of=self.member)}"
        if kind < .9:
            return f"SET DEFAULT ROLE {self.one(role, role, 'NONE')}{self.one(' FOR ' + self.user(), ' FOR ' + self.user(), '', ' FOR ' + self.member())}"
        return f"SET ROLE {self.one(role, 'NONE', 'NONE', 'NONE')}"

    def other_statement(self):
        return self.one(f"SET PASSWORD FOR {self.user()} = {self.one(chr(39) * 2, 'PASSWORD(' + chr(39) + 'x' + chr(39) + ')', chr(39) + 'bad' + chr(39))}",
                        'FLUSH PRIVILEGES', "SET sql_mode = ''", "SET sql_mode = 'NO_AUTO_CREATE_USER'",
                        f'REVOKE IF EXISTS SELECT ON d1.* FROM {self.user()}', 'USE d1')

    def statement(self):
        kind = self.r.random()
        option = self.one('', '', '', '', ' WITH GRANT OPTION', self.options(.3, tail=False))
        if kind < .28:
            return self.account_statement()
        if kind < .50:
            level, on = self.object()
            to = ', '.join(self.grantee() + (self.credential() if self.chance(.12) else '') for _ in range(self.one(1, 1, 1, 2, 3)))
            return f'GRANT {self.privileges(level)} ON {on} TO {to}{option}'
        if kind < .67:
            level, on = self.object()
            return f'REVOKE {self.privileges(level)} ON {on} FROM {self.users(of=self.grantee)}'
        if kind < .70:
            return f'REVOKE ALL PRIVILEGES, GRANT OPTION FROM {self.users(of=self.grantee)}'
        if kind < .91:
            return self.role_statement()
        if kind < .94:
            return f"GRANT PROXY ON {self.user()} TO {self.users(of=self.grantee)}{self.one('', ' WITH GRANT OPTION')}"
        if kind < .96:
            return f'REVOKE PROXY ON {self.user()} FROM {self.users(of=self.grantee)}'
        return self.other_statement()

    def scenario(self, length):
        start = ["CREATE USER a, b, c@'h'", 'CREATE ROLE r1', 'CREATE ROLE r2', 'CREATE ROLE r3'] if self.chance(.8) else []
        mode = ["SET sql_mode = ''"] if self.chance(.3) else []
        return SCHEMA + start + mode + [self.statement() for _ in range(length)]
