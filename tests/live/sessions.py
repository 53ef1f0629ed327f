#!/usr/bin/env python3
"""Random policies with sessions that run while they change, put to a live server and to grantc.

  GRANTC_ORACLE=DIR GRANTC_ORACLE_SETTINGS=FILE tests/live/sessions.py [--seed N] [--policies N] [--record FILE]

DIR holds probe.py; FILE holds the server's settings. GRANTC names the program, target/debug/grantc if unset. Each policy is a
text of `grantc batch --statements`, with its `connect` and `as` lines; every statement's outcome, errno and message are compared,
and the rows of SHOW GRANTS. A policy that differs is made as short as it can be and printed. --record adds the texts with the
server's answers to a file, which `cargo test --test sessions` reads.
"""
import argparse
import json
import os
import random
import subprocess
import sys

sys.path.insert(0, os.environ.get('GRANTC_ORACLE', '.'))
from probe import Server, ServerError  # noqa: E402

GRANTC = os.environ.get('GRANTC', 'target/debug/grantc')
SETUP = [
    'CREATE DATABASE d1', 'CREATE DATABASE d2', 'CREATE TABLE d1.t (a INT, b INT)', 'CREATE TABLE d1.u (a INT, b INT)',
    'CREATE TABLE d2.t (a INT, b INT)', 'CREATE PROCEDURE d1.p() SELECT 1', 'CREATE PROCEDURE d2.p() SELECT 1',
]
STATIC = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'EXECUTE']
OF_TABLE = ['SELECT', 'INSERT', 'UPDATE', 'DELETE']
CLIENTS = [{'socket': True}, {'ip': '127.0.0.2'}]


