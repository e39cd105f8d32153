"""Lists of people from a spreadsheet: read, looked at line by line, then made into accounts with one-time links."""
