"""Force fields that are used together: one for everything but the clay, one for the clay."""

import attrs

from lab.errors import UnknownNameError
from lab.names import known_hint


@attrs.frozen
class FieldSet:
    """Force fields of a whole model."""

    name: str
    organic: str
    """Of everything but the clay."""
    clay: str
    """Of the clay and its ions."""

    @property
    def springs(self) -> bool:
        """Whether the clay is held together by springs, which never break."""
        return self.clay == "interface"


FIELD_SETS = {
    fields.name: fields
    for fields in (
        FieldSet("glycam06j", organic="glycam06j", clay="clayff"),
        FieldSet("charmm36", organic="charmm36", clay="clayff"),
        FieldSet("charmm36-interface", organic="charmm36", clay="interface"),
    )
}
"""By name, the default first. CHARMM36 and INTERFACE were made for each other: INTERFACE is distributed as an extension
of CHARMM's files, with the same combination rules and energy terms.
"""


def field_set_named(name: str) -> FieldSet:
    """Return a set of force fields.

    Raises:
        UnknownNameError: If there is none of that name.
    """
    try:
        return FIELD_SETS[name]
    except KeyError as error:
        raise UnknownNameError(f"no force field {name!r}", hint=known_hint(name, FIELD_SETS)) from error
