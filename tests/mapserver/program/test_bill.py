"""The bill of materials: what is found by looking into what is installed, and with which licence."""

import json
from pathlib import Path

import pytest

from mapserver.program.bill import UNKNOWN, library_licence, library_of, parts_installed
from tests.process.running import typed


@pytest.mark.parametrize(
    ("file", "found"),
    [
        ("libx264-d6533a8d.so.165", ("libx264", "165")),
        ("libcrypto-a324fe28.so.1.1.1k", ("libcrypto", "1.1.1k")),
        ("libxcb-shape-7716c890.so.0.0.0", ("libxcb-shape", "0.0.0")),
        ("libpcre2-8-34bef8fb.so.0.15.0", ("libpcre2-8", "0.15.0")),
        ("libopenblasp-r0-59ffcd50.3.15.so", ("libopenblasp-r0", "3.15")),
        ("_core.cpython-311-x86_64-linux-gnu.so", None),
        ("libpython.py", None),
    ],
)
def test_a_library_is_known_by_its_files_name(file: str, found: tuple[str, str] | None) -> None:
    assert library_of(file) == found


def test_a_library_has_the_licence_of_the_longest_name_that_fits() -> None:
    assert library_licence("libhdf5_hl") == "BSD-3-Clause"
    assert library_licence("libopenblasp-r0") == "BSD-3-Clause"
    assert library_licence("libnobodyknows") == UNKNOWN


def test_what_is_inside_wheels_is_named() -> None:
    inside = {(part.name, part.inside.split(" ")[0]) for part in parts_installed() if part.kind == "library"}
    assert {
        ("libx264", "av"),
        ("libx265", "av"),
        ("libcrypto (OpenSSL)", "opencv-python-headless"),
        ("libavcodec (FFmpeg)", "av"),
        ("libgeos (GEOS)", "shapely"),
        ("libproj (PROJ)", "pyproj"),
        ("libgdal (GDAL)", "rasterio"),
    } <= inside


def test_web_libraries_and_models_are_named_with_their_licences() -> None:
    named = {(part.kind, part.name): part.licence for part in parts_installed()}
    assert named["web library", "maplibre-gl"] == "BSD-3-Clause"
    assert named["model", "nanodet-g"] == "Apache-2.0"
    assert "Apache" in named["package", "opencv-python-headless"]


def test_the_sbom_is_cyclonedx_that_others_can_read(tmp_path: Path) -> None:
    out = tmp_path / "sbom.json"
    assert typed("sbom", "-o", str(out)).returncode == 0
    bom = json.loads(out.read_text("utf-8"))
    assert (bom["bomFormat"], bom["specVersion"]) == ("CycloneDX", "1.6")
    assert bom["metadata"]["component"]["name"] == "vanagas"
    references = [component["bom-ref"] for component in bom["components"]]
    assert len(references) == len(set(references))
    (x264,) = [component for component in bom["components"] if component["name"] == "libx264"]
    assert x264["licenses"] == [{"license": {"name": "GPL-2.0-or-later"}}]


def test_the_notice_says_plainly_what_is_under_the_gpl(tmp_path: Path) -> None:
    out = tmp_path / "NOTICE"
    assert typed("notice", "-o", str(out)).returncode == 0
    told = out.read_text("utf-8")
    assert "libx264 inside av" in told
    assert "has to meet the GPL's terms" in told
