""" "Khó khăn, vướng mắc": a school files what hinders it; Kho takes it to whom the school answers to (R37, R38)."""
