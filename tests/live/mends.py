#!/usr/bin/env python3
"""Asks a live server whether mends help: the request is refused before, done behind them, and refused behind less.

  GRANTC_MENDS_JSON=mends.jsonl cargo test --test mend random
  GRANTC_ORACLE=DIR GRANTC_ORACLE_SETTINGS=FILE tests/live/mends.py mends.jsonl.mysql-9.7 [HOW-MANY]

DIR holds probe.py, which opens connections from any address; FILE holds the settings of a server of that kind. Each line of
the file has a policy, a statement, a mend, what is less than it, and the client before and behind it. Every password of the
policies is `secret`. HOW-MANY are asked about, those that a probe can ask.
"""
import collections
import ipaddress
import json
import os
import sys

sys.path.insert(0, os.environ.get('GRANTC_ORACLE', '.'))
from probe import Server, ServerError, split_statements  # noqa: E402

DENIALS = {1044, 1045, 1130, 1142, 1143, 1227, 1370, 1524, 1698, 1820, 1862, 1959, 3118, 3530, 4151}
# What policies switch on; a server that does not know a variable says so.
SETTINGS = ('partial_revokes', 'check_proxy_users', 'sha256_password_proxy_users')
SERVERS_OWN = ('root', 'mysql.', 'mariadb.sys')


def is_of_a_machine(ip):
    """Not an address of a group, of nobody, or one that stands for another."""
    address = ipaddress.ip_address(ip)
    if address.version == 6:
        return not (address.is_multicast or address.ipv4_mapped or address.is_link_local)
    return 0 < address.packed[0] < 224 and ip != '127.255.255.255'


def not_to_be_had(line):
    """Why a probe cannot be this client."""
    for client in (line['before'], line['behind']):
        if client.get('socket') and client.get('os_user') not in (None, 'root'):
            return 'another OS user'
        if client.get('tls') == 'x509':
            return 'a certificate'
        if not client.get('socket') and client.get('ip') and not is_of_a_machine(client['ip']):
            return 'an address that is none'
        if client['user'].startswith(SERVERS_OWN):
            return 'an account that the server needs'
    if 'CREATE TABLE' not in line['policy']:
        return 'tables that are not there'
    return None


def roles(client, mariadb):
    """The statement that activates what the client wants."""
    wanted = client.get('roles', 'default')
    if wanted == 'default':
        return []
    if isinstance(wanted, str):
        return ['SET ROLE ' + wanted.upper()]
    return ['SET ROLE ' + ', '.join(role.split('@')[0] if mariadb else role for role in wanted)]


def outcome(server, client, sql):
    """The error of the login, of the roles or of the statement, none when it is done; a `given` password is guessed."""
    more = dict(ip=client.get('ip'), host=client.get('hostname'), socket_=client.get('socket', False))
    if client.get('tls', 'none') != 'none':
        more['tls'] = True
    if client.get('db'):
        more['db'] = client['db']
    words = {'none': [None], 'wrong': ['wrong'], 'given': [None, 'secret', '<password>']}[client.get('password', 'given')]
    run = roles(client, server.kind == 'mariadb') + [sql]
    for word in words:
        got = server.probe(client['user'], word, run=run, **more)
        if got['errno'] not in (1045, 1698):
            break
    if 'run' not in got:
        # Not in, or in with an expired password: MariaDB then runs nothing at all.
        return got['errno'], got['message']
    failed = [one for one in got['run'] if not one['ok']]
    return (failed[0]['errno'], failed[0]['message']) if failed else (None, None)


def prepare(server, policy):
    """The server with this policy alone."""
    try:
        server.reset()
        for name in SETTINGS:
            server._run(server.root(), f'SET GLOBAL {name} = OFF')
    except ServerError:
        server.reset(fresh=True)
    for sql in split_statements(policy):
        server._run(server.root(), sql)


def behind(server, line, statements):
    """What becomes of the request behind these statements, and the first that the server refuses."""
    prepare(server, line['policy'])
    if line['kind'] == 'SetRole':
        statements = []
    for statement in statements:
        for sql in split_statements(statement):
            got = server._run(server.root(), sql)
            if not got['ok']:
                return outcome(server, line['behind'], line['sql']), f"{got['errno']} {got['message']}"
    return outcome(server, line['behind'], line['sql']), None


def main(path, most='100000'):
    server = Server.from_file(os.environ['GRANTC_ORACLE_SETTINGS'])
    with open(path) as lines:
        asked = [json.loads(line) for line in lines]
    tally, left = collections.Counter(), int(most)
    for line in asked:
        why = not_to_be_had(line)
        if why or left == 0:
            tally['not asked: ' + (why or 'enough')] += 1
            continue
        left -= 1
        where = f"{line['seed']} {json.dumps(line['before'])} {line['sql']}\n  {line['statements']}"
        prepare(server, line['policy'])
        before = outcome(server, line['before'], line['sql'])
        if before[0] not in DENIALS:
            tally['not denied before'] += 1
            print(f'not denied before: {before}: {where}')
            continue
        after, refused = behind(server, line, line['statements'])
        word = 'denied still' if after[0] in DENIALS or after[1] else 'allowed'
        tally[f"{line['kind']}: {word}"] += 1
        tally[word] += 1
        if word != 'allowed' or refused:
            print(f'{word}: {after}, refused {refused}: {where}')
        for fewer in line['less']:
            after, _ = behind(server, line, fewer)
            word = 'less is denied' if after[0] in DENIALS else 'less is allowed'
            tally[word] += 1
            if word != 'less is denied':
                print(f'{word}: {after}: {fewer}: {where}')
    print(dict(sorted(tally.items())))


main(*sys.argv[1:])
