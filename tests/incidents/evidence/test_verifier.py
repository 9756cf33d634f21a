"""The verifier of evidence bundles: what is missing, changed or added is said, and no bundle can harm who verifies."""

import hashlib
import json
import os
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.evidence import verifier
from incidents.evidence.verifier import FORMAT, INFLATES_BYTES, EvidenceProblem, is_safe, main, verify

FILES = {"timeline.json": b"{}", "media/ab.jpg": b"\xff\xd8 picture"}


def manifest_of(files: dict[str, bytes], **more: Any) -> bytes:
    listed = [
        {"path": path, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for path, content in files.items()
    ]
    return json.dumps({"format": FORMAT, "version": 1, "files": listed, **more}).encode()


def bundle(folder: Path, files: dict[str, bytes], manifest: bytes | None = None) -> Path:
    path = folder / "bundle.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        archive.writestr("manifest.json", manifest_of(FILES) if manifest is None else manifest)
    return path


def problems(path: Path) -> list[tuple[str, str]]:
    return [(problem.kind, problem.path) for problem in verify(path).problems]


def test_a_bundle_as_it_was_made_has_no_problem(tmp_path: Path) -> None:
    found = verify(bundle(tmp_path, FILES))
    assert (found.problems, found.files, found.exit_status) == ((), 2, 0)


def test_each_file_that_is_missing_changed_or_added_is_named(tmp_path: Path) -> None:
    path = bundle(tmp_path, {"timeline.json": b"[]", "notes.txt": b"new"})
    assert problems(path) == [("changed", "timeline.json"), ("missing", "media/ab.jpg"), ("added", "notes.txt")]
    assert verify(path).exit_status == 1


def test_a_file_of_another_length_is_changed_and_not_read(tmp_path: Path) -> None:
    assert problems(bundle(tmp_path, {**FILES, "timeline.json": b"{ }"})) == [("changed", "timeline.json")]


def test_another_manifest_than_the_one_on_the_trail_is_told(tmp_path: Path) -> None:
    path = bundle(tmp_path, FILES)
    right = verify(path).manifest_sha256
    assert verify(path, right).problems == ()
    assert verify(path, "0" * 64).problems == (EvidenceProblem("other_manifest", "manifest.json"),)


def test_what_custody_adds_to_the_manifest_does_not_matter(tmp_path: Path) -> None:
    assert problems(bundle(tmp_path, FILES, manifest_of(FILES, signature="…"))) == []


@pytest.mark.parametrize(
    ("manifest", "kind"),
    [
        (b"{", "bad_manifest"),
        (b"[" * 100_000, "bad_manifest"),
        (b"[]", "bad_manifest"),
        (b"\xff\xfe", "bad_manifest"),
        (json.dumps({"format": FORMAT, "version": 1, "files": {}}).encode(), "bad_manifest"),
        (json.dumps({"format": FORMAT, "version": 1, "files": [{"path": 3}]}).encode(), "bad_manifest"),
        (manifest_of({"../out": b""}), "bad_manifest"),
        (json.dumps({"format": FORMAT, "version": 2, "files": []}).encode(), "other_version"),
    ],
)
def test_a_manifest_that_is_none_is_refused(tmp_path: Path, manifest: bytes, kind: str) -> None:
    found = verify(bundle(tmp_path, FILES, manifest))
    assert (found.problems, found.exit_status) == ((EvidenceProblem(kind, ""),), 2)


def test_a_zip_without_manifest_and_a_file_that_is_no_zip_are_no_bundles(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("a", "b")
    (tmp_path / "text.zip").write_text("hello")
    (tmp_path / "empty.zip").write_bytes(b"")
    assert problems(tmp_path / "other.zip") == [("no_manifest", "")]
    assert problems(tmp_path / "text.zip") == problems(tmp_path / "empty.zip") == [("not_a_bundle", "")]


def test_a_bundle_cut_off_anywhere_is_never_taken_as_whole(tmp_path: Path) -> None:
    whole = bundle(tmp_path, FILES).read_bytes()
    for length in range(0, len(whole), 7):
        cut = tmp_path / "cut.zip"
        cut.write_bytes(whole[:length])
        assert verify(cut).exit_status == 2


@given(place=st.integers(0, 10_000), value=st.integers(1, 255))
def test_a_byte_changed_anywhere_raises_nothing_and_never_changes_a_file_unseen(
    tmp_path_factory: pytest.TempPathFactory, place: int, value: int
) -> None:
    path = bundle(tmp_path_factory.mktemp("changed"), FILES)
    content = bytearray(path.read_bytes())
    content[place % len(content)] ^= value
    path.write_bytes(content)
    if verify(path).exit_status == 0:
        with zipfile.ZipFile(path) as archive:
            assert {name: archive.read(name) for name in FILES} == FILES


@pytest.mark.parametrize("name", ["../out", "/etc/passwd", "a/../../b", "C:/x", "a\\..\\b", "a//b", "./a", "\x01"])
def test_a_name_that_leads_out_is_unsafe_and_told(tmp_path: Path, name: str) -> None:
    assert not is_safe(name)
    path = tmp_path / "bundle.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for safe, content in FILES.items():
            archive.writestr(safe, content)
        archive.writestr(zipfile.ZipInfo(name), b"x")
        archive.writestr("manifest.json", manifest_of(FILES))
    assert [kind for kind, _ in problems(path)] == ["unsafe_name"]


def test_a_link_and_a_name_that_is_there_twice_are_told(tmp_path: Path) -> None:
    path = bundle(tmp_path, FILES)
    link = zipfile.ZipInfo("link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, "/etc/passwd")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("timeline.json", b"other")
    assert problems(path) == [("unsafe_name", "link"), ("twice", "timeline.json")]


def test_folders_that_are_named_in_a_bundle_packed_anew_are_no_problem(tmp_path: Path) -> None:
    path = bundle(tmp_path, FILES)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("media/", b"")
    assert problems(path) == []


def test_a_zip_bomb_is_told_and_not_read(tmp_path: Path) -> None:
    path = bundle(tmp_path, FILES)
    size = INFLATES_BYTES + 1
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("bomb", "w") as file:
        file.write(bytes(size))
    assert problems(path) == [("inflates", "bomb")]


def test_files_that_share_their_packed_bytes_are_a_bomb(tmp_path: Path) -> None:
    path = bundle(tmp_path, {name: os.urandom(4_000) for name in ("a", "b", "c")})
    content = path.read_bytes()
    start = content.index(b"PK\x01\x02")
    (entry_size,) = {46 + len(name) for name in ("a",)}
    first = content[start : start + entry_size]
    end = bytearray(content[content.index(b"PK\x05\x06") :])
    directory = first + b"".join(first[:-1] + letter.encode() for letter in "bcdefgh")
    count = 8
    end[8:12] = count.to_bytes(2, "little") * 2
    end[12:16] = len(directory).to_bytes(4, "little")
    path.write_bytes(content[:start] + directory + end)
    assert ("inflates", "") in problems(path)


def test_a_bundle_unpacked_into_a_folder_is_verified_by_the_file_that_lies_in_it(tmp_path: Path) -> None:
    source = Path(verifier.__file__)
    files = {**FILES, "verify.py": source.read_bytes()}
    folder = tmp_path / "unpacked"
    shutil.unpack_archive(bundle(tmp_path, files, manifest_of(files)), folder)
    run = [sys.executable, "-I", "-S", str(folder / "verify.py")]
    told = subprocess.run(run, capture_output=True, text=True, check=False)
    assert (told.returncode, told.stdout.splitlines()[-1]) == (0, "result: 0 problems, 3 files")
    (folder / "media/ab.jpg").write_bytes(b"other")
    (folder / "link").symlink_to("/etc/passwd")
    told = subprocess.run(run, capture_output=True, text=True, check=False)
    assert (told.returncode, told.stdout.splitlines()[:2]) == (1, ["unsafe_name: 'link'", "changed: 'media/ab.jpg'"])


def test_the_verifier_says_how_it_is_used(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 2
    assert "BUNDLE.zip" in capsys.readouterr().out
