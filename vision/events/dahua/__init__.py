"""Dahua: the text parts of `eventManager.cgi?action=attach`, and RPC2's `client.notifyEventStream` in JSON."""

from vision.events.dahua.parsing import NAME, parse, recognises

__all__ = ["NAME", "parse", "recognises"]
