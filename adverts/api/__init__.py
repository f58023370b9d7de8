"""``/api/v1``: what partners may read by machine; composes the ledger, the index, the rules and the notices."""
