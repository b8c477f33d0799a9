"""The contract as a document: what can be told of it before anything is asked."""
