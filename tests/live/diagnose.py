#!/usr/bin/env python3
"""Records what clients print when a server refuses them: `diagnose.py MYSQL.env MARIADB.env OUT.json`.

Each scenario sets a policy up, lets every client that is installed run into the error, and keeps the line of its
output that tells it. The settings files name a server as KEY=VALUE lines: ORACLE_SOCKET, ORACLE_PORT and
ORACLE_CLIENT. DIAGNOSE_CLIENTS names a folder with what the clients need: a Python with its drivers at
venv/bin/python, Node modules at node/node_modules, and Ask.class beside a MariaDB Connector/J.
"""
import json
import os
import socket
import subprocess
import sys
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.path.join(HERE, '..', 'diagnose')
FAR = '127.0.0.2'

# name, policy, server, user, password, from, database, statement, TLS
SCENARIOS = [
    ('an anonymous account takes joe', 'office', 'joe', 'right', 'localhost', '', '', True),
    ('a wrong password', 'office', 'joe', 'wrong', FAR, '', '', True),
    ('no password', 'office', 'joe', '', FAR, '', '', True),
    ('no such account', 'office', 'ghost', 'right', FAR, '', '', True),
    ('the password of another row', 'office', 'app', 'other', FAR, '', '', True),
    ('TLS is required', 'office', 'tls', 'right', FAR, '', '', False),
    ('the socket is asked', 'office', 'daemon', 'right', FAR, '', '', True),
    ('a locked account', 'office', 'gone', 'right', FAR, '', '', True),
    ('an expired password', 'office', 'late', 'right', FAR, '', '', True),
    ('too many failed logins', 'office', 'tries', 'wrong', FAR, '', '', True),
    ('an account for 127.0.0.1', 'office', 'local', 'right', 'socket', '', '', True),
    ('an account for a name', 'office', 'web', 'right', FAR, '', '', True),
    ('a default database without privilege', 'office', 'joe', 'right', FAR, 'payroll', '', True),
    ('a table without the privilege', 'office', 'joe', 'right', FAR, 'shop', 'DELETE FROM orders', True),
    ('a table of a role that is not active', 'office', 'joe', 'right', FAR, 'shop', 'SELECT * FROM payroll.wages', True),
    ('a column without the privilege', 'office', 'app', 'right', FAR, '', 'SELECT total FROM shop.orders', True),
    ('a routine without the privilege', 'office', 'joe', 'right', FAR, 'shop', 'CALL refund()', True),
    ('a privilege on the whole server', 'office', 'joe', 'right', FAR, '', 'SHUTDOWN', True),
    ('a definer without an account', 'office', 'joe', 'right', FAR, 'shop', 'CALL audit()', True),
    ('a role that is not granted', 'office', 'app', 'right', FAR, '', 'SET ROLE auditor', True),
    ('a host without any account', 'closed', 'joe', 'right', FAR, '', '', True),
    ('MariaDB: an anonymous account takes joe', 'office-mariadb', 'joe', 'right', 'localhost', '', '', False),
    ('MariaDB: the socket is asked', 'office-mariadb', 'daemon', 'right', FAR, '', '', False),
    ('MariaDB: a locked account', 'office-mariadb', 'gone', 'right', FAR, '', '', False),
    ('MariaDB: a default database without privilege', 'office-mariadb', 'joe', 'right', FAR, 'payroll', '', False),
    ('MariaDB: a table without the privilege', 'office-mariadb', 'joe', 'right', FAR, 'shop', 'DELETE FROM orders', False),
]

PYMYSQL = '''
import pymysql, sys
port, user, password, db, sql, tls = sys.argv[1:]
more = {} if tls == '1' else {'ssl_disabled': True}
c = pymysql.connect(host='127.0.0.1', port=int(port), user=user, password=password, database=db or None, **more)
if sql: c.cursor().execute(sql)
'''
CONNECTOR = '''
import mysql.connector, sys
port, user, password, db, sql, tls = sys.argv[1:]
c = mysql.connector.connect(host='127.0.0.1', port=int(port), user=user, password=password, database=db, ssl_disabled=tls != '1', use_pure=PURE)
if sql: c.cursor().execute(sql)
'''
NODE = '''
const [port, user, password, database, sql, tls] = process.argv.slice(1);
const c = require(MODULE).createConnection({host: '127.0.0.1', port: +port, user, password, database,
  ...(tls === '1' && MODULE === 'mysql2' ? {ssl: {rejectUnauthorized: false}} : {})});
c.connect(e => { if (e) throw e; if (sql) c.query(sql, e => { if (e) throw e; c.end(); }); else c.end(); });
'''
PDO = '''
[$_, $port, $user, $password, $db, $sql, $tls] = $argv;
$c = new PDO("mysql:host=127.0.0.1;port=$port;dbname=$db", $user, $password);
if ($sql) $c->query($sql);
'''
MYSQLI = '''
[$_, $port, $user, $password, $db, $sql, $tls] = $argv;
$c = new mysqli("127.0.0.1", $user, $password, $db, (int)$port);
if ($sql) $c->query($sql);
'''


def settings(path):
    with open(path) as lines:
        return dict(line.strip().split('=', 1) for line in lines if '=' in line)


