"""What looks wrong and is legal, by subject."""
