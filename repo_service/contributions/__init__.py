"""The contribute page and the deposit through the API."""
