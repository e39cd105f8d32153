"""A person's own data: given out, erased, asked about within the law's days, and kept no longer than it must be."""
