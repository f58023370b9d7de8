"""The environment of this installation, read once and typed; no other module reads ``os.environ``."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent
"""The checkout: Fairwatch runs from it and is never installed."""


class SettingsError(Exception):
    """A setting is missing or wrong; the message names it, its value and the remedy."""


class Env(BaseSettings):
    """All settings that differ between installations.

    Each is read from ``FAIRWATCH_<NAME>`` or from ``.env`` in the checkout; ``.env.example`` explains every one.
    """

    model_config = SettingsConfigDict(env_prefix="FAIRWATCH_", env_file=ROOT / ".env", env_file_encoding="utf-8", extra="ignore")

    secret_key: SecretStr = Field(description="Signs sessions and links; long and random.", min_length=32)
    contact_key: SecretStr = Field(description="Keys the hash under which contacts are compared.", min_length=32)
    vault_keys: SecretStr = Field(description="Fernet keys of the contact vault, newest first, separated by commas.", min_length=44)

    data_dir: Path = Field(default=ROOT / "data", description="Landing files, captures, index and the SQLite ledger.")
    database_url: str = Field(default="", repr=False, description="sqlite:///PATH or postgres://...; empty: SQLite in data_dir.")
    debug: bool = Field(default=False, description="Django's debug pages; never on a machine others reach.")
    allowed_hosts: str = Field(default="localhost,127.0.0.1,[::1]", description="Host names the web pages answer to.")
    base_url: str = Field(default="http://127.0.0.1:8000", description="Address of the web pages, as written into mails and feeds.")
    https_only: bool = Field(default=False, description="Secure cookies, HSTS and redirects; on wherever TLS is in front.")
    second_factor: str = Field(default="custodian,operator", description="Roles that need a second factor, separated by commas.")
    time_zone: str = Field(default="UTC", description="Time zone in which pages show times.")
    home_countries: str = Field(default="", description="Countries the inspectors answer for, ISO 3166-1 alpha-2, separated by commas.")

    proxies: int = Field(default=0, ge=0, le=10, description="Proxies of ours in front: X-Forwarded-For is believed for so many hops.")
    operator_contact: str = Field(default="", description="Address named in the crawler's user agent.")
    timestamp_url: str = Field(default="", description="RFC 3161 authority that stamps the head of the captures' chain; empty: none.")
    timestamp_ca: str = Field(default="", description="PEM file with that authority's root, for verify_captures; empty: not checked.")
    pictures: bool = Field(default=False, description="Keep a picture of each new advert's page, rendered by Debian's chromium.")
    index_backend: Literal["embedded", "elastic"] = Field(default="embedded", description="Search engine in use.")
    elasticsearch_url: str = Field(default="http://127.0.0.1:9200", description="Addresses of the cluster's nodes, separated by commas.")
    elasticsearch_user: str = Field(default="", description="User of the cluster, where it asks for one.")
    elasticsearch_password: SecretStr = Field(default=SecretStr(""), description="Password of that user.")
    elasticsearch_api_key: SecretStr = Field(default=SecretStr(""), description="API key, used instead of user and password.")
    elasticsearch_ca: str = Field(default="", description="PEM file of who signed the cluster's certificates; empty: as the system knows.")
    elasticsearch_index: str = Field(default="fairwatch", pattern="^[a-z0-9][a-z0-9_.-]{0,99}$", description="Name of the index there.")
    elasticsearch_shards: int = Field(default=1, ge=1, le=1024, description="Parts of the index; one holds tens of millions of adverts.")
    elasticsearch_replicas: int = Field(default=1, ge=0, le=10, description="Copies of each part beside the first; 0 on a single node.")

    email_url: str = Field(default="file:", description="smtp://USER:PASSWORD@HOST:PORT, smtps://..., file: (data_dir/outbox) or console:.")
    email_from: str = Field(default="Fairwatch <fairwatch@localhost>", description="Sender of alerts.")
    apprise: SecretStr = Field(
        default=SecretStr(""), description="Chats: NUMBER=ADDRESS by spaces, number of a subscription, Apprise's address."
    )
    bounces: str = Field(default="", description="Maildir or mbox file where mails that came back lie; empty: none is read.")

    email_per_minute: int = Field(default=0, ge=0, description="Most mails handed over in a minute; 0: as many as there are.")
    webhook_per_minute: int = Field(default=0, ge=0, description="Most messages to one webhook host in a minute; 0: as many as there are.")

    webhook_timeout: float = Field(default=10, gt=0, le=25, description="Seconds a webhook's receiver has to answer.")
    webhook_loopback: bool = Field(default=False, description="Let webhooks reach this machine itself, over http; for trials alone.")

    exchange_corridors: str = Field(default="", description="Corridors in the counts for partners, like NP-QA,PH-SA, as agreed beforehand.")
    exchange_epsilon: Decimal = Field(default=Decimal("0.5"), gt=0, le=10, description="Privacy loss of one release of noised counts.")
    exchange_budget: Decimal = Field(default=Decimal("2"), gt=0, le=50, description="Privacy loss of all releases of one year together.")

    metrics_token: SecretStr = Field(
        default=SecretStr(""), description="Lets Prometheus read /metrics from another machine; empty: none may."
    )
    health_port: int = Field(default=8010, ge=0, le=65535, description="Loopback port of the scheduler's /healthz; 0: any free one.")

    @field_validator("apprise")
    @classmethod
    def _readable(cls, value: SecretStr) -> SecretStr:
        if any(not number.isdecimal() or "://" not in url for number, url in _pairs(value)):
            raise ValueError("write NUMBER=ADDRESS, for example 12=mmosts://chat.example/key, more of them after spaces")
        return value

    @property
    def chats(self) -> dict[int, str]:
        """``apprise`` one by one: number of a subscription and the address of its chat."""
        return {int(number): url for number, url in _pairs(self.apprise)}

    @property
    def countries(self) -> frozenset[str]:
        """``home_countries`` one by one, in capitals."""
        return frozenset(code.strip().upper() for code in self.home_countries.split(",") if code.strip())

    @property
    def landing_dir(self) -> Path:
        """Where crawls and imports leave their adverts as JSON lines."""
        return self.data_dir / "landing"

    @property
    def captures_dir(self) -> Path:
        """Where crawls leave WARC captures."""
        return self.data_dir / "captures"

    @property
    def index_dir(self) -> Path:
        """Where the embedded index lies; can be deleted and rebuilt."""
        return self.data_dir / "index"

    @property
    def database(self) -> str:
        """The ledger's address; SQLite in ``data_dir`` where none is given."""
        return self.database_url or f"sqlite:///{self.data_dir / 'ledger.sqlite3'}"


def _pairs(value: SecretStr) -> list[tuple[str, str]]:
    parted = (each.partition("=") for each in value.get_secret_value().split())
    return [(number, url) for number, _, url in parted]


_current: Env | None = None


def use(env: Env) -> None:
    """Make ``env`` the settings of this process (tests and tools call this before Django is set up)."""
    global _current
    _current = env


def current() -> Env:
    """The settings of this process, read at the first call.

    Raises ``SettingsError`` naming each missing or wrong variable.
    """
    if _current is None:
        try:
            use(Env())
        except ValidationError as error:
            raise SettingsError(_explain(error)) from error
        return current()
    return _current


def _explain(error: ValidationError) -> str:
    lines = []
    for problem in error.errors(include_input=False, include_url=False):
        name = "FAIRWATCH_" + "_".join(str(part) for part in problem["loc"]).upper()
        lines.append(f"{name}: {problem['msg']}. Set it in .env (see .env.example) or in the environment.")
    lines.append("`make setup` writes a .env with fresh keys where there is none.")
    return "\n".join(lines)
