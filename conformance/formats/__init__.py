"""Data formats that JSON Schema libraries get wrong or do not know."""
