"""The model card's figures: the statistics against a second way to compute them, the pictures against real models."""

import csv
import json
import subprocess
import sys

import numpy as np
import pytest

from client.headless.crowd.faces import READINGS
from client.headless.errors import BadPictures
from client.headless.evaluation import labelled_pictures, report
from client.headless.evaluation.command import evaluate, of_each
from client.headless.evaluation.figures import ROOM_SIZES, area_under_curve, figures
from client.headless.evaluation.label_names import NAMES, NUMBERS, label_of
from client.headless.evaluation.labelled_pictures import Read, Skipped, is_readings, pictures, readings, write_readings
from client.headless.evaluation.reading import Progress, pixels_of
from kuuki.mood.labels import LABELS
from loadtests.faces import astronaut
from models.build import build
from models.manifest import ROOT, Calibration, load_source

CARD = (ROOT / "docs/models.md").read_text()


@pytest.fixture(scope="module")
def recorded():
    return readings(READINGS, "mean")


@pytest.fixture(scope="module")
def told(recorded):
    return of_each(recorded, load_source())


def one(label, **weights):
    """A reading with these weights; the rest goes to neutral."""
    rest = 1 - sum(weights.values())
    return Read("mean", label, tuple(weights.get(name, rest if name == "neutral" else 0.0) for name in LABELS))


# --- the card


def test_the_card_says_what_the_recorded_readings_give(told):
    """Each row of the card that names them is what the command prints, letter for letter."""
    said = report.as_text("readings.csv", None, told, Skipped(), "mean")
    rows = [line for line in said.splitlines() if line.startswith("| ") and "---" not in line]
    missing = [row for row in rows if row not in CARD]
    assert missing == [], (
        "docs/models.md: run `kuuki models evaluate client/headless/crowd/readings.csv` and copy its tables"
    )
    assert "kuuki models evaluate client/headless/crowd/readings.csv" in CARD


def test_rooms_are_read_with_the_calibration_of_the_manifest(told):
    smile = told["mean"].smile
    source = load_source().calibrations["mean"]
    assert smile.offset == pytest.approx(source.offset, abs=0.01)
    assert smile.gain == pytest.approx(source.gain, abs=0.05)
    assert source.error_points is not None
    for room in smile.rooms:
        assert room.fitted <= room.calibrated < room.raw
        assert room.calibrated == pytest.approx(source.error_points[room.size], abs=0.5)


# --- the statistics, a second way


def test_counts_recall_and_accuracy_are_those_of_the_file(told):
    with READINGS.open() as file:
        rows = list(csv.DictReader(file))
    right = dict.fromkeys(LABELS, 0)
    for row in rows:
        weights = [int(row[label]) for label in LABELS]
        assert sum(weights) == 255
        right[row["label"]] += LABELS[weights.index(max(weights))] == row["label"]
    mean = told["mean"]
    assert mean.faces == len(rows)
    assert mean.accuracy == pytest.approx(sum(right.values()) / len(rows))
    for label in LABELS:
        count = sum(row["label"] == label for row in rows)
        assert mean.counts[label] == count
        assert mean.recall[label] == pytest.approx(right[label] / count)
    assert sum(map(sum, mean.confusion)) == len(rows)


def test_the_area_is_the_share_of_pairs_in_the_right_order(recorded):
    happy = np.array([each.weights[3] for each in recorded])
    is_smile = np.array([each.label == "happy" for each in recorded])
    difference = happy[is_smile][:, None] - happy[~is_smile][None]
    pairs = (np.sign(difference) + 1).mean() / 2
    assert area_under_curve(happy[is_smile], happy[~is_smile]) == pytest.approx(pairs, abs=1e-12)
    assert area_under_curve(np.array([1.0]), np.array([0.0])) == 1
    assert area_under_curve(np.array([0.5, 0.5]), np.array([0.5])) == 0.5


def test_rooms_of_faces_that_are_read_perfectly_have_no_error():
    perfect = [one("happy", happy=1.0), one("neutral")] * 10
    smile = figures(perfect, Calibration(offset=0.0, gain=1.0)).smile
    assert (smile.offset, smile.gain, smile.found, smile.alarms, smile.auc_rest) == (0, 1, 1, 0, 1)
    assert [(room.size, room.raw, room.calibrated, room.fitted) for room in smile.rooms] == [
        (size, 0, 0, 0) for size in ROOM_SIZES
    ]


