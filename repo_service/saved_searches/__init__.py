"""Searches a person keeps, and is told of when something new answers them."""
