#!/usr/bin/env python3
"""Records what a live MySQL keeps of a dynamic privilege, in memory and stored, behind each statement of a sequence.

    dynamic.py PROBE_FOLDER SETTINGS > ../replay/dynamic.txt

A line has the letters of the statements, and for each of them whether the privilege is in force with its grant option (Y),
without (N) or not at all (-), and the same of its row in `mysql.global_grants`.
"""
import sys

PRIVILEGE = "SYSTEM_VARIABLES_ADMIN"
STATEMENTS = {
    "G": "GRANT SYSTEM_VARIABLES_ADMIN ON *.* TO r2 WITH GRANT OPTION",
    "N": "GRANT SYSTEM_VARIABLES_ADMIN ON *.* TO r2",
    "R": "REVOKE SYSTEM_VARIABLES_ADMIN ON *.* FROM r2",
    "O": "REVOKE GRANT OPTION ON *.* FROM r2",
    "A": "GRANT GRANT OPTION ON *.* TO r2",
    "E": "REVOKE SYSTEM_VARIABLES_ADMIN, GRANT OPTION ON *.* FROM r2",
    "F": "FLUSH PRIVILEGES",
    "W": "REVOKE ALL PRIVILEGES ON *.* FROM r2",
    "X": "RENAME USER r2 TO r3, r3 TO r2",
    "D": "DROP USER r2",
    "C": "CREATE USER r2",
}
SEQUENCES = ("GORRR GOORRRR GOGORRRRR GOARRR GOAORRRR NAORRR NAOARRRRRR GONRRR GOFRRR GOEERR GEERR GOWRR GOXRRR GODCRR"
             " GODCNRRR GOAAORRRRRRRR GONNGGRRRR GORNRRR GORGRRR GOROARRRR GORFRR NORR NARR GAORR GOXORRR").split()


def state(root):
    """Of memory and of the table."""
    try:
        shown = [line for (line,) in root.query("SHOW GRANTS FOR r2") if PRIVILEGE in line]
    except Exception:  # there is no such account
        shown = []
    stored = root.query("SELECT WITH_GRANT_OPTION FROM mysql.global_grants WHERE user = 'r2'")
    memory = ("Y" if "WITH GRANT OPTION" in shown[0] else "N") if shown else "-"
    return memory + (stored[0][0] if stored else "-")


def main():
    sys.path.insert(0, sys.argv[1])
    from probe import Server
    server = Server.from_file(sys.argv[2])
    for sequence in SEQUENCES:
        server.reset()
        root, states = server.root(), []
        root.query("CREATE USER r2")
        for letter in sequence:
            root.query(STATEMENTS[letter])
            states.append(state(root))
        print(sequence, *states)


if __name__ == "__main__":
    main()
