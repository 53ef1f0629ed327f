#!/usr/bin/env python3
"""Compares grantc with a live server on random policies, and shrinks each policy they differ on.

    GRANTC_ORACLE=DIR tests/live/differential.py SETTINGS GRANTC [--seed N] [--policies N] [--minutes N]

DIR holds probe.py; SETTINGS is the file that its mysql-up printed; the server runs as root in a network namespace
of its own, so that clients can have any address. Each policy is run on the emptied server and by `grantc batch
--statements`; compared are every statement's verdict, what SHOW gives, every login, and what each session may do.
The same seed gives the same policies: policy N of `--seed S` alone is `--seed S --only N`.
"""
import argparse
import collections
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.environ.get('GRANTC_ORACLE', '.'))
from probe import ClientError, Server, ServerError  # noqa: E402

from differential_policies import CLIENTS, SCHEMA, Policies  # noqa: E402

DENIED = {1044, 1045, 1095, 1141, 1142, 1143, 1227, 1345, 1356, 1370, 1419, 1698, 3530, 3619, 4006}
STORED = re.compile(r"(IDENTIFIED WITH '\w+' AS )(?:'(?:\\.|''|[^'\\])*'|0x[0-9A-F]+)", re.S)
VARIABLES = ['partial_revokes', 'mandatory_roles', 'activate_all_roles_on_login']
Difference = collections.namedtuple('Difference', 'kind about server grantc')


def words(answer):
    return 'done' if answer.get('errno') is None else f"{answer['errno']}: {answer['message']}"


class Live:
    """The server's answers."""

    def __init__(self, settings):
        self.server = Server.from_file(settings)
        self.server.set_hosts({c['ip']: c.get('hostname') or c['resolves'] for c in CLIENTS
                               if 'ip' in c and c.get('hostname', c.get('resolves', 'localhost')) != 'localhost'})

    def run(self, connection, sql):
        try:
            rows = connection.query(sql)
        except ServerError as e:
            return {'errno': e.errno, 'message': e.message}
        shows = sql.startswith(('SHOW GRANTS', 'SHOW CREATE USER'))
        return {'errno': None, **({'result': [row[0] for row in rows]} if shows else {})}

    def replay(self, statements):
        self.server.reset()
        return [self.run(self.server.root(), sql) for sql in statements]

    def connect(self, client, word):
        data = os.path.join(os.path.dirname(self.server.socket), '..', '..', 'data', self.server.socket.split('/')[-2])
        pems = [os.path.join(data, f'client-{x}.pem') for x in ('cert', 'key')] if client.get('tls') == 'x509' else [None, None]
        where = {'socket_': True} if client.get('socket') else {'ip': client['ip'], 'host': client.get('hostname') or client.get('resolves')}
        return self.server.connect(client['user'], word, db=client.get('db'), tls='tls' in client and client['tls'] != 'none',
                                   cert=pems[0], key=pems[1], **where)

    def logins(self, logins):
        """What each login can give: one answer, or one for each guess at the right password.

        A refused account statement makes the server read its tables anew, which can change its choice between rows that
        tie; so every client logs in first, and statements of that kind come last."""
        sessions = []
        try:
            for client, probes in logins:
                sessions.append((self.login(client, len(probes)), probes))
            for loads in False, True:
                for (answers, connection), probes in sessions:
                    if connection and not answers[-1].get('set_role', answers[-1])['errno']:
                        self.ask(connection, probes, answers[-1]['probes'], loads)
        finally:
            for (_, connection), _ in sessions:
                if connection:
                    connection.close()
        return [answers for (answers, _), _ in sessions]

    def login(self, client, count):
        answers = []
        for word in {'none': [''], 'wrong': ['wrong'], 'given': ['', 'secret']}[client['password']]:
            try:
                connection = self.connect(client, word)
            except ServerError as e:
                answers.append({'errno': e.errno, 'message': e.message})
                if e.errno != 1045:
                    return answers[-1:], None
                continue
            out = {'errno': None, 'who': connection.query('SELECT CURRENT_USER()')[0][0], 'probes': [None] * count}
            roles = client.get('roles')
            if roles:
                out['set_role'] = self.run(connection, 'SET ROLE ' + (', '.join(roles) if isinstance(roles, list) else roles.upper()))
            connection.query('SET autocommit = 0')
            return [out], connection
        return answers, None

    def ask(self, connection, probes, answers, loads):
        for place, sql in enumerate(probes):
            if sql.startswith(('GRANT', 'DROP USER')) == loads:
                answers[place] = self.run(connection, sql)
                if sql.startswith('LOCK'):
                    connection.query('UNLOCK TABLES')
                connection.query('ROLLBACK')


