"""Verifies an evidence bundle: all that its manifest lists is there and unchanged, and nothing else is.

    python3 verify.py BUNDLE.zip            or a folder into which it was unpacked
    python3 verify.py BUNDLE.zip SHA256     and that its manifest is the one with this SHA-256

Without an argument it verifies the folder that it lies in. It needs Python 3.9 or newer and nothing else, asks no
network, unpacks nothing and changes nothing. It prints a line for each thing that is amiss:

    missing       listed in the manifest, and not there
    changed       there, with other bytes than were listed
    added         there, and not listed
    damaged       there, and cannot be read
    unsafe_name   a name that would leave the folder it is unpacked into, or a link
    twice         a name that is there twice
    inflates      a file that would unpack to far more than any file of a bundle (a zip bomb); it is not read
    too_many      more files than a bundle has
    not_a_bundle  no zip file that is whole, and no folder
    no_manifest, bad_manifest, other_version, other_manifest

Exit status: 0 all is as it was made; 1 something is amiss; 2 it is no bundle, or one that this verifier cannot read.
Who changes a file and its line in the manifest is found out only by the manifest's SHA-256, which the audit trail of
the system that made the bundle has.
"""

from __future__ import annotations  # for Python 3.9

import hashlib
import json
import os
import stat
import sys
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple

FORMAT = "vanagas-evidence"
VERSION = 1
MANIFEST = "manifest.json"
MOST_FILES = 100_000
LARGEST_MANIFEST = 64 * 1024 * 1024
INFLATES_BYTES = 64 * 1024 * 1024
"""A file that unpacks to more than that ..."""
INFLATES_RATIO = 200
"""... and to so many times its packed size is not read: pictures and films hardly pack at all."""
CHUNK = 1024 * 1024
HEX = frozenset("0123456789abcdef")
UNREADABLE = (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError, ValueError)
UNUSABLE = frozenset({"not_a_bundle", "no_manifest", "bad_manifest", "other_version"})


class EvidenceProblem(NamedTuple):
    """One thing that is amiss: its kind, as listed above, and of which file of the bundle; "" for the whole."""

    kind: str
    path: str


class VerifiedBundle(NamedTuple):
    """What became of a verification; without problems all is as it was made."""

    problems: tuple[EvidenceProblem, ...]
    files: int
    """So many files are listed."""
    manifest_sha256: str
    """Of the manifest; "" without one."""
    manifest: dict[str, Any]

    @property
    def exit_status(self) -> int:
        """0, 1 or 2, as described above."""
        if any(problem.kind in UNUSABLE for problem in self.problems):
            return 2
        return int(bool(self.problems))


class _Listed(NamedTuple):
    """A file as the manifest lists it."""

    path: str
    size: int
    sha256: str


class _Bad(Exception):
    """The bundle cannot be verified at all."""


def verify(path: Path, manifest_sha256: str = "") -> VerifiedBundle:
    """Verify a zip file, or a folder into which one was unpacked. `manifest_sha256`: what its manifest must be."""
    if path.is_dir():
        return _verified(_Folder(path), manifest_sha256)
    try:
        with zipfile.ZipFile(path) as archive:
            return _verified(_Archive(archive, path.stat().st_size), manifest_sha256)
    except UNREADABLE:
        return VerifiedBundle((EvidenceProblem("not_a_bundle", ""),), 0, "", {})


class _Archive:
    """The files in a zip, none of which is unpacked to disk."""

    def __init__(self, archive: zipfile.ZipFile, size: int) -> None:
        self._archive = archive
        self._entries: dict[str, zipfile.ZipInfo] = {}
        self.problems: list[EvidenceProblem] = []
        entries = archive.infolist()
        if len(entries) > MOST_FILES:
            self.problems.append(EvidenceProblem("too_many", ""))
            entries = entries[:MOST_FILES]
        if sum(entry.compress_size for entry in entries) > size:
            self.problems.append(EvidenceProblem("inflates", ""))  # files that share their packed bytes
            entries = []
        for entry in entries:
            self._take(entry)

    def _take(self, entry: zipfile.ZipInfo) -> None:
        name = entry.orig_filename
        is_link = stat.S_ISLNK(entry.external_attr >> 16)
        if entry.is_dir() and is_safe(name.rstrip("/")) and not entry.file_size:
            return  # what packed the bundle anew may have named its folders
        if not is_safe(name) or is_link:
            self.problems.append(EvidenceProblem("unsafe_name", name))
        elif name in self._entries:
            self.problems.append(EvidenceProblem("twice", name))
        elif entry.file_size > INFLATES_BYTES and entry.file_size > INFLATES_RATIO * entry.compress_size:
            self.problems.append(EvidenceProblem("inflates", name))
        else:
            self._entries[name] = entry

    def names(self) -> list[str]:
        """Of the files that can be read."""
        return list(self._entries)

    def size_of(self, name: str) -> int:
        """Bytes, as its own head says."""
        return self._entries[name].file_size

    def open(self, name: str) -> IO[bytes]:
        """Its bytes."""
        return self._archive.open(self._entries[name])


