"""Works that are kept back until a moment (R52): who is let in before it, and who opened them when."""
