"""Identity beats place, as far as a vehicle can drive."""

from telemetry.observations import SourceKind
from tests.incidents.grouping.builders import grouped, refs, word


def test_one_plate_at_three_gates_is_one_hit() -> None:
    seen = [
        word(
            f"gate {n}", "plate_hit", minutes=8 * n, east_m=3_000 * n, accuracy_m=10, kind=SourceKind.PLATE_READER,
            attributes={"identity": "KLR123"},
        )
        for n in range(3)
    ]  # fmt: skip
    assert refs(grouped(seen), seen) == [{"gate 0", "gate 1", "gate 2"}]


def test_a_plate_where_it_cannot_have_been_is_asked_about() -> None:
    seen = [
        word(
            f"gate {n}", "plate_hit", minutes=n, east_m=6_000 * n, accuracy_m=10, kind=SourceKind.PLATE_READER,
            attributes={"identity": "KLR123"},
        )
        for n in range(2)
    ]  # fmt: skip
    grouping = grouped(seen)
    assert len(grouping.incidents) == 2
    assert [asked.text.code for asked in grouping.questions] == ["grouping.cloned_or_misread"]


def test_two_plates_at_one_place_are_two_hits() -> None:
    seen = [
        word(plate, "plate_hit", accuracy_m=10, kind=SourceKind.PLATE_READER, attributes={"identity": plate})
        for plate in ("KLR123", "ABC987")
    ]
    assert len(grouped(seen).incidents) == 2
