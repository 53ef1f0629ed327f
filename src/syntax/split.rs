//! Text to statement slices.
