"""STUN and TURN servers for clients: as Link headers (RFC 9725 section 4.6) and as RTCIceServer."""

from dataclasses import dataclass
from urllib.parse import unquote

from kuuki.call.line_messages import RtcIceServer
from services.runtime.settings import Settings
from services.signal.http.turn import credentials, turn_urls


@dataclass(frozen=True, slots=True)
class IceServer:
    """One server, with the name and the password that it asks for; empty where it asks for none."""

    urls: tuple[str, ...]
    username: str = ""
    credential: str = ""

    @property
    def is_relay(self) -> bool:
        """Whether it is a TURN server, which passes media on."""
        return self.urls[0].startswith("turn")


def ice_servers(settings: Settings, address: str | None, unix_s: float, ttl_s: float | None = None) -> list[IceServer]:
    """All that are configured, with a relay's credentials for the client at this address (its key).

    The credentials hold from ``unix_s`` (wall clock, seconds) for ``ttl_s`` seconds, KUUKI_TURN_TTL_S unless told.
    Raises ValueError, which says what is wrong with the settings.
    """
    servers = [_fixed(server.strip()) for server in settings.ice_servers.split(",") if server.strip()]
    urls = turn_urls(settings.turn)
    if bool(urls) != bool(settings.turn_secret):
        raise ValueError("KUUKI_TURN and KUUKI_TURN_SECRET go together: where the relay is, and what it shares.")
    if urls and settings.turn_secret:
        holds_s = settings.turn_ttl_s if ttl_s is None else ttl_s
        servers.append(IceServer(urls, *credentials(settings.turn_secret, address, unix_s, holds_s)))
    return servers


def _fixed(server: str) -> IceServer:
    scheme, _, rest = server.partition(":")
    if scheme not in ("stun", "stuns", "turn", "turns") or not rest:
        raise ValueError("KUUKI_ICE_SERVERS: each is stun:host:port or turn:name:password@host:port")
    account, at, place = rest.rpartition("@")
    if not at:
        return IceServer((f"{scheme}:{place}",))
    name, _, password = account.partition(":")
    return IceServer((f"{scheme}:{place}",), unquote(name), unquote(password))


def has_relay(settings: Settings) -> bool:
    """Whether clients are offered a TURN server."""
    return any(server.is_relay for server in ice_servers(settings, None, 0.0))


def without_relays(settings: Settings) -> list[IceServer]:
    """Those that anybody may know: STUN servers, which tell a client its address and pass nothing on."""
    return [server for server in ice_servers(settings, None, 0.0) if not server.is_relay]


def ice_links(settings: Settings, address: str | None, unix_s: float) -> list[str]:
    """All of them as values of Link headers, one for each URL."""
    return [_link(url, server) for server in ice_servers(settings, address, unix_s) for url in server.urls]


def _link(url: str, server: IceServer) -> str:
    link = f'<{url}>; rel="ice-server"'
    if not server.username:
        return link
    return f'{link}; username="{server.username}"; credential="{server.credential}"; credential-type="password"'


def as_rtc(server: IceServer) -> RtcIceServer:
    """The server as RTCPeerConnection takes it."""
    rtc: RtcIceServer = {"urls": list(server.urls)}
    if server.username:
        rtc["username"], rtc["credential"] = server.username, server.credential
    return rtc
