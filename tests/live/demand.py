#!/usr/bin/env python3
"""Record what a live server demands for each statement of tests/demand/cases.txt and its own file beside it.

For every case an account starts with the privileges the case gives it, runs the
statement, reads the refusal, is granted what is missing and tries again until the
server no longer refuses.  Where a refusal does not name a privilege, each one of
that level is tried alone, and all that get past it are kept as `any_of`.

  demand.py [WORD]...  > tests/demand/recorded.jsonl      (WORD: only cases that hold it; FILE.txt: only its cases)

On MariaDB the cases of tests/demand/mariadb.txt follow, on the objects of mariadb.sql; statements that fail before any
privilege is looked at (unknown to it, or what they name) are left out.

Settings come from the environment, as printed by the oracle's start script:
PROBE_DIR, the folder of probe.py, and ORACLE_SOCKET, ORACLE_PORT, ORACLE_HOSTS, ORACLE_KIND.
"""
import json
import os
import re
import sys

sys.path.insert(0, os.environ['PROBE_DIR'])
from probe import Server, ServerError, ClientError  # noqa: E402

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'demand')
WHO = "'u'@'localhost'"
DATABASE = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'CREATE', 'DROP', 'REFERENCES', 'INDEX', 'ALTER',
            'CREATE TEMPORARY TABLES', 'LOCK TABLES', 'EXECUTE', 'CREATE VIEW', 'SHOW VIEW', 'CREATE ROUTINE',
            'ALTER ROUTINE', 'EVENT', 'TRIGGER', 'GRANT OPTION']
TABLE = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'CREATE', 'DROP', 'REFERENCES', 'INDEX', 'ALTER', 'CREATE VIEW',
         'SHOW VIEW', 'TRIGGER', 'GRANT OPTION']
GLOBAL = ['RELOAD', 'SHUTDOWN', 'PROCESS', 'FILE', 'SHOW DATABASES', 'SUPER', 'REPLICATION SLAVE',
          'REPLICATION CLIENT', 'CREATE USER', 'CREATE TABLESPACE', 'CREATE ROLE', 'DROP ROLE']
COLUMN = ['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']
ROUTINE = ['EXECUTE', 'ALTER ROUTINE', 'GRANT OPTION']
ROUTINE_WORDS = {'execute': 'EXECUTE', 'alter routine': 'ALTER ROUTINE', 'grant': 'GRANT OPTION'}
MARIADB_GLOBAL = ['RELOAD', 'SHUTDOWN', 'PROCESS', 'FILE', 'SHOW DATABASES', 'SUPER', 'REPLICATION SLAVE',
                  'BINLOG MONITOR', 'CREATE USER', 'CREATE TABLESPACE', 'SET USER', 'FEDERATED ADMIN',
                  'CONNECTION ADMIN', 'READ_ONLY ADMIN', 'REPLICATION SLAVE ADMIN', 'REPLICATION MASTER ADMIN',
                  'BINLOG ADMIN', 'BINLOG REPLAY', 'SLAVE MONITOR']
# What MariaDB would carry out; only its refusal is recorded.
RUINOUS = {'DROP DATABASE mysql', 'DROP DATABASE performance_schema', 'DROP TABLE performance_schema.threads'}
WORDS = {'DELETE VERSIONING ROWS': 'DELETE HISTORY', 'GRANT': 'GRANT OPTION', 'LOCK': 'LOCK TABLES'}
READING = re.compile(r"(?i)(SELECT|SHOW|EXPLAIN|DESC|DESCRIBE|USE|DO|HELP|WITH|VALUES|CHECKSUM|PREPARE)\b(?!.*VAL\()")
REFUSALS = {1044, 1045, 1095, 1131, 1142, 1143, 1227, 1345, 1356, 1370, 1401, 1410, 1419, 1698, 3630, 6427}


