#!/usr/bin/env python3
"""Runs plans on a live server: what they make of the old policy must be what the server makes of the new one.

    GRANTC_PAIRS=200 GRANTC_PLANS=/tmp/plans.jsonl cargo test --release --test plan random
    plan.py PROBE_FOLDER SETTINGS /tmp/plans.jsonl.mysql-9.7

PROBE_FOLDER holds probe.py, which speaks to the server that SETTINGS tells of. Compared are the rows of the grant tables,
the lines of SHOW CREATE USER and SHOW GRANTS, and what the policies set. Not compared are hashes of passwords, which have
salts; times; and the order of lines, and of names in a line: it tells in which order rows were made and where they lie in
memory, which no statement can set.
"""
import json
import re
import sys

import anew

TABLES = {
    "mysql": ("user", "db", "tables_priv", "columns_priv", "procs_priv", "proxies_priv", "global_grants", "role_edges",
              "default_roles"),
    "mariadb": ("global_priv", "db", "tables_priv", "columns_priv", "procs_priv", "proxies_priv", "roles_mapping"),
}
# What the policies set.
SETTINGS = ("mandatory_roles", "partial_revokes", "activate_all_roles_on_login", "activate_mandatory_roles",
            "check_proxy_users", "require_secure_transport", "skip_name_resolve", "default_password_lifetime")
# When a row was written and by whom; passwords.
PASSING = ("timestamp", "grantor", "authentication_string", "password_last_changed")


# What the random policies name, for those that tell of no tables.
SCHEMA = "".join(
    ["CREATE DATABASE `%s`;" % db for db in ("d1", "d2", "d_1", "dx1")]
    + ["CREATE TABLE `%s`.`%s` (a INT, b INT, c INT, zz INT);" % (db, table)
       for db in ("d1", "d2", "d_1", "dx1") for table in ("t1", "t2", "T1", "none")]
    + ["CREATE PROCEDURE %s() SELECT 1;" % name for name in ("d1.p", "d1.none", "d_1.p")]
    + ["CREATE FUNCTION d1.f() RETURNS INT DETERMINISTIC RETURN 1;"])


def without_secrets(text):
    return re.sub(r" AS '(?:[^'\\]|\\.)*'| AS 0x[0-9A-F]*| USING '[^']*'| BY PASSWORD '[^']*'", " …", text)


def account(value):
    """The JSON of an account in MariaDB, without what passes and what says as much as nothing."""
    told = json.loads(value)
    told.pop("version_id", None)
    # An expired password was changed at no time; one that lasts as long as the server says has no lifetime, or -1.
    expired, lifetime = told.pop("password_last_changed", None) == 0, told.pop("password_lifetime", -1)
    # One method is one, whether or not it stands in a list of them.
    if told.get("auth_or") == [{}]:
        told.pop("auth_or")
    told = dict({key: one for key, one in told.items() if one}, expired=expired, lifetime=lifetime)
    for method in [told] + told.get("auth_or", []):
        if method.get("authentication_string"):
            method["authentication_string"] = "…"
    return json.dumps(told, sort_keys=True)


def compared(table, column, value):
    """A field, without what passes and without what the server does not tell apart."""
    if (table, column) == ("global_priv", "priv"):
        return account(value)
    if (table, column) == ("user", "user_attributes") and value:
        # Partial revokes stand in the order in which they were made.
        told = json.loads(value)
        told.get("Restrictions", []).sort(key=lambda one: one["Database"])
        return json.dumps(told, sort_keys=True)
    # The first GRANT on a routine writes its name, in whatever case; the column holds them equal.
    return str(value).lower() if column in ("routine_name", "column_name") else str(value)


def rows(server, kind):
    """Every row of the grant tables."""
    found = {}
    for table in TABLES[kind]:
        columns = server.root().query("SELECT column_name FROM information_schema.columns WHERE table_schema = 'mysql'"
                                      " AND table_name = '%s' ORDER BY ordinal_position" % table)
        columns = [name for (name,) in columns if name.lower() not in PASSING]
        told = server.root().query("SELECT %s FROM mysql.%s" % (", ".join("`%s`" % name for name in columns), table))
        for row in told:
            row = [compared(table, name.lower(), value) for name, value in zip(columns, row)]
            is_public = kind == "mariadb" and "PUBLIC" in row and table == "global_priv"
            # PUBLIC is made by the first GRANT to it and never dropped.
            if not is_public:
                found[table, json.dumps(row)] = columns
    return found


def shown(server, kind):
    """The lines of SHOW CREATE USER and SHOW GRANTS of every account, without what is secret and without their order."""
    is_role = "JSON_VALUE(priv, '$.is_role') IS NOT NULL" if kind == "mariadb" else "FALSE"
    accounts = server.root().query("SELECT user, host, %s FROM mysql.%s ORDER BY user, host"
                                   % (is_role, "global_priv" if kind == "mariadb" else "user"))
    state = {}
    for user, host, role in accounts:
        name = "`%s`@`%s`" % (user.replace("`", "``"), host.replace("`", "``"))
        if role in (1, "1"):
            name = "PUBLIC" if user == "PUBLIC" else "`%s`" % user.replace("`", "``")
        lines = [] if role in (1, "1") else [row[0] for row in server.root().query("SHOW CREATE USER " + name)]
        lines += [row[0] for row in server.root().query("SHOW GRANTS FOR " + name)]
        lines = sorted(" ".join(sorted(re.split(r"[ ,()]+", without_secrets(line)))) for line in lines)
        if lines or user != "PUBLIC":
            state[user, host] = lines
    return state


def settings(server):
    """The values of what the policies set."""
    told = server.root().query("SHOW GLOBAL VARIABLES WHERE variable_name IN ('%s')" % "', '".join(SETTINGS))
    return {name: value for name, value in told}


def ran(server, sql):
    """What a statement of a plan came to."""
    if sql == "RESTART":
        anew.start(server)
        return {"ok": True, "sql": sql}
    return dict(type(server)._run(server.root(), sql), sql=sql)


def differences(wanted, found, name):
    """What is in one of the two and not as in the other."""
    for key in sorted(set(found) | set(wanted)):
        if found.get(key) != wanted.get(key):
            yield "  wanted %s %s: %s\n  found  %s %s: %s" % (name, key, wanted.get(key), name, key, found.get(key))


def main():
    sys.path.insert(0, sys.argv[1])
    from probe import Server
    server = Server.from_file(sys.argv[2])
    kind = "mariadb" if "mariadb" in server.root().query("SELECT LOWER(VERSION())")[0][0] else "mysql"
    good = bad = 0
    for line in open(sys.argv[3]):
        pair = json.loads(line)
        schema = "" if "CREATE DATABASE" in pair["old"] else SCHEMA
        # Some plans lead to the new policy as it is when its tables are read.
        load = "\nFLUSH PRIVILEGES;" if pair.get("as_loaded") else ""
        server.apply(schema + pair["new"] + load, fresh=True)
        wanted = rows(server, kind), shown(server, kind), settings(server)
        server.apply(schema + pair["old"], fresh=True)
        refused = [one for one in (ran(server, sql) for sql in pair["plan"]) if not one["ok"]]
        found = rows(server, kind), shown(server, kind), settings(server)
        if found == wanted and not refused:
            good += 1
            continue
        bad += 1
        print("pair", pair["seed"], refused)
        for one, other, name in zip(wanted, found, ("row", "lines", "setting")):
            for text in differences(one, other, name):
                print(text)
    print("%d plans give the tables of the new policy, %d do not" % (good, bad))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
