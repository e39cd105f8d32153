"""A cluster's plan of the school year: what it wants to make, who makes it, by when; never a report."""
