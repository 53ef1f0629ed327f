#!/usr/bin/env python3
"""Asks a live server about random policies, for tests/differential to compare with what grantc says. Knows nothing of grantc.

    GRANTC_ORACLE=DIR tests/live/differential.py SETTINGS                    # answers requests, a line each
    GRANTC_ORACLE=DIR tests/live/differential.py SETTINGS --record SEED:COUNT > tests/recorded/differential/NAME.jsonl

DIR holds probe.py; SETTINGS is the file that its mysql-up or mariadb-up printed; the server runs as root in a network
namespace of its own, so that clients can have any address. A request on the standard input is a line of JSON:

    {"seed": 1, "policy": 17}                            policy 17 of seed 1: the same seed gives the same policies
    {"statements": [...], "clients": [[CLIENT, [SQL...]], ...], "fresh": true}   any case; fresh: without the schema

Among the statements `connect NAME CLIENT` opens a session, and `as NAME` says who runs what follows: that session, or root.

The answer to each is one line. Texts are written once and named by number from then on, so that recordings are small:

    "t"  the texts that are new in this line; the first text of all has number 0
    "n"  the number of the policy
    "s"  its statements, each with the server's answer
    "c"  its clients: [CLIENT as JSON text, [login, ...], probe, ...]; one login for each guess at the right password,
         the last one counts: a number is CURRENT_USER() (empty: it must set its password first), [errno, message] a refusal; probes are answered like statements

A statement is a number when it was carried out, [sql, errno, message] when it was refused, and [sql, 0, row, ...] when its
rows count. Stored passwords are written as <secret>.
"""
import argparse
import json
import os
import re
import ssl
import sys

sys.path.insert(0, os.environ.get('GRANTC_ORACLE', '.'))
import probe  # noqa: E402
from probe import Connection, Server, ServerError  # noqa: E402

import differential_mariadb  # noqa: E402
import differential_mysql  # noqa: E402
from differential_policies import CLIENTS  # noqa: E402

STORED = re.compile(r"(IDENTIFIED WITH '(?!auth_socket)\w+' AS |IDENTIFIED BY PASSWORD |(?:VIA|OR) \w+ USING )(?:'(?:\\.|''|[^'\\])*'|0x[0-9A-F]+)", re.S)
SHOWN = 'SHOW GRANTS', 'SHOW CREATE USER'
LISTED = 'SHOW DATABASES', 'SHOW TABLES'


class Client(Connection):
    """As probe's, but sha256_password wants its RSA on a socket too."""

    def _scramble(self, plugin, nonce):
        if plugin == 'sha256_password' and self.password and not isinstance(self.sock, ssl.SSLSocket):
            return b'\1'
        return super()._scramble(plugin, nonce)


probe.Connection = Client


class Texts:
    """Numbers for texts, given out in the order of first use."""

    def __init__(self):
        self.numbers, self.new = {}, []

    def number(self, text):
        if text not in self.numbers:
            self.numbers[text] = len(self.numbers)
            self.new.append(text)
        return self.numbers[text]

    def taken(self):
        new, self.new = self.new, []
        return new


