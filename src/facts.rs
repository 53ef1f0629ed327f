//! Base relations: one documented Vec each.
