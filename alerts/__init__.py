"""Subscriptions, digests, the outbox and its channels; the scheduler."""