class Live:
    """The server's answers."""

    def __init__(self, settings):
        self.server = Server.from_file(settings)
        self.dialect = differential_mysql if self.server.kind == 'mysql' else differential_mariadb
        self.texts, self.ready = Texts(), False
        names = {c['ip']: c.get('hostname') or c['resolves'] for c in CLIENTS if 'ip' in c and ('hostname' in c or 'resolves' in c)}
        self.server.set_hosts({ip: name for ip, name in names.items() if name != 'localhost'})
        root, instance = self.server.socket.split('/run/')[0], self.server.socket.split('/')[-2]
        self.pems = [os.path.join(root, 'data', instance, f'client-{x}.pem') for x in ('cert', 'key')]

    def answer(self, number, statements, clients, fresh=False):
        """The line that answers one case."""
        schema = self.dialect.SCHEMA
        known = self.ready and not fresh and statements[:len(schema)] == schema
        self.empty(known)
        said = [self.texts.number(sql) for sql in schema] if known else []
        said += self.statements(statements[len(said):])
        self.ready = not fresh and statements[:len(schema)] == schema
        line = {'n': number, 's': said, 'c': self.clients(clients)}
        return json.dumps({'t': self.texts.taken(), **line}, ensure_ascii=False, separators=(',', ':'))

    def empty(self, keep_schema):
        """Takes away every account, grant and setting of the last policy, and what it could not change only when asked."""
        if not keep_schema:
            self.server.reset()
        for sql in self.dialect.EMPTY:
            self.server.root().query(sql)

    def statements(self, statements):
        sessions, out = {'root': self.server.root()}, []
        by = 'root'
        for sql in statements:
            number = self.texts.number(sql)
            if sql.startswith('connect '):
                _, name, client = sql.split(' ', 2)
                logins, sessions[name] = self.login(json.loads(client))
                sessions[name] = sessions[name] or logins[-1]
                out.append([number, *logins[-1]] if isinstance(logins[-1], list) else number)
            elif sql.startswith('as '):
                by = sql.split(' ')[1]
                out.append(number)
            elif isinstance(sessions.get(by), list):
                out.append([number, *sessions[by]])
            else:                       # a shrunk case may lack the line that opens the session
                out.append(self.run(sessions.get(by, sessions['root']), sql, SHOWN))
        for name, session in sessions.items():
            if name != 'root' and not isinstance(session, list):
                session.close()
        return out

    def run(self, connection, sql, with_rows):
        number = self.texts.number(sql)
        try:
            rows = connection.query(sql)
        except ServerError as e:
            return [number, e.errno, self.texts.number(e.message)]
        if not sql.startswith(with_rows):
            return number
        return [number, 0] + [self.texts.number(STORED.sub(r"\1'<secret>'", row[0])) for row in rows]

    def clients(self, clients):
        """A refused account statement makes the server read its tables anew, which can change its choice between rows
        that tie; so every client logs in first, and statements of that kind come last."""
        out, sessions = [], []
        try:
            for client, probes in clients:
                logins, connection = self.login(client)
                asked = [None] * len(probes) if connection else []
                out.append([self.texts.number(json.dumps(client)), logins])
                sessions.append((connection, probes, asked))
            for loads in False, True:
                for connection, probes, asked in sessions:
                    self.ask(connection, probes if connection else [], asked, loads)
        finally:
            for connection, _, _ in sessions:
                if connection:
                    connection.close()
        return [start + asked for start, (_, _, asked) in zip(out, sessions)]

    def login(self, client):
        logins = []
        for word in {'none': [''], 'wrong': ['wrong'], 'given': ['', 'secret']}[client.get('password', 'given')]:
            try:
                connection = self.connect(client, word)
            except ServerError as e:
                logins.append([e.errno, self.texts.number(e.message)])
                if e.errno not in (1045, 1698):
                    return logins, None
                continue
            roles = client.get('roles', 'default')
            if roles != 'default':
                try:
                    connection.query('SET ROLE ' + (', '.join(roles) if isinstance(roles, list) else roles.upper()))
                except ServerError as e:
                    connection.close()
                    return [[e.errno, self.texts.number(e.message)]], None
            return [self.texts.number(self.current_user(connection))], connection
        return logins, None

    @staticmethod
    def current_user(connection):
        """Nothing for a session that must set its password first."""
        try:
            return connection.query('SELECT CURRENT_USER()')[0][0]
        except ServerError as e:
            if e.errno != 1820:
                raise
            return ''

    def connect(self, client, word):
        cert, key = self.pems if client.get('tls') == 'x509' else (None, None)
        where = {'socket_': True} if client.get('socket') else {'ip': client['ip'], 'host': client.get('hostname') or client.get('resolves')}
        return self.server.connect(client['user'], word, db=client.get('db'), tls=client.get('tls', 'none') != 'none', cert=cert, key=key, **where)

    def ask(self, connection, probes, asked, loads):
        for place, sql in enumerate(probes):
            if sql.startswith(self.dialect.LOADS) == loads:
                asked[place] = self.run(connection, sql, LISTED)
                if sql.startswith('LOCK') and isinstance(asked[place], int):
                    connection.query('UNLOCK TABLES')

    def policy(self, seed, number):
        return self.answer(number, *self.dialect.case(seed, number))


def main():
    args = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    args.add_argument('settings')
    args.add_argument('--record', metavar='SEED:COUNT')
    args = args.parse_args()
    live = Live(args.settings)
    if args.record:
        seed, count = map(int, args.record.split(':'))
        for number in range(count):
            print(live.policy(seed, number))
        return
    for line in sys.stdin:
        request = json.loads(line)
        if 'policy' in request:
            print(live.policy(request['seed'], request['policy']), flush=True)
        else:
            print(live.answer(0, request['statements'], request['clients'], request.get('fresh', False)), flush=True)


if __name__ == '__main__':
    main()
