"""What outlives a decision: evidence capsules, referrals, shown contacts, retention and people's rights (docs/records.md)."""
