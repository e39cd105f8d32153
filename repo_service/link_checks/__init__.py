"""Do the web addresses of works still lead somewhere? Asked now and then, only where the department allows it."""
