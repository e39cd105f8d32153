"""A school seen by its head, its commune and the department: duties, who takes part, what it uses; nobody is ranked."""
