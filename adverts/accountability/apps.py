"""Django's entry for the accounts."""

from __future__ import annotations

from django.apps import AppConfig


class AccountabilityConfig(AppConfig):
    """The accounts, a part of the ledger's folder with tables of its own."""

    name = "adverts.accountability"
    label = "accountability"

    def ready(self) -> None:
        """Tell practice on past cases which clusters are restricted: review itself knows nothing of alerts."""
        from adverts.accountability.restricted import restricted_clusters
        from review import past

        past.leave_out(restricted_clusters)
