"""The connection: certificates, versions, cipher suites, and that there is no other way in."""
