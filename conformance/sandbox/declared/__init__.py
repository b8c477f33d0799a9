"""Agencies that are data: what they hold, what their operations do, what can be wrong with them.

A file of `conformance/sandbox/agencies/` and the contract of the same name make an agency. What
needs more than the words of `schema.yaml` is code, as the procedure system is.
"""
