//! What a tired person reads: derivations from derived tuples.
