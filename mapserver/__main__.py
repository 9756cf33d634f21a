"""`python -m mapserver` is `vanagas`."""

from mapserver.cli import main

main()
