"""What every page shares: templates, macros, built assets, forms, error pages."""
