"""`python -m benchmarks.sample`: write invented exports, and the truth about them."""

from pathlib import Path
from typing import Annotated

import typer

from benchmarks.sample import exports
from benchmarks.sample.generate import generate

app = typer.Typer(add_completion=False)


@app.command()
def main(
    out: Annotated[Path, typer.Option(help="Folder that gets one folder a source.")] = Path("data/raw"),
    companies: Annotated[int, typer.Option(min=1, help="How many different companies.")] = 120,
    seed: Annotated[int, typer.Option(help="The same seed gives the same files.")] = 1,
    roughness: Annotated[
        float, typer.Option(min=0.0, help="0 perfect, 1 ordinary, 1.5 as bad as seen.")
    ] = 1.0,
    overlap: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Share of companies in both exports.")
    ] = 0.3,
    crowded: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Share of companies in houses of many.")
    ] = 0.0,
    truth: Annotated[Path | None, typer.Option(help="File of the truth; default OUT/verite.csv.")] = None,
) -> None:
    """Write invented member exports of both clusters, and which of their lines are the same company."""
    sample = generate(companies, seed, roughness, overlap, crowded)
    lines = exports.write(sample, out, truth)
    typer.echo(
        f"{companies} companies: {len(sample.clustr)} lines of clustr, {len(sample.numelink)} of numelink"
    )
    for trouble, count in (sample.counts + lines).items():
        typer.echo(f"{count:8} {trouble}")


if __name__ == "__main__":
    app()
