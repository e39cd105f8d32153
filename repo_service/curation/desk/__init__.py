"""The curators' desk: one work after another, side by side with what was said of it before."""
