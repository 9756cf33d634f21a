"""The version of the program that runs, as its package was installed."""

from importlib.metadata import version

VERSION = version("vanagas")
