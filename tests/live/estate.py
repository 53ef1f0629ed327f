#!/usr/bin/env python3
"""Builds an estate of accounts on a real MySQL 9.7, dumps it, and records what the server answers.

    GRANTC_ORACLE=DIR GRANTC_MYSQLDUMP=COMMAND tests/live/estate.py SETTINGS tests/recorded

GRANTC_ORACLE is the directory of probe.py, GRANTC_MYSQLDUMP runs the server's own mysqldump, SETTINGS is the
file that its mysql-up printed; the server must run as root in a network namespace of its own, so that clients
can have any address. The server is emptied. For each estate a directory is written:

    settings.json   the variables that were set
    users.sql       mysqldump --users
    left-out.sql    the accounts that mysqldump fails at (it sends SHOW CREATE USER @localhost: 1064) or forgets,
                    as SHOW prints them
    schema.sql      mysqldump --no-data --routines --events
    grants.jsonl    SHOW CREATE USER and SHOW GRANTS of every account
    answers.jsonl   a question of the batch form and what the server answered
"""
import json
import os
import random
import re
import shlex
import subprocess
import sys

sys.path.insert(0, os.environ['GRANTC_ORACLE'])
from probe import ClientError, Server, ServerError  # noqa: E402

import estate_accounts as accounts  # noqa: E402
import estate_questions as questions  # noqa: E402

STORED = re.compile(r"(IDENTIFIED WITH '(?:caching_sha2|sha256)_password' AS )(?:'(?:\\.|[^'\\])*'|0x[0-9A-F]+)", re.S)
DENIED = {1044, 1045, 1095, 1142, 1143, 1227, 1345, 1356, 1370, 1401, 1410, 1419, 1698, 1130, 1862, 3118, 6126, 6127}
OS_USERS = {'root': 0, 'nobody': 65534, 'mysql': 999}

CLIENTS = [
    {'socket': True}, {'socket': True}, {'socket': True}, {'ip': '127.0.0.1', 'hostname': 'localhost'},
    {'ip': '::1', 'hostname': 'localhost'}, {'ip': '10.1.2.3'}, {'ip': '10.1.2.4', 'hostname': 'app1.example.net'},
    {'ip': '10.1.3.7', 'hostname': 'app2.example.net'}, {'ip': '10.1.3.8'}, {'ip': '10.20.0.5'}, {'ip': '10.20.7.1'},
    {'ip': '192.0.2.10', 'hostname': 'db-admin.example.org'}, {'ip': '192.0.2.77'},
    {'ip': '198.51.100.177', 'hostname': 'h1.example.net'}, {'ip': '198.51.100.44'},
    {'ip': '203.0.113.9', 'hostname': 'laptop.vpn.example.org'}, {'ip': '203.0.113.10', 'resolves': '1.2.example.com'},
    {'ip': '2001:db8::5', 'hostname': 'v6.example.net'}, {'ip': '2001:db8::9'}, {'ip': '172.16.9.9', 'hostname': 'report-01.dc.example.net'},
    {'ip': '127.0.5.7', 'hostname': 'batch1.example.com'}, {'ip': '127.0.5.8'}, {'ip': '127.9.9.9', 'hostname': 'Job.Example.COM'},
]


def string(text):
    return "'" + text.replace('\\', '\\\\').replace("'", "''") + "'"


def split_account(text, role_host='%'):
    """`user[@host]` with or without quotes."""
    user, at, host = text.rpartition('@')
    user, host = (user, host) if at else (host, role_host)
    unquote = lambda part: part[1:-1].replace("''", "'") if part[:1] == "'" else part  # noqa: E731
    return unquote(user), unquote(host)


def quoted(text):
    return '@'.join(map(string, split_account(text)))


def password(user):
    return f'pw-{user}-1'


