"""The one view: what answers say of people becomes tokens, with facts that checks can use."""
