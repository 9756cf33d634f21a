"""What may happen to a body camera, and what it is then. Pure: a camera and an event in, the camera after it out.

Who may say what by their role is not asked here, nor whether a person carries another camera already (the floor of
assignments knows): here are the rules that hold for each camera by itself.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from mobile_units.custody.values import (
    GIB,
    LEAST_BATTERY,
    LEAST_FREE_BYTES,
    CameraCustody,
    CustodyEvent,
    CustodyEventKind,
    CustodyState,
    OffloadedFile,
    StoredFootage,
)
from telemetry.errors import CustodyRefused
from telemetry.messages import Message

_ANY_TIME = datetime(1970, 1, 1, tzinfo=UTC)
_S = CustodyState
_E = CustodyEventKind

TRANSITIONS: Mapping[CustodyEventKind, Mapping[CustodyState, CustodyState]] = {
    _E.ISSUE: {_S.IN_DOCK: _S.ISSUED, _S.CLEARED: _S.ISSUED},
    _E.START: {_S.ISSUED: _S.RECORDING},
    _E.STOP: {_S.RECORDING: _S.ISSUED},
    _E.HAND_OVER: {_S.ISSUED: _S.ISSUED},
    _E.RETURN: {_S.ISSUED: _S.RETURNED},
    _E.OFFLOAD_BEGIN: {_S.RETURNED: _S.OFFLOADING, _S.IN_DOCK: _S.OFFLOADING},
    _E.OFFLOAD_DONE: {_S.OFFLOADING: _S.OFFLOADING},
    _E.VERIFY: {_S.OFFLOADING: _S.OFFLOADING},
    _E.CLEAR: {_S.VERIFIED: _S.CLEARED, _S.IN_DOCK: _S.CLEARED},
    _E.REPORT_LOST: {state: _S.LOST for state in _S if state is not _S.LOST},
    _E.FOUND: {_S.LOST: _S.RETURNED},
    _E.TO_REPAIR: dict.fromkeys(
        (_S.IN_DOCK, _S.ISSUED, _S.RETURNED, _S.OFFLOADING, _S.VERIFIED, _S.CLEARED), _S.IN_REPAIR
    ),
    _E.REPAIRED: {_S.IN_REPAIR: _S.IN_DOCK},
}
"""From which states an event leads where, if nothing below stands in its way. `offload_done` of an empty camera and the
`verify` of its last file lead to `verified`; a camera in the dock is offloaded and cleared only if it holds footage."""


def apply(cameras: Mapping[str, CameraCustody], event: CustodyEvent) -> dict[str, CameraCustody]:
    """The cameras after `event`; one that is not among them has lain in the dock so far. Raises CustodyRefused."""
    before = cameras.get(event.camera, CameraCustody())
    return {**cameras, event.camera: after(before, event)}


def after(camera: CameraCustody, event: CustodyEvent) -> CameraCustody:
    """The camera of the event after it. Raises CustodyRefused."""
    state = TRANSITIONS[event.kind].get(camera.state)
    if state is None:
        raise CustodyRefused(_not_now(camera, event))
    changed = replace(_CHANGES[event.kind](camera, event), state=state)
    if event.kind in (_E.OFFLOAD_DONE, _E.VERIFY) and changed.stored is StoredFootage.VERIFIED:
        changed = replace(changed, state=_S.VERIFIED)
    if (changed.state, changed.holder) != (camera.state, camera.holder):
        changed = replace(changed, since=event.at)
    return changed


def issue_problem(camera: CameraCustody, name: str, *, battery: float | None, free_bytes: int | None) -> Message | None:
    """Why the camera cannot be issued with this charge (0..1) and free storage; None where it can."""
    event = CustodyEvent(_ANY_TIME, name, _E.ISSUE, "", battery=battery, free_bytes=free_bytes)
    try:
        after(camera, event)
    except CustodyRefused as error:
        return error.told
    return None


def possible(camera: CameraCustody) -> list[CustodyEventKind]:
    """The events that its state allows; some ask for more."""
    return [
        kind
        for kind in _E
        if camera.state in TRANSITIONS[kind]
        and not (kind in (_E.OFFLOAD_BEGIN, _E.CLEAR) and not _holds_what_it_needs(camera, kind))
    ]


def _holds_what_it_needs(camera: CameraCustody, kind: CustodyEventKind) -> bool:
    """Whether a camera in the dock holds the footage that `kind` is about."""
    if camera.state is not _S.IN_DOCK:
        return True
    if kind is _E.CLEAR:
        return camera.stored is StoredFootage.VERIFIED
    return camera.stored is StoredFootage.UNVERIFIED


def _not_now(camera: CameraCustody, event: CustodyEvent) -> Message:
    """Why the state of the camera does not allow the event."""
    facts = {"camera": event.camera, "state": camera.state}
    if event.kind is _E.ISSUE and camera.holder is not None:
        return Message("custody.held", holder=camera.holder, **facts)
    if event.kind is _E.ISSUE and camera.state in (_S.RETURNED, _S.OFFLOADING):
        return Message("custody.unverified", **facts)
    if event.kind is _E.ISSUE and camera.state is _S.VERIFIED:
        return Message("custody.not_cleared", **facts)
    if camera.state is _S.RECORDING:
        return Message("custody.stop_first", event=event.kind, **facts)
    return Message("custody.not_now", event=event.kind, possible=[str(kind) for kind in possible(camera)], **facts)


def _issue(camera: CameraCustody, event: CustodyEvent) -> CameraCustody:
    if camera.stored is StoredFootage.UNVERIFIED:
        raise CustodyRefused(Message("custody.unverified", camera=event.camera, state=camera.state))
    if camera.stored is StoredFootage.VERIFIED:
        raise CustodyRefused(Message("custody.not_cleared", camera=event.camera, state=camera.state))
    if event.battery is not None and event.battery < LEAST_BATTERY:
        raise CustodyRefused(
            Message("custody.battery_low", camera=event.camera, battery=event.battery, least=LEAST_BATTERY)
        )
    if event.free_bytes is not None and event.free_bytes < LEAST_FREE_BYTES:
        raise CustodyRefused(
            Message(
                "custody.storage_low",
                camera=event.camera,
                free_gib=event.free_bytes / GIB,
                least_gib=LEAST_FREE_BYTES // GIB,
            )
        )
    holder = event.to or event.by
    return replace(camera, holder=holder, wearers=camera.wearers | {holder})


def _start(camera: CameraCustody, event: CustodyEvent) -> CameraCustody:
    return replace(camera, stored=StoredFootage.UNVERIFIED)


def _stay(camera: CameraCustody, event: CustodyEvent) -> CameraCustody:
    return camera


def _hand_over(camera: CameraCustody, event: CustodyEvent) -> CameraCustody:
    giver = camera.holder or ""
    if event.giver and not same_person(event.giver, giver):
        raise CustodyRefused(Message("custody.not_the_holder", camera=event.camera, name=event.giver, holder=giver))
    if not event.to or same_person(event.to, giver):
        raise CustodyRefused(Message("custody.nobody_takes_it", camera=event.camera, holder=giver))
    confirmed = {event.by, *event.confirmed_by}
    missing = [name for name in (giver, event.to) if not any(same_person(name, one) for one in confirmed)]
    if missing and not event.both_confirmed:
        raise CustodyRefused(Message("custody.not_both_confirmed", camera=event.camera, missing=missing))
    return replace(camera, holder=event.to, wearers=camera.wearers | {event.to})


def _put_down(camera: CameraCustody, event: CustodyEvent) -> CameraCustody:
    return replace(camera, holder=None)


def _found(camera: CameraCustody, event: CustodyEvent) -> CameraCustody:
    """What was verified may have been recorded over; nobody knows."""
    if camera.stored is StoredFootage.VERIFIED:
        return replace(camera, stored=StoredFootage.UNVERIFIED)
    return camera


def _offload_begin(camera: CameraCustody, event: CustodyEvent) -> CameraCustody:
    if not _holds_what_it_needs(camera, event.kind):
        raise CustodyRefused(_not_now(camera, event))
    return camera


def _offload_done(camera: CameraCustody, event: CustodyEvent) -> CameraCustody:
    if event.is_empty:
        waiting = any(not file.verified for file in camera.footage)
        if camera.stored is not StoredFootage.NONE or waiting:
            raise CustodyRefused(Message("custody.it_recorded", camera=event.camera))
        return replace(camera, stored=StoredFootage.VERIFIED)
    if not event.sha256:
        raise CustodyRefused(Message("custody.no_hash", camera=event.camera, event=event.kind))
    kept = [file for file in camera.footage if file.sha256 not in event.sha256]
    added = [OffloadedFile(sha256) for sha256 in dict.fromkeys(event.sha256)]
    return replace(camera, footage=(*kept, *added), stored=StoredFootage.UNVERIFIED)


def _verify(camera: CameraCustody, event: CustodyEvent) -> CameraCustody:
    if not event.sha256:
        raise CustodyRefused(Message("custody.no_hash", camera=event.camera, event=event.kind))
    waiting = [file.sha256 for file in camera.footage if not file.verified]
    for sha256 in event.sha256:
        if sha256 not in waiting:
            raise CustodyRefused(
                Message("custody.other_hash", camera=event.camera, sha256=sha256[:12], waiting=len(waiting))
            )
    footage = tuple(replace(file, verified=file.verified or file.sha256 in event.sha256) for file in camera.footage)
    if all(file.verified for file in footage):
        return replace(camera, footage=footage, stored=StoredFootage.VERIFIED)
    return replace(camera, footage=footage)


def _clear(camera: CameraCustody, event: CustodyEvent) -> CameraCustody:
    if not _holds_what_it_needs(camera, event.kind):
        raise CustodyRefused(_not_now(camera, event))
    if any(same_person(event.by, wearer) for wearer in camera.wearers):
        raise CustodyRefused(Message("custody.own_footage", camera=event.camera, name=event.by))
    return replace(camera, stored=StoredFootage.NONE, wearers=frozenset())


def same_person(one: str, other: str) -> bool:
    """Whether two names are one person's: capitals do not count."""
    return one.strip().casefold() == other.strip().casefold()


_CHANGES: Mapping[CustodyEventKind, Callable[[CameraCustody, CustodyEvent], CameraCustody]] = {
    _E.ISSUE: _issue,
    _E.START: _start,
    _E.STOP: _stay,
    _E.HAND_OVER: _hand_over,
    _E.RETURN: _put_down,
    _E.OFFLOAD_BEGIN: _offload_begin,
    _E.OFFLOAD_DONE: _offload_done,
    _E.VERIFY: _verify,
    _E.CLEAR: _clear,
    _E.REPORT_LOST: _put_down,
    _E.FOUND: _found,
    _E.TO_REPAIR: _put_down,
    _E.REPAIRED: _stay,
}
