#!/usr/bin/env python3
"""Puts the questions of tests/cases to a live server and compares its answers with what is expected.

  GRANTC_CASES_JSON=cases.json cargo test --test cases export_cases -- --ignored
  GRANTC_ORACLE=DIR GRANTC_ORACLE_SETTINGS=FILE tests/live/cases.py cases.json [PART-OF-A-FILE-NAME…]

DIR holds probe.py, which opens connections from any address; FILE holds its settings, of a MySQL server.
GRANTC_ORACLE_MARIADB names the settings of a MariaDB server, for the cases of that flavour.
GRANTC_ORACLE_NO_RESOLVE names the settings of a second server that runs with --skip-name-resolve.
Every password in the cases is `secret`.
"""
import collections
import json
import os
import re
import sys

sys.path.insert(0, os.environ.get('GRANTC_ORACLE', '.'))
from probe import ClientError, Server, ServerError, split_statements  # noqa: E402

DENIALS = {1044, 1045, 1095, 1141, 1142, 1143, 1227, 1345, 1356, 1370, 1410, 1419, 1449, 1698, 3530, 3619, 4006, 6126, 6127}
UNSAID = collections.namedtuple('UNSAID', 'why')
PROBE = 'grantc_probe'


def quoted(name):
    return '`%s`' % name.replace('`', '``')


def harmless(privilege, on):
    """A statement that needs just this privilege on this object and changes nothing, or None."""
    privilege, kind, names = privilege.upper(), on[0], on[1:]
    if kind == 'routine':
        word, _, path = names[0].partition(' ')
        db, _, name = path.partition('.')
        if privilege == 'EXECUTE':
            call = f'{quoted(db)}.{quoted(name)}()'
            return f'CALL {call}' if word == 'procedure' else f'SELECT {call}'
        if privilege == 'ALTER ROUTINE':
            return f"ALTER {word} {quoted(db)}.{quoted(name)} COMMENT ''"
        return None
    if kind == 'column':
        db, table, column = map(quoted, names)
        return {'SELECT': f'SELECT {column} FROM {db}.{table}',
                'INSERT': f'INSERT INTO {db}.{table} ({column}) VALUES (DEFAULT)',
                'UPDATE': f'UPDATE {db}.{table} SET {column} = DEFAULT'}.get(privilege)
    if kind == 'global':
        only_global = {
            'RELOAD': 'FLUSH LOGS', 'PROCESS': 'SHOW ENGINE INNODB STATUS',
            'FILE': "SELECT 1 INTO OUTFILE '/nowhere/x'", 'CREATE TABLESPACE': f'DROP TABLESPACE {PROBE}',
            'CREATE USER': f'RENAME USER {PROBE}@nowhere TO {PROBE}@nowhere2', 'REPLICATION CLIENT': 'SHOW BINARY LOG STATUS',
            'REPLICATION SLAVE': 'SHOW BINLOG EVENTS', 'SHUTDOWN': 'SHUTDOWN',
            'BINLOG MONITOR': 'SHOW MASTER STATUS', 'SLAVE MONITOR': 'SHOW SLAVE STATUS',
        }.get(privilege)
        if only_global:
            return only_global
        names = [PROBE + '_db', PROBE]
    db = quoted(names[0])
    table = quoted(names[1] if len(names) > 1 else PROBE)
    return {
        'SELECT': f'SELECT * FROM {db}.{table}',
        'INSERT': f'INSERT INTO {db}.{table} VALUES ()',
        'UPDATE': f'UPDATE {db}.{table} SET {PROBE} = 1',
        'DELETE': f'DELETE FROM {db}.{table} LIMIT 0',
        'CREATE': f'CREATE TABLE {db}.{table} (a INT, a INT)',
        'DROP': f'TRUNCATE TABLE {db}.{table}',
        'INDEX': f'CREATE INDEX i ON {db}.{table} ({PROBE})',
        'ALTER': f'ALTER TABLE {db}.{table} DROP COLUMN {PROBE}',
        'CREATE VIEW': f'CREATE VIEW {db}.{table} AS SELECT 1 AS a, 2 AS a',
        'TRIGGER': f'CREATE TRIGGER {db}.{PROBE} BEFORE INSERT ON {db}.{table} FOR EACH ROW SET NEW.{PROBE} = 1',
        'CREATE TEMPORARY TABLES': f'CREATE TEMPORARY TABLE {db}.{table} (a INT, a INT)' if kind != 'table' else None,
        'EVENT': f"CREATE EVENT {db}.{PROBE} ON SCHEDULE AT '2000-01-01 00:00:00' DO SELECT 1" if kind != 'table' else None,
        'EXECUTE': f'CALL {db}.{PROBE}()' if kind != 'table' else None,
        'LOCK TABLES': f'LOCK TABLES {db}.{table} READ' if kind != 'table' else None,
    }.get(privilege)


