"""Execute the notebooks and write them with their results.

    python scripts/render_notebooks.py --out notebooks/rendered [--workspace workspace] [--only 02]

The sources are jupytext percent scripts in notebooks/. Without --workspace the notebooks share the small campaign that
the first of them runs. Exit code 1, with the cell and its error, where one fails.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from traitlets.config import Config

SOURCES = Path(__file__).parents[1] / "notebooks"
CELL_SECONDS = 600


def render(source: Path, out: Path) -> None:
    """Execute a percent script and write it as a notebook."""
    notebook = jupytext.read(source)
    # The kernel runs in the folder of the sources, so that relative paths mean the same as for people.
    where = {"metadata": {"path": str(SOURCES)}}
    with tempfile.TemporaryDirectory(prefix="filmlab-kernel-") as sockets:
        # Sockets in a folder that is ours alone: nobody else of this computer can listen, as they could at a TCP port.
        config = Config(KernelManager={"transport": "ipc", "ip": str(Path(sockets) / "kernel")})
        NotebookClient(notebook, timeout=CELL_SECONDS, resources=where, config=config).execute()
    out.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, out / f"{source.stem}.ipynb")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line; return the exit code."""
    parser = argparse.ArgumentParser(description="Execute the notebooks and write them with their results.")
    parser.add_argument("--out", type=Path, default=SOURCES / "rendered")
    parser.add_argument("--workspace", type=Path, help="workspace that notebooks 02 to 07 ask")
    parser.add_argument("--only", default="", help="beginning of the names to render: 02")
    options = parser.parse_args(arguments)
    os.environ["PYTHONPATH"] = os.pathsep.join([str(SOURCES.parent), os.environ.get("PYTHONPATH", "")]).rstrip(
        os.pathsep
    )
    with tempfile.TemporaryDirectory(prefix="filmlab-notebooks-") as folder:
        if options.workspace is not None:
            os.environ["FILMLAB_WORKSPACE"] = str(options.workspace.resolve())
        else:
            os.environ["FILMLAB_WORKSPACE"] = os.environ["FILMLAB_NOTEBOOK_FOLDER"] = str(Path(folder) / "lab")
        for source in sorted(SOURCES.glob(f"{options.only}*.py")):
            try:
                render(source, options.out)
            except CellExecutionError as error:
                print(f"{source.name}: {error}", file=sys.stderr)
                return 1
            print(f"{source.name} -> {options.out / source.stem}.ipynb", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
