"""KUUKI_ICE_SERVERS as Link headers (RFC 9725 section 4.6)."""

from urllib.parse import unquote


def ice_links(servers: str) -> list[str]:
    """Link header values for a comma-separated list of ``stun:host:port`` and ``turn:name:password@host:port``."""
    return [_link(server.strip()) for server in servers.split(",") if server.strip()]


def _link(server: str) -> str:
    scheme, _, rest = server.partition(":")
    if scheme not in ("stun", "stuns", "turn", "turns") or not rest:
        raise ValueError("KUUKI_ICE_SERVERS: each is stun:host:port or turn:name:password@host:port")
    account, at, place = rest.rpartition("@")
    link = f'<{scheme}:{place}>; rel="ice-server"'
    if not at:
        return link
    name, _, password = account.partition(":")
    return f'{link}; username="{unquote(name)}"; credential="{unquote(password)}"; credential-type="password"'
