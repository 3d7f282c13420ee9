"""Templates of HTML pages: what is filled in is escaped, and written as people write it."""

from typing import TYPE_CHECKING

from lab.export.wording import name_text, number, parts_text, unit_text, wish_text

if TYPE_CHECKING:
    import jinja2


def page_environment(*packages: str) -> "jinja2.Environment":
    """Return where templates are found, with the filters that all pages have.

    A name that is not filled in is an error.

    Args:
        packages: Packages with a folder ``templates``, before that of `lab.export`, whose templates they may use.
    """
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.ChoiceLoader(
            [jinja2.PackageLoader(package, "templates") for package in (*packages, "lab.export")]
        ),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "number": number,
        "unit": unit_text,
        "plain": name_text,
        "wish": wish_text,
        "recipe": parts_text,
        "count": "{:,}".format,
        "percent": lambda value: f"{value:.0%}",
        "moment": lambda moment: f"{moment:%Y-%m-%d %H:%M} UTC",
    }
    return environment
