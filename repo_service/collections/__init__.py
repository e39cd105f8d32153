"""A teacher's own collections of works, and those that are starter kits for new colleagues."""
