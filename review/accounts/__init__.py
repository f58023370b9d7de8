"""Accounts: signing in with a second factor, invitations, roles, bodies and each person's language."""
