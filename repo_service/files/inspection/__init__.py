"""What a file is by its own bytes; knows no database and no web."""
