"""The search page and API: parameters in, hits with the viewer's rights out."""
