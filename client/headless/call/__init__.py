"""Calls without a browser: ring a code or wait to be rung, over real media. docs/protocol.md, "Calls"."""

from client.headless.call.errors import BadCode, CannotCall, NotAnswered
from client.headless.call.library import call, wait
from client.headless.call.phone import Phone
from client.headless.call.shows import Calm
from client.headless.call.talk import Talk

__all__ = ["BadCode", "Calm", "CannotCall", "NotAnswered", "Phone", "Talk", "call", "wait"]