class Maker:
    """One random policy: a list of (who, statement or client)."""

    def __init__(self, seed, kind):
        self.r = random.Random(seed)
        self.mariadb = kind == 'mariadb'
        self.users = ["'a'@'%'", "'a'@'localhost'", "'b'@'%'"]
        self.roles = ['r', 'q']
        self.sessions = []

    def some(self, list_, most=2):
        return self.r.sample(list_, self.r.randint(1, min(most, len(list_))))

    def grantee(self):
        return self.r.choice(self.users * 2 + self.roles + (['PUBLIC'] if self.mariadb else []))

    def privileges(self):
        """Privileges and where."""
        r = self.r
        level = r.choice(['global', 'db', 'db', 'db', 'table', 'table', 'column', 'routine'])
        db = r.choice(['d1', 'd1', 'd2'])
        if level == 'global':
            if not self.mariadb and r.random() < 0.3:
                return r.choice(['SYSTEM_VARIABLES_ADMIN', 'ROLE_ADMIN']), '*.*'
            return ', '.join(self.some(STATIC + ['CREATE USER', 'RELOAD'])), '*.*'
        if level == 'db':
            wild = r.choice(['d1', 'd1', 'd2', 'd%', 'd_'])
            return r.choice([', '.join(self.some(STATIC)), ', '.join(self.some(STATIC)), 'CREATE ROUTINE']), f'`{wild}`.*'
        if level == 'table':
            return ', '.join(self.some(OF_TABLE)), f"{db}.{r.choice(['t', 'u']) if db == 'd1' else 't'}"
        if level == 'column':
            return f"{r.choice(['SELECT', 'INSERT', 'UPDATE'])} ({r.choice('ab')})", f'{db}.t'
        return 'EXECUTE', f'PROCEDURE {db}.p'

    def granting(self):
        what, where = self.privileges()
        if self.r.random() < 0.55:
            option = ' WITH GRANT OPTION' if self.r.random() < 0.25 else ''
            grantee = self.grantee()
            return f"GRANT {what} ON {where} TO {grantee}{'' if grantee == 'PUBLIC' else option}"
        return f'REVOKE {what} ON {where} FROM {self.grantee()}'

    def of_root(self):
        r = self.r
        kind = r.choices(['priv', 'role', 'unrole', 'default', 'drop', 'create', 'flush', 'alter', 'droprole', 'createrole', 'rename', 'all'],
                         [40, 10, 5, 6, 3, 4, 3, 2, 1, 3, 2, 2])[0]
        user, role = r.choice(self.users), r.choice(self.roles)
        return {
            'priv': self.granting,
            'role': lambda: f"GRANT {role} TO {r.choice(self.users + [self.roles[0]])}" + (' WITH ADMIN OPTION' if r.random() < 0.3 else ''),
            'unrole': lambda: f'REVOKE {role} FROM {user}',
            'default': lambda: f"SET DEFAULT ROLE {r.choice([role, 'NONE'])} {'FOR' if self.mariadb else 'TO'} {user}",
            'drop': lambda: f'DROP USER {user}',
            'create': lambda: f'CREATE USER {user}',
            'flush': lambda: 'FLUSH PRIVILEGES',
            'alter': lambda: f'ALTER USER {user} ACCOUNT UNLOCK',
            'droprole': lambda: f'DROP ROLE {role}',
            'createrole': lambda: f'CREATE ROLE {role}',
            'rename': lambda: f"RENAME USER {user} TO 'c'@'%'" if r.random() < 0.5 else f"RENAME USER 'c'@'%' TO {user}",
            'all': lambda: f'REVOKE ALL PRIVILEGES, GRANT OPTION FROM {user}',
        }[kind]()

    def of_session(self):
        r = self.r
        table = r.choice(['t', 'd1.t', 'd1.u', 'd2.t'])
        kind = r.choices(['probe', 'use', 'role', 'call', 'grants', 'grant', 'account', 'routine', 'show', 'variable', 'database'],
                         [50, 14, 12, 6, 4, 14, 4, 2, 3, 2, 2])[0]
        role = r.choice(self.roles)
        return {
            'probe': lambda: r.choice([f'SELECT a, b FROM {table}', f'SELECT a FROM {table}', f'INSERT INTO {table} (a) VALUES (1)',
                                       f'UPDATE {table} SET a = 1', f'DELETE FROM {table}', f'SELECT COUNT(*) FROM {table}']),
            'use': lambda: f"USE {r.choice(['d1', 'd1', 'd2'])}",
            'role': lambda: 'SET ROLE ' + r.choice([role, role, 'NONE'] + ([] if self.mariadb else ['DEFAULT', 'ALL', 'r, q', f'ALL EXCEPT {role}'])),
            'call': lambda: f"CALL {r.choice(['p', 'd1.p', 'd2.p'])}()",
            'grants': lambda: 'SHOW GRANTS',
            'grant': lambda: self.granting() if r.random() < 0.8 else f'GRANT {role} TO {r.choice(self.users)}',
            'account': lambda: r.choice([f'CREATE USER {r.choice(self.users)}', f'DROP USER {r.choice(self.users)}', "SET PASSWORD = ''",
                                         f'SET DEFAULT ROLE {role}' if self.mariadb else f'ALTER USER CURRENT_USER() DEFAULT ROLE {role}', 'FLUSH PRIVILEGES']),
            'routine': lambda: f"CREATE PROCEDURE {r.choice(['d1', 'd2'])}.{r.choice(['x', 'y'])}() SELECT 1" if r.random() < 0.7 else f"DROP PROCEDURE {r.choice(['d1', 'd2'])}.{r.choice(['x', 'y'])}",
            'show': lambda: r.choice(['SHOW TABLES', 'SHOW TABLES FROM d1', 'SHOW COLUMNS FROM d1.t', 'SHOW CREATE TABLE d1.t']),
            'variable': lambda: 'SET GLOBAL max_connections = 151',
            'database': lambda: 'SELECT 1',
        }[kind]()

    def policy(self):
        r = self.r
        steps = [('root', sql) for sql in SETUP]
        steps += [('root', f'CREATE USER {user}') for user in self.users if r.random() < 0.8]
        steps += [('root', f'CREATE ROLE {role}') for role in self.roles]
        steps += [('root', self.granting() if r.random() < 0.7 else self.of_root()) for _ in range(r.randint(3, 10))]
        for _ in range(r.randint(20, 60)):
            if len(self.sessions) < 2 or r.random() < 0.04:
                name = f's{r.randint(1, 4)}'
                client = {'user': r.choice(['a', 'a', 'b']), 'password': 'none', **r.choice(CLIENTS)}
                if r.random() < 0.3:
                    client['db'] = r.choice(['d1', 'd2'])
                steps.append((name, client))
                self.sessions = sorted({*self.sessions, name})
            elif r.random() < 0.35:
                steps.append(('root', self.of_root()))
            else:
                steps.append((r.choice(self.sessions), self.of_session()))
        return steps


def text_of(steps):
    lines, who = [], 'root'
    for name, what in steps:
        if isinstance(what, dict):
            lines.append(f'-- grantc: connect {name} {json.dumps(what)}')
            continue
        if name != who:
            lines.append(f'-- grantc: as {name}')
            who = name
        lines.append(what + ';')
    return '\n'.join(lines) + '\n'


