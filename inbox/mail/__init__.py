"""The mail reader: bytes of a mail in, meaning out. Pure functions, no database, importable alone."""
