"""Locking a product: what it consists of, every byte read again, what still stands in the way, addenda."""
