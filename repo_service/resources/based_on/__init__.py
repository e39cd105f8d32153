"""Works made from other works: whose they rest on, kept for good, and what rests on them."""
