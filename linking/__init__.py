"""Near-duplicates, shared contacts and the clusters they make."""
