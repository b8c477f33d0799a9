"""Before the first run: a target file proposed, and a target tried until it can be examined."""
