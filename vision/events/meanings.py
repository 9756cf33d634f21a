"""What a device's rule means to us, whatever its vendor: the category of what was seen where somebody drew a line."""

VEHICLES = frozenset(
    {"vehicle", "car", "truck", "bus", "motorcycle", "motorbike", "bicycle", "bike", "van", "nonmotor", "lorry"}
)  # fmt: skip
"""Labels that are a vehicle, in lower case."""
PEOPLE = frozenset({"human", "person", "people", "pedestrian", "humanshape"})
CLOSED_AREA = "area"
"""What a rule watches: that nobody enters a part of the picture or crosses a line in it."""

UNNAMED = 0.5
"""The confidence of a message that only says that something lasts or ended: what was seen, another message knows."""


def label_of(said: str) -> str:
    """A vendor's word for what was seen as we say it: person, vehicle, or the word itself in lower case."""
    word = said.strip().lower()
    if word in PEOPLE:
        return "person"
    if word in {"vehicle", "motor"}:
        return "vehicle"
    return word.replace(" ", "_")


def area_category(label: str) -> str:
    """The category of something where nothing should be: a vehicle, else, as rules are drawn against people, a
    person."""
    if label in VEHICLES or label.startswith("vehicle"):
        return "vehicle_in_closed_area"
    return "person_in_closed_area"


def rule_category(meaning: str | None, label: str) -> str | None:
    """The category that a rule's meaning settles; None leaves it to the label."""
    if meaning == CLOSED_AREA:
        return area_category(label)
    return meaning
