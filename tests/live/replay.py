#!/usr/bin/env python3
"""Records what a real server says to account statements, for tests/replay.rs to compare with.

    replay.py --probe DIR --settings FILE --out tests/replay [--random SEED:COUNT:LENGTH] [--server mariadb-10.11]

DIR holds probe.py (or set GRANTC_PROBE), which speaks to a throwaway server whose settings are in FILE.
Every tests/replay/*.sql is run as written; a line `-- scenario` empties the server. Random scenarios are
made of few names, so that errors and interactions are frequent. One JSON line per statement:
{"sql": text, "errno": 0 or errno, "message": text, "warnings": [errno, ...], "rows": [text, ...]};
{"scenario": name} begins anew. The rows of SHOW statements and the warnings of errors are kept too.
A scenario of MariaDB names its server, and ends with all rows of the grant tables in words: {"state": [text, ...]}.
"""
import argparse
import glob
import json
import os
import random
import sys

import anew
import replay_mariadb

SCHEMA = ['CREATE DATABASE d1', 'CREATE DATABASE d2', 'CREATE TABLE d1.t1 (a INT, b INT)',
          'CREATE TABLE d1.t2 (a INT)', 'CREATE TABLE d2.t1 (a INT, c INT)',
          'CREATE PROCEDURE d1.p() SELECT 1', 'CREATE FUNCTION d1.f() RETURNS INT DETERMINISTIC RETURN 1']


class Maker:
    """Random statements over small pools of names."""

    def __init__(self, seed):
        self.r = random.Random(seed)

    def one(self, *pool):
        return self.r.choice(pool)

    def some(self, pool, most=3):
        return self.r.sample(pool, min(len(pool), self.one(1, 1, 1, 2, 2, most)))

    def user(self):
        name = self.one('a', 'a', 'b', 'b', 'c', 'r1', 'r1', 'r2', 'x')
        return f"'{name}'" + self.one('', '', '', '', "@'h'", "@'%'", "@'10.%'")

    def role(self):
        return self.one('r1', 'r1', 'r2', 'r2', 'a', 'x')

    def users(self, most=2):
        return ', '.join(self.user() for _ in range(self.one(1, 1, 1, 1, most)))

    def privileges(self, level):
        r = self.r
        if r.random() < 0.15:
            return 'ALL'
        static = {'g': ['SELECT', 'INSERT', 'FILE', 'PROCESS', 'CREATE USER', 'EXECUTE', 'GRANT OPTION', 'USAGE'],
                  'd': ['SELECT', 'INSERT', 'CREATE', 'EXECUTE', 'LOCK TABLES', 'GRANT OPTION', 'USAGE'],
                  't': ['SELECT', 'INSERT', 'CREATE', 'UPDATE', 'GRANT OPTION', 'USAGE'],
                  'r': ['EXECUTE', 'ALTER ROUTINE', 'GRANT OPTION', 'USAGE']}[level]
        out = self.some(static)
        if level == 'g' and r.random() < 0.3:
            out += self.some(['ROLE_ADMIN', 'CLONE_ADMIN', 'BACKUP_ADMIN', 'NO_SUCH'])
        if level == 't' and r.random() < 0.45:
            out = [f"{p} ({', '.join(self.some(['a', 'b', 'a', 'zz'] if r.random() < 0.2 else ['a', 'b'], 2))})"
                   for p in self.some(['SELECT', 'INSERT', 'UPDATE', 'REFERENCES'])] + (out[:1] if r.random() < 0.4 else [])
        if r.random() < 0.04:
            out += [self.one('FILE', 'LOCK TABLES', 'ROLE_ADMIN', 'EXECUTE')]
        return ', '.join(dict.fromkeys(out))

    def object(self):
        level = self.one('g', 'd', 'd', 't', 't', 't', 'r')
        if level == 'g':
            return level, '*.*'
        if level == 'd':
            return level, self.one('d1.*', 'd1.*', 'd2.*', '`d%`.*', '`d_`.*')
        if level == 't':
            return level, self.one('d1.t1', 'd1.t1', 'd1.t2', 'd2.t1', 'd1.nt')
        return level, self.one('PROCEDURE d1.p', 'PROCEDURE d1.P', 'FUNCTION d1.f', 'PROCEDURE d1.f')

    def tail(self):
        return self.one('', '', '', ' IGNORE UNKNOWN USER')

    def statement(self):
        kind = self.r.random()
        exists = self.one('', '', 'IF EXISTS ')
        if kind < 0.14:
            role = f' DEFAULT ROLE {self.role()}' if self.r.random() < 0.15 else ''
            return f"CREATE USER {self.one('', '', 'IF NOT EXISTS ')}{self.users(3)}{role}"
        if kind < 0.19:
            return f"CREATE ROLE {self.one('', 'IF NOT EXISTS ')}{', '.join(self.some(['r1', 'r2', 'a', 'b']))}"
        if kind < 0.24:
            return f"DROP {self.one('USER', 'ROLE')} {exists}{self.users()}"
        if kind < 0.27:
            return 'RENAME USER ' + ', '.join(f'{self.user()} TO {self.user()}' for _ in range(self.one(1, 1, 2)))
        if kind < 0.56:
            level, on = self.object()
            option = self.one('', '', '', ' WITH GRANT OPTION')
            return f'GRANT {self.privileges(level)} ON {on} TO {self.users()}{option}'
        if kind < 0.76:
            level, on = self.object()
            privileges = self.privileges(level)
            if level == 'd' and privileges == 'USAGE':
                privileges = 'SELECT'       # without a row, 9.7 writes one of left-over bits: nothing to compare with
            return f'REVOKE {exists}{privileges} ON {on} FROM {self.users()}{self.tail()}'
        if kind < 0.79:
            return f'REVOKE {exists}ALL PRIVILEGES, GRANT OPTION FROM {self.users()}{self.tail()}'
        roles = ', '.join(self.role() for _ in range(self.one(1, 1, 2)))
        if kind < 0.86:
            return f"GRANT {roles} TO {self.users()}{self.one('', '', ' WITH ADMIN OPTION')}"
        if kind < 0.90:
            return f'REVOKE {exists}{roles} FROM {self.users()}{self.tail()}'
        if kind < 0.94:
            return f"SET DEFAULT ROLE {self.one(roles, 'ALL', 'NONE')} TO {self.users()}"
        if kind < 0.96:
            return f"GRANT PROXY ON {self.user()} TO {self.users()}{self.one('', ' WITH GRANT OPTION')}"
        if kind < 0.98:
            return f'REVOKE {exists}PROXY ON {self.user()} FROM {self.users()}{self.tail()}'
        return self.one(f'ALTER USER {exists}{self.users()} ACCOUNT LOCK', f"SET PASSWORD FOR {self.user()} = ''",
                        f'SHOW GRANTS FOR {self.user()} USING {self.role()}', 'FLUSH PRIVILEGES',
                        f'ALTER USER {self.users()} DEFAULT ROLE {self.role()}')

    def scenario(self, length):
        start = ["CREATE USER a, b, c@'h'", 'CREATE ROLE r1, r2'] if self.r.random() < 0.8 else []
        return SCHEMA + start + [self.statement() for _ in range(length)]


