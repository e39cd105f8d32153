"""Kho's works in the forms that other systems read."""
