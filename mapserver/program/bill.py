"""What this installation consists of: packages, the libraries inside their wheels, web libraries and models.

Found by looking at what is installed; a library's licence is known for those named in `LIBRARIES`, and said to be
unknown otherwise. Judges no licence.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageMetadata, distributions
from pathlib import Path

from vision.models.catalogue import read_catalogue

UNKNOWN = "not stated"
SHARED_LIBRARY = re.compile(
    r"^(?P<name>lib[A-Za-z0-9_+-]*?)(?:-[0-9a-f]{8,})?(?:\.(?P<told>\d[\w.]*?))?\.so(?:\.(?P<version>[\w.]+))?$"
)
"""As auditwheel names it: the library's name, eight digits of its hash, and the version of its interface."""
GPL_INSIDE = frozenset({"libx264", "libx265"})
FFMPEG = ("avcodec", "avdevice", "avfilter", "avformat", "avutil", "swresample", "swscale")
LIBRARIES: dict[str, str] = {
    **{f"lib{part}": "LGPL-2.1-or-later; GPL-2.0-or-later where built with libx264 or libx265" for part in FFMPEG},
    "libx264": "GPL-2.0-or-later",
    "libx265": "GPL-2.0-or-later",
    "libSvtAv1Enc": "BSD-3-Clause-Clear",
    "libdav1d": "BSD-2-Clause",
    "libabsl": "Apache-2.0",
    "libaom": "BSD-2-Clause",
    "libavif": "BSD-2-Clause",
    "libvpx": "BSD-3-Clause",
    "libvpl": "MIT",
    "libmp3lame": "LGPL-2.0-or-later",
    "libopus": "BSD-3-Clause",
    "libopencore-amrnb": "Apache-2.0",
    "libopencore-amrwb": "Apache-2.0",
    "libgnutls": "LGPL-2.1-or-later",
    "libgmp": "LGPL-3.0-or-later or GPL-2.0-or-later",
    "libnettle": "LGPL-3.0-or-later or GPL-2.0-or-later",
    "libhogweed": "LGPL-3.0-or-later or GPL-2.0-or-later",
    "libunistring": "LGPL-3.0-or-later or GPL-2.0-or-later",
    "libasound": "LGPL-2.1-or-later",
    "libwebp": "BSD-3-Clause",
    "libwebpmux": "BSD-3-Clause",
    "libsharpyuv": "BSD-3-Clause",
    "libdrm": "MIT",
    "libXau": "MIT",
    "libxcb": "MIT",
    "libcrypto": "OpenSSL (before 3.0), Apache-2.0 (from 3.0 on)",
    "libssl": "OpenSSL (before 3.0), Apache-2.0 (from 3.0 on)",
    "libgfortran": "GPL-3.0-or-later WITH GCC-exception-3.1",
    "libquadmath": "LGPL-2.1-or-later",
    "libopenblas": "BSD-3-Clause",
    "libscipy_openblas": "BSD-3-Clause",
    "libpng16": "libpng-2.0",
    "libjpeg": "IJG",
    "libtiff": "libtiff",
    "libgeos": "LGPL-2.1-only",
    "libgeos_c": "LGPL-2.1-only",
    "libproj": "MIT",
    "libgdal": "MIT",
    "libcurl": "curl",
    "libnghttp2": "MIT",
    "libsqlite3": "blessing (public domain)",
    "libhdf5": "BSD-3-Clause",
    "libhdf5_hl": "BSD-3-Clause",
    "libnetcdf": "BSD-3-Clause",
    "libopenjp2": "BSD-2-Clause",
    "libpcre2-8": "BSD-3-Clause",
    "liblzma": "0BSD",
    "libzstd": "BSD-3-Clause",
    "libdeflate": "MIT",
    "libblosc": "BSD-3-Clause",
    "libLerc": "Apache-2.0",
    "libaec": "BSD-2-Clause",
    "libsz": "BSD-2-Clause",
    "libgif": "MIT",
    "libjson-c": "MIT",
    "libonnxruntime": "MIT",
    "libarrow": "Apache-2.0",
    "libparquet": "Apache-2.0",
    "libortools": "Apache-2.0",
}
"""By the name that the library's file begins with: its licence as the project states it (SPDX where one fits)."""
PROJECTS = {
    "libcrypto": "OpenSSL",
    "libssl": "OpenSSL",
    "libgeos": "GEOS",
    "libgeos_c": "GEOS",
    "libproj": "PROJ",
    "libgdal": "GDAL",
    **{f"lib{part}": "FFmpeg" for part in FFMPEG},
}
"""Of which project a library is part, where its name does not say."""


