//! Expectation files (`.test`): a policy, and lines that read aloud.
