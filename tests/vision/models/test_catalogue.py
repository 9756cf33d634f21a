"""The catalogue of models: the shipped one, a user's additions, and what is wrong with a wrong one."""

import hashlib
from pathlib import Path

import pytest

from telemetry.errors import Misconfigured, NotFound
from vision.detection.detector import OnnxDetector
from vision.models.catalogue import DEFAULT_MODEL, find_model, read_catalogue

ENTRY = """
[[model]]
name = "own"
licence = "MIT"
source = "made here"
file = "own.onnx"
sha256 = "{sha256}"
size = 416
order = "rgb"
mean = [0, 0, 0]
std = [255, 255, 255]
decoder = "nanodet"
classes = ["car", "person"]
"""


def write_entry(folder: Path, *, content: bytes = b"weights", old: str = "", new: str = "") -> Path:
    """A user's catalogue with one entry, and the file it names; `old` in the entry's text replaced with `new`."""
    (folder / "own.onnx").write_bytes(content)
    path = folder / "models.toml"
    path.write_text(
        ENTRY.format(sha256=hashlib.sha256(content).hexdigest()).replace(old, new)
        if old
        else ENTRY.format(sha256=hashlib.sha256(content).hexdigest())
    )
    return path


def test_the_shipped_model_is_there_and_is_the_one_that_was_checked() -> None:
    entry = find_model(DEFAULT_MODEL, read_catalogue())
    assert len(entry.classes) == 80
    assert entry.classes[0] == "person"
    assert hashlib.sha256(entry.weights()).hexdigest() == entry.sha256


def test_a_users_file_adds_to_the_shipped_models(tmp_path: Path) -> None:
    catalogue = read_catalogue(write_entry(tmp_path))
    assert set(catalogue) == {*read_catalogue(), "own"}
    assert catalogue["own"].weights() == b"weights"
    assert catalogue["own"].classes == ("car", "person")


def test_an_unknown_model_is_answered_with_those_there_are() -> None:
    with pytest.raises(
        NotFound, match=r"no model 'yolo' in the catalogue; there is centerface, centerface-int8, nanodet-g"
    ):
        find_model("yolo", read_catalogue())


def test_an_altered_file_is_refused(tmp_path: Path) -> None:
    catalogue = read_catalogue(write_entry(tmp_path))
    (tmp_path / "own.onnx").write_bytes(b"other")
    with pytest.raises(Misconfigured, match=r"own\.onnx has SHA-256 .* the catalogue says"):
        catalogue["own"].weights()


def test_a_missing_file_is_named_with_what_to_do(tmp_path: Path) -> None:
    catalogue = read_catalogue(write_entry(tmp_path))
    (tmp_path / "own.onnx").unlink()
    with pytest.raises(Misconfigured, match=r"own\.onnx is not there; run `make setup`"):
        catalogue["own"].weights()


def test_a_file_that_is_no_network_is_named(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"own\.onnx is not an ONNX network"):
        OnnxDetector(read_catalogue(write_entry(tmp_path))["own"])


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('"nanodet"', '"yolo"', r"model own: decoder: input should be 'nanodet' or 'centerface'"),
        ("size = 416", "size = 400", r"size: input should be a multiple of 32"),
        ("std = [255, 255, 255]", "std = [255, 0, 255]", r"a zero cannot be divided by"),
        ('licence = "MIT"', "", r"licence: field required"),
        ('licence = "MIT"', 'licence = "MIT"\nlicense = "MIT"', r"license: extra inputs are not permitted"),
        ("[[model]]", "[model]", r"has no \[\[model\]\] entries"),
        ("[[model]]", "[[model", r"is not TOML"),
    ],
)
def test_a_wrong_entry_is_named_with_field_and_reason(tmp_path: Path, old: str, new: str, reason: str) -> None:
    with pytest.raises(Misconfigured, match=reason):
        read_catalogue(write_entry(tmp_path, old=old, new=new))


def test_a_catalogue_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"nowhere\.toml cannot be read"):
        read_catalogue(tmp_path / "nowhere.toml")
