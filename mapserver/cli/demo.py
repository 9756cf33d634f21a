"""`vanagas demo`: the whole system on one machine, with simulated units and real footage."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from mapserver.core.video_settings import VideoSettings
from telemetry.errors import BadInput, Misconfigured
from telemetry.messages import Message


def demo(
    port: Annotated[int, typer.Option(help="Port of the pages.")] = 8000,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    data: Annotated[Path, typer.Option("--data", help="Folder that keeps everything.")] = Path("data/demo"),
    speed: Annotated[float, typer.Option(min=0.1, max=20, help="How fast simulated vehicles and devices live.")] = 1,
    video: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=FILE|URL", help="Your own video for a unit or camera; may be given again."),
    ] = None,
    all_cameras: Annotated[
        bool, typer.Option("--all-cameras", help="All 37 cameras of the towns send video; for a machine to itself.")
    ] = False,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the pages in a browser.")] = True,
) -> None:
    """Run both towns until Ctrl-C: a drone flies, cameras see, inspectors report, one timeline grows."""
    try:
        from mapserver.demo.run import DemoOptions, run_demo  # noqa: PLC0415  imports what only vanagas[demo] installs
    except ModuleNotFoundError as error:
        raise Misconfigured(Message("server.extra_missing", extra="demo")) from error

    videos = tuple(_video(text) for text in video or ())
    options = DemoOptions(
        data=data, host=host, port=port, speed=speed, videos=videos, browser=browser, all_cameras=all_cameras
    )
    asyncio.run(run_demo(options, typer.echo))


def _video(text: str) -> VideoSettings:
    name, equals, source = text.partition("=")
    if not (name and equals and source):
        raise BadInput(Message("cli.video_without_name", text=text))
    if "://" not in source and not Path(source).is_file():
        raise BadInput(Message("cli.video_file_missing", name=name, file=source))
    return VideoSettings(name=name, source=source, simulated=True)
