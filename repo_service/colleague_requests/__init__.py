"""Asking the colleagues of a cluster for what Kho does not have yet ("nhờ đồng nghiệp")."""
