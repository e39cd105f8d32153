"""Sample files for tests, all made by code: ordinary ones, broken ones and hostile ones."""