class Live:
    """One case on one server."""

    def __init__(self, server):
        self.server = server
        self.statements = []    # results, for `statement N`
        self.texts = []
        self.dirty = False
        self.restore = {}
        self.sessions = {}      # open connections by name, or the error of their login

    def root(self, sql):
        return self.server._run(self.server.root(), sql)

    def begin(self, case):
        """Server variables; all that a case changes is put back by `end`."""
        self.server.reset()
        texts = [f'SET GLOBAL {name}={value}' for name, value in case['set'] if name.lower() != 'skip_name_resolve']
        texts += [s['statements'] for s in case['steps'] if 'statements' in s]
        for name in re.findall(r'(?i)SET\s+(?:GLOBAL\s+|PERSIST\s+|@@GLOBAL\.|@@PERSIST\.)([a-z_]+)', '\n'.join(texts)):
            got = self.root(f'SELECT @@GLOBAL.{name}')
            if got['ok']:
                self.restore[name] = got['rows'][0][0]
        for name, value in case['set']:
            if name.lower() != 'skip_name_resolve':
                value = value if re.fullmatch(r"[\w']+", value) else "'%s'" % value.replace("'", "''")
                got = self.root(f'SET GLOBAL {name}={value}')
                if not got['ok']:
                    raise SystemExit(f"set {name}: {got['message']}")

    def end(self):
        for session in self.sessions.values():
            if not isinstance(session, dict):
                session.close()
        if not self.restore:
            return
        self.server.reset()
        for name, value in self.restore.items():
            value = value if re.fullmatch(r'\d+', value or '') else "'%s'" % (value or '').replace("'", "''")
            self.root(f'SET GLOBAL {name}={value}')
            if self.server.kind == 'mysql':
                self.root(f'RESET PERSIST IF EXISTS {name}')

    def apply(self, text):
        self.texts.append(text)
        for sql in split_statements(text):
            got = self.root(sql)
            got['warnings'] = [] if not got['ok'] else [int(row[1]) for row in self.root('SHOW WARNINGS')['rows']]
            self.statements.append(got)

    def afresh(self):
        """The same state again, when a probe may have changed it."""
        if self.dirty and not self.sessions:
            self.server.reset()
            for text in self.texts:
                for sql in split_statements(text):
                    self.root(sql)
            self.dirty = False

    def ask(self, client, run):
        """The probe's answers; a `given` password is guessed: none first, then `secret`."""
        if client['os_user'] and not client['socket']:
            return UNSAID('an OS user over TCP')
        more = dict(ip=client['ip'], host=client['hostname'], socket_=client['socket'], db=client['db'], run=run)
        if client['tls'] != 'none':
            more['tls'] = True
        if client['tls'] == 'x509':
            data = self.root('SELECT @@datadir')['rows'][0][0]
            root = os.path.dirname(self.server.socket).split('/run/')[0]
            more['cert'], more['key'] = root + data + 'client-cert.pem', root + data + 'client-key.pem'
        words = {'none': [None], 'wrong': ['wrong'], 'given': [None, 'secret']}[client['password']]
        answers = []
        for word in words:
            answers.append(self.probe_as(client['os_user'], client['user'], word, more))
            if answers[-1]['errno'] not in (1045, 1698):
                return answers[-1:]
        return answers

    def probe(self, user, password, more):
        """Also what a session may do that must set its password, which the server's own probe leaves out."""
        got = self.server.probe(user, password, **more)
        if got['connected'] and got['errno'] == 1820 and more['run']:
            connection = self.server.connect(user, password, **{key: value for key, value in more.items() if key != 'run'})
            got['run'] = [self.server._run(connection, sql) for sql in more['run']]
            connection.close()
        return got

    def probe_as(self, os_user, user, password, more):
        if os_user in (None, 'root'):
            return self.probe(user, password, more)
        read, write = os.pipe()
        pid = os.fork()
        if not pid:
            os.setgid(65534)
            os.setuid(65534)
            os.write(write, json.dumps(self.probe(user, password, more)).encode())
            os._exit(0)
        os.close(write)
        with os.fdopen(read) as f:
            got = json.loads(f.read())
        os.waitpid(pid, 0)
        return got

    # one expectation: None when it holds, UNSAID when the server cannot be asked, else what it said
    def hold(self, e):
        want = e['expected']
        if any(key in want for key in ('undetermined', 'tries', 'because', 'skipped', 'exactly')):
            return UNSAID('only grantc says that')
        if 'statement' in e:
            return self.statement(e['statement'], want)
        if 'connect' in e:
            return self.connect(e['connect'], e['client'], want)
        if 'as' in e:
            return self.in_session(e, want)
        if 'show' in e:
            got = self.root(e['show'])
            rows = [row[0] for row in got['rows']] if got['ok'] else [got['message']]
            return None if rows == want['returns'] else '\n      '.join([''] + rows)
        self.afresh()
        client = e['client']
        roles = client['roles']
        run = []
        if roles != 'default':
            named = roles if isinstance(roles, list) else None
            quote = (lambda u, h: f"'{u}'@'{h}'") if self.server.kind == 'mysql' else (lambda u, h: quoted(u))
            run.append('SET ROLE ' + (', '.join(quote(u, h) for u, h in named) if named else roles.upper()))
        if 'sql' in e:
            run.append(e['sql'])
            self.dirty = self.dirty or not re.match(r'(?i)\s*(select|show|use|explain|desc)', e['sql'])
        elif 'can' in e:
            sql = harmless(e['can']['privilege'], e['can']['on'])
            if sql is None or (sql == 'SHUTDOWN' and 'refused' not in want):
                return UNSAID('no harmless statement for it')
            run.append(sql)
        if 'roles' in want:
            run.append('SELECT CURRENT_ROLE()')
        if want.get('through'):
            run.append('SELECT @@proxy_user')
        answers = self.ask(client, run)
        if isinstance(answers, UNSAID):
            return answers
        return next((None for got in answers if self.fits(want, got, roles != 'default', 'sql' in e or 'can' in e)), self.said(answers[-1]))

    def connect(self, name, client, want):
        """Opens a session; a `given` password is guessed as in `ask`."""
        got = None
        for password in {'none': [None], 'wrong': ['wrong'], 'given': [None, 'secret']}[client['password']]:
            try:
                self.sessions[name] = self.server.connect(
                    client['user'], password, client['ip'], client['hostname'], client['socket'], client['db'])
                (user,), = self.sessions[name].query('SELECT CURRENT_USER()')
                got = {'connected': True, 'current_user': user, 'errno': None}
            except ServerError as e:
                self.sessions[name] = {'ok': False, 'errno': e.errno, 'message': e.message}
                got = {'connected': False, 'current_user': None, **self.sessions[name]}
            if got['connected'] or got['errno'] != 1045:
                break
        return None if self.agrees(want, got, False) else self.said(got)

    def in_session(self, e, want):
        session = self.sessions[e['as']]
        if 'roles' in want:
            run = 'SELECT CURRENT_ROLE()'
        elif 'logs_in' in want:
            run = 'SELECT CURRENT_USER()'
        elif 'sql' in e:
            run = e['sql']
        else:
            run = harmless(e['can']['privilege'], e['can']['on'])
            if run is None or (run == 'SHUTDOWN' and 'refused' not in want):
                return UNSAID('no harmless statement for it')
        last = session if isinstance(session, dict) else self.server._run(session, run)
        got = {'connected': True, 'current_user': None, 'errno': None, 'run': [last]}
        if 'logs_in' in want:
            got['current_user'] = last['rows'][0][0]
        if 'done' in want:
            return None if last['ok'] else self.said(got)
        return None if self.agrees(want, got, 'sql' in e or 'can' in e) else self.said(got)

    def fits(self, want, got, sets_roles, checked):
        if sets_roles and got['connected']:
            first = got['run'][0]
            if not first['ok']:
                return want.get('errno') == first['errno'] and want['message'] in (None, first['message'])
            got = {**got, 'run': got['run'][1:]}
        return self.agrees(want, got, checked)

    def statement(self, number, want):
        if number > len(self.statements):
            return 'there is no such statement'
        got = self.statements[number - 1]
        said = f"{got['errno']}: {got['message']}" if not got['ok'] else f"done, warnings {got['warnings']}"
        if 'done' in want:
            fits = got['ok'] and (want['errno'] is None or want['errno'] in got['warnings'])
        else:
            fits = not got['ok'] and want['errno'] in (None, got['errno']) and want['message'] in (None, got['message'])
        got['expected'] = True
        return None if fits else said

    @staticmethod
    def said(got):
        if not got['connected']:
            return f"refused with {got['errno']}: {got['message']}"
        words = [f"logs in as {got['current_user']}"]
        for r in got.get('run') or []:
            words.append(f"ok {r['rows'][:3]}" if r['ok'] else f"{r['errno']}: {r['message']}")
        return '; '.join(words)

    def agrees(self, want, got, checked):
        last = (got.get('run') or [None])[-1]
        if 'refused' in want:
            error = last if checked and got['connected'] else got
            failed = not error['ok'] and error['errno'] in DENIALS | {want['errno']} if checked and got['connected'] else not got['connected']
            return failed and want['errno'] in (None, error['errno']) and want['message'] in (None, error['message'])
        if not got['connected'] or got['errno'] and not checked:
            return False
        if 'allowed' in want:
            return last['ok'] or last['errno'] not in DENIALS | {1064, 1046, 1149}
        if 'lists' in want:
            return last['ok'] and sorted(row[0] for row in last['rows']) == sorted(want['lists'])
        if 'gets_in' in want:
            return True
        if 'ambiguous' in want:
            return got['current_user'] in want['ambiguous']
        if 'roles' in want:
            have = last['rows'][0][0]
            have = set() if have in ('NONE', None) else set(have.replace('`', '').split(','))
            wanted = {role.partition('@')[0] for role in want['roles']} if self.server.kind == 'mariadb' else set(want['roles'])
            return have == wanted
        if want.get('through'):
            user, _, host = want['through'].partition('@')
            return got['current_user'] == want['logs_in'] and last['rows'][0][0] == f"'{user}'@'{host}'"
        return got['current_user'] == want['logs_in']


