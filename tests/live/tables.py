#!/usr/bin/env python3
"""Records what a real server says when its grant tables are edited by hand, for tests/replay.rs to compare with.

    tables.py --settings FILE --out tests/replay [--random SEED:COUNT:LENGTH]

GRANTC_ORACLE names the folder of probe.py, which speaks to a throwaway server whose settings are in FILE.
Scenarios are random: INSERT, REPLACE, UPDATE and DELETE of the grant tables, FLUSH PRIVILEGES, statements on
accounts and SHOW statements, all over few names, so that what is stored and what is in memory meet often.
The lines are those of replay.py.
"""
import argparse
import json
import os
import random
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import replay  # noqa: E402

USERS = ['a', 'a', 'b', 'c', 'n']
HOSTS = ['%', '%', '%', 'h']
WORDS = ['Select', 'Insert', 'Update', 'Delete', 'Create', 'Index', 'Grant']
FLAGS = ['Select_priv', 'Insert_priv', 'Update_priv', 'Delete_priv', 'Create_priv', 'Grant_priv']


class Maker(replay.Maker):
    """Random statements of MySQL."""

    flavour = 'mysql'

    def key(self, *names):
        values = {'Host': self.one(*HOSTS), 'User': self.one(*USERS), 'Db': self.one('d1', 'd1', 'd2', 'd%'),
                  'Table_name': self.one('t1', 't1', 't2'), 'Column_name': self.one('a', 'b'),
                  'Routine_name': self.one('p', 'P', 'f'), 'Routine_type': self.one('PROCEDURE', 'FUNCTION')}
        return [(name, f"'{values[name]}'") for name in names]

    def words(self, pool=WORDS):
        return "'" + ','.join(self.some(pool)) + "'"

    def flags(self, pool=FLAGS):
        return [(name, self.one("'Y'", "'Y'", "'Y'", "'N'", "'y'", '2')) for name in self.some(pool)]

    def insert(self, table, pairs, need=()):
        verb = self.one('INSERT INTO', 'INSERT INTO', 'INSERT INTO', 'REPLACE INTO', 'INSERT IGNORE INTO')
        pairs = pairs + [(name, "''") for name in need]
        if self.r.random() < 0.03:
            pairs = pairs + [('No_such', "'x'")]
        if self.r.random() < 0.02:
            pairs = pairs + [pairs[0]]
        if self.r.random() < 0.15:
            return f"{verb} mysql.{table} SET " + ', '.join(f'{n} = {v}' for n, v in pairs)
        names = ', '.join(n for n, _ in pairs)
        values = ', '.join(v for _, v in pairs)
        tail = ''
        if verb.startswith('INSERT INTO') and self.r.random() < 0.1:
            name, value = self.one(*pairs[2:]) if len(pairs) > 2 else pairs[0]
            tail = f' ON DUPLICATE KEY UPDATE {name} = {value}'
        return f'{verb} mysql.{table} ({names}) VALUES ({values}){tail}'

    def where(self, *names):
        tests = []
        for name, value in self.key(*names):
            if self.r.random() < 0.75:
                tests.append(self.one(f'{name} = {value}', f'{name} = {value}', f'{name} LIKE {value}',
                                      f'{name} IN ({value}, \'zz\')', f'{name} <> {value}'))
        if not tests:
            tests = [f"User IN ('a', 'b', 'c', 'n')"]
        if 'User' in names and not any(t.startswith('User') and '<>' not in t for t in tests):
            tests.append("User IN ('a', 'b', 'c', 'n')")
        return ' WHERE ' + ' AND '.join(tests)

    def change(self, table, sets, *names):
        if self.r.random() < 0.35:
            return f'DELETE FROM mysql.{table}{self.where(*names)}'
        sets = ', '.join(f'{n} = {v}' for n, v in sets)
        return f'UPDATE mysql.{table} SET {sets}{self.where(*names)}'

    def account_values(self):
        more = [('plugin', self.one("'caching_sha2_password'", "'caching_sha2_password'", "''", "'mysql_native_password'")),
                ('account_locked', self.one("'Y'", "'N'")), ('max_questions', self.one('0', '5', "'7'", "'x'", '-1')),
                ('ssl_type', self.one("''", "'ANY'", "'X509'", "'Q'")), ('password_lifetime', self.one('NULL', '0', '9')),
                ('password_expired', self.one("'Y'", "'N'", 'NULL'))]
        return self.flags(FLAGS + ['File_priv', 'Create_role_priv']) + self.some(more, 2)

    def account_edit(self):
        if self.r.random() < 0.5:
            need = ('ssl_cipher', 'x509_issuer', 'x509_subject') if self.r.random() < 0.95 else ()
            return self.insert('user', self.key('Host', 'User') + self.account_values(), need)
        return self.change('user', self.account_values(), 'User', 'Host')

    def role_edit(self):
        return self.one(
            f"INSERT INTO mysql.role_edges VALUES ('%', '{self.role()}', '%', '{self.one(*USERS)}', '{self.one('N', 'Y')}')",
            f"DELETE FROM mysql.role_edges WHERE TO_USER = '{self.one(*USERS)}'",
            f"UPDATE mysql.role_edges SET WITH_ADMIN_OPTION = 'Y' WHERE FROM_USER = '{self.role()}'",
            f"INSERT IGNORE INTO mysql.default_roles VALUES ('%', '{self.one(*USERS)}', '%', '{self.role()}')",
            f"DELETE FROM mysql.default_roles WHERE USER = '{self.one(*USERS)}'",
            f"INSERT INTO mysql.global_grants (USER, HOST, PRIV) VALUES ('{self.one(*USERS)}', '%', '{self.one('ROLE_ADMIN', 'clone_admin', 'AUDIT_ADMIN')}')",
            f"DELETE FROM mysql.global_grants WHERE USER = '{self.one(*USERS)}' AND PRIV = 'role_admin'")

    def edit(self):
        kind = self.r.random()
        if kind < 0.3:
            return self.account_edit()
        if kind < 0.5:
            if self.r.random() < 0.55:
                return self.insert('db', self.key('Host', 'Db', 'User') + self.flags())
            return self.change('db', self.flags(), 'User', 'Db')
        if kind < 0.65:
            sets = [('Table_priv', self.words())] if self.r.random() < 0.7 else [('Column_priv', self.words(['Select', 'Insert', 'Update']))]
            if self.r.random() < 0.55:
                return self.insert('tables_priv', self.key('Host', 'Db', 'User', 'Table_name') + sets)
            return self.change('tables_priv', sets, 'User', 'Table_name')
        if kind < 0.75:
            sets = [('Column_priv', self.words(['Select', 'Insert', 'Update']))]
            if self.r.random() < 0.65:
                return self.insert('columns_priv', self.key('Host', 'Db', 'User', 'Table_name', 'Column_name') + sets)
            return self.change('columns_priv', sets, 'User', 'Column_name')
        if kind < 0.83:
            sets = [('Proc_priv', self.words(['Execute', 'Alter Routine', 'Grant', 'Select']))]
            if self.r.random() < 0.6:
                return self.insert('procs_priv', self.key('Host', 'Db', 'User', 'Routine_name', 'Routine_type') + sets)
            return self.change('procs_priv', sets, 'User', 'Routine_name')
        if kind < 0.88:
            pairs = self.key('Host', 'User') + [('Proxied_host', "'%'"), ('Proxied_user', f"'{self.one(*USERS)}'")]
            if self.r.random() < 0.6:
                return self.insert('proxies_priv', pairs + [('With_grant', self.one('0', '1'))])
            return self.change('proxies_priv', [('With_grant', self.one('0', '1'))], 'User')
        return self.role_edit()

    def user(self):
        return f"'{self.one(*USERS, 'r1')}'" + self.one('', '', '', '', "@'h'", "@'%'")

    def object(self):
        while True:
            level, on = super().object()
            if on not in ('`d_`.*',):
                return level, on

    def step(self):
        kind = self.r.random()
        if kind < 0.45:
            return [self.edit()]
        if kind < 0.55:
            return ['FLUSH PRIVILEGES'] + self.shown()
        if kind < 0.68:
            return [f'SHOW GRANTS FOR {self.user()}']
        if kind < 0.75:
            return [f'SHOW CREATE USER {self.user()}']
        return [self.statement()] + [f'SHOW GRANTS FOR {self.user()}']

    def shown(self):
        return [f"SHOW GRANTS FOR '{user}'" for user in self.some(['a', 'b', 'c', 'n'], 2)]

    def scenario(self, length):
        start = ["CREATE USER a, b, c@'h'", 'CREATE ROLE r1, r2']
        out = list(replay.SCHEMA) + start
        while len(out) < length:
            out += self.step()
        return out + ['FLUSH PRIVILEGES']


def main():
    args = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    args.add_argument('--probe', default=os.environ.get('GRANTC_ORACLE', '.'))
    args.add_argument('--settings', required=True)
    args.add_argument('--out', default='tests/replay')
    args.add_argument('--random', metavar='SEED:COUNT:LENGTH', default='1:20:60')
    args = args.parse_args()
    sys.path.insert(0, args.probe)
    import probe
    recorder = replay.Recorder(probe, args.settings)
    seed, count, length = map(int, args.random.split(':'))
    maker = Maker(seed)
    with open(os.path.join(args.out, f'tables-{seed}.jsonl'), 'w') as out:
        for i in range(count):
            for line in recorder.scenario(f'tables {i}', maker.scenario(length)):
                out.write(json.dumps(line, ensure_ascii=False) + '\n')


if __name__ == '__main__':
    main()
