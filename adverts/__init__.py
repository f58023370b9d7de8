"""The ledger: adverts, their versions, assessments, rejects, the contact vault and the audit log."""
