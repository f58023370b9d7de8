"""The inspector's workspace: queue, advert pages, decisions."""
