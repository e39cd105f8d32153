"""How a work is found and shown in a list: the fields of its index document, the facts of its card."""
