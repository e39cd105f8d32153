"""Kho: the service that teachers open. Features live in the folders beside this file."""
