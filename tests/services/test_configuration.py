"""docs/configuration.md lists every variable, and only those that exist."""

import re
from pathlib import Path

from services.runtime.settings import Settings

PAGE = Path(__file__).parents[2] / "docs" / "configuration.md"
NOT_SETTINGS = {"KUUKI_ROOM_SECRET"}
"""Read by the headless client alone."""


def test_every_variable_is_documented_and_no_other():
    documented = set(re.findall(r"`(KUUKI_[A-Z_]+)`", PAGE.read_text()))
    assert documented - NOT_SETTINGS == {f"KUUKI_{name.upper()}" for name in Settings.model_fields}


def test_defaults_are_as_documented():
    rows = re.findall(r"^\| `KUUKI_([A-Z_]+)` \| [^|]* \| `([^`$]+)` \|", PAGE.read_text(), re.MULTILINE)
    assert len(rows) >= 7
    for name, said in rows:
        default = Settings.model_fields[name.lower()].default
        assert (str(int(default)) if isinstance(default, float | bool) else str(default)) == said, name


def test_the_store_is_by_port_and_none_where_the_port_is_any(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert Settings(port=8090).store_path == tmp_path / "kuuki" / "8090.sqlite3"
    assert Settings(port=0).store_path is None
    assert Settings(port=8090, store="none").store_path is None
    assert Settings(port=0, store="/x/y.sqlite3").store_path == Path("/x/y.sqlite3")


def test_the_urls_password_is_in_no_text_of_the_settings():
    settings = Settings(redis_url="redis://:sesame@127.0.0.1:6379/0")
    assert "sesame" not in f"{settings} {settings!r}"