class Ours:
    """grantc's answers."""

    def __init__(self, binary):
        self.binary = binary
        self.policy = tempfile.NamedTemporaryFile('w', suffix='.sql')   # removed at the end

    def answers(self, statements, logins):
        self.policy.seek(0)
        self.policy.truncate()
        self.policy.write(''.join(sql + ';\n' for sql in statements))
        self.policy.flush()
        requests = []
        for client, probes in logins:
            client = {key: value for key, value in client.items() if key != 'resolves'}
            if isinstance(client.get('roles'), list):
                client['roles'] = ','.join(client['roles'])
            requests.append({'client': client})
            requests += [{'client': client, 'ask': {'sql': sql}} for sql in probes]
        text = ''.join(json.dumps(request) + '\n' for request in requests)
        done = subprocess.run([self.binary, 'batch', '--statements', '--server', 'mysql-9.7', self.policy.name], input=text, capture_output=True, text=True)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        if len(lines) != len(statements) + len(requests):
            raise SystemExit(f'{len(lines)} answers to {len(statements)} statements and {len(requests)} requests\n{done.stderr[-2000:]}')
        return lines[:len(statements)], lines[len(statements):]


class Comparison:
    def __init__(self, live, ours):
        self.live, self.ours, self.tally = live, ours, collections.Counter()

    def differences(self, statements, logins):
        """All differences of one policy, those of statements alone when there are any."""
        said = self.live.replay(statements)
        lines, answers = self.ours.answers(statements, logins)
        found = list(self.statements(statements, said, lines))
        if found:
            return found[:1]
        found, at = [], 0
        for (client, probes), told in zip(logins, self.live.logins(logins)):
            found += self.login(client, probes, told, answers[at:at + 1 + len(probes)])
            at += 1 + len(probes)
        return found

    def statements(self, statements, said, lines):
        for sql, server, line in zip(statements, said, lines):
            self.tally['statements'] += 1
            if server['errno'] != line['errno'] or server.get('message') != line['message']:
                yield Difference('statement', sql, words(server), words(line))
            elif server.get('result') is not None:
                theirs, own = ([STORED.sub(r"\1'<secret>'", row) for row in x.get('result') or []] for x in (server, line))
                if theirs != own:
                    yield Difference('shown', sql, '\n    '.join([''] + theirs), '\n    '.join([''] + own))

    def login(self, client, probes, told, answers):
        first, login = answers[0], answers[0].get('login')
        self.tally['logins'] += 1
        about = json.dumps(client)
        if login is None:
            return [Difference('login', about, 'any answer', json.dumps(first))]
        if login['ambiguous']:
            return self.tie(about, told, login)
        if login['ok'] is None or first.get('undetermined'):
            self.tally['logins undetermined'] += 1
            return []
        got = told[-1]
        refused = got.get('set_role', got)
        if refused['errno']:
            options = [t.get('set_role', t) for t in told]
            agree = any((o['errno'], o['message']) == (first['errno'], first.get('message')) for o in options)
            return [] if agree else [Difference('login', about, words(refused), words(first) + f" as {login['user']}@{login['host']}")]
        own = f"{login['user']}@{login['host']}"
        if not login['ok'] or got['who'] != own:
            return [Difference('login', about, 'is ' + got['who'], f'is {own}' if login['ok'] else words(first))]
        found = []
        for sql, server, answer in zip(probes, got['probes'], answers[1:]):
            found += self.probe(client, own, sql, server, answer)
        return found

    def tie(self, about, told, login):
        """A tie must be one by the order of rows (M3.2, M3.5), and have the server's choice among its candidates."""
        self.tally['logins ambiguous'] += 1
        candidates = [f"{c['user']}@{c['host']}" for c in login['candidates']]
        kinds = {(c['user'] == '', specificity(c['host'])) for c in login['candidates']}
        said = f"a tie of {', '.join(candidates)}"
        if len(kinds) != 1 or len(candidates) < 2:
            return [Difference('tie', about, 'not a tie', said)]
        got = told[-1]
        if 'who' in got:
            if got['who'] not in candidates:
                return [Difference('tie', about, 'is ' + got['who'], said)]
            likeliest = f"{login['user']}@{login['host']}" == got['who']
            self.tally['ties decided as grantc thinks likeliest' if likeliest else 'ties decided otherwise'] += 1
        return []

    def probe(self, client, own, sql, server, answer):
        self.tally['probes'] += 1
        if 'error' in answer or answer.get('allow') is None:
            if 'error' not in answer and answer.get('undetermined'):
                self.tally['probes undetermined'] += 1
                return []
        if answer.get('errno') is not None:
            agree = (server['errno'], server.get('message')) == (answer['errno'], answer.get('message'))
        else:
            # 1141 here speaks of the account that is to be shown, not of rights.
            agree = answer.get('allow') is True and (server['errno'] not in DENIED or sql.startswith('SHOW GRANTS') and server['errno'] == 1141)
            self.tally['probes allowed'] += agree
        if agree:
            return []
        asked = json.dumps(client)
        return [Difference('probe', f'{asked} as {own}: {sql}', words(server), answer.get('error') or words(answer))]