class _Folder:
    """The files below a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._names: list[str] = []
        self.problems: list[EvidenceProblem] = []
        for inside, folders, files in os.walk(folder):
            for name in [*folders, *files]:
                path = Path(inside) / name
                below = path.relative_to(folder).as_posix()
                if path.is_symlink():
                    self.problems.append(EvidenceProblem("unsafe_name", below))
                elif path.is_file():
                    self._names.append(below)

    def names(self) -> list[str]:
        """Of the files that can be read."""
        return self._names

    def size_of(self, name: str) -> int:
        """Bytes."""
        return (self._folder / name).stat().st_size

    def open(self, name: str) -> IO[bytes]:
        """Its bytes."""
        return (self._folder / name).open("rb")


def is_safe(name: str) -> bool:
    """Whether a file of this name stays in the folder that it is unpacked into, on every system."""
    parts = name.split("/")
    return name.isprintable() and not set(name) & set('\\:*?"<>|') and not {"", ".", ".."} & set(parts)


def _verified(files: Any, wanted_manifest: str) -> VerifiedBundle:
    try:
        raw = _manifest_bytes(files)
        manifest = _manifest_of(raw)
        listed = list(_files_of(manifest))
    except _Bad as error:
        return VerifiedBundle((*files.problems, EvidenceProblem(str(error), "")), 0, "", {})
    problems = list(files.problems)
    digest = hashlib.sha256(raw).hexdigest()
    if wanted_manifest and wanted_manifest.lower() != digest:
        problems.append(EvidenceProblem("other_manifest", MANIFEST))
    there = set(files.names())
    refused = {problem.path for problem in problems}
    for one in listed:
        if one.path in there:
            problems += _differences(files, one)
        elif one.path not in refused:
            problems.append(EvidenceProblem("missing", one.path))
    known = {one.path for one in listed} | {MANIFEST}
    problems += [EvidenceProblem("added", name) for name in sorted(there - known)]
    return VerifiedBundle(tuple(problems), len(listed), digest, manifest)


def _manifest_bytes(files: Any) -> bytes:
    if MANIFEST not in files.names():
        raise _Bad("no_manifest")
    try:
        with files.open(MANIFEST) as file:
            raw: bytes = file.read(LARGEST_MANIFEST + 1)
    except UNREADABLE:
        raise _Bad("bad_manifest") from None
    if len(raw) > LARGEST_MANIFEST:
        raise _Bad("bad_manifest")
    return raw


def _manifest_of(raw: bytes) -> dict[str, Any]:
    try:
        manifest = json.loads(raw)
    except (ValueError, RecursionError):
        raise _Bad("bad_manifest") from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise _Bad("bad_manifest")
    if manifest.get("version") != VERSION:
        raise _Bad("other_version")
    return manifest


def _files_of(manifest: dict[str, Any]) -> Iterator[_Listed]:
    """What the manifest lists. What else it says of a file is nothing to this verifier."""
    files = manifest.get("files")
    if not isinstance(files, list):
        raise _Bad("bad_manifest")
    seen = {MANIFEST}
    for file in files:
        if not isinstance(file, dict):
            raise _Bad("bad_manifest")
        path = file.get("path")
        size = file.get("size")
        sha256 = file.get("sha256")
        if not isinstance(path, str) or not is_safe(path) or path in seen:
            raise _Bad("bad_manifest")
        if not isinstance(sha256, str) or len(sha256) != 64 or not set(sha256) <= HEX:
            raise _Bad("bad_manifest")
        if type(size) is not int or size < 0:
            raise _Bad("bad_manifest")
        seen.add(path)
        yield _Listed(path, size, sha256)


def _differences(files: Any, listed: _Listed) -> list[EvidenceProblem]:
    if files.size_of(listed.path) != listed.size:
        return [EvidenceProblem("changed", listed.path)]
    digest = hashlib.sha256()
    try:
        with files.open(listed.path) as file:
            while True:
                part = file.read(CHUNK)
                if not part:
                    break
                digest.update(part)
    except UNREADABLE:
        return [EvidenceProblem("damaged", listed.path)]
    if digest.hexdigest() != listed.sha256:
        return [EvidenceProblem("changed", listed.path)]
    return []


def main(arguments: list[str]) -> int:
    """Verify what is named, and print what is amiss. Returns the exit status."""
    if len(arguments) > 2 or any(argument.startswith("-") for argument in arguments):
        print(__doc__)
        return 2
    path = Path(arguments[0]) if arguments else Path(__file__).resolve().parent
    found = verify(path, *arguments[1:])
    for problem in found.problems:
        print(f"{problem.kind}: {problem.path!a}")
    if found.manifest_sha256:
        print(f"manifest: {found.manifest_sha256}")
    print(f"result: {len(found.problems)} problems, {found.files} files")
    return found.exit_status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
