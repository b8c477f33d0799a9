"""HTTP semantics and exposure."""
