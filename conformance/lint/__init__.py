"""What is wrong with a profile or a contract, said without any target."""