def test_an_offset_and_a_gain_are_found_again_and_taken_out():
    flat = [one("happy", happy=0.8), one("neutral", happy=0.1)] * 10
    smile = figures(flat, Calibration(offset=0.2, gain=0.7)).smile
    assert (smile.offset, smile.gain) == (pytest.approx(0.1), pytest.approx(0.7))
    for room in smile.rooms:
        assert room.fitted == pytest.approx(0, abs=1e-9)
        shares = np.arange(room.size + 1) / room.size  # of a chance that is uniform, each count is as likely
        assert room.raw == pytest.approx(100 * np.abs(0.1 - 0.3 * shares).mean(), abs=0.2)
        calibrated = np.clip((0.1 + 0.7 * shares - 0.2) / 0.7, 0, 1)
        assert room.calibrated == pytest.approx(100 * np.abs(calibrated - shares).mean(), abs=0.2)


def test_what_nothing_can_be_said_of_is_not_said():
    only = figures([one("happy", happy=1.0)], None)
    assert only.smile is None
    assert only.recall["sad"] is None
    assert only.error == 0
    blind = figures([one("happy"), one("sad")], None)
    assert [room.calibrated for room in blind.smile.rooms] == [None] * 3
    assert blind.smile.auc_neutral is None
    text = report.as_text("x", 1, {"mean": only}, Skipped(), "other")
    assert "Nothing is said of smiles" in text
    assert "of 1 pictures" in text
    assert report.as_text("x", None, {"a": blind, "b": only}, Skipped(), "a").count("–") >= 5


# --- labels


@pytest.mark.parametrize(("said", "label"), [*NAMES.items(), (" Happiness ", "happy"), ("contempt", None), ("", None)])
def test_words_of_others_are_known(said, label):
    assert label_of(said) == label


def test_numbers_are_those_of_a_set_that_is_named():
    assert label_of("3") is None
    assert [label_of(str(i), "fer2013") for i in range(8)] == [*LABELS, None]
    assert label_of("6", "affectnet") == "angry"
    assert label_of("7", "affectnet") is None, "contempt"
    assert (label_of("0", "raf-db"), label_of("1", "raf-db")) == (None, "surprise")
    assert all(set(words) - {"", "contempt"} == set(LABELS) for words in NUMBERS.values())


# --- files


def make(folder, *paths):
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(b"")


def test_a_folder_is_read_at_any_depth_and_tells_what_it_skips(tmp_path):
    make(
        tmp_path,
        "train/Anger/1.png",
        "test/happy/2.png",
        "contempt/3.png",
        "contempt/5.png",
        "4.png",
        "happy/.hidden",
        ".x/sad/6.png",
    )
    skipped = Skipped()
    found = pictures(tmp_path, None, skipped)
    assert [(each.path.name, each.label) for each in found] == [("2.png", "happy"), ("1.png", "angry")]
    assert skipped.counts == {"no label": 1, "a label that is none of the seven": 2}
    assert skipped.examples["a label that is none of the seven"] == ["contempt"]


def test_a_csv_names_paths_beside_it(tmp_path):
    (tmp_path / "list.csv").write_text("Path,Label\na/1.jpg,0\n2.jpg,Happiness,more\n\n")
    found = pictures(tmp_path / "list.csv", "raf-db", skipped := Skipped())
    assert [(each.path, each.label) for each in found] == [(tmp_path / "2.jpg", "happy")]
    assert skipped.counts == {"a label that is none of the seven": 1}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "is not there"),
        ("", "it is empty"),
        ("a.png,contempt\n", "has no picture with a label of ours"),
        ("a.png\n", "line 1: there must be two columns"),
        (b"\xff\xfe\x00\x01", "cannot be read as CSV"),
        ("label,angry,disgust,fear,happy,sad,surprise,neutral\nhappy,1,2\n", "line 2"),
        ("label,angry,disgust,fear,happy,sad,surprise,neutral\ncontempt,1,2,3,4,5,6,7\n", "line 2"),
        ("label,angry,disgust,fear,happy,sad,surprise,neutral\nhappy,0,0,0,0,0,0,0\n", "line 2"),
        ("choice,label,angry,disgust,fear,happy,sad,surprise,neutral\nx,sad,0,0,0,1,0,0,0\n", "no such expression"),
    ],
)
def test_what_cannot_be_is_said_with_what_to_do(tmp_path, capsys, content, sentence):
    path = tmp_path / "list.csv"
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert evaluate(path, None, None, as_json=False) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert sentence in said.err
    assert said.err.startswith("kuuki models evaluate: ")


