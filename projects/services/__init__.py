"""Writes of the file and its way. One module a noun; every function has ``by=`` and one transaction."""
