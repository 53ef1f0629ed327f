#!/usr/bin/env python3
"""Records in which order a live MariaDB lists the databases of accounts, behind each statement of a sequence.

    by_hand.py PROBE_FOLDER SETTINGS > ../replay/by_hand.txt

Rows of one account for plain names are of equal rank: they are listed as they came into memory, at a load as they lie on disk.
Lines that begin with `=` say what the letters stand for. The others are a sequence of statements, a bar, and for each of them
the databases of `a` and of `b`, by their numbers; `?` stands for an account that is not there. An errno behind `!` is that of the
statement.
"""
import random
import re

from sequences import record

ACCOUNTS = ("a", "b")
STATEMENTS = {
    "G": "GRANT SELECT ON d{db}.* TO {user}@'%'",
    "R": "REVOKE SELECT ON d{db}.* FROM {user}@'%'",
    "A": "REVOKE ALL PRIVILEGES, GRANT OPTION FROM {user}@'%'",
    "D": "DROP USER {user}@'%'",
    "C": "CREATE USER {user}@'%'",
    "I": "INSERT INTO mysql.db (Host, Db, User, Select_priv) VALUES ('%', 'd{db}', '{user}', 'Y')",
    "X": "DELETE FROM mysql.db WHERE User = '{user}' AND Db = 'd{db}'",
    "W": "DELETE FROM mysql.db WHERE Host = '%' AND User = '{user}'",
    "U": "UPDATE mysql.db SET User = '{other}' WHERE Host = '%' AND User = '{user}' AND Db = 'd{db}'",
    "E": "DELETE FROM mysql.db",
    "F": "FLUSH PRIVILEGES",
}
RANDOM = 200
LENGTH = 16


def statement(word):
    user = word[0]
    return STATEMENTS[word[1]].format(user=user, other="b" if user == "a" else "a", db=word[2:])


def listed(root, user):
    try:
        lines = [line for (line,) in root.query("SHOW GRANTS FOR %s@'%%'" % user)]
    except Exception:  # there is no such account
        return "?"
    return "".join(found for line in lines for found in re.findall(r"ON `d(\d)`\.\*", line))


def invent():
    """Sequences in which what is written by hand is read at once."""
    chance = random.Random(1)
    for _ in range(RANDOM):
        letters = "GGGGGRRAD" + chance.choice(["", "IXU", "IIXXWWUUE"])
        words = []
        while len(words) < LENGTH:
            user, letter = chance.choice(ACCOUNTS), chance.choice(letters)
            words.append(user + letter + (str(chance.randint(1, 6)) if letter in "GRIXU" else ""))
            if letter == "D":
                words.append(user + "C")
            if letter in "IXWUE" or chance.random() < 0.1:
                words.append("aF")
        yield " ".join(words)


if __name__ == "__main__":
    record(list(invent()), statement, "CREATE USER a@'%', b@'%'",
           lambda root: ",".join(listed(root, user) for user in ACCOUNTS))
