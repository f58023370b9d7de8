from __future__ import annotations

import re
from pathlib import Path

import pytest

from settings import env, first_keys
from settings.env import ROOT, Env, SettingsError

KEYS = {"secret_key": "s" * 40, "contact_key": "c" * 40, "vault_keys": "k" * 44}


def test_every_setting_is_in_the_example_file() -> None:
    example = (ROOT / ".env.example").read_text()
    named = set(re.findall(r"FAIRWATCH_([A-Z_]+)=", example))
    assert named == {name.upper() for name in Env.model_fields}


def test_missing_keys_are_named_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in KEYS:
        monkeypatch.delenv(f"FAIRWATCH_{name.upper()}", raising=False)
    monkeypatch.setattr(env, "_current", None)
    monkeypatch.setitem(Env.model_config, "env_file", None)
    with pytest.raises(SettingsError) as caught:
        env.current()
    assert all(f"FAIRWATCH_{name.upper()}" in str(caught.value) for name in KEYS)
    assert "make setup" in str(caught.value)


@pytest.mark.parametrize(("name", "value"), [("health_port", "99999"), ("index_backend", "oracle"), ("secret_key", "short")])
def test_wrong_values_are_refused_at_the_start(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=name):
        Env(_env_file=None, **{**KEYS, name: value})  # type: ignore[arg-type]


def test_first_keys_fill_what_is_empty_and_keep_what_is_set() -> None:
    filled = first_keys.filled("FAIRWATCH_SECRET_KEY=\nFAIRWATCH_CONTACT_KEY=mine\n#FAIRWATCH_DATA_DIR=x\nFAIRWATCH_VAULT_KEYS=\n")
    lines = dict(line.split("=", 1) for line in filled.splitlines())
    assert len(lines["FAIRWATCH_SECRET_KEY"]) >= 48
    assert lines["FAIRWATCH_CONTACT_KEY"] == "mine"
    assert len(lines["FAIRWATCH_VAULT_KEYS"]) == 44
    assert first_keys.filled("FAIRWATCH_SECRET_KEY=") != first_keys.filled("FAIRWATCH_SECRET_KEY=")


def test_secrets_do_not_show_when_printed() -> None:
    made = Env(_env_file=None, data_dir=Path("/tmp/x"), **KEYS)  # type: ignore[arg-type]  # noqa: S108
    assert KEYS["secret_key"] not in repr(made)
    assert made.database == "sqlite:////tmp/x/ledger.sqlite3"
