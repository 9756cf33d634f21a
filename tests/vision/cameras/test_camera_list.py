"""Lists of cameras as spreadsheets write them: every line that cannot be used is named with its reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetry.errors import BadInput
from tests.vision.cameras.builders import a_camera
from vision.cameras.camera_list import COLUMNS, ListedCamera, read_camera_list, written_camera_list
from vision.cameras.tables import CameraRow, CameraStreamRow

HEADING = "id,city,name,lat,lon,azimuth_deg,hfov_deg,range_m"
GATE = "G1,dobele,Vārti,56.62,23.28,120,70,80"


def read(text: str | bytes) -> tuple[list[ListedCamera], list[tuple[int, str]]]:
    content = text if isinstance(text, bytes) else text.encode()
    found = read_camera_list(content, {})
    return list(found.cameras), [(one.line, one.reason.text()) for one in found.refused]


def test_a_list_says_what_its_columns_say() -> None:
    (one,), refused = read(f"{HEADING},mast_m,device_names,reads_plates\n{GATE},6.5,gate|ACCC8E01,yes\n")
    assert refused == []
    assert (one.line, one.camera.id, one.camera.name, one.camera.mast_m) == (2, "G1", "Vārti", 6.5)
    assert (one.camera.device_names, one.camera.reads_plates) == (["gate", "ACCC8E01"], True)
    assert "make" not in one.said


def test_semicolons_decimal_commas_and_a_byte_order_mark_are_those_of_a_lithuanian_excel() -> None:
    text = f"{HEADING};recorded\r\n{GATE};ne\r\n".replace(",", ";").replace("56.62", "56,62").replace("23.28", "23,28")
    (one,), refused = read(b"\xef\xbb\xbf" + text.encode())
    assert (refused, one.camera.lat, one.camera.lon, one.camera.recorded) == ([], 56.62, 23.28, False)


@pytest.mark.parametrize("encoding", ["cp1257", "utf-16", "utf-16-le"])
def test_another_encoding_is_refused_with_what_to_do(encoding: str) -> None:
    with pytest.raises(BadInput, match='save the list as "CSV UTF-8'):
        read(f"{HEADING}\n{GATE}\n".encode(encoding))


def test_the_line_of_a_letter_that_is_no_utf8_is_named() -> None:
    with pytest.raises(BadInput, match="line 2 is no UTF-8"):
        read(f"{HEADING}\n{GATE}\n".encode("cp1257"))


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("G1,dobele,Vārti,23.28,56.62,120,70,80", "are exchanged: give latitude 56.62, longitude 23.28"),
        ("G1,dobele,Vārti,56.62,2.328,120,70,80", "km from Dobele"),
        ("G1,dobele,Vārti,56°37,23.28,120,70,80", "lat: "),
        ("G1,dobele,Vārti,nan,23.28,120,70,80", "lat: "),
        ("G1,dobele,Vārti,56.62,23.28,360,70,80", "azimuth_deg: "),
        ("G1,nowhere,Vārti,56.62,23.28,120,70,80", "city: "),
        ("G1,dobele,,56.62,23.28,120,70,80", "name: "),
        ("G1,dobele,Vārti,56,62,23,28,120,70,80", "10 cells, the heading 8"),
        ('G1,dobele,"Vārti,56.62,23.28,120,70,80', "a quotation mark is not closed"),
    ],
)
def test_a_line_that_cannot_be_used_is_named_with_its_reason(line: str, says: str) -> None:
    cameras, refused = read(f"{HEADING}\n{GATE.replace('G1', 'G0')}\n{line}\n")
    assert [one.camera.id for one in cameras] == ["G0"]
    ((number, reason),) = refused
    assert number == 3
    assert says in reason


def test_a_camera_that_stands_in_the_list_twice_is_refused_the_second_time() -> None:
    assert read(f"{HEADING}\n{GATE}\n{GATE}\n")[1] == [(3, "G1 stands in line 2 already")]


@pytest.mark.parametrize(
    ("heading", "says"),
    [
        ("id,city,name,lat,lon", "lacks the columns azimuth_deg, hfov_deg and range_m"),
        (f"{HEADING},password", "nobody knows the columns password"),
        (f"{HEADING},name", "the columns name stand in the heading twice"),
    ],
)
def test_a_heading_that_does_not_fit_is_refused(heading: str, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        read(f"{heading}\n{GATE}\n")


def test_an_empty_list_is_refused() -> None:
    with pytest.raises(BadInput, match="no camera stands in the list"):
        read(f"{HEADING}\n\n")


def test_an_address_is_never_in_a_reason() -> None:
    _, refused = read(f"{HEADING},main,transport\n{GATE},rtsq://u:S3cr3t@10.0.0.7/m,tcp\n")
    assert len(refused) == 1
    assert "S3cr3t" not in refused[0][1]


def test_a_cell_that_a_spreadsheet_would_take_for_a_formula_is_text() -> None:
    text = written_camera_list([a_camera("G1", name="=1+1")], {})
    assert ",'=1+1," in text
    assert read(text)[0][0].camera.name == "=1+1"


WORDS = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=40).filter(
    lambda text: text == text.strip()
)
ANYTHING = st.none() | WORDS


@st.composite
def cameras(draw: st.DrawFn) -> CameraRow:
    camera = a_camera(
        draw(WORDS),
        name=draw(WORDS),
        lat=draw(st.floats(56.0, 57.0)),
        lon=draw(st.floats(22.5, 24.0)),
        azimuth_deg=draw(st.floats(0, 360, exclude_max=True)),
        hfov_deg=draw(st.floats(0.1, 360)),
        range_m=draw(st.floats(0.1, 5_000)),
        reads_plates=draw(st.booleans()),
    )
    camera.mast_m = draw(st.none() | st.floats(0, 300))
    camera.make = draw(ANYTHING)
    camera.serial = draw(ANYTHING)
    camera.watches = draw(ANYTHING)
    camera.maintainer = draw(ANYTHING)
    camera.device_names = draw(st.lists(WORDS, max_size=3))
    camera.purpose = draw(st.sampled_from(["public_safety", "traffic"]))
    return camera


@given(st.lists(cameras(), min_size=1, max_size=4, unique_by=lambda camera: camera.id), st.booleans())
def test_what_is_exported_is_imported_as_it_was(known: list[CameraRow], semicolons: bool) -> None:
    found = read_camera_list(written_camera_list(known, {}, semicolons=semicolons).encode("utf-8-sig"), {})
    assert found.refused == ()
    for before, after in zip(known, found.cameras, strict=True):
        said = after.camera.model_dump(include=set(COLUMNS) - {"main", "sub", "transport", "recorded"})
        assert said == {name: getattr(before, name) for name in said}


def test_an_address_as_it_is_shown_leaves_the_stream_as_it_is() -> None:
    row = CameraStreamRow(camera_id="G1", main="1:…", main_shown="rtsp://10.0.0.7/main")
    text = written_camera_list([a_camera("G1")], {"G1": row})
    assert "rtsp://10.0.0.7/main" in text
    (one,) = read_camera_list(text.encode(), {"G1": {"main": row.main_shown, "sub": None}}).cameras
    assert not {"main", "sub"} & one.said
