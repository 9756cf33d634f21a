"""Lists of cameras as CSV: export, and import of all or nothing."""

from typing import Annotated, Any

from fastapi import Depends, Query, Response

from mapserver.cameras import flow
from mapserver.cameras.flow import LARGEST_LIST, NothingImported
from mapserver.cameras.schemas import CameraImport
from mapserver.core.body_limits import body_limit
from mapserver.web.api_routes import ApiRouter
from mapserver.web.contract import takes_file
from mapserver.web.dependencies import Parts, Reader
from mapserver.web.permissions import MayAdminister
from mapserver.web.raw_body import read_body
from telemetry.errors import BadInput

router = ApiRouter("cameras")

BYTE_ORDER_MARK = "\ufeff"
"""By it a spreadsheet knows that the file is UTF-8."""


@router.get("/cameras.csv", response_class=Response)
def export(
    caller: MayAdminister,
    parts: Parts,
    session: Reader,
    semicolons: Annotated[bool, Query(description="With decimal commas, as a Lithuanian Excel reads it.")] = False,
) -> Response:
    """The cameras that are used, as a list that the import takes. Addresses come without user and password."""
    content = BYTE_ORDER_MARK + flow.exported(parts, session, caller, semicolons=semicolons)
    headers = {"Content-Disposition": 'attachment; filename="cameras.csv"', "Cache-Control": "private, no-store"}
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/cameras.csv", response_model=CameraImport)
@body_limit(LARGEST_LIST, "a long list")
@takes_file("text/csv")
def import_list(
    caller: MayAdminister,
    parts: Parts,
    body: Annotated[bytes, Depends(read_body)],
    dry_run: Annotated[bool, Query(description="Say what would be done, and do nothing.")] = False,
) -> dict[str, Any]:
    """Add the cameras of a list and change those that there are already: all of them, or none with each bad line named.

    Columns: id, city, name, lat, lon, azimuth_deg, hfov_deg, range_m, and as wished mast_m, reads_plates, main, sub,
    transport, recorded, make, serial, device_names (parted by `|`), watches, purpose, rules, maintainer. What has no
    column, and a stream without an address, stays as it is.
    """
    try:
        with parts.store.write() as work:
            return flow.import_cameras(parts, work, body, by=caller, dry_run=dry_run).public(imported=True)
    except NothingImported as nothing:
        if dry_run:
            return nothing.outcome.public(imported=False)
        raise BadInput(nothing.outcome.reason()) from nothing
