"""A camera's video as one thing: the main stream, and beside it a smaller one where the camera has both."""

from vision.feeds.reader import Reader, ReaderState, Status


class Feed:
    """The readers of one camera: the main stream is kept and shown, the sub stream analysed. One connection each."""

    def __init__(self, main: Reader, sub: Reader | None = None) -> None:
        self.main = main
        self.sub = sub

    @property
    def analysed(self) -> Reader:
        """The stream to decode: the smaller one."""
        return self.sub or self.main

    def start(self) -> None:
        """Begin to read."""
        for reader in self._readers():
            reader.start()

    def stop(self) -> None:
        """End it and wait for it."""
        for reader in self._readers():
            reader.stop()

    def state(self) -> ReaderState:
        """How it is: as the main stream is, or as the smaller one where only that is lost."""
        states = [reader.state() for reader in self._readers()]
        return next((state for state in states if state.status is Status.LOST), states[0])

    def _readers(self) -> list[Reader]:
        if self.sub is None:
            return [self.main]
        return [self.main, self.sub]
