"""Topic packages ("gói chủ đề", B7): existing works in the order of teaching, each pinned to a version."""