def specificity(host):
    """What M3.2 says of a host that is no address; addresses are told apart by their text."""
    if re.match(r'\d+\.\d+\.\d+\.\d+', host):
        return host
    wild = re.search(r'^(?:\\.|[^%_\\])*[%_]', host)
    return 0 if not host else 1 if host == '%' else min(wild.end() + 1, 127) if wild else 128


def like(difference):
    """Differences of one cause, as far as their looks go."""
    verb = ' '.join(re.sub(r'^\{.*\} as .*?: ', '', difference.about).split()[:2]) if difference.kind != 'login' else ''
    errno = [re.sub(r'`.*|[^\d]*$', '', text)[:4] if text[:1].isdigit() else text[:3].strip() for text in difference[2:]]
    return (difference.kind, verb, *errno)


def shrink(comparison, statements, logins, difference):
    """The least part of the policy that still shows a difference of that look."""
    want = like(difference)
    clients = [(c, [p for p in probes if difference.about.endswith(': ' + p)][:1]) for c, probes in logins if difference.about.startswith(json.dumps(c))]

    def shows(part):
        return next((d for d in comparison.differences(part, clients) if like(d) == want), None)
    if difference.kind in ('statement', 'shown'):
        clients = []
        statements = statements[:statements.index(difference.about) + 1] if difference.about in statements else statements
    last, again = difference, True
    size = max(1, len(statements) // 4)
    while again or size > 1:
        size = size if again else max(1, size // 2)
        again = False
        at = len(statements) - size
        while at > -size:
            part = statements[:max(at, 0)] + statements[at + size:]
            found = shows(part)
            if found:
                statements, last, again = part, found, True
            at -= size
        size = max(1, size // 2) if size > 1 else 1
    return statements, last


def report(number, statements, difference, file):
    print(f"policy {number}, {difference.kind}\n  " + ';\n  '.join(statements) + ';', file=file)
    print(f'  -- {difference.about}\n  -- server: {difference.server}\n  -- grantc: {difference.grantc}\n', file=file, flush=True)


def main():
    args = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    args.add_argument('settings')
    args.add_argument('grantc')
    args.add_argument('--seed', type=int, default=1)
    args.add_argument('--policies', type=int, default=10 ** 9)
    args.add_argument('--only', type=int)
    args.add_argument('--minutes', type=float, default=10)
    args = args.parse_args()
    comparison = Comparison(Live(args.settings), Ours(args.grantc))
    seen, until = collections.Counter(), time.monotonic() + 60 * args.minutes
    done = 0
    for number in [args.only] if args.only is not None else range(args.policies):
        if time.monotonic() > until:
            break
        maker = Policies(random.Random(f'{args.seed}:{number}').getrandbits(64))
        statements = SCHEMA + maker.policy()
        statements += maker.shown()
        logins = list(maker.logins(maker.r.randint(6, 10)))
        try:
            found = comparison.differences(statements, logins)
        except ClientError as e:
            raise SystemExit(f'policy {number}: {e}') from e
        done += 1
        for difference in found:
            seen[like(difference)] += 1
            if seen[like(difference)] == 1:
                before = comparison.tally.copy()
                report(number, *shrink(comparison, statements, logins, difference), sys.stdout)
                comparison.tally = before
    print(f'{done} policies; ' + ', '.join(f'{n} {what}' for what, n in sorted(comparison.tally.items())))
    for look, n in sorted(seen.items(), key=str):
        print(f'{n} x {look}')
    sys.exit(1 if seen else 0)


if __name__ == '__main__':
    main()
