"""Safe-labour notices: two persons, one public page, one feed."""
