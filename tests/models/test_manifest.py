"""The source manifest holds together, and a broken one is refused with words."""

import json

import pytest

from kuuki.mood.labels import LABELS
from kuuki.mood.mix import Calibration
from models.errors import ModelError
from models.manifest import SOURCE, load_runtime, load_source


def changed(tmp_path, **parts):
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(json.loads(SOURCE.read_text()) | parts))
    return path


def test_the_manifest_is_whole():
    source = load_source()
    assert source.labels == LABELS
    assert source.default.detector == "blazeface-short"
    assert source.expressions[source.default.expression] == ("face-api", "mini-xception")
    assert source.min_face_px == 32
    assert set(source.calibrations) <= set(source.expressions)


def test_every_model_has_recorded_outputs():
    for model in load_source().models.values():
        assert sum(map(len, model.recorded.values.values())) >= 7


def test_the_mix_uses_the_calibration_of_the_default_choice():
    source = load_source()
    ours = source.calibrations[source.default.expression]
    assert (Calibration().offset, Calibration().gain) == (ours.offset, ours.gain)


@pytest.mark.parametrize(
    ("parts", "word"),
    [
        ({"labels": list(reversed(LABELS))}, "labels"),
        ({"default": {"detector": "face-api", "expression": "mean"}}, "detector"),
        ({"default": {"detector": "blazeface-short", "expression": "best"}}, "expression"),
        ({"expressions": {"mean": []}}, "members"),
        ({"expressions": {"mean": ["blazeface-short"]}}, "members"),
        ({"packages": {}}, "packages"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_manifest_that_contradicts_itself_is_refused(tmp_path, parts, word):
    with pytest.raises(ModelError, match=word):
        load_source(changed(tmp_path, **parts))


def test_an_expression_model_needs_crop_temperature_and_seven_labels(tmp_path):
    models = json.loads(SOURCE.read_text())["models"]
    for part, value in (("crop", None), ("temperature", None), ("labels", ["happy"])):
        broken = models | {"face-api": models["face-api"] | {part: value}}
        with pytest.raises(ModelError):
            load_source(changed(tmp_path, models=broken))


def test_missing_models_say_what_to_do(tmp_path):
    with pytest.raises(ModelError, match="make setup"):
        load_runtime(tmp_path)


def test_a_broken_built_manifest_says_what_to_do(tmp_path):
    (tmp_path / "manifest.json").write_text("{}")
    with pytest.raises(ModelError, match=r"models\.build"):
        load_runtime(tmp_path)
