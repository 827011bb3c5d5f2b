"""So many tests in a browser at a time, whatever the number of workers."""

import threading

from tests.slots import Slots


def test_there_are_so_many_places_and_each_is_given_back(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    first, second, third = (Slots("test", 2) for _ in range(3))
    first.take()
    first.take()
    second.take()
    waiting = threading.Thread(target=third.take, daemon=True)
    waiting.start()
    assert third._held is None
    assert not third._take_one()
    second.give()
    waiting.join(30)
    assert third._held is not None
    first.give()
    first.give()
    third.give()
