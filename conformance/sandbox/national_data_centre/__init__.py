"""The National Data Centre: takes in versions of records and accounts for them."""
