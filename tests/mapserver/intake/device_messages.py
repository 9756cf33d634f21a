"""Small messages in each dialect, written after the vendors' documents, and what is expected of each.

`events` names label, category, identity and confidence of each event, `others` the other things told, by their kind.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

RECEIVED = datetime(2026, 5, 1, 12, 0, 5, tzinfo=UTC)
AT_MS = 1777636800250
"""2026-05-01T12:00:00.250Z."""
AT = "2026-05-01T12:00:00.250Z"
Expected = tuple[str, str | None, str | None, float]


@dataclass(frozen=True)
class Example:
    """A message and what is expected of it."""

    name: str
    dialect: str
    payload: bytes
    events: Sequence[Expected] = ()
    others: Sequence[str] = ()
    started_at: str = AT
    """Of the first event."""
    ended: bool = False
    bare: bool = False
    notes: Sequence[str] = field(default=())
    """Time notes among the events' attributes."""


def as_json(**message: Any) -> bytes:
    return json.dumps(message).encode()


def onvif(
    topic: str, data: str, *, operation: str = "Changed", at: str = f' UtcTime="{AT}"', source: str = ""
) -> bytes:
    """A PullPoint notification; `data` and `source` are Name=Value pairs between blanks."""

    def items(pairs: str) -> str:
        return "".join('<tt:SimpleItem Value="{1}" Name="{0}"/>'.format(*pair.split("=")) for pair in pairs.split())

    return (
        '<wsnt:NotificationMessage xmlns:wsnt="http://docs.oasis-open.org/wsn/b-2" '
        'xmlns:tt="http://www.onvif.org/ver10/schema">'
        f'<wsnt:Topic> {topic}\n</wsnt:Topic><wsnt:Message><tt:Message{at} PropertyOperation="{operation}">'
        f"<tt:Source>{items(source or 'VideoSourceConfigurationToken=cam-7 Rule=Fence')}</tt:Source>"
        f"<tt:Data>{items(data)}</tt:Data></tt:Message></wsnt:Message></wsnt:NotificationMessage>"
    ).encode()


def hikvision(
    kind: str, state: str = "active", *, more: str = "", at: str = "2026-05-01T15:00:00+03:00", count: int = 1,
    namespace: str = "http://www.hikvision.com/ver20/XMLSchema",
) -> bytes:  # fmt: skip
    spelled = f' xmlns="{namespace}"' if namespace else ""
    return (
        f'<EventNotificationAlert version="2.0"{spelled}><ipAddress>192.0.2.7</ipAddress>'
        f"<macAddress>AA:BB:cc:00:00:07</macAddress><channelID>1</channelID><dateTime>{at}</dateTime>"
        f"<activePostCount>{count}</activePostCount><eventType>{kind}</eventType><eventState>{state}</eventState>"
        f"<channelName>Gate</channelName>{more}</EventNotificationAlert>"
    ).encode()


HUMAN = (
    "<DetectionRegionList><DetectionRegionEntry><regionID>2</regionID><detectionTarget>human</detectionTarget>"
    "<TargetRect><X>0.5</X><Y>0.25</Y><width>0.1</width><height>0.5</height></TargetRect>"
    "</DetectionRegionEntry></DetectionRegionList>"
)
ANPR = (
    "<ANPR><country>3</country><licensePlate>{plate}</licensePlate><line>2</line><direction>reverse</direction>"
    "<confidenceLevel>97</confidenceLevel><vehicleType>vehicle</vehicleType><pictureInfoList><pictureInfo>"
    "<absTime>20260501150000250</absTime><plateRect><X>500</X><Y>250</Y><width>50</width><height>30</height>"
    "</plateRect></pictureInfo></pictureInfoList></ANPR><UUID>20260501AbC</UUID>"
)


def dahua(code: str, action: str = "Start", data: object = None, boundary: str = "--myboundary") -> bytes:
    body = "" if data is None else f";data={json.dumps(data, indent=2)}"
    return f"{boundary}\r\nContent-Type: text/plain\r\n\r\nCode={code};action={action};index=0{body}\r\n\r\n".encode()


TRAFFIC = {
    "EventID": 5, "GroupID": 9, "Lane": 2, "UTC": 1777647600, "RealUTC": 1777636800, "UTCMS": 250,
    "Object": {"ObjectType": "Plate", "Text": "ABC123", "Confidence": 204, "BoundingBox": [8191, 0, 8191, 4095]},
    "TrafficCar": {"PlateNumber": "ABC-123", "VehicleColor": "Blue", "MachineName": "SERIAL1"},
    "Vehicle": {"Category": "SaloonCar", "ObjectType": "Vehicle", "Confidence": 160},
}  # fmt: skip


