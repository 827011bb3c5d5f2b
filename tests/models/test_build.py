"""Building: idempotent, verified, and what was tampered with is noticed."""

import json
import shutil

import pytest

from models import build as builder
from models.build import build, is_current
from models.check import check
from models.errors import ModelError
from models.manifest import load_runtime, load_source, sha256_of


@pytest.fixture
def copy(built, tmp_path):
    folder = tmp_path / "models"
    shutil.copytree(built, folder)
    return folder


def test_a_second_build_converts_nothing(built, monkeypatch):
    monkeypatch.setattr(builder, "convert", lambda *_: pytest.fail("converted again"))
    said = []
    build(said.append, built)
    assert said == [f"models: current in {built}"]


def test_the_built_files_are_what_their_manifest_says(built):
    for model in load_runtime(built).models.values():
        assert sha256_of(built / model.file) == model.sha256
        assert (built / model.file).stat().st_size == model.size_bytes


def test_a_changed_file_is_built_again_to_the_same_bytes(copy):
    before = load_runtime(copy)
    (copy / "mini-xception.onnx").write_bytes(b"broken")
    assert not is_current(copy)
    assert build(lambda _: None, copy) == before
    assert is_current(copy)
    assert not list(copy.glob("*.part"))


def test_another_recipe_is_not_current(copy):
    manifest = copy / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"recipe": "0" * 64}))
    assert not is_current(copy)
    assert [result.subject for result in check(copy) if not result.good] == ["manifest"]


def test_outputs_other_than_the_recorded_stop_the_build(tmp_path, monkeypatch):
    source = load_source()
    wrong = {"weights": {3: 0.5}}
    recorded = source.models["face-api"].recorded.model_copy(update={"values": wrong})
    models = {"face-api": source.models["face-api"].model_copy(update={"recorded": recorded})}
    monkeypatch.setattr(builder, "load_source", lambda: source.model_copy(update={"models": models}))
    with pytest.raises(ModelError, match="recorded outputs"):
        build(lambda _: None, tmp_path)
    assert not (tmp_path / "manifest.json").exists()


def test_check_is_content_with_what_was_built(built):
    results = check(built)
    assert all(result.good for result in results)
    assert [result.subject for result in results] == ["manifest", *load_source().models]


def test_check_names_each_fault(copy):
    (copy / "face-api.onnx").unlink()
    with (copy / "blazeface-back.onnx").open("ab") as file:
        file.write(b"\0")
    faults = {result.subject: result.line for result in check(copy) if not result.good}
    assert "missing" in faults.pop("face-api")
    assert "changed" in faults.pop("blazeface-back")
    assert not faults


def test_check_of_nothing_says_what_to_do(tmp_path):
    (only,) = check(tmp_path)
    assert not only.good
    assert "make setup" in only.line


def test_the_command_says_what_went_wrong(monkeypatch, capsys):
    def fail(_):
        raise ModelError("npm is not installed", "x", "Install it")

    monkeypatch.setattr(builder, "build", fail)
    assert builder.main() == 1
    assert "npm is not installed (x). Install it" in capsys.readouterr().err
