"""What ``kuuki serve`` prints once it serves: the URLs, and a QR code of the demo room where a public URL is set."""

import sys

import segno

from services.runtime.settings import Settings
from services.signal.http.bodies import Links


def welcome(origin: str, links: Links | None, settings: Settings) -> None:
    """Print the URLs on standard output."""
    print(f"\nkuuki serves at {origin}\n", flush=True)
    if links is not None:
        print(f"  audience   {links.audience}")
        print(f"  stage      {links.stage}\n")
        if settings.public_url is not None and sys.stdout.isatty():
            segno.make(links.audience, error="m").terminal(compact=True)
    if settings.calls == "on":
        print(f"  call       {origin}/call\n")
    if not settings.open_to_all:
        print(f"  make a room: open {origin}/#k=… with your KUUKI_ADMIN_TOKEN behind the equals sign\n")
    if settings.tls == "self-signed":
        print("  The certificate is self-signed: each browser asks once whether to go on.\n")
    print("  Ctrl-C ends it.", flush=True)
