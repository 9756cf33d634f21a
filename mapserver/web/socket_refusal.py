"""Closing a WebSocket with the code that says whether signing in or connecting again may help."""

from contextlib import suppress

from fastapi import WebSocket, WebSocketDisconnect

from telemetry.errors import NotAllowed, NotFound, NotSignedIn, VanagasError

SIGNED_OUT = 4401
"""Close code of our own: no session or token that is good, or no longer."""
RIGHTS_CHANGED = 4403
"""Close code of our own: the role may not see this, or role or town were changed; connecting again tells which."""
TRY_AGAIN_LATER = 1013
"""IANA's close code: nothing is wrong with the viewer."""


async def refuse(socket: WebSocket, error: VanagasError) -> None:
    """Close the line with the code that says whether signing in or connecting again may help."""
    match error:
        case NotSignedIn():
            code = SIGNED_OUT
        case NotAllowed() | NotFound():
            code = RIGHTS_CHANGED
        case _:
            code = TRY_AGAIN_LATER
    with suppress(WebSocketDisconnect, RuntimeError):  # the viewer left first
        await socket.close(code, error.message[:120])
