"""Resources, their versions, links and licences; states live in lifecycle.py."""
