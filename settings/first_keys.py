"""Write ``.env`` with fresh random keys where there is none: ``python -m settings.first_keys``."""

from __future__ import annotations

import base64
import secrets

from settings.env import ROOT

KEYS = ("FAIRWATCH_SECRET_KEY", "FAIRWATCH_CONTACT_KEY", "FAIRWATCH_VAULT_KEYS")


def filled(example: str) -> str:
    """The text of ``.env.example`` with a fresh random value behind each key that is empty there."""
    values = {name: secrets.token_urlsafe(48) for name in KEYS}
    values["FAIRWATCH_VAULT_KEYS"] = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    lines = [line + values[line[:-1]] if line[:-1] in values and line.endswith("=") else line for line in example.splitlines()]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the file, readable by its owner alone; an existing one is left as it is."""
    target = ROOT / ".env"
    if target.exists():
        return
    target.touch(mode=0o600)
    target.write_text(filled((ROOT / ".env.example").read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