def rpc(code: str, action: str, data: object) -> bytes:
    event = {"Action": action, "Code": code, "Index": 0, "Data": data}
    return as_json(id=3, method="client.notifyEventStream", params={"SID": 1, "eventList": [event]})


def milestone(identity: str = "00000000-0000-0000-0000-000000000000", at: str = AT) -> bytes:
    return (
        f'\ufeff<?xml version="1.0" encoding="utf-8"?><AnalyticsEvent xmlns="urn:milestone-systems"><EventHeader>'
        f"<ID>{identity}</ID><Timestamp>{at}</Timestamp><Type>Fence</Type><Message>Line crossed</Message>"
        f"<Source><Name>192.0.2.9,2</Name></Source></EventHeader><ObjectList><Object><Name>Person</Name>"
        f"<Confidence>0.75</Confidence></Object></ObjectList></AnalyticsEvent>"
    ).encode()


def tattile(root: str = "Msg", clock: str = "15:00:00", score: str = "092") -> bytes:
    return (
        f"<{root}><PLATE_STRING>KLM 123</PLATE_STRING><DATE>2026-05-01</DATE><TIME>{clock}</TIME>"
        f"<DEVICE_SN>TAT-1</DEVICE_SN><OCRSCORE>{score}</OCRSCORE><LANE_ID>2</LANE_ID><PLATE_COUNTRY_CODE>LTU</PLATE_COUNTRY_CODE>"
        f"<IMAGE_OCR>{'QUJD' * 500}</IMAGE_OCR></{root}>"
    ).encode()


def rekor(**given: Any) -> bytes:
    group = {
        "data_type": "alpr_group", "version": 2, "epoch_start": AT_MS, "epoch_end": AT_MS + 1500, "camera_id": 77,
        "uuids": ["site-77-1"], "best_uuid": "site-77-1", "best_plate_number": "KLM123", "best_confidence": 91.5,
        "best_plate": {"plate": "KLM123", "coordinates": [{"x": x, "y": x + 1} for x in (1, 9, 9, 1)]},
        "gps_latitude": -1, "travel_direction": 90.5,
    }  # fmt: skip
    return as_json(**(group | given))


def protect(kind: str, **item: Any) -> bytes:
    event = {"id": "e1", "modelKey": "event", "type": "smartDetectZone", "device": "aabb", **item}
    return as_json(type=kind, item={key: value for key, value in event.items() if value is not None})


AXIS_TRACK = as_json(
    channel_id=1, id="25436c51", duration=2.5, start_time=AT, end_time="2026-05-01T12:00:02.750Z",
    classes=[{"type": "Car", "score": 0.4},
             {"type": "Truck", "score": 0.6, "colors": [{"name": "blue", "score": 0.7}]}],
    path=[{"timestamp": AT, "bounding_box": {"left": 0.1, "top": 0.1, "right": 0.2, "bottom": 0.2}}],
    image={"data": "/9j/4AAQ"},
)  # fmt: skip
VERKADA = as_json(
    webhook_type="lpr", org_id="o", data={
        "camera_id": "v-1", "created": 1777636799, "detected": AT_MS, "license_plate_number": "KLM123",
        "confidence": 0.96, "crop": [0.1, 0.2, 0.3, 0.4], "image_url": "https://example.invalid/a.jpg",
    },
)  # fmt: skip
METADATA_PLATE = (
    '<tt:MetadataStream xmlns:tt="http://www.onvif.org/ver10/schema"><tt:VideoAnalytics>'
    f'<tt:Frame UtcTime="{AT}" Source="s"><tt:Object ObjectId="12"><tt:Appearance><tt:LicensePlateInfo>'
    '<tt:PlateNumber Likelihood="0.9">KLM 123</tt:PlateNumber><tt:CountryCode Likelihood="0.7">LT</tt:CountryCode>'
    "</tt:LicensePlateInfo></tt:Appearance></tt:Object></tt:Frame></tt:VideoAnalytics></tt:MetadataStream>"
).encode()
FENCE = ("line_crossing", "person_in_closed_area", None, 1.0)
PERSON_INSIDE = ("person", "person_in_closed_area", None, 1.0)
PLATE = ("license_plate", "plate_read", "KLM123", 1.0)

