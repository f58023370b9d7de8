"""The pages of review; every view declares who may reach it."""
