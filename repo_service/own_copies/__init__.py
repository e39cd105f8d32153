"""An own copy of a colleague's work ("Tạo bản của tôi"), and versions adapted for inclusion beside the original."""
