"""The build's third-party files: what is fetched, checked, made, and what is said when it cannot be."""

import io
import tarfile
from pathlib import Path

import pytest

import build_assets

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


def test_arcs_are_decoded_and_joined_into_a_closed_ring() -> None:
    transform = {"scale": [0.5, 0.5], "translate": [10.0, 20.0]}
    there = list(build_assets.decode_arc([[0, 0], [2, 0], [0, 2]], transform))
    back = list(build_assets.decode_arc([[0, 0], [0, 2], [2, 0]], transform))
    assert there == [[10, 20], [11, 20], [11, 21]]
    assert build_assets.ring([0, ~1], [there, back]) == [[10, 20], [11, 20], [11, 21], [10, 21], [10, 20]]