def short(want):
    return ', '.join(f'{key} {value}' for key, value in want.items() if value is not None)


def run_case(server, file, case, tally, folder):
    live = Live(server)
    try:
        live.begin(case)
        for step in case['steps']:
            if 'statements' in step or 'path' in step:
                text = step.get('statements')
                if text is None:
                    with open(os.path.join(folder, os.path.dirname(file), step['path'])) as f:
                        text = f.read()
                live.apply(text)
                continue
            try:
                said = live.hold(step)
            except (ServerError, ClientError, OSError) as e:
                said = f'{type(e).__name__}: {e}'
            if isinstance(said, UNSAID):
                tally['not asked'] += 1
            elif said is None:
                tally['agree'] += 1
            else:
                tally['differ'] += 1
                print(f"{file}:{step['line']}: {step['words']}\n  expected: {short(step['expected'])}\n  server:   {said}")
        for number, got in enumerate(live.statements, 1):
            if not got['ok'] and 'expected' not in got:
                tally['differ'] += 1
                print(f"{file}:{case['line']}: statement {number} is refused with {got['errno']}: {got['message']}")
    finally:
        live.end()


def main():
    with open(sys.argv[1]) as f:
        files = json.load(f)
    folder = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    settings = {('mysql-9.7', False): 'GRANTC_ORACLE_SETTINGS', ('mysql-9.7', True): 'GRANTC_ORACLE_NO_RESOLVE',
                ('mariadb-10.11', False): 'GRANTC_ORACLE_MARIADB'}
    servers = {which: Server.from_file(os.environ[name]) for which, name in settings.items() if os.environ.get(name)}
    for server in servers.values():
        server.set_hosts({})
    tally = collections.Counter()
    for file in files:
        if sys.argv[2:] and not any(part in file['file'] for part in sys.argv[2:]):
            continue
        for case in file['cases']:
            no_resolve = any(n.lower() == 'skip_name_resolve' and v.upper() in ('ON', '1') for n, v in case['set'])
            which = (case['server'] or 'mysql-9.7', no_resolve)
            if case['not_live'] or which not in servers:
                tally['cases not asked'] += 1
                continue
            servers[which]._thread.inside = False           # each server has its own network
            run_case(servers[which], file['file'], case, tally, folder)
    print(', '.join(f'{n} {what}' for what, n in sorted(tally.items())))
    sys.exit(1 if tally['differ'] else 0)


if __name__ == '__main__':
    main()
