"""`kuuki render`: a record as the stage page saves it becomes a WAV; what cannot be rendered is said."""

import datetime
import json
import shutil
import wave
from pathlib import Path

import numpy as np
import pytest

from services.launch import render
from services.launch.errors import BadRecord
from services.launch.record_airs import Air, airs_of, load_rows
from services.launch.render import Wish, run_render

_BEGAN = datetime.datetime(2026, 11, 23, 19, 30, tzinfo=datetime.UTC)


def row(second: float, smiling: float | None = 0.2, people: int = 50, **taps: float) -> dict[str, object]:
    mix: dict[str, object] = {"state": "few", "people": {"at_most": people}, "draw": 3}  # as a record says it
    if smiling is not None:
        mix |= {
            "state": "live",
            "people": {"at_least": people, "at_most": 2 * people},
            "smiling": smiling,
            "taps": {"smile": 0.0, "laugh": 0.0, **taps},
        }
    at = (_BEGAN + datetime.timedelta(seconds=second)).isoformat().replace("+00:00", "Z")
    return {"at": at, "mix": mix}


def saved(folder: Path, *rows: dict[str, object]) -> Path:
    path = folder / "record.json"
    path.write_text(json.dumps({"room": "abc", "rows": rows, "marks": []}), encoding="utf-8")
    return path


def airs(folder: Path, *rows: dict[str, object]) -> list[Air]:
    return list(airs_of(load_rows(saved(folder, *rows))))


def test_a_surge_is_laughter_and_a_steady_smile_is_not(tmp_path):
    steady = [row(second, 0.6) for second in range(30)]
    heard = airs(tmp_path, *[row(second, 0.2) for second in range(30)], row(30, 0.6), *steady[31:])
    assert all(air.laughing == 0 and air.level == pytest.approx(0.2) for air in heard if air.at_s <= 29)
    assert next(air for air in heard if air.at_s == 30).laughing == pytest.approx(0.6)
    assert not any(air.laughing for air in airs(tmp_path, *steady))


def test_taps_are_heard_as_the_share_that_tapped(tmp_path):
    first = airs(tmp_path, row(0, 0.1, laugh=3.0, applause=12.0, wow=0.6))[0]
    assert (first.laughing, first.clapping) == (0.5, 1.0)
    assert first.wowing == pytest.approx(0.1)


def test_between_rows_it_goes_in_a_straight_line(tmp_path):
    levels = [air.level for air in airs(tmp_path, row(0, 0.0), row(1, 0.5))]
    assert levels[:6] == pytest.approx([0.0, 0.1, 0.2, 0.3, 0.4, 0.5])


def test_where_nothing_is_known_it_is_silent(tmp_path):
    heard = airs(tmp_path, row(0, 0.5), row(60, 0.5), row(61, None, people=4))
    assert [(air.at_s, air.people) for air in heard if air.at_s < 10] == [(0, 50), (2, 0)]
    assert (heard[-1].people, heard[-1].level) == (0, 0), "of few, nothing is known"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("nonsense", "is not JSON"),
        ("[]", "no record"),
        ('{"rows": []}', "no rows"),
        ('{"rows": [{"at": "2026-11-23T19:30:00Z"}]}', "row 1 is not a row"),
        ('{"rows": [{"at": "soon", "mix": {"state": "live", "people": {"at_least": 5}}}]}', "row 1 is not a row"),
    ],
)
def test_what_is_no_record_is_said(tmp_path, text, why):
    path = tmp_path / "record.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadRecord, match=why):
        load_rows(path)


def test_a_wav_of_the_whole_and_of_a_part(tmp_path, capsys):
    rows = [row(second, 0.7 if 12 <= second < 16 else 0.1) for second in range(20)]
    record, out = saved(tmp_path, *rows), tmp_path / "laughs.wav"
    assert run_render(record, out, Wish()) == 0
    whole = _sound(out)
    assert len(whole) == 48_000 * (19 + 2 + 3)
    assert _loudness(whole, 13, 15) > 5 * _loudness(whole, 8, 11) > 0
    assert run_render(record, out, Wish(from_s=12, seconds=3, seed=2)) == 0
    assert len(_sound(out)) == 48_000 * 3
    assert _loudness(_sound(out), 1, 3) > 5 * _loudness(whole, 8, 11)
    assert " % " not in capsys.readouterr().out
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".part"] == []


def _sound(path: Path) -> np.ndarray:
    with wave.open(str(path)) as sound:
        assert (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) == (2, 2, 48_000)
        return np.frombuffer(sound.readframes(sound.getnframes()), dtype="<i2").reshape(-1, 2) / 32_768


def _loudness(sound: np.ndarray, from_s: int, to_s: int) -> float:
    return float(np.sqrt(np.mean(sound[48_000 * from_s : 48_000 * to_s] ** 2)))


def test_no_node_no_file_no_folder_and_too_late_are_said(tmp_path, capsys, monkeypatch):
    record = saved(tmp_path, row(0))
    assert run_render(tmp_path / "none.json", tmp_path / "a.wav", Wish()) == 2
    assert "there is no file" in capsys.readouterr().err
    assert run_render(record, tmp_path / "none" / "a.wav", Wish()) == 2
    assert "cannot be written" in capsys.readouterr().err
    assert run_render(record, tmp_path / "a.wav", Wish(from_s=100)) == 2
    assert "--from" in capsys.readouterr().err
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    assert run_render(record, tmp_path / "a.wav", Wish()) == 2
    assert "apt install nodejs" in capsys.readouterr().err


def test_what_node_says_of_its_end_is_said(tmp_path, capsys, monkeypatch):
    broken = tmp_path / "broken.js"
    broken.write_text("throw new Error('no such luck');")
    monkeypatch.setattr(render, "_RENDERER", broken)
    assert run_render(saved(tmp_path, row(0)), tmp_path / "a.wav", Wish()) == 2
    assert "no such luck" in capsys.readouterr().err
    assert not (tmp_path / "a.wav").exists()


def waved(second: float, smiling: float, *waves: dict[str, object]) -> dict[str, object]:
    made = row(second, smiling)
    return {"at": made["at"], "mix": {**made["mix"], "waves": list(waves)}}  # type: ignore[dict-item]


def surge(kind: str, began_ms: int, lasts_ms: int | None = None, *, tapped: bool = False) -> dict[str, object]:
    said = {"number": 1, "kind": kind, "tapped": tapped, "began_ms": began_ms, "rise": 0.3, "share": 0.6}
    return said if lasts_ms is None else {**said, "lasts_ms": lasts_ms}


def test_a_record_with_waves_laughs_in_them_and_not_between(tmp_path):
    rows = [waved(second, 0.2) for second in range(10)]
    rows += [waved(10, 0.5, surge("smiles", 400)), waved(11, 0.3, surge("smiles", 1400, 800)), waved(12, 0.6)]
    heard = {air.at_s: air.laughing for air in airs(tmp_path, *rows)}
    assert [heard[second] for second in (5, 10, 11, 12)] == [0, 0.5, 0, 0]


def test_a_wave_of_taps_is_heard_as_large_as_it_was(tmp_path):
    heard = airs(tmp_path, waved(0, 0.1, surge("applause", 500, tapped=True)), waved(1, 0.1))
    assert (heard[0].clapping, heard[0].laughing) == (0.6, 0)


def test_numbers_that_are_none_are_no_row(tmp_path):
    for bad in (float("nan"), float("inf")):
        with pytest.raises(BadRecord, match="row 1"):
            airs(tmp_path, row(0, bad))
