"""What is asked: one folder a subject; subjects never import each other."""
