"""The National Public Service Portal, the side that takes the packets of one-stop systems."""
