"""Recording designs, so that the campaign makes and measures them and the promise can be scored."""

from datetime import UTC, datetime

from active_learning.asking.answer import DesignAnswer
from lab.compositions import Composition
from lab.errors import ChangedMeanwhileError, DuplicateRecordError, InvalidInputError
from lab.names import in_one_piece
from lab.open_campaigns import OpenCampaign
from lab.people_checks import CONTROLS, login_name
from lab.records import Design, Event
from lab.records import DesignAnswer as AnswerRecord
from lab.records.designs import wish_number


def record_designs(campaign: OpenCampaign, name: str, answer: DesignAnswer) -> tuple[str, ...]:
    """Add the recipes of an answer that the robot can make to the campaign's records and return their labels.

    Args:
        campaign: The campaign.
        name: Name of the wish, new in the campaign; recorded without blanks around it.
        answer: Designs with receipts.

    Raises:
        InvalidInputError: If there is no recipe that the robot can make, or no name, or one that cannot be printed.
        DuplicateRecordError: If the campaign knows a wish of this name.
    """
    name = in_one_piece(name.strip())
    if not name:
        raise InvalidInputError("designs to record", ["the name is empty"])
    if CONTROLS.search(name):
        raise InvalidInputError("designs to record", [f"the name {name!r} has characters that cannot be printed"])
    receipts = [receipt for receipt in answer.receipts if receipt.candidate.makeable]
    if not receipts:
        fault = "there is no recipe that the robot can make"
        raise InvalidInputError("designs to record", [fault], hint="; ".join(answer.notes))
    version = campaign.store.version(campaign.name)
    records = campaign.records()
    known = {design.request for design in records.designs.values()} | {one.name for one in campaign.definition.designs}
    if name in known or name in records.design_answers:
        raise DuplicateRecordError(f"the campaign has a wish {name!r} already", hint="choose another name")
    # Wishes of the campaign file are D1, D2, ...; those that are asked later go on after them.
    number = wish_number(len(campaign.definition.designs) + 1, records.designs)
    materials = campaign.definition.material_names
    designs = [
        Design(
            label=f"D{number}-{receipt.number}",
            request=name,
            require=answer.wish.texts,
            composition=Composition.from_vector(materials, receipt.candidate.composition),
            probability=receipt.candidate.probability,
            quality=receipt.candidate.quality,
            predictions=receipt.candidate.predictions,
            models=tuple(label for label, _ in receipt.models),
        )
        for receipt in receipts
    ]
    event = Event(
        key=f"design:{name}",
        who=login_name(),
        source=", ".join(designs[0].models),
        simulated=receipts[0].simulated,
        at=datetime.now(UTC),
    )
    found = AnswerRecord(name, len(designs), "; ".join(answer.notes))
    try:
        # Who records another wish at this very moment takes the same number.
        campaign.store.append(campaign.name, event, [*designs, found], known=version)
    except ChangedMeanwhileError:
        return record_designs(campaign, name, answer)
    return tuple(design.label for design in designs)
