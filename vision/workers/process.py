"""The process that analyses: `python -m vision.workers.process FD`, as `vision.workers.local` starts it.

It ends when the other end of its line does.
"""

import logging
import os
import queue
import signal
import sys
import threading
from contextlib import suppress
from multiprocessing.connection import Connection
from zlib import crc32

from telemetry.errors import VanagasError
from vision.detection.detector import Detector
from vision.workers.analyst import Analyst
from vision.workers.child_process import Ready, StartFailed, StopMessage
from vision.workers.messages import (
    BeginStream,
    EndStream,
    FindingMessage,
    FromWorker,
    Packets,
    PrepareDetector,
    ProgressMessage,
    StillReply,
    StillRequest,
    ToWorker,
    UpdateSetup,
)

log = logging.getLogger(__name__)

HANDS = 2
"""Threads that decode. Decoding itself runs beside Python, and one thread would not keep up with a town."""
MOST_AHEAD = 20
"""Messages that wait for a hand; beyond, the line fills, and the server leaves out what is old."""
TELL_S = 0.25
"""How often it says how far each stream is."""
SWITCH_S = 0.002
"""Decoders and lookers take turns in Python: at its usual 5 ms each would hold up the others."""
NICE = 5
"""Analysis gives way to the server: what is recorded and shown live comes first."""


class AnalysisProcess:
    """An analyst at the end of a line: does what is said, and says what is found and how far it is."""

    def __init__(self, line: "Connection[FromWorker, ToWorker]", detector: Detector) -> None:
        self._line = line
        self._speaking = threading.Lock()
        self._ended = threading.Event()
        self._analyst = Analyst(detector, sink=lambda finding: self._say(FindingMessage(finding)))
        self._hands = [queue.Queue[ToWorker | None](MOST_AHEAD) for _ in range(HANDS)]

    def run(self) -> None:
        """Go on until the line ends or it is told to stop."""
        self._analyst.start()
        threading.Thread(target=self._tell, name="teller", daemon=True).start()
        threads = [
            threading.Thread(target=self._work, args=(hand,), name="decoder", daemon=True) for hand in self._hands
        ]
        for thread in threads:
            thread.start()
        with suppress(EOFError, ConnectionError):
            while not isinstance(message := self._line.recv(), StopMessage | PrepareDetector):
                name = message.task.name if isinstance(message, BeginStream) else message.name
                self._hands[crc32(name.encode()) % HANDS].put(message)  # all of one stream stays in order
        for hand, thread in zip(self._hands, threads, strict=True):
            hand.put(None)
            thread.join()
        self._analyst.stop()
        self._ended.set()

    def _work(self, hand: "queue.Queue[ToWorker | None]") -> None:
        try:
            while (message := hand.get()) is not None:
                self._do(message)
        except Exception:  # what is half right is worse than another process
            log.exception("this process gives up; another takes its place")
            os._exit(1)

    def _do(self, message: ToWorker) -> None:
        match message:
            case Packets(name, events):
                for one in events:
                    self._analyst.take(name, one)
            case BeginStream(task):
                self._analyst.begin(task)
            case UpdateSetup(name, setup):
                self._analyst.update_setup(name, setup)
            case EndStream(name):
                self._analyst.end(name)
            case StillRequest(number, name):
                self._say(StillReply(number, self._analyst.still(name)))

    def _say(self, message: FromWorker) -> None:
        with self._speaking:
            self._line.send(message)

    def _tell(self) -> None:
        with suppress(OSError):  # the line has ended, and so will this process
            while not self._ended.wait(TELL_S):
                self._say(ProgressMessage(self._analyst.analysed()))


def main(descriptor: int) -> None:
    """Analyse what is said over the line `descriptor`."""
    for word in (signal.SIGINT, signal.SIGTERM):  # said to the server too, which then closes the line
        signal.signal(word, signal.SIG_IGN)
    os.nice(NICE)
    sys.setswitchinterval(SWITCH_S)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    line: Connection[FromWorker, ToWorker] = Connection(descriptor)
    prepare = line.recv()
    if not isinstance(prepare, PrepareDetector):
        raise TypeError(f"the first word must be what looks at pictures, not {prepare!r}")
    try:
        detector = prepare.make_detector()
    except VanagasError as error:
        line.send(StartFailed(error.message))
        return
    line.send(Ready())
    AnalysisProcess(line, detector).run()


if __name__ == "__main__":
    main(int(sys.argv[1]))
