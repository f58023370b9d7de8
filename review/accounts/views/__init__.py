"""Pages of accounts: a person's own, and those of the people who give accounts out."""
