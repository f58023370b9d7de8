"""``compose.yaml`` and ``Dockerfile``: nobody is root, nothing is writable that need not be, and every name in them exists.

What cannot be tried without an engine: that the image builds and the containers start.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands

from adverts.management.commands.run import LEAVABLE
from adverts.management.commands.worker import STAGES
from settings.databases import database
from settings.env import ROOT, Env

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = ("migrate", "web", "scheduler", "worker", "crawler")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
NEEDED = {
    "FAIRWATCH_SECRET_KEY": "s" * 48, "FAIRWATCH_CONTACT_KEY": "c" * 48, "FAIRWATCH_VAULT_KEYS": "k" * 44,
    "POSTGRES_PASSWORD": "abc123", "ELASTIC_PASSWORD": "abc123",
}  # fmt: skip


def filled(text: str) -> str:
    """``text`` with its variables replaced as compose does."""
    return re.sub(r"\$\{(\w+)(?::[-?]([^}]*))?\}", lambda found: NEEDED.get(found[1], found[2] or ""), str(text))


def test_the_services_are_these() -> None:
    assert set(SERVICES) == {*OURS, "postgres", "elasticsearch"}


@pytest.mark.parametrize("name", SERVICES)
def test_nobody_is_root_and_rights_are_few(name: str) -> None:
    service = SERVICES[name]
    assert service["user"] not in {"", "0", "root", "0:0"}
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    assert service.get("read_only", False) is (name != "elasticsearch")
    assert not [volume for volume in service["volumes"] if "docker.sock" in volume or volume.startswith(("/", "."))]


@pytest.mark.parametrize("name", SERVICES)
def test_each_has_limits_a_health_check_and_logs_that_end(name: str) -> None:
    service = SERVICES[name]
    assert re.fullmatch(r"\d+[mg]", service["mem_limit"])
    assert service["cpus"] > 0
    assert service["pids_limit"] > 0
    assert service["logging"]["options"] == {"max-size": "20m", "max-file": "5"}
    assert service["healthcheck"].get("test") or name == "migrate"


@pytest.mark.parametrize("name", SERVICES)
def test_volumes_and_networks_are_declared(name: str) -> None:
    service = SERVICES[name]
    assert {volume.partition(":")[0] for volume in service["volumes"]} <= set(COMPOSE["volumes"])
    assert set(service["networks"]) <= set(COMPOSE["networks"])


def test_ledger_index_and_workers_cannot_be_reached_from_outside_nor_reach_out() -> None:
    assert COMPOSE["networks"]["back"] == {"internal": True}
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["web"]
    assert all(port.startswith("127.0.0.1:") for port in SERVICES["web"]["ports"])
    assert {name for name, service in SERVICES.items() if "front" in service["networks"]} == {"web", "scheduler", "crawler"}


@pytest.mark.parametrize("name", OURS)
def test_our_settings_exist_and_hold_no_secret(name: str) -> None:
    given = SERVICES[name]["environment"]
    fields = {f"FAIRWATCH_{field.upper()}" for field in Env.model_fields}
    assert {variable for variable in given if variable.startswith("FAIRWATCH_")} <= fields
    values = {variable.removeprefix("FAIRWATCH_").lower(): filled(value) for variable, value in given.items()}
    made = Env(_env_file=None, **{field: value for field, value in values.items() if field in Env.model_fields})
    assert database(made.database)["HOST"] == "postgres"
    assert made.index_backend == "elastic"
    assert all(str(given[name]).startswith("${") for name in given if re.search("KEY|PASSWORD", name))


@pytest.mark.parametrize("name", [name for name in OURS if "command" in SERVICES[name]])
def test_the_commands_exist(name: str) -> None:
    words = " ".join(SERVICES[name]["command"])
    assert set(re.findall(r"manage\.py (\w+)", words)) <= set(get_commands())
    assert set(re.findall(r"--leave=(\w+)", words)) <= set(LEAVABLE)
    assert set(re.findall(r"--do (\w+)", words)) <= {"crawl", *STAGES}


def test_what_the_scheduler_leaves_somebody_does() -> None:
    left = set(re.findall(r"--leave=(\w+)", " ".join(SERVICES["scheduler"]["command"])))
    assert left <= {"crawl", *STAGES}
    assert SERVICES["crawler"]["command"][-3:] == ["crawl", "--every", "60"]
    assert SERVICES["worker"]["command"][-1] == "worker"


@pytest.mark.parametrize("name", [name for name in OURS if name != "migrate"])
def test_ours_wait_for_the_tables(name: str) -> None:
    assert SERVICES[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


def test_the_image_runs_as_nobody_from_hashed_packages() -> None:
    assert re.search(r"^USER fairwatch$", DOCKERFILE, re.MULTILINE)
    assert DOCKERFILE.rindex("USER fairwatch") > DOCKERFILE.rindex("RUN ")
    assert "--require-hashes" in DOCKERFILE
    assert SERVICES["web"]["user"] == ":".join(re.findall(r"--[ug]id (\d+)", DOCKERFILE)[::-1])
    copied = re.findall(r"^COPY (?:--from=\w+ )?(\S+)", DOCKERFILE, re.MULTILINE)
    assert all((ROOT / path).exists() for path in copied if not path.startswith("/"))
    compiled = re.search(r"compileall -q (.+) \\", DOCKERFILE)
    assert compiled is not None
    assert all((ROOT / folder / "__init__.py").exists() for folder in compiled[1].split())


@pytest.mark.parametrize("name", [".env", ".git", "data", ".venv"])
def test_secrets_and_data_stay_out_of_the_image(name: str) -> None:
    assert name in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()


@pytest.mark.skipif(not shutil.which("docker-compose"), reason="no docker-compose: Debian has a package of that name")
def test_compose_itself_accepts_the_file(tmp_path: Path) -> None:
    made = tmp_path / ".env"
    made.write_text("".join(f"{name}={value}\n" for name, value in NEEDED.items()))
    command = ["docker-compose", "--env-file", str(made), "--file", str(ROOT / "compose.yaml"), "config", "--quiet"]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("FAIRWATCH_")}
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env=clean)
    assert done.returncode == 0, done.stderr
    made.write_text("")
    missing = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env=clean)
    assert missing.returncode == 1
    assert "write it into .env" in missing.stderr
