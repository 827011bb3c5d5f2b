"""generated.ts and generated-codes.ts say what kuuki says."""

import pytest

from client.web import generate


def test_the_files_are_current():
    assert generate.TARGET.read_text() == generate.source()
    assert generate.CODES_TARGET.read_text() == generate.codes_source()


@pytest.mark.parametrize(
    ("name", "said", "changed"),
    [("generated.ts", "SURE_MIN = 128", "SURE_MIN = 1"), ("generated-codes.ts", "sakura", "sakuro")],
)
def test_check_fails_on_a_file_that_is_not_current(name, said, changed, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(generate, "TARGET", tmp_path / "generated.ts")
    monkeypatch.setattr(generate, "CODES_TARGET", tmp_path / "generated-codes.ts")
    assert generate.main(["--check"]) == 1
    assert generate.main([]) == 0
    assert generate.main(["--check"]) == 0
    capsys.readouterr()
    target = tmp_path / name
    target.write_text(target.read_text().replace(said, changed))
    assert generate.main(["--check"]) == 1
    assert capsys.readouterr().err == f"client/web/src/core/{name} is not current: run `make generate`\n"


def test_no_word_of_a_code_is_in_what_every_page_loads():
    assert "sakura" not in generate.source()
    assert "tanuki" in generate.codes_source()


def test_times_are_milliseconds():
    assert "export const TICK_MS = 200;\n" in generate.source()
