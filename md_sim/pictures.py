"""Pictures of snapshots, rendered by LAMMPS itself, which needs no screen and no further program."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from md_sim.engine import ONE_PROCESS, Processors
from md_sim.forcefields import is_clay
from md_sim.frames import frame_files
from md_sim.lammps_data import DataFile
from md_sim.rerun import run_again
from md_sim.scripts import DATA_FILE, reading_of

# Colours (red, green, blue, 0 to 1) and drawn diameters (angstrom) by element; those of the clay differ from those of
# cellulose, so that the phases can be told apart.
CLAY = {"Si": ((0.85, 0.70, 0.45), 1.6), "Al": ((0.55, 0.62, 0.72), 1.6), "Mg": ((0.20, 0.60, 0.35), 1.9)}
CLAY_OXYGEN = ((0.80, 0.45, 0.40), 1.5)
ORGANIC = {"C": ((0.25, 0.30, 0.38), 1.7), "N": ((0.20, 0.35, 0.80), 1.6), "O": ((0.85, 0.15, 0.15), 1.5)}
WATER = ((0.35, 0.65, 0.90), 1.7)
SODIUM = ((0.45, 0.25, 0.75), 2.4)
HYDROGEN = ((0.95, 0.95, 0.95), 0.9)
# Edge of the square that is drawn before the margins are cut off, pixels.
SIZE = 700
MARGIN = 8


_SEEN = [0] * 24 + [255] * 232
"""What differs from white by less than this is not part of the picture."""
MOVIE_WIDTH = 480
"""Pixels."""
FRAME_TIME = 120
"""How long a movie shows each picture, ms."""


def look(name: str, element: str) -> tuple[tuple[float, float, float], float]:
    """Return colour (red, green, blue, 0 to 1) and drawn diameter, angstrom, of an atom type."""
    if element == "H":
        return HYDROGEN
    if element == "Na":
        return SODIUM
    if name == "charmm36:OT":
        return WATER
    if is_clay(name):
        return CLAY.get(element, CLAY_OXYGEN)
    return ORGANIC[element]


def picture_script(data: DataFile, dumps: list[str]) -> str:
    """Return a script that draws every snapshot of the test as seen along y: chains from left to right, z upwards."""
    looks = [look(name, element) for name, element in zip(data.type_names, data.elements, strict=True)]
    numbered = list(enumerate(looks, start=1))
    bonded = [
        name
        for name, there in (
            ("bond", data.has_bonds),
            ("angle", data.has_angles),
            ("dihedral", data.has_dihedrals),
            ("improper", data.has_impropers),
        )
        if there
    ]
    return "\n".join(
        [
            "units real",
            "atom_style full",
            "pair_style zero 5.0 nocoeff",
            *(f"{name}_style zero nocoeff" for name in bonded),
            *reading_of(data, DATA_FILE, " nocoeff"),
            "pair_coeff * *",
            *(f"{name}_coeff *" for name in bonded),
            f"dump view all image 1 picture.*.jpg type type size {SIZE} {SIZE} view 90 -90 up 0 0 1 zoom 1.4 "
            "box yes 0.01 fsaa yes shiny 0.1",
            "dump_modify view backcolor white boxcolor silver pad 8",
            # All colours before the first use: LAMMPS moves its table when a colour is added.
            *(f"dump_modify view color filmlab{n} {r} {g} {b}" for n, ((r, g, b), _) in numbered),
            *(f"dump_modify view acolor {n} filmlab{n} adiam {n} {size}" for n, (_, size) in numbered),
            f"rerun {' '.join(dumps)} dump x y z box yes",
            "",
        ]
    )


def draw(folder: Path, data: DataFile, processors: Processors = ONE_PROCESS) -> Mapping[int, Path]:
    """Draw every snapshot of a simulation.

    Returns:
        JPEG files by time step.

    Raises:
        RerunFailedError: If LAMMPS stops.
    """
    from PIL import Image, ImageChops

    dumps = [path.name for path in frame_files(folder)]
    (folder / "picture.in").write_text(picture_script(data, dumps), encoding="utf-8")
    run_again(folder, "picture.in", "picture.log", processors)
    drawn = {int(path.name.split(".")[1]): path for path in sorted(folder.glob("picture.*.jpg"))}
    pictures = {step: Image.open(path).convert("RGB") for step, path in drawn.items()}
    white = Image.new("RGB", (SIZE, SIZE), "white")
    seen = [ImageChops.difference(picture, white).convert("L").point(_SEEN).getbbox() for picture in pictures.values()]
    frame = _around([box for box in seen if box is not None])
    for step, picture in pictures.items():
        picture.crop(frame).save(drawn[step], quality=85)
    return drawn


def _around(boxes: Sequence[tuple[int, int, int, int]]) -> tuple[int, int, int, int]:
    """Return one frame around what is seen in all pictures, so that the model is seen to grow."""
    if not boxes:
        return (0, 0, SIZE, SIZE)
    left, upper, right, lower = zip(*boxes, strict=True)
    return (
        max(0, min(left) - MARGIN),
        max(0, min(upper) - MARGIN),
        min(SIZE, max(right) + MARGIN),
        min(SIZE, max(lower) + MARGIN),
    )


def movie(pictures: Mapping[int, Path], out: Path) -> None:
    """Join pictures to an animated GIF.

    Args:
        pictures: By time step, at least one.
        out: The GIF file.
    """
    from PIL import Image

    frames = []
    for step in sorted(pictures):
        with Image.open(pictures[step]) as picture:
            size = (MOVIE_WIDTH, MOVIE_WIDTH * picture.height // picture.width)
            frames.append(picture.convert("RGB").resize(size).quantize(64, method=Image.Quantize.FASTOCTREE))
    frames[0].save(out, save_all=True, append_images=frames[1:], duration=FRAME_TIME, loop=0)
