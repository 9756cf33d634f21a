"""Inspections that ask other machines: the broker, the cameras, and the certificates of what is asked over TLS."""

import asyncio
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from urllib.parse import urlsplit

from mapserver.core.settings import MqttSettings, Settings
from mapserver.core.video_settings import VideoSettings
from mapserver.faults.values import Amiss, Inspection, Sound
from mapserver.inspections.known_videos import known_videos
from mapserver.intake.broker import topics
from telemetry.errors import BadMedia, SourceLost, Unavailable
from telemetry.messages import Message
from telemetry.mqtt.probe import try_broker
from vision.feeds.address import display_name, is_address, read_address
from vision.feeds.source import open_source

PATIENCE_S = 5.0
SOON = timedelta(days=14)
"""A certificate that ends within this is told of."""


def outside_inspections(settings: Settings) -> Iterator[Inspection]:
    """The broker, each camera, each certificate. They really connect, for seconds."""
    if settings.mqtt is not None:
        yield Inspection("broker", partial(_broker, settings, settings.mqtt))
    for video in known_videos(settings):
        for source in filter(None, (video.source, video.sub_source)):
            yield Inspection(f"stream {video.name}", partial(_stream, video, source))
    for host, port in sorted(_tls_hosts(settings)):
        yield Inspection(f"certificate {host}", partial(certificate, host, port))


def _broker(settings: Settings, broker: MqttSettings) -> Sound | Amiss:
    filters = topics(settings)
    attempt = try_broker(
        broker.host,
        broker.port,
        username=broker.username or None,
        password=broker.password.get_secret_value(),
        tls=broker.tls,
        topics=filters,
    )
    try:
        asyncio.run(attempt)
    except Unavailable as error:
        what = Message("faults.broker_unusable")
        return Amiss(what, Message("faults.broker_remedy", reason=error.told))
    return Sound(Message("faults.broker_sound", topics=len(filters)))


def _stream(video: VideoSettings, source: str) -> Sound | Amiss:
    name = display_name(source)
    try:
        if is_address(source) and read_address(source).listens:
            return Sound(Message("faults.camera_calls", name=name), doubt=True)
        with open_source(source, transport=video.transport, timeout_s=PATIENCE_S) as opened:
            packet = next(iter(opened), None)
    except (BadMedia, SourceLost) as error:
        return Amiss(
            Message("faults.video_silent", video=video.name), Message("faults.video_remedy", reason=error.told)
        )
    if packet is None:
        return Amiss(Message("faults.video_empty", video=video.name), Message("faults.video_empty_remedy", name=name))
    return Sound(Message("faults.video_sound", name=name))


def _tls_hosts(settings: Settings) -> set[tuple[str, int]]:
    """Who is asked over TLS by the settings."""
    hosts = set()
    if settings.mqtt is not None and settings.mqtt.tls:
        hosts.add((settings.mqtt.host, settings.mqtt.port))
    urls = [
        settings.alerts.webhook,
        settings.analysis.home_url,
        None if settings.weather is None else settings.weather.base_url,
    ]
    for url in filter(None, urls):
        parts = urlsplit(url)
        if parts.scheme in ("https", "mqtts") and parts.hostname is not None:
            hosts.add((parts.hostname, parts.port or (443 if parts.scheme == "https" else 8883)))
    return hosts


def certificate(host: str, port: int, context: ssl.SSLContext | None = None) -> Sound | Amiss:
    """Whether this machine trusts who answers at `host`:`port`, and for how long yet."""
    context = context or ssl.create_default_context()
    try:
        with (
            socket.create_connection((host, port), PATIENCE_S) as plain,
            context.wrap_socket(plain, server_hostname=host) as wrapped,
        ):
            shown = wrapped.getpeercert() or {}
    except OSError as error:
        return Amiss(
            Message("faults.tls_silent", host=host), Message("faults.tls_remedy", host=host, port=port, reason=error)
        )
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(shown["notAfter"])), UTC)
    if ends - datetime.now(UTC) < SOON:
        return Amiss(
            Message("faults.certificate_ends", host=host, ends=ends),
            Message("faults.certificate_remedy", host=host, port=port),
        )
    return Sound(Message("faults.certificate_good", ends=ends))
