"""A campaign in hand, for notebooks and scripts: opened in a line, with its films as a table."""

from contextlib import ExitStack
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import attrs

from lab.campaign_files import builtin_text, parse_definition
from lab.open_campaigns import OpenCampaign, open_campaign, up_to_date
from lab.people_checks import login_name
from lab.records import Records, Status
from lab.store import Store
from lab.user_files import read_text
from lab.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd


@attrs.frozen(eq=False)
class CampaignInHand(OpenCampaign):
    """An open campaign that stays open until it is closed; usable wherever an `OpenCampaign` is."""

    workspace: Path = attrs.field(factory=Path)
    """Folder of the workspace."""
    _open: ExitStack = attrs.field(factory=ExitStack, repr=False)

    def films(self) -> "pd.DataFrame":
        """Return one row a film: what it is for, its grade, its composition (as made, else as asked), its properties.

        Compositions are weight fractions, properties in their units; what is not known is missing. The units are in
        ``.attrs["units"]``. Materials and properties are those of the newest definition, also where the campaign was
        extended since it was opened. A film is simulated where the virtual lab planned it or made anything that is
        known of it.
        """
        import pandas as pd

        from lab.export.summary import film_is_simulated

        records = self.records()
        definition = up_to_date(self, records).definition
        properties = definition.property_names
        rows: list[dict[str, Any]] = []
        for film in records.films.values():
            made = records.as_made.get(film.label)
            composition = made.composition if made else film.asked
            grade = records.grades.get(film.label)
            rows.append(
                {
                    "film": film.label,
                    "purpose": film.purpose.value,
                    "loop": film.loop,
                    **{name: composition.get(name, 0.0) for name in definition.material_names},
                    "grade": grade.grade.value if grade else None,
                    **{name: _value(records, film.label, name) for name in properties},
                    "simulated": records.event_of(film).simulated or film_is_simulated(records, film.label, properties),
                }
            )
        columns = ["film", "purpose", "loop", *definition.material_names, "grade", *properties, "simulated"]
        numbers = dict.fromkeys([*definition.material_names, *properties], float)
        found = pd.DataFrame(rows, columns=columns).astype({"loop": "Int64", "simulated": bool, **numbers})
        units = definition.units
        found.attrs["units"] = {name: units[name] for name in numbers}
        return found

    def measurements(self) -> "pd.DataFrame":
        """Return one row a measured property of a film, failed and censored ones too."""
        return self.table("measurements")

    def table(self, name: str) -> "pd.DataFrame":
        """Return one of the tables that `filmlab tables` writes: films, grades, designs, transfers and more."""
        import pandas as pd

        from lab.errors import UnknownNameError
        from lab.export.tables import campaign_tables
        from lab.names import known_hint

        records = self.records()
        known = campaign_tables(records, up_to_date(self, records).definition.units)
        if name not in known:
            raise UnknownNameError(f"there is no table {name!r}", hint=known_hint(name, known))
        return pd.DataFrame(list(known[name].rows), columns=list(known[name].columns))

    def close(self) -> None:
        """Close the store."""
        self._open.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _repr_html_(self) -> str:
        from lab.export.summary import progress

        records = self.records()
        simulated = any(event.simulated for event in records.events.values())
        definition = up_to_date(self, records).definition
        reached = progress(definition, records)
        counts = {
            "films planned": reached.planned,
            "made": reached.made,
            "graded": reached.graded,
            "measured": reached.measured,
            "models": len(records.models),
            "designs": reached.designs,
        }
        cells = "".join(f"<td>{number} {name}</td>" for name, number in counts.items())
        note = " (simulated)" if simulated else ""
        title = f"{escape(definition.title)}, seed {self.seed}{note}"
        return f"<b>{title}</b><table><tr>{cells}</tr></table>"


def _value(records: Records, film: str, name: str) -> float | None:
    found = records.measurements.get((film, name))
    return found.value if found is not None and found.status is Status.OK else None


def open_in_hand(workspace: Path | str, campaign: str | None = None) -> CampaignInHand:
    """Open a campaign of a workspace.

    Args:
        workspace: The workspace's folder.
        campaign: The campaign's name; it may be left out where there is one only.

    Raises:
        WorkspaceError: If there is no workspace.
        StoreError: If the store cannot be opened, has no campaign, or has several and no name was given.
        UnknownNameError: If there is no campaign of that name.
    """
    folder = Workspace.open(workspace)
    with ExitStack() as stack:
        found = stack.enter_context(open_campaign(folder, campaign))
        return CampaignInHand(
            found.name,
            found.definition,
            found.seed,
            found.store,
            found.artefacts,
            workspace=folder.root,
            open=stack.pop_all(),
        )


def create_in_hand(workspace: Path | str, definition: Path | str, seed: int = 7) -> CampaignInHand:
    """Create a campaign and open it.

    Args:
        workspace: The workspace's folder; it is made if it is missing.
        definition: Path of a campaign file, or the name of a built-in campaign.
        seed: Seed of every random number of the campaign.

    Raises:
        InvalidInputError: If the definition is wrong; every fault is listed.
        StoreError: If the workspace has a campaign of that name.
    """
    path = Path(definition)
    text = read_text(path) if path.suffix == ".toml" else builtin_text(str(definition))
    name = parse_definition(text, what=str(definition)).name
    with Store.open(Workspace.create(workspace).database_url, create=True) as store:
        store.create_campaign(name, text, seed, login_name())
    return open_in_hand(workspace, name)
