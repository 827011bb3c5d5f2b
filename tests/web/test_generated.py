"""generated.ts says what kuuki says."""

from client.web import generate


def test_the_file_is_current():
    assert generate.TARGET.read_text() == generate.source()


def test_check_fails_on_a_file_that_is_not_current(tmp_path, monkeypatch, capsys):
    target = tmp_path / "generated.ts"
    monkeypatch.setattr(generate, "TARGET", target)
    assert generate.main(["--check"]) == 1
    assert generate.main([]) == 0
    assert generate.main(["--check"]) == 0
    target.write_text(target.read_text().replace("SURE_MIN = 128", "SURE_MIN = 1"))
    assert generate.main(["--check"]) == 1
    assert "make generate" in capsys.readouterr().err


def test_times_are_milliseconds():
    assert "export const TICK_MS = 200;\n" in generate.source()
