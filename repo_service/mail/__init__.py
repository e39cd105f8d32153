"""Letters out of Kho: what one looks like and the SMTP server that takes it; knows no table."""
