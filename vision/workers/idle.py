"""In place of workers where none can be had: streams are read, recorded and shown, and nothing is found in them."""

from telemetry.messages import Message
from vision.feeds.reader import Reader
from vision.pipeline.analysed_still import Jpeg
from vision.setups.setup import Setup
from vision.workers.protocol import AnalysisState, StreamTask


class IdleWorkers:
    """Analyses nothing."""

    def __init__(self, fault: Message) -> None:
        """`fault` is why."""
        self._analysed = AnalysisState(fault=fault)

    def start(self) -> None:
        """Nothing to begin."""

    def stop(self) -> None:
        """Nothing to end."""

    def watch(self, task: StreamTask, reader: Reader) -> None:
        """Takes none of the reader's packets."""

    def update_setup(self, name: str, setup: Setup) -> None:
        """Nothing goes by it."""

    def leave(self, name: str) -> None:
        """Nothing was begun."""

    def analysed(self, name: str) -> AnalysisState:
        """Nothing, and why."""
        return self._analysed

    def still(self, name: str) -> Jpeg | None:
        """None: nothing was looked at."""
        return None
