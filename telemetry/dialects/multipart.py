"""The parts of a multipart/form-data body. Knows nothing of what they mean."""

from io import BytesIO

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import Field, File, parse_form

from telemetry.dialects.message_reading import MAX_IMAGE_BYTES, MAX_MESSAGE_BYTES, refuse
from telemetry.messages import Message


def parts(body: bytes, content_type: str, *, name: str) -> dict[str, bytes]:
    """Each field and file of a multipart body, by field name; the first of a name counts. Raises BadObservation."""
    if len(body) > MAX_MESSAGE_BYTES + MAX_IMAGE_BYTES:
        refuse(name, Message("events.upload_too_large", size=len(body), most=MAX_MESSAGE_BYTES + MAX_IMAGE_BYTES))
    found: dict[str, bytes] = {}

    def on_field(part: Field) -> None:
        _keep(found, part.field_name, part.value or b"")

    def on_file(part: File) -> None:
        part.file_object.seek(0)
        _keep(found, part.field_name, part.file_object.read())
        part.close()

    try:
        parse_form({"Content-Type": content_type.encode("latin-1")}, BytesIO(body), on_field, on_file)
    except (FormParserError, ValueError) as error:
        refuse(name, Message("events.no_multipart", reason=error))
    return found


def _keep(found: dict[str, bytes], field: bytes | None, content: bytes) -> None:
    found.setdefault((field or b"").decode("utf-8", "replace"), content)