class Door(threading.Thread):
    """A port whose connections reach the server from another address."""

    def __init__(self, port, address):
        super().__init__(daemon=True)
        self.port, self.address = port, address
        self.listener = socket.create_server(('127.0.0.1', 0))
        self.number = self.listener.getsockname()[1]
        self.start()

    def run(self):
        while True:
            inside, _ = self.listener.accept()
            outside = socket.create_connection(('127.0.0.1', self.port), source_address=(self.address, 0))
            for a, b in [(inside, outside), (outside, inside)]:
                threading.Thread(target=self.copy, args=(a, b), daemon=True).start()

    @staticmethod
    def copy(a, b):
        try:
            while data := a.recv(65536):
                b.sendall(data)
        except OSError:
            pass
        for end in (a, b):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def clients(folder, client):
    python = os.path.join(folder, 'venv', 'bin', 'python')
    jar = '/usr/share/java/mariadb-java-client.jar'
    cli = lambda port, user, password, db, sql, tls: (
        [client] + (['-S' + port] if '/' in port else ['-h127.0.0.1', '-P' + port]) + ['-u' + user]
        + (['-p' + password] if password else []) + ([db] if db else []) + ['-e', sql or 'SELECT 1']
        + ([] if tls == '1' else ['--skip-ssl'] if 'mariadb' in client else ['--ssl-mode=DISABLED', '--get-server-public-key']))
    script = lambda command, text: lambda *a: command + [text] + list(a)
    node = lambda module: lambda *a: ['node', '-e', NODE.replace('MODULE', repr(module)), '--'] + list(a)
    return {
        'mysql': cli,
        'PyMySQL': script([python, '-c'], PYMYSQL),
        'Connector/Python': script([python, '-c'], CONNECTOR.replace('PURE', 'True')),
        'mysql2': node('mysql2'),
        'mysqljs': node('mysql'),
        'PDO': lambda *a: ['php', '-r', PDO, '--'] + list(a),
        'mysqli': lambda *a: ['php', '-r', MYSQLI, '--'] + list(a),
        'Connector/J': lambda port, user, password, db, sql, tls:
            ['java', '-cp', f'{folder}:{jar}', 'Ask', port, user, password, db, sql],
    }


def telling(name, output):
    """The line that tells the error: the last with its text for tracebacks, else the first."""
    marks = ['denied', 'locked', 'blocked', 'expired', 'not allowed', 'definer', 'not granted', 'authentication protocol']
    lines = [line.rstrip() for line in output.splitlines() if any(mark in line for mark in marks)]
    lines = [line for line in lines if not line.lstrip().startswith(('at ', 'c =', 'raise', 'Warning', 'sqlMessage', 'Please'))]
    if not lines:
        return None
    return lines[-1] if name in ('PyMySQL', 'Connector/Python') else lines[0]


def root(server, text):
    command = [server['ORACLE_CLIENT'], '-uroot', '-S' + server['ORACLE_SOCKET']]
    done = subprocess.run(command, input=text, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    return done.stdout


def reset(server):
    accounts = root(server, "SELECT CONCAT(QUOTE(User), '@', QUOTE(Host)) FROM mysql.user WHERE NOT (User = 'root' AND "
                            "Host = 'localhost') AND User NOT LIKE 'mysql.%' AND User <> 'mariadb.sys' AND Host <> '';").splitlines()[1:]
    text = ''.join(f'DROP USER {a};\n' for a in accounts)
    text += 'DROP DATABASE IF EXISTS shop; DROP DATABASE IF EXISTS payroll; FLUSH PRIVILEGES;\n'
    root(server, text)


def main(mysql, mariadb, out):
    servers = {'mysql': settings(mysql), 'mariadb': settings(mariadb)}
    folder = os.environ['DIAGNOSE_CLIENTS']
    os.environ['NODE_PATH'] = os.path.join(folder, 'node', 'node_modules')
    recorded, current = [], None
    for name, policy, user, password, host, db, sql, tls in SCENARIOS:
        server = servers['mariadb' if 'mariadb' in policy else 'mysql']
        if policy != current:
            reset(server)
            with open(os.path.join(DATA, policy + '.sql')) as text:
                root(server, text.read())
            current = policy
        port = server['ORACLE_PORT']
        if host == 'socket':
            port = server['ORACLE_SOCKET']
        elif host != 'localhost':
            port = str(Door(int(port), host).number)
        lines = []
        for client, command in clients(folder, server['ORACLE_CLIENT']).items():
            if host == 'socket' and client != 'mysql':
                continue
            try:
                ran = subprocess.run(command(port, user, password, db, sql, '1' if tls else '0'), capture_output=True,
                                     text=True, timeout=60)
            except (OSError, subprocess.TimeoutExpired) as error:
                print(f'{name}: {client}: {error}', file=sys.stderr)
                continue
            line = telling(client, ran.stderr + ran.stdout)
            if line is None:
                print(f'{name}: {client}: no error line in {(ran.stderr + ran.stdout)[-300:]!r}', file=sys.stderr)
            else:
                lines.append({'client': client, 'line': line})
        # A client that does not know the method gets no further.
        old = [line for line in lines if 'ER_NOT_SUPPORTED_AUTH_MODE' in line['line']]
        lines = [line for line in lines if line not in old]
        which = 'MariaDB: ' if 'mariadb' in policy else ''
        scenario = which + 'a client that does not know the method'
        if old and not any(other['scenario'] == scenario for other in recorded):
            recorded.append({'scenario': scenario, 'policy': policy + '.sql', 'lines': old})
        recorded.append({'scenario': name, 'policy': policy + '.sql', 'lines': lines})
    with open(out, 'w') as file:
        json.dump(recorded, file, indent=1, ensure_ascii=False)
        file.write('\n')


main(*sys.argv[1:4])
