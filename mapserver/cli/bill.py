"""`vanagas sbom` and `vanagas notice`: what this installation consists of, for programs and for people."""

from pathlib import Path
from typing import Annotated

import typer
from cyclonedx.model import Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import DisjunctiveLicense
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL

from mapserver.core.version import VERSION
from mapserver.program.bill import GPL_INSIDE, UNKNOWN, BillPart, parts_installed

Output = Annotated[Path | None, typer.Option("-o", "--output", help="File to write; else standard output.")]
KINDS = {
    "package": "Python packages",
    "library": "Libraries inside the packages' wheels",
    "web library": "Web libraries and map data",
    "model": "Detection models",
}


def sbom(output: Output = None) -> None:
    """Write a CycloneDX 1.6 bill of materials (JSON) of all that is installed, with licences."""
    main = Component(name="vanagas", version=VERSION, type=ComponentType.APPLICATION, bom_ref="vanagas")
    bom = Bom()
    bom.metadata.component = main
    made = [_component(part) for part in parts_installed() if part.name != "vanagas"]
    for component in made:
        bom.components.add(component)
    bom.register_dependency(main, made)
    text = make_outputter(bom, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string(indent=2)
    _write(text + "\n", output, f"{len(made)} components")


def notice(output: Output = None) -> None:
    """Write in words what is installed under which licence, and what follows for who hands it on."""
    parts = parts_installed()
    lines = [f"Vanagas {VERSION}, Apache-2.0, is made with the following.", ""]
    gpl = [part for part in parts if part.kind == "library" and part.name in GPL_INSIDE]
    for part in gpl:
        lines.append(
            f"{part.name} inside {part.inside} is under {part.licence}: to use it is free; who hands that wheel on,"
            " with or without Vanagas, has to meet the GPL's terms, which concern what is combined with it, too."
        )
    if gpl:
        lines += [
            "Clips are encoded without them when `[recording] clip_codec` is vp9; live video with privacy masks"
            " and `vanagas analyse --annotated` are encoded with libx264.",
            "",
        ]
    for kind, title in KINDS.items():
        lines += [title, "-" * len(title), *(_line(part) for part in parts if part.kind == kind), ""]
    _write("\n".join(lines), output, f"{len(parts)} parts")


def _component(part: BillPart) -> Component:
    kinds = {"model": ComponentType.MACHINE_LEARNING_MODEL}
    licences = [] if part.licence == UNKNOWN else [DisjunctiveLicense(name=part.licence)]
    return Component(
        name=part.name,
        version=part.version or None,
        type=kinds.get(part.kind, ComponentType.LIBRARY),
        bom_ref=" ".join(filter(None, (part.kind, part.name, part.version, part.inside))),
        licenses=licences,
        purl=PackageURL.from_string(part.purl) if part.purl else None,
        properties=[Property(name="vanagas:inside", value=part.inside)] if part.inside else [],
    )


def _line(part: BillPart) -> str:
    line = f"{part.name} {part.version}: {part.licence}"
    if not part.inside:
        return line
    return f"{line}, inside {part.inside}"


def _write(text: str, output: Path | None, what: str) -> None:
    if output is None:
        typer.echo(text, nl=False)
        return
    output.write_text(text, "utf-8")
    typer.echo(f"{output}: {what}", err=True)
