"""A campaign's ledger as text: one JSON object a line, first the campaign, then each event with its records."""

import io
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

import cattrs

from lab.compositions import Composition
from lab.errors import InvalidInputError
from lab.records import RECORD_TYPES, Event, Record
from lab.store import CampaignEntry

FORMAT = "filmlab ledger 1"
_HINT = "export the campaign again; what a newer filmlab exported, only that one or a newer one reads"

Acts = Sequence[tuple[Event, tuple[Record, ...]]]
"""Events in their order, each with the records that it added."""

_KINDS = {kind.kind: kind for kind in RECORD_TYPES}


def ledger_text(entry: CampaignEntry, acts: Acts) -> str:
    """Return a ledger as text; equal ledgers give equal text."""
    campaign = {"format": FORMAT, "campaign": _converter().unstructure(entry)}
    return "".join(f"{_line(value)}\n" for value in (campaign, *_event_lines(acts)))


def _line(value: dict[str, Any]) -> str:
    """Keys stay in their order, which is part of what a seal covers: a model's metrics are a list in the store."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def record_as_json(record: Record) -> dict[str, Any]:
    """Return a record as JSON values, with its kind."""
    return {"kind": record.kind, **_converter().unstructure(record)}


def read_ledger(text: str, what: str) -> tuple[CampaignEntry, Acts]:
    """Return what a ledger's text says.

    Raises:
        InvalidInputError: If it is no ledger; the line is named.
    """
    found: list[tuple[Event, tuple[Record, ...]]] = []
    entry = None
    # A line ends with \n only: a note may hold what splitlines() takes for an end, such as U+2028.
    for number, line in enumerate(io.StringIO(text), start=1):
        try:
            value = json.loads(line)
            if number == 1:
                if value["format"] != FORMAT:
                    raise ValueError(f"the format is {value['format']!r}, not {FORMAT!r}")
                entry = _converter().structure(value["campaign"], CampaignEntry)
            else:
                found.append(_act(value))
        except (ValueError, KeyError, TypeError, AttributeError, cattrs.BaseValidationError) as error:
            said = "; ".join(cattrs.transform_error(error)) if isinstance(error, cattrs.BaseValidationError) else error
            raise InvalidInputError(what, [f"line {number}: {said}"], hint=_HINT) from error
    if entry is None:
        raise InvalidInputError(what, ["is empty"], hint=_HINT)
    return entry, found


def _event_lines(acts: Acts) -> Iterator[dict[str, Any]]:
    for event, records in acts:
        yield {**_converter().unstructure(event), "records": [record_as_json(record) for record in records]}


def _act(value: dict[str, Any]) -> tuple[Event, tuple[Record, ...]]:
    records = value.pop("records")
    event = _converter().structure(value, Event)
    if event.at.tzinfo is None:
        raise ValueError(f"the time of event {event.key!r} has no time zone")
    return event, tuple(_record(record) for record in records)


def _record(value: dict[str, Any]) -> Record:
    kind = value.pop("kind")
    if kind not in _KINDS:
        raise ValueError(f"{kind!r} is no kind of record")
    return _converter().structure(value, _KINDS[kind])


@cache
def _converter() -> cattrs.Converter:
    converter = cattrs.Converter(forbid_extra_keys=True)
    converter.register_unstructure_hook(datetime, lambda at: at.isoformat())
    converter.register_structure_hook(datetime, lambda text, _: datetime.fromisoformat(text))
    # An undefined metric is NaN, which JSON does not know.
    converter.register_unstructure_hook(float, lambda number: number if number == number else "NaN")  # noqa: PLR0124
    # In pairs: other software may sort the keys of JSON objects, and the order of materials is part of a composition.
    converter.register_unstructure_hook(Composition, lambda mix: [[name, part] for name, part in mix.items()])
    converter.register_structure_hook(Composition, lambda pairs, _: Composition(dict(pairs)))
    converter.register_unstructure_hook_func(lambda kind: isinstance(kind, type) and issubclass(kind, StrEnum), str)
    return converter


def events_about(acts: Acts, keep: Iterable[Record]) -> Acts:
    """Return the events that added some of the records, with these only."""
    wanted = set(map(id, keep))
    kept = [(event, tuple(record for record in records if id(record) in wanted)) for event, records in acts]
    return [(event, records) for event, records in kept if records]