class Estate:
    def __init__(self, server, folder, title, seed):
        self.server, self.random = server, random.Random(seed)
        self.folder = os.path.join(folder, title)
        self.title, self.settings, self.answers = title, {}, []
        os.makedirs(self.folder, exist_ok=True)
        server.reset()
        self.root = server.root()
        server.set_hosts({c['ip']: c.get('hostname') or c['resolves'] for c in CLIENTS
                          if c.get('hostname', c.get('resolves', 'localhost')) != 'localhost'})

    # building
    def run(self, sql):
        try:
            return self.root.query(sql)
        except ServerError as e:
            raise SystemExit(f'{sql}: {e}') from e

    def set(self, name, value):
        self.run(f'SET GLOBAL {name} = {value if value in ("ON", "OFF") else string(value)}')
        self.settings[name] = value

    def build(self, rows, roles, grants, defaults):
        for sql in accounts.schema():
            self.run(sql)
        for role in roles:
            self.run(f'CREATE ROLE {quoted(role)}')
        for user, host, clauses in rows:
            words = clauses.replace('PW', 'BY ' + string(password(user)), 1)
            identified = f'IDENTIFIED {words}' if words.startswith(('BY', 'WITH a', 'WITH s')) else words
            self.run(f'CREATE USER {string(user)}@{string(host)} {identified}')
        for line in grants:
            self.run(self.statement(line))
        for who, role in defaults.items():
            self.run(f"ALTER USER {quoted(who)} DEFAULT ROLE {role if role == 'ALL' else quoted(role)}")
        self.rows = [(user, host) for user, host, _ in rows]
        # Granting again changes nothing, unless there are restrictions for it to take away.
        free = self.settings.get('partial_revokes') != 'ON'
        self.held = [self.statement(line) for line in grants if not line.startswith('-') and (free or '*' not in line)]
        self.run('FLUSH PRIVILEGES')

    @staticmethod
    def statement(line):
        verb, word = ('REVOKE', ' FROM ') if line.startswith('-') else ('GRANT', ' TO ')
        what, who = line.lstrip('-').rsplit(word, 1)
        who, _, option = who.partition(' WITH ')
        if what.startswith('PROXY ON '):
            what = 'PROXY ON ' + quoted(what[9:])
        elif ' ON ' not in what:
            what = quoted(what)
        return f'{verb} {what}{word}{quoted(who)}' + (f' WITH {option}' if option else '')

    def more_grants(self, rows, count):
        """Random table, column and routine grants; a user gets each object once, so that no two rows tie."""
        r, seen, out = self.random, set(), []
        for line in accounts.MAIN_GRANTS.splitlines():
            found = re.match(r'.* ON (?:PROCEDURE |FUNCTION )?`?(\w+)`?\.(\w+) TO (.*?)(?: WITH.*)?$', line)
            if found:
                seen.add((split_account(found[3])[0], found[1], found[2]))
        named = [(user, host) for user, host, _ in rows if user]
        while len(out) < count:
            user, host = r.choice(named)
            db, table = r.choice(sorted(questions.COLUMNS))
            if (user, db, table) in seen:
                continue
            seen.add((user, db, table))
            columns = questions.COLUMNS[db, table]
            if r.random() < 0.5:
                what = ', '.join(r.sample(['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'ALTER', 'INDEX', 'DROP', 'CREATE'], r.randint(1, 3)))
            else:
                what = ', '.join(f"{p} ({', '.join(r.sample(columns, r.randint(1, len(columns) - 1)))})"
                                 for p in r.sample(['SELECT', 'INSERT', 'UPDATE'], r.randint(1, 2)))
            out.append(f'{what} ON `{db}`.`{table}` TO {string(user)}@{string(host)}')
        return out

    # dumping
    def dump(self):
        command = shlex.split(os.environ['GRANTC_MYSQLDUMP']) + ['-uroot', '--set-gtid-purged=OFF', '--skip-dump-date']
        left_out = self.dump_users(command)
        self.write_dump('schema.sql', command + ['--no-data', '--routines', '--events', '--databases', *accounts.TABLES])
        if left_out:
            lines = []
            for user, host in left_out:
                key = f'{string(user)}@{string(host)}'
                lines += [self.run(f'SHOW CREATE USER {key}')[0][0]] + [row[0] for row in self.run(f'SHOW GRANTS FOR {key}')]
            self.write('left-out.sql', '-- Accounts that mysqldump --users fails at or forgets.\n'
                       + ''.join(line + ';\n' for line in lines))
        self.write('settings.json', json.dumps({'server': 'mysql-9.7', 'set': self.settings}, indent=1) + '\n')
        rows = self.run("SELECT User, Host FROM mysql.user WHERE User NOT LIKE 'mysql.%' ORDER BY User, Host")
        out = []
        for user, host in rows:
            key = f'{string(user)}@{string(host)}'
            create = STORED.sub(r"\1'<secret>'", self.run(f'SHOW CREATE USER {key}')[0][0])
            grants = [row[0] for row in self.run(f'SHOW GRANTS FOR {key}')]
            out.append({'user': user, 'host': host, 'create': create, 'grants': grants})
        self.write('grants.jsonl', ''.join(json.dumps(line, ensure_ascii=False) + '\n' for line in out))
        print(f"{self.title}: {len(rows)} accounts, {sum(len(x['grants']) for x in out)} rows of SHOW GRANTS")

    def dump_users(self, command):
        """Writes users.sql; returns the accounts that are not in it.

        mysqldump ends at the first account that it fails at, so those are left out; and of two accounts whose
        names differ in case only it dumps one."""
        left_out = []
        while True:
            done = subprocess.run(command + ['--users', *['--exclude-user=' + '@'.join(key) for key in left_out]],
                                  capture_output=True)
            failed = re.search(r"SHOW CREATE USER (.*?)': You have an error", done.stderr.decode())
            if not failed:
                text = done.stdout.decode('utf-8')
                self.write('users.sql', text)
                name = lambda part: '`' + part.replace('`', '``') + '`'  # noqa: E731
                dumped = lambda key: f'CREATE USER {name(key[0])}@{name(key[1])} ' in text  # noqa: E731
                return left_out + [key for key in self.rows if key not in left_out and not dumped(key)]
            left_out.append(tuple(failed[1].rsplit('@', 1)))

    def write_dump(self, name, command):
        done = subprocess.run(command, capture_output=True, check=True)
        self.write(name, done.stdout.decode('utf-8'))

    def write(self, name, text):
        with open(os.path.join(self.folder, name), 'w', encoding='utf-8', newline='') as out:
            out.write(text)

    # asking
    def connect(self, user, client, secret, tls, db):
        where = {'socket_': True} if client.get('socket') else {
            'ip': client['ip'], 'host': client.get('hostname') or client.get('resolves')}
        pems = os.path.join(os.path.dirname(self.server.socket), '..', '..', 'data', self.server.socket.split('/')[-2])
        cert = [os.path.join(pems, f'client-{x}.pem') for x in ('cert', 'key')] if tls == 'x509' else [None, None]
        other = OS_USERS.get(client.get('os_user'), 0)
        if other:
            os.seteuid(other)
        try:
            return self.server.connect(user, secret, db=db, tls=tls != 'none', cert=cert[0], key=cert[1], **where)
        finally:
            if other:
                os.seteuid(0)

    def login(self, user, client, credential, tls, db):
        """A connection or the error; the right password is found by trying the one of that user, then none."""
        secrets = {'none': [''], 'wrong': ['wrong-' + user], 'given': [password(user), '']}[credential]
        first = None
        for secret in secrets:
            try:
                return self.connect(user, client, secret, tls, db), None
            except ServerError as e:
                first = first or e
                if e.errno != 1045:
                    return None, e
        return None, first

    def ask(self, user, client, credential, tls='none', db=None, roles='default', count=9):
        connection, error = self.login(user, client, credential, tls, db)
        shown = {k: v for k, v in client.items() if k != 'resolves'}
        request = {'client': {'user': user, **shown, 'password': credential, 'tls': tls, 'roles': roles}, 'db': db}
        if error:
            self.record(request, {'login_ok': False, 'user': None, 'host': None, 'errno': error.errno,
                                  'message': error.message, 'allow': None})
            return
        try:
            proxy = connection.query('SELECT @@proxy_user, CURRENT_USER()')[0]
            who = [x and tuple(x.rsplit('@', 1)) for x in proxy]
            proxied = who[1] if who[0] else None
            row = tuple(part.strip("'") for part in who[0]) if who[0] else who[1]
            if roles != 'default':
                roles = self.pick_roles(connection, who[1], roles)
                request['client']['roles'] = roles
            connection.query('SET autocommit = 0')
            expect = {'login_ok': True, 'user': row[0], 'host': row[1]}
            if proxied:
                expect['proxied'] = list(proxied)
            for _ in range(count):
                self.question(connection, request, expect, who[1])
        finally:
            connection.close()

    def pick_roles(self, connection, key, roles):
        granted = self.run('SELECT FROM_USER, FROM_HOST FROM mysql.role_edges WHERE TO_USER = '
                           f'{string(key[0])} AND TO_HOST = {string(key[1])} ORDER BY 1, 2')
        if roles == 'some':
            if not granted:
                roles = 'none'
            else:
                picked = self.random.sample(granted, self.random.randint(1, min(2, len(granted))))
                roles = ','.join('@'.join(map(string, role)) if role[1] != '%' else string(role[0]) for role in picked)
        connection.query('SET ROLE ' + roles)
        return roles

    def question(self, connection, request, expect, key):
        r = self.random
        kind = r.random()
        if kind < 0.66:
            sql, undo = questions.on_table(r, *self.near(key))
        elif kind < 0.80:
            sql, undo = questions.on_database(r, self.near(key)[0])
        elif kind < 0.87:
            sql, undo = questions.on_routine(r)
        elif kind < 0.96:
            sql, undo = r.choice(questions.ADMINISTRATION)
        else:
            sql, undo = questions.of_grants(r, self.held)
        answer = {'errno': None, 'message': None, 'allow': True}
        try:
            connection.query(sql)
        except ServerError as e:
            denied = e.errno in DENIED or e.errno == 1305 and 'absent' not in sql
            answer = {'errno': e.errno, 'message': e.message, 'allow': not denied}
        tidy = ['ROLLBACK', 'UNLOCK TABLES']
        if answer['allow'] and sql.startswith('LOCK INSTANCE'):
            tidy.append('UNLOCK INSTANCE')
        if answer['allow'] and sql.startswith('CREATE TEMPORARY'):
            tidy.append('DROP TEMPORARY TABLE ' + sql.split()[3])
        for statement in tidy:
            connection.query(statement)
        if undo and answer['errno'] is None:
            self.run(undo)
        # Most statements are refused; keeping some of those leaves room for what is allowed.
        if answer['allow'] or r.random() < 0.35:
            self.record({**request, 'ask': {'sql': sql}}, {**expect, **answer})

    def near(self, key):
        """A table, more often than not in a database that rows of this user name."""
        r = self.random
        if r.random() < 0.6:
            rows = self.near_cache.get(key[0])
            if rows is None:
                rows = self.near_cache[key[0]] = self.run(
                    f"SELECT Db, '' FROM mysql.db WHERE User IN ({string(key[0])}, '') UNION "
                    f'SELECT Db, Table_name FROM mysql.tables_priv WHERE User = {string(key[0])} ORDER BY 1, 2')
            if rows:
                db, table = r.choice(rows)
                if (db, table) in questions.COLUMNS:
                    return db, table
                like = re.compile('^' + db.replace('\\_', '\0').replace('_', '.').replace('%', '.*').replace('\0', '_') + '$')
                found = [key for key in sorted(questions.COLUMNS) if like.match(key[0])]
                if found:
                    return r.choice(found)
        return r.choice(sorted(questions.COLUMNS))

    def record(self, request, expect):
        if expect['message'] and expect['message'].startswith('client:'):
            raise SystemExit(expect['message'])
        usual = {'password': 'given', 'tls': 'none', 'roles': 'default'}
        client = {k: v for k, v in request['client'].items() if usual.get(k) != v}
        request = {k: v for k, v in {**request, 'client': client}.items() if v is not None}
        self.answers.append({'request': {'id': len(self.answers) + 1, **request},
                             'expect': {k: v for k, v in expect.items() if v is not None}})

    def interview(self, wanted, unknown=('joe', 'root', '', 'SHOP_APP', 'shop_app ')):
        r, users = self.random, sorted({user for user, _ in self.rows})
        self.near_cache = {}
        while len(self.answers) < wanted:
            user, client = r.choice(users + [u for u in unknown if r.random() < 0.2]), dict(r.choice(CLIENTS))
            if r.random() < 0.5:
                client = self.fitting(user) or client
            credential = r.choice(['given'] * 8 + ['none', 'wrong'])
            tls = r.choice(['none'] * 5 + ['ssl', 'x509'])
            if client.get('socket'):
                client['os_user'] = 'root' if tls == 'x509' else r.choice(['root', 'root', 'nobody', 'mysql'])
            if user.startswith('px') and client.get('socket') and tls == 'none':
                tls = 'ssl'         # sha256_password: the probe knows no other way to send a password over a socket
            db = r.choice(sorted(accounts.TABLES)) if r.random() < 0.15 else None
            roles = r.choice(['default'] * 5 + ['none', 'all', 'some'])
            try:
                self.ask(user, client, credential, tls, db, roles)
            except ClientError as e:
                raise SystemExit(f'{user} {client} {credential} {tls}: {e}') from e
        self.write('answers.jsonl', ''.join(json.dumps(a, ensure_ascii=False, separators=(',', ':')) + '\n' for a in self.answers))
        asked = [a['expect'] for a in self.answers]
        print(f"{self.title}: {len(asked)} questions, {sum(a.get('allow') is True for a in asked)} allowed, "
              f"{sum(a.get('allow') is False for a in asked)} denied, {sum(not a['login_ok'] for a in asked)} not let in")

    def fitting(self, user):
        """A client that one of the user's own accounts may be meant for."""
        hosts = [host for name, host in self.rows if name == user]
        literal = [h for h in hosts if h not in ('%', '')]
        start = re.split('[%_/]', self.random.choice(literal))[0].rsplit('.', 1)[0] if literal else ''
        end = self.random.choice(literal).rpartition('%')[2] if literal else ''
        fits = [c for c in CLIENTS if start and (c.get('ip', 'localhost').startswith(start) or c.get('hostname', '-') == start
                                                 or end and c.get('hostname', '').endswith(end))]
        return dict(self.random.choice(fits)) if fits else None


def main():
    server, folder = Server.from_file(sys.argv[1]), sys.argv[2]
    lines = lambda text: [x for x in text.splitlines() if x]  # noqa: E731
    estate = Estate(server, folder, 'estate', 7)
    more = estate.more_grants(accounts.MAIN_ACCOUNTS, 180)
    estate.build(accounts.MAIN_ACCOUNTS, accounts.MAIN_ROLES, lines(accounts.MAIN_GRANTS) + more, accounts.MAIN_DEFAULTS)
    estate.dump()
    estate.interview(3000)

    estate = Estate(server, folder, 'restricted', 8)
    estate.set('partial_revokes', 'ON')
    estate.build(accounts.RESTRICTED_ACCOUNTS, accounts.RESTRICTED_ROLES, lines(accounts.RESTRICTED_GRANTS), accounts.RESTRICTED_DEFAULTS)
    estate.dump()
    estate.interview(500, unknown=('joe', 'root'))
    server.reset()
    estate.run('SET GLOBAL partial_revokes = OFF')

    estate = Estate(server, folder, 'proxied', 9)
    for name in ('check_proxy_users', 'sha256_password_proxy_users', 'print_identified_with_as_hex'):
        estate.set(name, 'ON')
    estate.build(accounts.PROXIED_ACCOUNTS, ['everyone'], lines(accounts.PROXIED_GRANTS), {})
    estate.set('mandatory_roles', 'everyone')
    estate.dump()
    estate.interview(400, unknown=('joe', 'root'))
    for name in ('check_proxy_users', 'sha256_password_proxy_users', 'print_identified_with_as_hex'):
        estate.run(f'SET GLOBAL {name} = OFF')
    estate.run("SET GLOBAL mandatory_roles = ''")
    server.reset()


if __name__ == '__main__':
    main()
