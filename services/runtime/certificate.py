"""The certificate that browsers get, as a client sees it: how much of its lifetime is left."""

import asyncio
import datetime
import ssl
from typing import Final
from urllib.parse import urlsplit

from cryptography import x509

from kuuki.times import CERTIFICATE_CHECK_S, CERTIFICATE_S
from services.runtime.metrics import Metrics
from services.runtime.ticker import ticks

NONE_LEFT: Final = 0.0


class CertificateWatch:
    """Asks the TLS front for its certificate, by the public URL's name, and sets a gauge.

    ``front``: host and port of what ends TLS. Looking at the file would not do: the front shows what it has loaded, and
    may never have loaded a renewed file. A front that shows no certificate counts as none left: no page works either.
    """

    def __init__(self, front: tuple[str, int], public_url: str | None, metrics: Metrics) -> None:
        self._front = front
        self._name = (urlsplit(public_url).hostname if public_url else None) or front[0]
        self._metrics = metrics

    async def run(self) -> None:
        """Set the gauge every CERTIFICATE_CHECK_S until cancelled."""
        await self.look()
        async for _ in ticks(CERTIFICATE_CHECK_S):
            await self.look()

    async def look(self) -> None:
        """Set the gauge once, within CERTIFICATE_S. Never raises."""
        try:
            async with asyncio.timeout(CERTIFICATE_S):
                left = life_left(await _shown(*self._front, self._name), datetime.datetime.now(datetime.UTC))
        except (OSError, TimeoutError, ValueError):  # ssl's errors are OSErrors
            left = NONE_LEFT
        self._metrics.certificate_left.set(left)


def life_left(certificate: bytes, now: datetime.datetime) -> float:
    """The share of its lifetime that a certificate (DER) still has: 1 when it is new, below 0 when it has expired.

    A share, because lifetimes differ (90 days, six, half of one) and all are renewed when a third is left. Raises
    ValueError for what is no certificate.
    """
    try:
        read = x509.load_der_x509_certificate(certificate)
    except x509.InvalidVersion as error:  # it is no ValueError, and OpenSSL accepts such certificates
        raise ValueError("not a version of X.509") from error
    begin, end = read.not_valid_before_utc, read.not_valid_after_utc
    return (end - now) / (end - begin) if end > begin else NONE_LEFT


async def _shown(host: str, port: int, name: str) -> bytes:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # an expired one must be seen too; nothing is sent on this connection
    _, writer = await asyncio.open_connection(host, port, ssl=context, server_hostname=name)
    try:
        shown: bytes = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        return shown
    finally:
        writer.transport.abort()
