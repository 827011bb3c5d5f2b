"""Listening sockets: bound here or handed down by the process that started this one."""

import asyncio
import os
import socket

from services.runtime.lifecycle import CannotStart
from services.runtime.settings import EVERY_ADDRESS


async def bind(host: str, port: int) -> socket.socket:
    """A bound TCP socket. Raises CannotStart."""
    try:
        return await _bound(host, port)
    except (socket.gaierror, UnicodeError) as error:
        raise CannotStart(f"cannot bind {host}:{port}: that host is not known here") from error
    except OSError as error:  # uvloop's own text repeats the address
        raise CannotStart(f"cannot bind {host}:{port}: {os.strerror(error.errno or 0)}") from error


async def _bound(host: str, port: int) -> socket.socket:
    infos = await asyncio.get_running_loop().getaddrinfo(host or EVERY_ADDRESS[0], port, type=socket.SOCK_STREAM)
    family, kind, protocol, _, address = infos[0]
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
    except OSError:
        listener.close()
        raise
    return listener


def inherited(descriptor: int) -> socket.socket:
    """The listening socket that the parent process passed on under this file descriptor."""
    listener = socket.socket(fileno=descriptor)
    listener.setblocking(False)
    return listener


def local_url(scheme: str, host: str, listener: socket.socket) -> str:
    """The URL of a listener for this machine."""
    name = "127.0.0.1" if host in EVERY_ADDRESS else host
    return f"{scheme}://{netloc(name, listener.getsockname()[1])}"


def netloc(host: str, port: int) -> str:
    """Host and port as URLs have them."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
