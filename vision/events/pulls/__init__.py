"""Events fetched from a device over a connection that is held open: ISAPI, Dahua's attach, ONVIF PullPoint."""

from vision.events.pulls.attached_stream import AttachedStream, whole_url
from vision.events.pulls.pull_point import PullPoint
from vision.events.pulls.values import DeviceAddress, PulledMessage, PullFailed

__all__ = ["AttachedStream", "DeviceAddress", "PullFailed", "PullPoint", "PulledMessage", "whole_url"]
