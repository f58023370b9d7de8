"""Accounts that Fairwatch gives of itself: the quarterly report, the register entry, noised counts for partners, a board's trust desk."""
