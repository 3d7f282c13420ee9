"""`filmlab film` and `filmlab deck`: what people decide and do, as records with their names."""

import shlex
from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from cli.labels import as_recorded
from cli.persons import Who, name_of
from cli.printing import PrintPdf, print_cards
from cli.workspaces import HERE, CampaignOption, WorkspaceOption, opened

if TYPE_CHECKING:
    from lab.compositions import Composition

film_app = typer.Typer(help="Decide about films, and grade them.", no_args_is_help=True, rich_markup_mode=None)
deck_app = typer.Typer(help="Sign for decks, and print their run cards.", no_args_is_help=True, rich_markup_mode=None)

Films = Annotated[list[str], typer.Argument(callback=as_recorded, help="Labels of films.")]
One = Annotated[str, typer.Argument(callback=as_recorded, help="Label of a film.")]
Note = Annotated[str, typer.Option(help="Why, in words.")]
Recipe = Annotated[list[str], typer.Option("--part", help="A part of the recipe, NAME=FRACTION. Repeatable.")]


@film_app.command()
def approve(
    films: Films, workspace: WorkspaceOption = HERE, campaign: CampaignOption = None, who: Who = None, note: Note = ""
) -> None:
    """Approve proposed films."""
    from lab import people

    with opened(workspace, campaign) as handle:
        people.approve(handle, films, name_of(who), note=note)
    typer.echo(f"Approved: {', '.join(films)}")


@film_app.command()
def refuse(
    films: Films,
    workspace: WorkspaceOption = HERE,
    campaign: CampaignOption = None,
    who: Who = None,
    note: Note = "",
    correct: Annotated[bool, typer.Option("--correct", help="Also films that were approved, or made by hand.")] = False,
) -> None:
    """Refuse films: they are not made, and nothing more is asked of them."""
    from lab import people
    from lab.people_checks import deck_of

    with opened(workspace, campaign) as handle:
        people.refuse(handle, films, name_of(who), note=note, correction=correct)
        records = handle.records()
    typer.echo(f"Refused: {', '.join(films)}")
    for film in films:
        deck = deck_of(records, film)
        if film in records.as_made:
            typer.echo(f"Note: {film} has been made already; nothing more is asked of it.")
        elif deck is not None:
            typer.echo(f"Note: {film} is on {deck} already and is cast with it; nothing more is asked of it.")


@film_app.command()
def edit(
    film: One,
    part: Recipe,
    workspace: WorkspaceOption = HERE,
    campaign: CampaignOption = None,
    who: Who = None,
    note: Note = "",
) -> None:
    """Approve a proposed film with another recipe."""
    from active_learning.campaign.proposing import edit_film

    with opened(workspace, campaign) as handle:
        edit_film(handle, film, _recipe(part), name_of(who), note=note)
    typer.echo(f"Approved with another recipe: {film}")


@film_app.command()
def add(
    film: One,
    part: Recipe,
    made: Annotated[bool, typer.Option("--made", help="It exists, cast by hand or elsewhere: plan no deck.")] = False,
    workspace: WorkspaceOption = HERE,
    campaign: CampaignOption = None,
    who: Who = None,
) -> None:
    """Propose a film of your own, or add one that is made."""
    from active_learning.campaign.proposing import propose_film
    from lab import people

    with opened(workspace, campaign) as handle:
        if made:
            film = people.add_film(handle, film, _recipe(part), name_of(who), made=True)
        else:
            film = propose_film(handle, film, _recipe(part), name_of(who))
    typed = shlex.quote(film)
    if made:
        typer.echo(f"Added: {film}. Next: filmlab film grade {typed} GRADE, then filmlab import FILE --film {typed}")
    else:
        typer.echo(f"Proposed: {film}. Next: filmlab film approve {typed}")


@film_app.command()
def dry(
    films: Films,
    temperature: Annotated[float, typer.Option(help="degC.")],
    hours: Annotated[float, typer.Option(min=0, help="How long.")],
    workspace: WorkspaceOption = HERE,
    campaign: CampaignOption = None,
    who: Who = None,
) -> None:
    """Record that films have been dried."""
    from lab import people

    with opened(workspace, campaign) as handle:
        people.record_drying(handle, films, temperature, hours, name_of(who))
    typer.echo(f"Dried: {', '.join(films)}")


@film_app.command()
def grade(
    film: One,
    letter: Annotated[str, typer.Argument(help="A, B, C or D.")],
    workspace: WorkspaceOption = HERE,
    campaign: CampaignOption = None,
    who: Who = None,
    note: Note = "",
    correct: Annotated[bool, typer.Option("--correct", help="Replace the grade that it has.")] = False,
) -> None:
    """Grade a dried film."""
    from lab import people
    from lab.grades import Grade

    with opened(workspace, campaign) as handle:
        people.grade(handle, film, Grade.parse(letter), name_of(who), note=note, correction=correct)
    typer.echo(f"{film}: {letter.upper()}")


@deck_app.command()
def sign(
    deck: Annotated[str, typer.Argument(help="Label of the deck.")],
    workspace: WorkspaceOption = HERE,
    campaign: CampaignOption = None,
    who: Who = None,
) -> None:
    """Sign that a deck is loaded as its run card says."""
    from lab import people

    with opened(workspace, campaign) as handle:
        people.sign_deck(handle, deck, name_of(who))
    typer.echo(f"Signed: {deck}")


@deck_app.command()
def cards(workspace: WorkspaceOption = HERE, campaign: CampaignOption = None, pdf: PrintPdf = False) -> None:
    """Write run cards, plans and protocols into the workspace. Where they are is printed, a deck a line."""
    from lab.export.published_files import publish

    with opened(workspace, campaign) as handle:
        records = handle.records()
        decks = publish(workspace, handle, records) / "decks"
    for label in records.decks:
        typer.echo((decks / label).resolve())
    if pdf:
        print_cards(decks)


def _recipe(parts: list[str]) -> "Composition":
    from lab.compositions import Composition
    from lab.errors import InvalidInputError

    pairs = [(name.strip(), value) for name, _, value in (part.partition("=") for part in parts)]
    wrong = [part for part, (name, value) in zip(parts, pairs, strict=True) if not (name and _is_number(value))]
    faults = [f"{part!r} is not NAME=FRACTION" for part in wrong]
    times = Counter(name for name, _ in pairs)
    faults += [f"{name} is given {count} times" for name, count in times.items() if count > 1]
    if faults:
        raise InvalidInputError("recipe", faults, hint="write for example: --part CNF=0.5 --part gelatin=0.5")
    return Composition({name: float(value) for name, value in pairs})


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
