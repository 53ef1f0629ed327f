#!/usr/bin/env python3
"""Asks a live server whether mends help: the request is refused before, and done behind them.

  GRANTC_MENDS_JSON=mends.jsonl cargo test --test mend random
  GRANTC_ORACLE=DIR GRANTC_ORACLE_SETTINGS=FILE tests/live/mends.py mends.jsonl.mysql-9.7 [HOW-MANY]

DIR holds probe.py, which opens connections from any address; FILE holds the settings of a server of that kind. Each line of
the file has a policy, a client, a statement and a mend. Every password of the policies is `secret`.
"""
import collections
import json
import os
import sys

sys.path.insert(0, os.environ.get('GRANTC_ORACLE', '.'))
from probe import Server, split_statements  # noqa: E402

DENIALS = {1044, 1045, 1130, 1142, 1143, 1227, 1370, 1698, 1820, 1862, 1959, 3118, 3530, 4151}
# What policies switch on; a server that does not know a variable says so.
SETTINGS = ('partial_revokes', 'check_proxy_users', 'sha256_password_proxy_users')


def outcome(server, client, run):
    """The error of the last statement or of the login, none when it is done; a `given` password is guessed."""
    more = dict(ip=client.get('ip'), host=client.get('hostname'), socket_=client.get('socket', False), run=run)
    if client.get('tls', 'none') != 'none':
        more['tls'] = True
    if client.get('db'):
        more['db'] = client['db']
    words = {'none': [None], 'wrong': ['wrong'], 'given': [None, 'secret', '<password>']}[client.get('password', 'given')]
    for word in words:
        got = server.probe(client['user'], word, **more)
        if got['errno'] not in (1045, 1698):
            break
    if not got['connected']:
        return got['errno'], got['message']
    last = got['run'][-1]
    return last['errno'], last['message']


def main(path, most='100000'):
    server = Server.from_file(os.environ['GRANTC_ORACLE_SETTINGS'])
    with open(path) as lines:
        asked = [json.loads(line) for line in lines]
    tally = collections.Counter()
    for line in asked[:int(most)]:
        client = line['client']
        if client.get('os_user') not in (None, 'root') or client.get('tls') == 'x509':
            tally['not to be had'] += 1
            continue
        roles = client.get('roles')
        if roles not in (None, 'default') and line['kind'] != 'SetRole':
            tally['not asked: roles'] += 1
            continue
        server.reset()
        for name in SETTINGS:
            server._run(server.root(), f'SET GLOBAL {name} = OFF')
        for sql in split_statements(line['policy']):
            server._run(server.root(), sql)
        where = f"{line['seed']} {json.dumps(client)} {line['sql']}\n  {line['statements']}"
        before = outcome(server, client, [line['sql']])
        if before[0] not in DENIALS:
            tally['not denied before'] += 1
            print(f'not denied before: {before}: {where}')
            continue
        run = [line['sql']]
        if line['kind'] == 'SetRole':
            run = line['statements'] + run
        else:
            for statement in line['statements']:
                got = server._run(server.root(), statement)
                if not got['ok']:
                    print(f"refused {got['errno']} {got['message']}: {where}")
        behind = outcome(server, client, run)
        word = 'denied still' if behind[0] in DENIALS else 'allowed'
        tally[f"{line['kind']}: {word}"] += 1
        tally[word] += 1
        if word != 'allowed':
            print(f'denied still: {behind}: {where}')
    print(dict(sorted(tally.items())))


main(*sys.argv[1:])
