"""The film world's noise-free answers for a file of recipes, for benchmarks."""

from pathlib import Path

from lab import library
from lab.csv_files import write_csv
from lab.recipe_files import LABEL_COLUMN, RecipeForm, read_recipes
from lab.virtual.film_world import PROPERTIES, FilmWorld


def write_truth(recipes: Path, out: Path) -> int:
    """Write the truth about every recipe: its properties without noise, and its grade.

    Args:
        recipes: CSV with a column a built-in material, weight fractions (see `lab.recipe_files`).
        out: CSV to write: film, materials, the eleven properties in their units, grade, usable (between 0 and 1).

    Returns:
        Number of recipes.

    Raises:
        InvalidInputError: If the file of recipes has faults.
        WorkspaceError: If the answer cannot be written.
    """
    table = read_recipes(recipes, RecipeForm(library.materials()))
    world = FilmWorld(table.materials)
    truth = world.truth(table.compositions)
    columns = [table.labels, *table.compositions.T.tolist(), *(truth[name].tolist() for name in PROPERTIES)]
    columns += [[str(grade) for grade in world.grades(table.compositions)]]
    columns += [world.usable_field(table.compositions).tolist()]
    names = [LABEL_COLUMN, *table.materials, *PROPERTIES, "grade", "usable"]
    write_csv(out, names, zip(*columns, strict=True))
    return len(table.labels)
