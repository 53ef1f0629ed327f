#!/usr/bin/env python3
"""Records what a live MySQL keeps of a dynamic privilege of accounts with and without a host, behind each statement.

    dynamic_hosts.py PROBE_FOLDER SETTINGS > ../replay/dynamic_hosts.txt

Lines that begin with `=` say what the letters stand for. The others are a sequence of statements, a bar, and what came of each
of them: of each account whether the privilege is in force with its grant option (Y), without (N), or not at all (-), and the
same of its row in `mysql.global_grants`; `?` stands for an account that is not there. An errno behind `!` is that of the
statement.
"""
import random

from sequences import record

PRIVILEGE = "SYSTEM_VARIABLES_ADMIN"
ACCOUNTS = {"e": ("a", ""), "p": ("a", "%"), "b": ("b", "%")}
STATEMENTS = {
    "G": "GRANT SYSTEM_VARIABLES_ADMIN ON *.* TO {name} WITH GRANT OPTION",
    "N": "GRANT SYSTEM_VARIABLES_ADMIN ON *.* TO {name}",
    "R": "REVOKE SYSTEM_VARIABLES_ADMIN ON *.* FROM {name}",
    "O": "REVOKE GRANT OPTION ON *.* FROM {name}",
    "A": "GRANT GRANT OPTION ON *.* TO {name}",
    "E": "REVOKE SYSTEM_VARIABLES_ADMIN, GRANT OPTION ON *.* FROM {name}",
    "U": "REVOKE GRANT OPTION, NO_SUCH ON *.* FROM {name}",
    "W": "REVOKE ALL PRIVILEGES ON *.* FROM {name}",
    "L": "GRANT ALL ON *.* TO {name}",
    "D": "DROP USER {name}",
    "C": "CREATE USER {name}",
    "M": "RENAME USER {name} TO b@'%'",
    "Q": "RENAME USER b@'%' TO {name}",
    "X": "DELETE FROM mysql.global_grants WHERE USER = '{user}' AND HOST = '{host}'",
    "I": "INSERT INTO mysql.global_grants VALUES ('{user}', '{host}', 'SYSTEM_VARIABLES_ADMIN', 'N')",
    "Y": "UPDATE mysql.global_grants SET WITH_GRANT_OPTION = 'Y' WHERE USER = '{user}' AND HOST = '{host}'",
    "F": "FLUSH PRIVILEGES",
}
SEQUENCES = (
    "eG eF eR eD eF", "eG pN eF pR pR eF", "eN pG eF pR pR eF", "eG eF pN eF pG eF", "eN eF pG pR eF", "eG eF eG eF eR",
    "eG eF eO eF eA eF", "eG eF pO pR pR", "eG eF pM eF", "eG eF pD pC eF", "eG eF eM eF", "eG eF eN eF", "eN eF eG eF",
    "eN eF eN eR", "eG eF eE", "eG eF pE pR", "eN eF pW eF", "eN eF eW eF", "eL eF eR", "eN eF eN eO eR eR",
    "eN eF pA pR pR pR eF", "pG pO eF pR", "eG pO eF pR pR", "eN pG pO eF pR pR", "eG eF pN pO eF", "eN eF eX eF pR",
    "pD eN eF pC pR", "pD bC bG eN eF pQ pR pR", "pD bC bN eG eF pQ eF", "eN eF eD eC eG eR eF", "eN eF eM bG eQ eF",
    "bI pG pM eF", "pI pR pG pR", "pN pX pN pG pX pO pX pR pR", "pI pL pY pW", "pI pD pC pA eF", "pI pM eF", "pI pW pO pW",
    "bI pG pO pM eF", "eG eF pX eX pO eF")
RANDOM = 160
LENGTH = 12


def statement(word):
    user, host = ACCOUNTS[word[0]]
    return STATEMENTS[word[1]].format(user=user, host=host, name="%s@'%s'" % (user, host))


def state(root, user, host):
    """Of memory and of the table."""
    try:
        shown = [line for (line,) in root.query("SHOW GRANTS FOR %s@'%s'" % (user, host)) if PRIVILEGE in line]
        memory = ("Y" if any("WITH GRANT OPTION" in line for line in shown) else "N") if shown else "-"
    except Exception:  # there is no such account
        memory = "?"
    stored = root.query("SELECT WITH_GRANT_OPTION FROM mysql.global_grants WHERE user = '%s' AND host = '%s' AND priv = '%s'"
                        % (user, host, PRIVILEGE))
    return memory + (stored[0][0] if stored else "-")


def invent():
    """Sequences of statements that meet each other often."""
    chance = random.Random(1)
    for _ in range(RANDOM):
        letters = "GGGNNNRRROOAAEUWLDCMQ" + chance.choice(["", "XIY"])
        words = []
        for _ in range(LENGTH):
            account = chance.choice("eeeppppb")
            letter = "F" if chance.random() < 0.25 else chance.choice(letters)
            if account != "b" or letter not in "MQ":
                words.append("eF" if letter == "F" else account + letter)
        yield " ".join(words)


if __name__ == "__main__":
    record(list(SEQUENCES) + list(invent()), statement, "CREATE USER a@'', a@'%'",
           lambda root: ",".join(state(root, user, host) for user, host in ACCOUNTS.values()))
