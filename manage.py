#!/usr/bin/env python3
"""Every stage of Fairwatch is one command of this file: ``python manage.py help``."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run one command; a missing setting ends with its name and remedy instead of a traceback."""
    os.umask(0o027)  # the ledger and captures are nobody else's business
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.web")
    from django.core.management import execute_from_command_line

    from settings.env import SettingsError

    try:
        execute_from_command_line(sys.argv)
    except SettingsError as error:
        sys.exit(f"Fairwatch cannot start.\n{error}")


if __name__ == "__main__":
    main()
