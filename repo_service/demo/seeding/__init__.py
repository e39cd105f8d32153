"""Writes the plan of the demonstration into an installation: people, files, works, products, notices."""
