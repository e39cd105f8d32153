"""What an operator needs to know about an installation."""
