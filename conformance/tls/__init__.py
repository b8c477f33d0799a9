"""TLS as a subject of its own: handshakes made to see what a target offers, and what they say."""
