"""Keeping bytes for years: rows and objects compared, stores moved."""
