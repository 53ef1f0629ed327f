"""Sequences of statements, each on a fresh server, and what is there behind every statement."""
import sys


def record(sequences, statement, setup, state):
    """Prints what the words of the sequences stand for, then each sequence with the states behind its words.

    `statement` gives the statement of a word, `setup` is run first, `state` asks a connection. The first argument of the command
    line is the folder of the probe, the second the settings of a server.
    """
    sys.path.insert(0, sys.argv[1])
    from probe import Server, ServerError
    server = Server.from_file(sys.argv[2])
    for word in sorted({word for sequence in sequences for word in sequence.split()}):
        print("=", word, statement(word))
    for sequence in sequences:
        server.reset()
        root, states = server.root(), []
        root.query(setup)
        for word in sequence.split():
            errno = ""
            try:
                root.query(statement(word))
            except ServerError as error:
                errno = "!%d" % error.errno
            states.append(state(root) + errno)
        print(sequence, "|", *states)
