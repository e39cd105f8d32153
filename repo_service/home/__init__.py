"""One landing page per role, my work, and a cluster's page."""