def answer(got):
    """What is compared: 'ok', the rows of SHOW GRANTS, or errno and message."""
    if got['ok']:
        return 'ok'
    return f"{got['errno']} {got['message']}"


def live(server, steps):
    server.reset()
    sessions, answers = {}, []
    try:
        for name, what in steps:
            if isinstance(what, dict):
                old = sessions.pop(name, None)
                if old and not isinstance(old, dict):
                    old.close()
                try:
                    sessions[name] = server.connect(what['user'], None, what.get('ip'), None, what.get('socket', False), what.get('db'))
                    got = {'ok': True}
                except ServerError as e:
                    sessions[name] = got = {'ok': False, 'errno': e.errno, 'message': e.message}
            else:
                session = server.root() if name == 'root' else sessions[name]
                got = session if isinstance(session, dict) else server._run(session, what)
            rows = what == 'SHOW GRANTS' and got['ok']
            answers.append([row[0] for row in got['rows']] if rows else answer(got))
        return answers
    finally:
        for session in sessions.values():
            if not isinstance(session, dict):
                session.close()


def grantc(server, texts):
    """Answers for one text."""
    path = f'/tmp/grantc-sessions-{os.getpid()}.sql'
    with open(path, 'w') as f:
        f.write(texts)
    kind = 'mariadb-10.11' if server.kind == 'mariadb' else 'mysql-9.7'
    done = subprocess.run([GRANTC, 'batch', path, '--statements', '--quiet', '--server', kind],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True)
    os.unlink(path)
    answers = []
    for line in done.stdout.splitlines():
        got = json.loads(line)
        if got['ok'] is None:
            answers.append(f"? {got['message']}")
        elif got['ok'] and 'result' in got:
            answers.append(got['result'])
        else:
            answers.append(answer(got))
    return answers


def differences(server, steps):
    """Places where grantc and the server differ, with both answers."""
    want, have = live(server, steps), grantc(server, text_of(steps))
    if len(want) != len(have):
        return [(len(have), 'as many answers', str(len(have)))], want
    return [(i, w, h) for i, (w, h) in enumerate(zip(want, have)) if w != h], want


def shrink(server, steps):
    """Fewer steps that still differ."""
    first = differences(server, steps)[0]
    steps = steps[:first[0][0] + 1] if first[0][0] < len(steps) else steps
    size = len(steps) // 2
    while size:
        at = len(steps) - 1 - size
        while at >= 0:
            fewer = steps[:at] + steps[at + size:]
            opened = {n for n, w in fewer if isinstance(w, dict)}
            ok = all(n == 'root' or isinstance(w, dict) or n in opened for n, w in fewer)
            seen = set()
            for n, w in fewer:
                ok = ok and (n == 'root' or isinstance(w, dict) or n in seen)
                seen |= {n} if isinstance(w, dict) else set()
            if ok:
                found, _ = differences(server, fewer)
                if found and found[-1] == (len(fewer) - 1, *first[0][1:]) and fewer[-1] == steps[-1]:
                    steps = fewer
            at -= size
        size //= 2
    return steps


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--policies', type=int, default=100)
    parser.add_argument('--record')
    parser.add_argument('--most', type=int, default=5, help='differences that are shrunk')
    arguments = parser.parse_args()
    server = Server.from_file(os.environ['GRANTC_ORACLE_SETTINGS'])
    decisions = of_sessions = differ = 0
    record = open(arguments.record, 'a') if arguments.record else None
    for seed in range(arguments.seed, arguments.seed + arguments.policies):
        steps = Maker(seed, server.kind).policy()
        found, want = differences(server, steps)
        decisions += len(want)
        of_sessions += sum(name != 'root' for name, _ in steps)
        if record and not found:
            record.write(json.dumps({'server': server.kind, 'policy': text_of(steps[len(SETUP):]), 'answers': want[len(SETUP):]}) + '\n')
        if found:
            differ += 1
            if differ <= arguments.most:
                short = shrink(server, steps)
                place, wanted, had = differences(server, short)[0][-1]
                print(f'seed {seed}:\n{text_of(short)}  server: {wanted}\n  grantc: {had}\n')
    print(f'{arguments.policies} policies, {decisions} statements, {of_sessions} of sessions, {differ} policies differ')
    sys.exit(1 if differ else 0)


if __name__ == '__main__':
    main()