def scenarios_of(path, split):
    with open(path) as f:
        parts = f.read().split('-- scenario')
    for part in parts:
        title, _, text = part.partition('\n')
        if split(text):
            yield title.strip() or 'first', split(text)


class Recorder:
    """One server; what it says to each statement."""

    def __init__(self, probe, settings, rules):
        self.probe, self.server, self.rules = probe, probe.Server.from_file(settings), rules

    def run(self, connection, sql):
        line = {'sql': sql, 'errno': 0}
        if self.rules.startswith('mariadb'):
            connection.query('SELECT 1 FROM mysql.db LIMIT 0')      # forgets the warnings of the statement before
        try:
            rows = connection.query(sql)
            if sql.upper().startswith('SHOW'):
                line['rows'] = [row[0] for row in rows]
        except self.probe.ServerError as e:
            line['errno'], line['message'] = e.errno, e.message
        warnings = [int(w[1]) for w in connection.query('SHOW WARNINGS') if w[0] != 'Error']
        if warnings:
            line['warnings'] = warnings
        return line

    def scenario(self, name, statements):
        self.server.reset()
        connection = self.server.root()
        if self.rules.startswith('mariadb'):
            connection.query('SET sql_mode = DEFAULT')
            connection.query('SET ROLE NONE')
        yield {'scenario': name} if self.rules.startswith('mysql') else {'scenario': name, 'server': self.rules}
        for sql in statements:
            if sql.upper() == 'RESTART':
                anew.start(self.server)
                connection = self.server.root()
            yield {'sql': sql, 'errno': 0} if sql.upper() == 'RESTART' else self.run(connection, sql)
        if self.rules.startswith('mariadb'):
            yield {'state': replay_mariadb.state(self.server.root().query)}
            return
        known = connection.query("SELECT user, host FROM mysql.user WHERE user NOT LIKE 'mysql.%' "
                                 "AND user <> 'root' ORDER BY user, host")
        for user, host in known:
            yield self.run(connection, f"SHOW GRANTS FOR '{user}'@'{host}'")
        for user, host in known:
            roles = connection.query('SELECT default_role_user, default_role_host FROM mysql.default_roles '
                                     f"WHERE user = '{user}' AND host = '{host}' ORDER BY 1, 2")
            if roles:
                yield {'default_roles': [f'{user}@{host}'] + [f'{u}@{h}' for u, h in roles]}


def main():
    args = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    args.add_argument('--probe', default=os.environ.get('GRANTC_PROBE', '.'))
    args.add_argument('--settings', required=True)
    args.add_argument('--out', default='tests/replay')
    args.add_argument('--random', metavar='SEED:COUNT:LENGTH')
    args.add_argument('--server', default='mysql-9.7', help='the rules that the recording is for')
    args.add_argument('files', nargs='*')
    args = args.parse_args()
    sys.path.insert(0, args.probe)
    import probe
    recorder = Recorder(probe, args.settings, args.server)

    def write(name, scenarios):
        with open(os.path.join(args.out, name + '.jsonl'), 'w') as out:
            for title, statements in scenarios:
                for line in recorder.scenario(title, statements):
                    out.write(json.dumps(line, ensure_ascii=False) + '\n')
    if args.random:
        seed, count, length = map(int, args.random.split(':'))
        mariadb = args.server.startswith('mariadb')
        maker = replay_mariadb.Maker(seed) if mariadb else Maker(seed)
        write(f'random-{args.server}-{seed}' if mariadb else f'random-{seed}', ((f'random {i}', maker.scenario(length)) for i in range(count)))
        return
    for path in args.files or sorted(glob.glob(os.path.join(args.out, '*.sql'))):
        write(os.path.splitext(os.path.basename(path))[0], scenarios_of(path, probe.split_statements))


if __name__ == '__main__':
    main()
