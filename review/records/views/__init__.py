"""The pages of records; every view declares who may reach it."""