def cases(file):
    """(given grants, default database, refused only, statement) of each line."""
    with open(os.path.join(HERE, file), encoding='utf-8') as f:
        for line in f:
            line = line.rstrip('\n')
            if not line.strip() or line.startswith('--'):
                continue
            given, db, stop = [], None, False
            while line.startswith('['):
                word, line = line[1:].split('] ', 1)
                if word.startswith('use '):
                    db = word[4:]
                elif word == 'refused only':
                    stop = True
                else:
                    given.append(word)
            yield given, db, stop, line


def grants(held):
    """One GRANT for each object, so that CREATE lets the others name a table that is not there."""
    objects = {}
    for text in held:
        privilege, on = text.split(' ON ', 1)
        objects.setdefault(on, []).append(privilege)
    return [f"GRANT {', '.join(p)} ON {on} TO {WHO}" for on, p in objects.items()]


class Recorder:
    def __init__(self):
        self.server = Server()
        self.mariadb = self.server.kind == 'mariadb'
        with open(os.path.join(HERE, 'mariadb.sql' if self.mariadb else 'schema.sql'), encoding='utf-8') as f:
            self.schema = f.read()
        if self.mariadb:
            GLOBAL[:] = MARIADB_GLOBAL
            DATABASE.append('DELETE HISTORY')
            TABLE.append('DELETE HISTORY')
        self.dynamic = [r[0] for r in self.server.root().query(
            "SELECT DISTINCT priv FROM mysql.global_grants ORDER BY 1")] if self.server.kind == 'mysql' else []
        self.where, self.held, self.dirty = {}, [], True

    def prepare(self, held):
        if self.dirty:
            for r in self.server.apply(self.schema):
                assert r['ok'], r
            self.where = {t: d for d, t in self.server.root().query(
                "SELECT table_schema, table_name FROM information_schema.tables "
                "WHERE table_schema IN ('shop', 'stock', 'mysql', 'performance_schema')")}
        else:
            root = self.server.root()
            root.query(f'DROP USER {WHO}')
            root.query(f'CREATE USER {WHO}')
        self.dirty = False
        for text in grants(held):
            self.server.root().query(text)

    def run(self, sql, db, held):
        """None when it passed, else (errno, message); 'no grant' when the server knows no such grant."""
        try:
            self.prepare(held)
        except ServerError as e:
            return 0, f'no grant: {e.message}'
        try:
            c = self.server.connect('u', socket_=True, db=db)
        except ServerError as e:
            return e.errno, 'login: ' + e.message
        try:
            c.query(sql)
            self.dirty = not READING.match(sql)
            return None
        except ServerError as e:
            self.dirty = e.errno not in REFUSALS
            return e.errno, e.message
        finally:
            c.close()

    def files(self):
        return ['cases.txt', 'mariadb.txt'] if self.mariadb else ['cases.txt']

    def object(self, name, sql):
        """The table, or its whole database where it is not there to be granted on."""
        said = re.search(rf'(\w+)\.{name}\b', sql)
        db = said[1] if said else self.where.get(name, 'shop')
        return f'{db}.{name}' if self.where.get(name) == db else f'{db}.*'

    def named(self, name):
        """`db`.`table` of MariaDB, or the database where the table cannot be granted on."""
        db, table = name.replace('`', '').split('.', 1)
        return f'{db}.{table}' if self.where.get(table) == db else f'{db}.*'

    def candidates(self, errno, message, sql):
        """(grants that may help, whether the refusal itself names the first of them)."""
        table = re.search(r"for table ['`]([^']*)['`]", message)
        if errno == 1142 and table:
            verb, name = message.split(' command denied')[0], table[1]
            on = self.named(name) if '.' in name else self.object(name, sql)
            words = [WORDS.get(w, w) for w in verb.split(', ')]
            if all(w in TABLE for w in words):
                return [f"{w} ON {on}" for w in words], True
            return [f'{p} ON {on}' for p in TABLE], False
        if errno == 1143:
            verb, column, name = re.match(r"(.*) command denied .* for column '(.*)' in table '(.*)'", message).groups()
            words = COLUMN if verb == 'ANY' else verb.split(', ')
            return [f'{w} ({column}) ON {self.object(name, sql)}' for w in words], verb != 'ANY'
        if errno == 1370:
            word, kind_name = re.match(r"(.*) command denied .* for routine '(.*)'", message).groups()
            kind = 'FUNCTION' if re.match(r'.*\.f\d?$', kind_name) else 'PROCEDURE'
            return [f'{ROUTINE_WORDS[word]} ON {kind} {kind_name}'], True
        if errno == 1044:
            db = re.search(r"to database '(.*)'", message)[1]
            return [f'{p} ON {db}.*' for p in DATABASE], False
        if errno == 1227:
            names = re.search(r'\(at least one of\) the (.*) privilege', message)[1]
            words = [w for w in re.split(r' or |, | OR ', names) if w]
            known = GLOBAL + self.dynamic + DATABASE
            if all(w in known for w in words):
                return [f'{w} ON *.*' for w in words], False
        everywhere = [f'{p} ON *.*' for p in GLOBAL + DATABASE + self.dynamic]
        if errno in (1305, 1345, 1356):
            tables = [f'{p} ON {d}.{t}' for t, d in sorted(self.where.items()) if d == 'shop' for p in ('SELECT', 'SHOW VIEW')]
            kind = 'FUNCTION shop.f' if 'FUNCTION' in sql else 'PROCEDURE shop.p'
            return tables + [f'{p} ON {kind}' for p in ROUTINE] + [f'{p} ON shop.*' for p in DATABASE] + everywhere, False
        return everywhere, False

    def helps(self, sql, db, held, got):
        now = self.run(sql, db, held)
        return now is None or now != got and now[0] != 0

    def pair(self, sql, db, held, got, grants):
        """GRANT OPTION and one more privilege that together get past a refusal."""
        options = [g for g in grants if g.startswith('GRANT OPTION')]
        for option in options:
            for g in grants:
                if g != option and self.helps(sql, db, held + [option, g], got):
                    return [option, g]
        return []

    def record(self, given, db, stop, sql):
        held, stages = list(given), []
        for _ in range(14):
            got = self.run(sql, db, held)
            if got is None or got[0] not in REFUSALS | ({1305} if sql.startswith('SHOW CREATE') else set()) or got[1].startswith('login'):
                break
            errno, message = got
            grants, named = self.candidates(errno, message, sql)
            stage = {'errno': errno, 'message': message}
            stages.append(stage)
            if stop:
                if errno == 1227:
                    stage['any_of'] = grants
                break
            if named:
                stage['granted'] = grants
                held += grants
                continue
            stage['any_of'] = [g for g in grants if g not in held and self.helps(sql, db, held + [g], got)]
            if not stage['any_of']:
                del stage['any_of']
                stage['granted'] = self.pair(sql, db, held, got, grants)
                held += stage['granted']
                if not stage['granted']:
                    break
                continue
            stage['granted'] = stage['any_of'][-1:]
            held += stage['granted']
        end = None if got is None else {'errno': got[0], 'message': got[1]}
        self.dirty = self.dirty or got is None and not READING.match(sql)
        return {'sql': sql, 'db': db, 'given': given, 'stages': stages, 'end': end}


def main():
    recorder = Recorder()
    files = [a for a in sys.argv[1:] if a.endswith('.txt')] or recorder.files()
    words = [a for a in sys.argv[1:] if not a.endswith('.txt')]
    for given, db, stop, sql in [c for file in files for c in cases(file)]:
        if words and not any(w in sql for w in words):
            continue
        try:
            done = recorder.record(given, db, stop or recorder.mariadb and sql in RUINOUS, sql)
            if recorder.mariadb and not done['stages'] and (done['end'] or {'errno': 1046})['errno'] != 1046:
                continue
            print(json.dumps(done), flush=True)
        except (ClientError, ServerError, AssertionError) as e:
            print(f'{sql}: {e}', file=sys.stderr)
            recorder.dirty, recorder.server._root = True, None


if __name__ == '__main__':
    main()
