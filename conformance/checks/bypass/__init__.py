"""Ways round a refusal."""