EXAMPLES = [
    Example("a line is crossed", "onvif", onvif("tns1:RuleEngine/LineDetector/Crossed", "ObjectId=15"), [FENCE]),
    Example("somebody is inside", "onvif",
            onvif("tns1:RuleEngine/FieldDetector/ObjectsInside", "IsInside=true ObjectId=3"),
            [("intrusion", "person_in_closed_area", None, 1.0)]),
    Example("nobody is inside any more", "onvif",
            onvif("tns1:RuleEngine/FieldDetector/ObjectsInside", "IsInside=false ObjectId=3"),
            [("intrusion", "person_in_closed_area", None, 0.5)], ended=True),
    Example("a state at subscribing", "onvif", onvif("tns1:RuleEngine/FieldDetector/ObjectsInside", "IsInside=true",
            operation="Initialized"), others=["PassedOver"]),
    Example("a vendor's own namespace", "onvif",
            onvif("tns1:RuleEngine/tnsajax:LineDetector/Crossing", "", operation="None"),
            [FENCE]),
    Example("a class of object", "onvif", onvif("tns1:RuleEngine/ObjectDetection/Object", "ClassTypes=Vehicle"),
            [("vehicle", None, None, 1.0)]),
    Example("bare motion", "onvif", onvif("tns1:RuleEngine/CellMotionDetector/Motion", "IsMotion=true"),
            [("motion", None, None, 1.0)], bare=True),
    Example("Axis' profile that doubles", "onvif",
            onvif("tnsaxis:CameraApplicationPlatform/VMD/Camera1ProfileANY", "active=1"), others=["PassedOver"]),
    Example("an Axis scenario", "onvif", onvif(
            "tnsaxis:CameraApplicationPlatform/ObjectAnalytics/Device1Scenario1",
            "classTypes=human active=1 objectId=2"),
            [("person", None, None, 1.0)]),
    Example("a camera that moves", "onvif", onvif("tns1:PTZController/tnsaxis:Move/Channel_1", "is_moving=1"),
            others=["PassedOver"]),
    Example("a topic that nobody knows", "onvif",
            onvif("tns1:RuleEngine/Quux/Frob", "State=true"), others=["Quarantined"]),
    Example("a time without zone", "onvif", onvif("tns1:RuleEngine/LineDetector/Crossed", "ObjectId=15",
            at=' UtcTime="2026-05-01T12:00:00.250"'), [FENCE], notes=["no_zone"]),
    Example("no time at all", "onvif", onvif("tns1:RuleEngine/LineDetector/Crossed", "ObjectId=15", at=""), [FENCE],
            started_at="2026-05-01T12:00:05.000Z", notes=["arrival"]),
    Example("a plate in a metadata frame", "onvif",
            METADATA_PLATE, [("license_plate", "plate_read", "KLM123", 0.9)]),
    Example("an empty metadata stream", "onvif",
            b'<tt:MetadataStream xmlns:tt="http://www.onvif.org/ver10/schema"/>',
            others=["PassedOver"]),
    Example("an Axis camera's MQTT message", "onvif", as_json(
            topic="onvif:RuleEngine/tnsaxis:VMD3/vmd3_video_1", timestamp=AT_MS, serial="ACCC8E1",
            message={"source": {}, "key": {}, "data": {"active": "1"}}), [("motion", None, None, 1.0)], bare=True),
    Example("a track", "axis_scene", AXIS_TRACK, [("truck", None, None, 0.6)], ended=True),
    Example("a frame of tracks", "axis_scene",
            as_json(frame={"timestamp": AT, "observations": []}), others=["PassedOver"]),
    Example("an analytics event", "milestone", milestone(), [("person", "person_in_closed_area", None, 0.75)]),
    Example("a time never filled in", "milestone", milestone(at="$timestamp$"),
            [("person", "person_in_closed_area", None, 0.75)],
            started_at="2026-05-01T12:00:05.000Z", notes=["arrival"]),
    Example("a schema", "milestone",
            b'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"/>', others=["Quarantined"]),
    Example("somebody in a field", "hikvision", hikvision("fielddetection", more=HUMAN), [PERSON_INSIDE],
            started_at="2026-05-01T12:00:00.000Z"),
    Example("no namespace", "hikvision", hikvision("linedetection", namespace=""), [FENCE],
            started_at="2026-05-01T12:00:00.000Z"),
    Example("another namespace", "hikvision",
            hikvision("linedetection", namespace="http://www.isapi.org/ver20/XMLSchema"),
            [FENCE], started_at="2026-05-01T12:00:00.000Z"),
    Example("a duration round the true kind", "hikvision", hikvision("duration", more=
            "<DurationList><Duration><relationEvent>linedetection</relationEvent></Duration></DurationList>"), [FENCE],
            started_at="2026-05-01T12:00:00.000Z"),
    Example("an alarm's end", "hikvision", hikvision("fielddetection", "inactive"),
            [("intrusion", "person_in_closed_area", None, 0.5)], started_at="2026-05-01T12:00:00.000Z", ended=True),
    Example("the heartbeat", "hikvision", hikvision("videoloss", "inactive", count=0), others=["DeviceHeartbeat"]),
    Example("no picture", "hikvision", hikvision("videoloss"), [("video_loss", "camera_lost", None, 1.0)],
            started_at="2026-05-01T12:00:00.000Z"),
    Example("two alerts in one chunk", "hikvision", b"--boundary\r\nContent-Type: application/xml\r\n\r\n"
            + hikvision("videoloss", "inactive") + hikvision("VMD") + b"\r\n--boundary--",
            [("vmd", None, None, 1.0)], ["DeviceHeartbeat"], started_at="2026-05-01T12:00:00.000Z", bare=True),
    Example("a face", "hikvision", hikvision("facedetection"), others=["PassedOver"]),
    Example("seconds that ran into the zone", "hikvision",
            hikvision("linedetection", at="2026-05-01T15:00:0003:00"),
            [FENCE], started_at="2026-05-01T12:00:00.000Z", notes=["mended"]),
    Example("a plate", "hikvision", hikvision("ANPR", more=ANPR.format(plate="KLM123")),
            [("license_plate", "plate_read", "KLM123", 0.97)], ended=True),
    Example("a plate that was not read", "hikvision", hikvision("ANPR", more=ANPR.format(plate="noPlate")),
            [("vehicle", "vehicle_seen", None, 0.97)], ended=True),
    Example("a line is crossed", "dahua",
            dahua("CrossLineDetection", data={"UTC": 1777636800, "UTCMS": 250, "Name": "A=B"}),
            [FENCE]),
    Example("UTC in local time", "dahua",
            dahua("CrossLineDetection", data={"UTC": 1777647600, "UTCMS": 250, "Name": "A"}),
            [FENCE], notes=["shifted"]),
    Example("data that are no JSON", "dahua", dahua("VideoBlind")[:-4] + b";data=a=b\r\n--myboundary\r\n",
            [("tamper", "tamper", None, 1.0)], started_at="2026-05-01T12:00:05.000Z", notes=["arrival"]),
    Example("its end", "dahua", dahua("CrossLineDetection", "Stop", {"UTC": 1777636800, "UTCMS": 250, "Name": "A"}),
            [("line_crossing", "person_in_closed_area", None, 0.5)], ended=True),
    Example("bare motion", "dahua",
            dahua("VideoMotion", data={"Id": [0]}), [("videomotion", None, None, 1.0)], bare=True,
            started_at="2026-05-01T12:00:05.000Z", notes=["arrival"]),
    Example("a plate by RPC2", "dahua", rpc("TrafficJunction", "Pulse", TRAFFIC),
            [("license_plate", "plate_read", "ABC123", 0.8)]),
    Example("a plate that was not read", "dahua", rpc("TrafficJunction", "Pulse", {
            **TRAFFIC, "TrafficCar": {"MachineName": "SERIAL1"}, "Object": {"ObjectType": "Plate", "Text": ""}}),
            [("vehicle", None, None, 0.627451)]),
    Example("its heartbeat", "dahua",
            b"--myboundary\r\nContent-Type: text/plain\r\n\r\nHeartbeat\r\n\r\n", others=["DeviceHeartbeat"]),
    Example("a code that nobody knows", "dahua", dahua("Frobnicate"), others=["Quarantined"]),
    Example("a plate, colons", "tattile", tattile(), [("license_plate", "plate_read", "KLM123", 0.92)], ended=True,
            started_at="2026-05-01T12:00:00.000Z", notes=["town"]),
    Example("a plate, dashes", "tattile", tattile("MESSAGE", "15-00-00-250", "92.5"),
            [("license_plate", "plate_read", "KLM123", 0.925)], ended=True, notes=["town"]),
    Example("a score per mille", "tattile",
            tattile("root", "15-00-00-250", "999"), [PLATE], ended=True, notes=["town"]),
    Example("a group", "openalpr", rekor(), [("license_plate", "plate_read", "KLM123", 0.915)], ended=True),
    Example("a group in version 1", "openalpr",
            rekor(version=1, best_plate_number=None, best_plate={"plate": "KLM123"}),
            [("license_plate", "plate_read", "KLM123", 0.915)], ended=True),
    Example("a preview", "openalpr", rekor(is_preview=True), [("license_plate", "plate_read", "KLM123", 0.915)]),
    Example("a single frame", "openalpr", as_json(data_type="alpr_results", results=[]), others=["PassedOver"]),
    Example("two cameras' heartbeats", "openalpr", as_json(data_type="heartbeat", timestamp=AT_MS, video_streams=[
            {"camera_id": 1, "is_streaming": True}, {"camera_id": 2, "is_streaming": False}]),
            others=["DeviceHeartbeat"] * 2),
    Example("a burglary with pictures", "sia_dc09",
            b'"ADM-CID"0086L0#1234[#1234|1130 02 001][Vhttps://example.invalid/a.jpg]_12:00:00,05-01-2026\r',
            [("burglary", "person_in_closed_area", None, 1.0)], started_at="2026-05-01T12:00:00.000Z"),
    Example("local time", "sia_dc09", b'"ADM-CID"0001R1L1#9413[#9413|1110 01 003]_15:00:00,05-01-2026\r',
            [("fire", "fire", None, 1.0)], started_at="2026-05-01T12:00:00.000Z", notes=["shifted"]),
    Example("restored", "sia_dc09", b'"SIA-DCS"0002L0#1234[#1234|Nri1/BR05]_12:00:00,05-01-2026\r',
            [("burglary", "person_in_closed_area", None, 1.0)], started_at="2026-05-01T12:00:00.000Z", ended=True),
    Example("a keep-alive", "sia_dc09", b'K0029"NULL"0000R1L1#9413[]_12:00:00,05-01-2026\r',
            others=["DeviceHeartbeat"]),
    Example("encrypted", "sia_dc09",
            b'0029"*SIA-DCS"0000R1L1#9413[A0B1C2_12:00:00,05-01-2026\r', others=["Quarantined"]),
    Example("an alarm of a person", "unifi_protect", as_json(alarm={"name": "Yard", "triggers": [
            {"key": "person", "device": "aabb", "eventId": "e9", "timestamp": AT_MS, "zones": {"zone": [1]}}]}),
            [("person", None, None, 1.0)]),
    Example("a named face", "unifi_protect", as_json(alarm={"triggers": [
            {"key": "face_known", "device": "aabb", "value": "Jonas", "timestamp": AT_MS}]}), others=["PassedOver"]),
    Example("an event of the stream", "unifi_protect",
            protect("add", start=AT_MS, smartDetectTypes=["person"], score=80),
            [("person", None, None, 0.8)]),
    Example("a floodlight", "unifi_protect", protect("add", start=AT_MS, type="lightMotion"),
            [("lightmotion", None, None, 0.5)], bare=True),
    Example("closed when first told of", "unifi_protect", protect("update", start="never", end=AT_MS),
            [("object", None, None, 0.5)], ended=True, notes=["end"]),
    Example("a plate", "verkada", VERKADA, [("license_plate", "plate_read", "KLM123", 0.96)], ended=True),
    Example("somebody", "verkada", as_json(webhook_type="notification", data={
            "camera_id": "v-1", "created": 1777636800, "notification_type": "person_detected",
            "notification_id": "n1"}),
            [("person", None, None, 1.0)], started_at="2026-05-01T12:00:00.000Z"),
    Example("somebody with a name", "verkada", as_json(webhook_type="notification", data={
            "camera_id": "v-1", "notification_type": "person_of_interest",
            "person_label": "Jonas"}), others=["PassedOver"]),
    Example("a position", "owntracks", as_json(
            _type="location", tst=1777636800, lat=55.93, lon=23.31, acc=8, vel=36, cog=90, batt=50, tid="ab"),
            others=["PositionReport"]),
    Example("a last will", "owntracks", as_json(_type="lwt", tst="1777636800"), others=["PassedOver"]),
    Example("an encrypted message", "owntracks", as_json(_type="encrypted", data="AAAA"), others=["PassedOver"]),
    Example("nothing", "owntracks", b"", others=["PassedOver"]),
    Example("a query", "osmand", b"/?id=77&lat=55.93&lon=23.31&timestamp=1777636800250&hdop=2&speed=10&batt=50",
            others=["PositionReport"]),
    Example("cells without a place", "osmand",
            b"/?id=77&timestamp=1777636800&cell=257,02,16,2224", others=["PassedOver"]),
    Example("nobody's query", "osmand", b"/?lat=55.93&lon=23.31", others=["Quarantined"]),
    Example("a body in JSON", "osmand", as_json(device_id="77", location={
            "timestamp": AT, "coords": {"latitude": 55.93, "longitude": 23.31, "accuracy": 5, "speed": -1}}),
            others=["PositionReport"]),
]  # fmt: skip
