"""Backups: consistent runs into a folder while people work, tried out, thinned out, restored into an empty place."""
