"""Following a subject, a cluster or a work: who follows hears of what is published there."""
