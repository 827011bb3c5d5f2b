"""The generated files of the pages say what kuuki says."""

import pytest

from client.web import generate


def test_the_files_are_current():
    assert {name: (generate.CORE / name).read_text() for name in generate.sources()} == generate.sources()


@pytest.mark.parametrize(
    ("name", "said", "changed"),
    [
        ("generated.ts", "SURE_MIN = 128", "SURE_MIN = 1"),
        ("mood/generated.ts", "MIX: 4", "MIX: 5"),
        ("call/generated.ts", "CHANNEL_ID = 0", "CHANNEL_ID = 1"),
        ("call/generated-codes.ts", "sakura", "sakuro"),
    ],
)
def test_check_fails_on_a_file_that_is_not_current(name, said, changed, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(generate, "CORE", tmp_path)
    for family in ("mood", "call"):
        (tmp_path / family).mkdir()
    assert generate.main(["--check"]) == 1
    assert generate.main([]) == 0
    assert generate.main(["--check"]) == 0
    capsys.readouterr()
    target = tmp_path / name
    target.write_text(target.read_text().replace(said, changed))
    assert generate.main(["--check"]) == 1
    assert capsys.readouterr().err == f"client/web/src/core/{name} is not current: run `make generate`\n"


def test_no_word_of_a_code_is_in_what_every_page_loads():
    codes = generate.sources().pop("call/generated-codes.ts")
    assert "tanuki" in codes
    assert not any("sakura" in text for text in generate.sources().values() if text != codes)


def test_times_are_milliseconds():
    assert "export const TICK_MS = 200;\n" in generate.source()
