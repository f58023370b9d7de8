"""Search: one port, the query as data, documents derived from the ledger."""
