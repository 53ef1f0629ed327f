#!/usr/bin/env python3
"""Runs plans on a live server: what they make of the old policy must be what the server makes of the new one.

    GRANTC_PAIRS=200 GRANTC_PLANS=/tmp/plans.jsonl cargo test --release --test plan random
    plan.py PROBE_FOLDER SETTINGS /tmp/plans.jsonl.mysql-9.7

PROBE_FOLDER holds probe.py, which speaks to the server that SETTINGS tells of. Hashes of passwords are not compared:
they have salts.
"""
import json
import re
import sys


def shown(server):
    """SHOW CREATE USER and SHOW GRANTS of every account, without what is secret."""
    mariadb = "mariadb" in server.root().query("SELECT LOWER(VERSION())")[0][0]
    is_role = "JSON_VALUE(priv, '$.is_role') <=> 'true'" if mariadb else "FALSE"
    rows = server.root().query("SELECT user, host, %s FROM mysql.%s ORDER BY user, host"
                               % (is_role, "global_priv" if mariadb else "user"))
    state = {}
    for user, host, role in rows:
        name = "`%s`@`%s`" % (user.replace("`", "``"), host.replace("`", "``"))
        if role in (1, "1"):
            name = "PUBLIC" if user == "PUBLIC" else "`%s`" % user.replace("`", "``")
        lines = [] if role in (1, "1") else [row[0] for row in server.root().query("SHOW CREATE USER " + name)]
        lines += [row[0] for row in server.root().query("SHOW GRANTS FOR " + name)]
        state[user, host] = [re.sub(r" AS '(?:[^'\\]|\\.)*'| AS 0x[0-9A-F]*", " AS …", line) for line in lines]
    return state


def main():
    sys.path.insert(0, sys.argv[1])
    from probe import Server
    server = Server.from_file(sys.argv[2])
    good = bad = 0
    for line in open(sys.argv[3]):
        pair = json.loads(line)
        server.apply(pair["new"], fresh=True)
        wanted = shown(server)
        server.apply(pair["old"], fresh=True)
        ran = [dict(Server._run(server.root(), sql), sql=sql) for sql in pair["plan"]]
        refused = [one for one in ran if not one["ok"]]
        found = shown(server)
        if found == wanted and not refused:
            good += 1
            continue
        bad += 1
        print("pair", pair["seed"], refused)
        for key in sorted(set(found) | set(wanted)):
            if found.get(key) != wanted.get(key):
                print("  wanted", key, wanted.get(key), "\n  found ", key, found.get(key))
    print("%d plans give the tables of the new policy, %d do not" % (good, bad))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
