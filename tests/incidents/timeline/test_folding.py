"""What is one line of a timeline."""

from typing import Any

from incidents.timeline.folding import folded


def entry(seq: int, kind: str = "observation", **seen: Any) -> dict[str, Any]:
    observation = None
    if kind == "observation":
        observation = {
            "source": {"kind": "fixed_camera", "id": seen.get("source", "gate")},
            "category": seen.get("category", "stopped_vehicle"),
            "media": seen.get("media", []),
        }
    return {
        "seq": seq,
        "kind": kind,
        "happened_at": f"2026-11-30T21:{seq:02}:00Z",
        "observation": observation,
        "moved_to": seen.get("moved_to"),
    }


def test_one_source_that_sees_the_same_again_is_one_line_until_its_last_word() -> None:
    (line,) = folded([entry(number) for number in range(1, 18)])
    assert (line.count, line.repeats, line.last["seq"]) == (17, True, 17)


def test_the_first_sighting_with_a_picture_is_the_one_shown() -> None:
    (line,) = folded([entry(1), entry(2, media=[{"sha256": "x"}]), entry(3)])
    assert (line.shown["seq"], [one["seq"] for one in line.rest]) == (2, [1, 3])


def test_what_somebody_else_says_between_parts_two_lines() -> None:
    lines = folded([entry(1), entry(2, source="tower"), entry(3)])
    assert [line.count for line in lines] == [1, 1, 1]


def test_what_people_did_is_never_folded() -> None:
    assert [line.count for line in folded([entry(1, "note"), entry(2, "note")])] == [1, 1]


def test_what_the_program_did_by_itself_is_one_line() -> None:
    (line,) = folded([entry(1, "moved"), entry(2, "amended"), entry(3, "moved")])
    assert (line.count, line.repeats) == (3, False)


def test_a_sighting_that_belongs_elsewhere_is_not_folded_with_those_that_belong_here() -> None:
    assert [line.count for line in folded([entry(1), entry(2, moved_to="another")])] == [1, 1]
