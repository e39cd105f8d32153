"""The department, communes, schools, clusters and who belongs to them in which school year."""