def test_an_unknown_set_of_numbers_is_said(tmp_path):
    with pytest.raises(BadPictures, match="fer2013, affectnet, raf-db"):
        pictures(tmp_path, "ckplus", Skipped())


def test_readings_are_written_and_read_again(tmp_path, recorded):
    path = tmp_path / "kept.csv"
    write_readings(path, recorded[:50])
    assert is_readings(path)
    assert is_readings(READINGS)
    again = readings(path, "other")
    assert [(each.choice, each.label) for each in again] == [("mean", each.label) for each in recorded[:50]]
    for kept, first in zip(again, recorded, strict=False):
        assert kept.weights == pytest.approx(first.weights, abs=1e-5)
    with pytest.raises(BadPictures, match="cannot be written"):
        write_readings(tmp_path / "nowhere" / "kept.csv", recorded[:1])
    assert not is_readings(tmp_path)


def test_examples_are_few():
    skipped = Skipped()
    for number in range(9):
        skipped.add("why", str(number))
    assert (skipped.counts, skipped.examples) == ({"why": 9}, {"why": ["0", "1", "2"]})


def test_progress_is_told_now_and_then(capsys, monkeypatch):
    now = 0.0
    monkeypatch.setattr("client.headless.evaluation.reading.time.monotonic", lambda: now)
    progress = Progress(100)
    for _ in range(5):
        now += 0.9
        progress.step()
    progress.end()
    assert capsys.readouterr().err.splitlines() == [
        "read 3 of 100 pictures, 1 a second",
        "read 5 of 100 pictures, 1 a second",
    ]


# --- pictures, by the models


def write_picture(path, picture):
    height, width = picture.shape[:2]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(f"P6 {width} {height} 255\n".encode() + picture.tobytes())


@pytest.fixture
def album(tmp_path):
    """A smile, a face that is too small, no face, and what is no picture."""
    build(print)
    face = astronaut()
    write_picture(tmp_path / "happy" / "smile.ppm", face)
    write_picture(tmp_path / "neutral" / "small.ppm", face[::4, ::4].copy())
    write_picture(tmp_path / "neutral" / "none.ppm", np.full((64, 64, 3), 128, np.uint8))
    (tmp_path / "sad").mkdir()
    (tmp_path / "sad" / "notes.txt").write_text("no picture")
    (tmp_path / "sad" / "empty.jpg").write_bytes(b"")
    make(tmp_path, "contempt/x.png")
    return tmp_path


def test_pictures_are_read_by_all_models_and_the_rest_is_told(album, capsys, tmp_path):
    kept = tmp_path / "kept.csv"
    assert evaluate(album, None, kept, as_json=True) == 0
    said = capsys.readouterr()
    told = json.loads(said.out)
    assert told["pictures"] == 5
    assert list(told["choices"]) == list(load_source().expressions)
    assert told["choices"]["mean"]["recall"]["happy"] == 1
    assert told["choices"]["mean"]["faces"] == 1
    assert told["skipped"].pop("unreadable") == 2
    assert told["skipped"].pop("a label that is none of the seven") == 1
    assert told["skipped"] == {"no face found": 1, "a face too small to be read": 1}
    assert "read 5 of 5 pictures" in said.err
    assert {each.choice for each in labelled_pictures.readings(kept, "")} == set(load_source().expressions)
    assert evaluate(kept, None, None, as_json=False) == 0
    assert "| kept.csv | 1 | 100.0 ± 0.0 | 100.0 ± 0.0 | 100.0 ± 0.0 |" in capsys.readouterr().out


def test_an_album_without_a_face_says_what_it_found(album, capsys):
    (album / "happy" / "smile.ppm").unlink()
    assert evaluate(album, None, None, as_json=False) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "no face could be read" in said.err
    assert "2 × unreadable" in said.err
    assert "32 px" in said.err


def test_it_reads_what_a_room_would_read(album):
    """The same sensor, the same integers: nothing of the path is its own."""
    assert (pixels_of(album / "happy" / "smile.ppm")[..., :3] == astronaut()).all()


@pytest.mark.slow
def test_the_command_prints_the_card():
    command = [sys.executable, "-m", "services.launch", "models", "evaluate", str(READINGS)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "| readings.csv | 1997 |" in done.stdout
