"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

DataDir = Annotated[
    Path | None, typer.Option("--data", help="Folder that keeps everything; VANAGAS_DATA_DIR, else ./data.")
]
