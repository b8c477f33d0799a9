"""The agency of the national document axis: documents between agencies, in edXML."""
