"""The demonstration: invented people, schools and works as plain values (banner "Dữ liệu minh hoạ")."""
