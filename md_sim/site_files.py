"""Reading a site from a TOML file: where a study runs, and how many simulations at once."""

from pathlib import Path

import cattrs

from lab.errors import InvalidInputError
from lab.user_files import read_toml
from md_sim.sites import KINDS, Site

_converter = cattrs.Converter(forbid_extra_keys=True)


def read_site(path: Path) -> Site:
    """Return the site of a TOML file, whose keys are the fields of `Site`, with a table ``[processors]``.

    Raises:
        InvalidInputError: If the file is missing or not right; all faults are named.
    """
    raw = read_toml(path)
    try:
        return _converter.structure(raw, Site)
    except (cattrs.BaseValidationError, ValueError) as error:
        raise InvalidInputError(
            str(path),
            cattrs.transform_error(error),
            hint=f"kind is one of {', '.join(KINDS)}; docs/reference/md.md shows a file",
        ) from error
