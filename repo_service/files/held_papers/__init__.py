"""Files held because they look like national papers that are not public; the department lets go what is none."""
