"""Settings from the environment (KUUKI_*), overridden by the command line. docs/configuration.md lists them."""

import ipaddress
import os
from functools import cached_property
from pathlib import Path
from typing import Final, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from kuuki.addresses import Network, is_loopback, parse_networks, plain
from kuuki.times import DRAIN_S, RETENTION_S, ROOM_IDLE_S, TURN_NAME_S, TURN_TTL_S

LogForm = Literal["auto", "text", "json"]


EVERY_ADDRESS: Final = ("0.0.0.0", "::", "")  # noqa: S104 - compared, and bound only where the operator asked for it
"""What ``host`` is where kuuki is bound to all addresses of the machine."""


class Settings(BaseSettings):
    """All settings. The defaults make one process on loopback without secrets."""

    model_config = SettingsConfigDict(env_prefix="KUUKI_", extra="ignore")

    host: str = Field("127.0.0.1", description="Address to bind. On loopback kuuki needs no tokens.")
    port: int = Field(8080, ge=0, le=65535, description="TCP port of HTTP; 0 picks a free one.")
    health_host: str = Field("127.0.0.1", description="Address of the port for probes and Prometheus.")
    health_port: int = Field(0, ge=0, le=65535, description="TCP port for probes and Prometheus; 0 picks a free one.")
    public_url: str | None = Field(None, description="The URL that people open, for links and QR codes.")
    tls_cert: Path | None = Field(None, description="PEM file with the certificate chain.")
    tls_key: Path | None = Field(None, description="PEM file with the private key.")
    tls: Literal["self-signed"] | None = Field(None, description="Make a certificate for this run.")
    admin_token: str | None = Field(None, min_length=16, description="Lets its bearer make rooms; needed off loopback.")
    ice_servers: str = Field("", description="STUN/TURN URLs for clients, comma-separated: turn:name:pass@host:port.")
    gateway_address: str | None = Field(
        None, description="IP address that the gateway offers; default: where it is bound."
    )
    trusted_proxies: str = Field(
        "", description="Networks of proxies whose X-Forwarded-For is believed, comma-separated; loopback always is."
    )
    front: str | None = Field(
        None,
        pattern=r"^(\[[0-9a-fA-F:.]+\]|[^\[\]:/@]+):[0-9]{1,5}$",
        description="host:port of what ends TLS before kuuki: its certificate's life is a metric.",
    )
    calls: Literal["on", "off"] = Field("on", description="Whether people may call each other by a code.")
    code_key: str | None = Field(
        None, min_length=16, description="Codes are derived from it: with it, they are the same after a restart."
    )
    veil_key: str | None = Field(
        None,
        min_length=16,
        description="The noise in mixes is made from it: aggregators with the same key publish the same noise.",
    )
    turn: str = Field("", description="TURN servers with REST credentials, comma-separated: turn:host:3478.")
    turn_secret: str | None = Field(None, description="What they share with kuuki: coturn's static-auth-secret.")
    turn_ttl_s: float = Field(TURN_TTL_S, ge=60.0, le=TURN_NAME_S, description="How long relay credentials hold.")
    redis_url: SecretStr | None = Field(
        None, description="Redis for many processes: redis://, redis+sentinel://, redis+cluster:// (rediss for TLS)."
    )
    redis_plain: bool = Field(
        False, description="Nobody else can read the network to Redis: no warning where the URL has no TLS."
    )
    drain_s: float = Field(DRAIN_S, ge=0.0, le=3600.0, description="How long a gateway that stops moves its clients.")
    store: str | None = Field(
        None,
        description="SQLite file of rooms and their record, or none; default: by port, where state is kept.",
    )
    retention_s: int = Field(
        RETENTION_S, ge=0, le=30 * 86_400, description="How long a room's record is kept; 0: nothing is recorded."
    )
    log: LogForm = Field("auto", description="text, json, or auto: text on a terminal.")

    @field_validator("public_url")
    @classmethod
    def _no_trailing_slash(cls, url: str | None) -> str | None:
        if url is not None and not url.startswith(("https://", "http://")):
            raise ValueError("must begin with https:// (or http:// for tests)")
        return url.rstrip("/") if url else None

    @field_validator("gateway_address")
    @classmethod
    def _an_address(cls, address: str | None) -> str | None:
        return None if address is None else str(plain(ipaddress.ip_address(address)))

    @field_validator("host", "health_host")
    @classmethod
    def _in_one_form(cls, host: str) -> str:
        try:
            return str(plain(ipaddress.ip_address(host)))
        except ValueError:
            return host  # a name, or nothing: all addresses

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, networks: str) -> str:
        parse_networks(networks)
        return networks

    @cached_property
    def proxies(self) -> tuple[Network, ...]:
        """The networks from which X-Forwarded-For is believed."""
        return parse_networks(f"127.0.0.0/8,::1,{self.trusted_proxies}")

    @property
    def store_path(self) -> Path | None:
        """The SQLite file of rooms and timeline; None: in memory. With port 0 no link outlives the process, so no
        file."""
        if self.store is not None:
            return None if self.store == "none" else Path(self.store).expanduser()
        if self.port == 0:
            return None
        state = os.environ.get("XDG_STATE_HOME") or "~/.local/state"
        return Path(state).expanduser() / "kuuki" / f"{self.port}.sqlite3"

    @property
    def room_idle_s(self) -> float:
        """How long an unused room stays, in seconds: as long as its record at least, which cannot be read without the
        room."""
        return max(ROOM_IDLE_S, self.retention_s)

    @property
    def on_loopback(self) -> bool:
        """Whether kuuki is bound to this machine alone."""
        return self.host == "localhost" or is_loopback(self.host)

    @property
    def open_to_all(self) -> bool:
        """No secrets needed: bound to loopback, and no public URL says that strangers come by a proxy."""
        return self.on_loopback and self.public_url is None

    @property
    def has_tls(self) -> bool:
        """Whether this process speaks TLS itself."""
        return self.tls is not None or self.tls_cert is not None
