"""Background work: leases, schedules, progress, and the page where an operator looks after what failed."""