@dataclass(frozen=True)
class BillPart:
    """One thing that this installation consists of."""

    kind: str
    """package, library, web library or model."""
    name: str
    version: str
    licence: str
    inside: str = ""
    """The package whose wheel holds it; empty for what stands by itself."""
    purl: str = ""
    """Package URL (github.com/package-url/purl-spec), where there is one."""


def parts_installed() -> list[BillPart]:
    """Everything, sorted by kind and name."""
    found = {part for distribution in distributions() for part in _of_distribution(distribution)}
    found |= set(_web_libraries())
    found |= set(_models())
    return sorted(found, key=lambda part: (part.kind, part.name.lower(), part.version, part.inside))


def licence_of(told: PackageMetadata) -> str:
    """A package's licence by its metadata: the expression, else the classifiers, else the free text's first line."""
    if "License-Expression" in told:
        return told["License-Expression"]
    classifiers = [str(line) for line in told.get_all("Classifier") or [] if str(line).startswith("License ::")]
    names = [line.rpartition(" :: ")[2] for line in classifiers if line != "License :: OSI Approved"]
    if names:
        return "; ".join(names)
    text = told["License"].strip() if "License" in told else ""
    if not text:
        return UNKNOWN
    return text.splitlines()[0][:100]


def library_of(file: str) -> tuple[str, str] | None:
    """Name and version of a shared library by its file's name; None for what is none, such as a Python extension."""
    matched = SHARED_LIBRARY.match(file)
    if matched is None or ".cpython-" in file or ".abi3" in file:
        return None
    return matched["name"], matched["version"] or matched["told"] or ""


def library_licence(name: str) -> str:
    """The licence of a library by the longest name of `LIBRARIES` that its own begins with."""
    known = [one for one in LIBRARIES if name == one or name.startswith((f"{one}-", f"{one}_", f"{one}p"))]
    if not known:
        return UNKNOWN
    return LIBRARIES[max(known, key=len)]


def _of_distribution(distribution: Distribution) -> Iterator[BillPart]:
    told = distribution.metadata
    name = str(told["Name"])
    version = distribution.version
    purl = f"pkg:pypi/{name.lower().replace('_', '-')}@{version}"
    yield BillPart("package", name, version, licence_of(told), purl=purl)
    for file in distribution.files or ():
        library = library_of(file.name)
        if library is not None:
            own, interface = library
            shown = own
            if own in PROJECTS:
                shown = f"{own} ({PROJECTS[own]})"
            yield BillPart("library", shown, interface, library_licence(own), inside=f"{name} {version}")


def _web_libraries() -> Iterator[BillPart]:
    """Those that the build put into the package, by its list: in the package, or in the tree that it was made of."""
    shipped = Path(__file__).parent.parent
    file = next(path for path in (shipped / "assets.toml", shipped.parent / "assets.toml") if path.is_file())
    listed = tomllib.loads(file.read_text("utf-8"))
    for package in listed["package"]:
        purl = ""
        if package.get("registry", "npm") == "npm":
            purl = f"pkg:npm/{package['name'].replace('@', '%40')}@{package['version']}"
        yield BillPart("web library", package["name"], package["version"], package["licence"], purl=purl)


def _models() -> Iterator[BillPart]:
    for model in read_catalogue().values():
        yield BillPart("model", model.name, model.sha256[:12], model.licence)
