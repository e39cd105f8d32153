"""The department's hand on controlled lists and settings: labels change, codes never."""
