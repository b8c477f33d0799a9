"""The way to a target: the only place from which a run asks, and what carries its questions."""
