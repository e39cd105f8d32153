"""Append-only record of downloads; counts live in the database."""
