"""The store: the lab's memory. It adds records and reads them; it never changes one."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

import attrs
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lab.errors import ChangedMeanwhileError, DuplicateRecordError, UnknownNameError
from lab.records import Artefact, Event, Purpose, Record, Records
from lab.store import auditing, checks, holders, locks, outlines, pages, reading, schema, sealing, versions, writing
from lab.store.auditing import AuditEntry
from lab.store.databases import Database
from lab.store.holders import Holder
from lab.store.locks import Lease
from lab.store.outlines import Outline
from lab.store.pages import ALL_FILMS, FilmLine, FilmQuery
from lab.store.schema import campaign as campaign_table


@attrs.frozen
class CampaignEntry:
    """A campaign as it was created."""

    name: str
    seed: int
    definition_toml: str
    created_at: datetime
    """In UTC."""
    created_by: str = ""


@attrs.frozen
class Addition:
    """The campaign's version (see `Store.version`) before and after an event was added."""

    before: int
    after: int


class Store:
    """An open database of campaigns. Use it as a context manager, or call `close`.

    Threads may share a store. Processes open one each.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def open(cls, url: str, *, create: bool = False) -> "Store":
        """Open the database at an address.

        Args:
            url: ``sqlite:///path`` or ``postgresql+psycopg://user:password@host:port/database``.
            create: Make the database, or its tables on a server, where there are none.

        Raises:
            StoreError: If there is no database and `create` is False, or it is damaged, not filmlab's, newer than this
                filmlab, unreachable, or an older one on a server. An older SQLite file is copied, then upgraded.
        """
        return cls(versions.open_database(url, create=create))

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._database.close()

    @property
    def name(self) -> str:
        """The database's name for people: its file, or its address without the password."""
        return self._database.name

    def create_campaign(self, name: str, definition_toml: str, seed: int, who: str) -> CampaignEntry:
        """Add a campaign.

        Args:
            name: Its name, unique in this store.
            definition_toml: Text of its definition, kept as it is.
            seed: Seed of all its random numbers, within 64 bits.
            who: Person or program that creates it.

        Raises:
            DuplicateRecordError: If there is a campaign of that name.
        """
        entry = CampaignEntry(name, seed, definition_toml, datetime.now(UTC), who)
        with self._writing() as connection:
            _add_campaign(connection, entry)
        return entry

    def create_with_ledger(self, entry: CampaignEntry, acts: Iterable[tuple[Event, Sequence[Record]]]) -> None:
        """Add a campaign from elsewhere with all its events, or nothing: the counterpart of `ledger`.

        Raises:
            DuplicateRecordError: If there is a campaign of that name.
            StoreError: If a record breaks a rule of the database.
        """
        with self._writing() as connection:
            campaign_id = _add_campaign(connection, entry)
            for event, records in acts:
                writing.add_event(connection, campaign_id, event, records, supersede=True)

    def campaigns(self) -> tuple[CampaignEntry, ...]:
        """Return all campaigns, oldest first."""
        columns = [campaign_table.c[field.name] for field in attrs.fields(CampaignEntry)]
        with self._database.reading() as connection:
            rows = connection.execute(sa.select(*columns).order_by(campaign_table.c.id)).all()
        return tuple(CampaignEntry(*row) for row in rows)

    def append(
        self,
        campaign: str,
        event: Event,
        records: Sequence[Record],
        *,
        supersede: bool = False,
        under: Lease | None = None,
        known: int | None = None,
        apart_from: tuple[type[Record], ...] = (),
    ) -> Addition:
        """Add an event and its records: all of it, or nothing if anything is wrong or the power fails.

        Args:
            campaign: Name of the campaign.
            event: Who, when and from what; its key is unique in the campaign.
            records: What there is to know, one record a thing.
            supersede: Whether records of things that are already known replace the earlier ones. The earlier ones
                stay in the history.
            under: The lease that allows it, see `lease`; nothing is added if it is lost.
            known: The `version` that the records were derived from; nothing is added if something was recorded since.
            apart_from: Kinds of records that may have been recorded since.

        Returns:
            The campaign's `version` before and after.

        Raises:
            DuplicateRecordError: If the event is there, or `supersede` is False and a record is.
            ChangedMeanwhileError: If something was recorded since `known`, or less is there than was then.
            LeaseLostError: If the lease is lost.
            UnknownNameError: If there is no such campaign.
            InvalidInputError: If the event's time has no time zone.
            StoreError: If a record breaks a rule of the database, or the database cannot be written.
        """
        with self._writing() as connection:
            campaign_id = self._id(connection, campaign, lock=True)
            before = reading.last_event(connection, campaign_id)
            if known is not None and known != before:
                if known > before:
                    raise ChangedMeanwhileError(
                        f"{event.key} was derived from records that are gone: the database was restored from a backup",
                        hint="do it again",
                    )
                _, changes = reading.changes_after(connection, campaign_id, known)
                late = [other.key for other, found in changes if not all(isinstance(one, apart_from) for one in found)]
                if late:
                    raise ChangedMeanwhileError(
                        f"{event.key} was derived before {', '.join(late)} was recorded", hint="do it again"
                    )
            after = writing.add_event(connection, campaign_id, event, records, supersede=supersede)
            if under is not None:
                under.confirm()
        return Addition(before, after)

    def records(self, campaign: str, *, before: str | None = None) -> Records:
        """Return the current records of a campaign, each kind in the order in which its things were first recorded.

        Args:
            campaign: Name of the campaign.
            before: Key of an event; records as they were just before it.

        Raises:
            UnknownNameError: If there is no such campaign or event.
        """
        with self._database.reading() as connection:
            campaign_id = self._id(connection, campaign)
            limit = None if before is None else reading.event_id(connection, campaign_id, before)
            return reading.current_records(connection, campaign_id, limit)

    def changes(self, campaign: str, after: int) -> tuple[int, list[tuple[Event, tuple[Record, ...]]]]:
        """Return what was recorded after a version: the version now, and the events since, each with its records.

        `lab.records.Records.with_added` takes them; records that are followed this way need not be read as a whole.

        Args:
            campaign: Name of the campaign.
            after: The version that is known, see `version`.

        Raises:
            UnknownNameError: If there is no such campaign.
        """
        with self._database.reading() as connection:
            return reading.changes_after(connection, self._id(connection, campaign), after)

    def outline(self, campaign: str, properties: Sequence[str], proposed: Collection[Purpose] = ()) -> Outline:
        """Return what is left to do in a campaign of many films, and how many films there are.

        Args:
            campaign: Name of the campaign.
            properties: Names of the properties that films are measured for.
            proposed: Purposes of films that a person has to decide about.

        Raises:
            UnknownNameError: If there is no such campaign.
        """
        with self._database.reading() as connection:
            return outlines.outline(connection, self._id(connection, campaign), properties, proposed)

    def films_page(
        self, campaign: str, start: int = 0, count: int = 50, query: FilmQuery = ALL_FILMS
    ) -> Sequence[FilmLine]:
        """Return some films of a campaign with how far they are, in the order in which they were planned.

        Args:
            campaign: Name of the campaign.
            start: How many films come before.
            count: Most films to return, at most 1,000.
            query: Which films are asked for.

        Raises:
            UnknownNameError: If there is no such campaign.
        """
        with self._database.reading() as connection:
            found = self._id(connection, campaign)
            return pages.films_page(connection, found, max(0, start), min(count, 1_000), query)

    def count_films(self, campaign: str, query: FilmQuery = ALL_FILMS) -> int:
        """Return how many films of a campaign are asked for.

        Raises:
            UnknownNameError: If there is no such campaign.
        """
        with self._database.reading() as connection:
            return pages.count_films(connection, self._id(connection, campaign), query)

    def version(self, campaign: str) -> int:
        """Return a number that grows with every event of a campaign: where it is the same, so are the records.

        Raises:
            UnknownNameError: If there is no such campaign.
        """
        with self._database.reading() as connection:
            return reading.last_event(connection, self._id(connection, campaign))

    def seal(self, campaign: str, version: int) -> str:
        """Return the seal of a `version`, the same only where all records up to it are; where it is gone, that of none.

        Raises:
            UnknownNameError: If there is no such campaign.
        """
        with self._database.reading() as connection:
            return sealing.seal_of_event(connection, self._id(connection, campaign), version)

    def history(self, campaign: str, kind: type[Record], key: Sequence[str]) -> tuple[tuple[Event, Record], ...]:
        """Return every version of a record with the event that brought it, oldest first; empty if there is none.

        Args:
            campaign: Name of the campaign.
            kind: Class of the record, for example `lab.records.FilmGrade`.
            key: The record's key, for example ``("L001",)``.

        Raises:
            UnknownNameError: If there is no such campaign.
        """
        with self._database.reading() as connection:
            return reading.record_history(connection, self._id(connection, campaign), kind, key)

    @contextmanager
    def lease(self, resource: str, campaign: str | None = None) -> Iterator[Lease]:
        """Be the only one to use a resource, such as an action or a robot, while the block lasts.

        A lease ends when its process dies; nothing has to be cleaned up. Give it to `append` to record only what was
        done while it was held.

        Args:
            resource: Name of the resource.
            campaign: The campaign that it belongs to; None for one that all campaigns of this store share.

        Raises:
            StoreBusyError: If another process has it; it names that process, its host and since when.
            UnknownNameError: If there is no such campaign.
        """
        with self._database.reading() as connection:
            versions.check_present(connection, self._database)
            campaign_id = 0 if campaign is None else self._id(connection, campaign)
        with locks.lease(self._database, campaign_id, resource) as held:
            yield held

    def holder(self, resource: str, campaign: str) -> Holder | None:
        """Return who holds a lease at the moment, without taking it; None where nobody does.

        Args:
            resource: Name of the resource, as given to `lease`.
            campaign: The campaign that it belongs to.

        Raises:
            UnknownNameError: If there is no such campaign.
        """
        with self._database.reading() as connection:
            campaign_id = self._id(connection, campaign)
        return holders.holder(self._database, campaign_id, resource)

    def audit(self, campaign: str, film: str | None = None) -> Sequence[AuditEntry]:
        """Return who did what and when, oldest first.

        Args:
            campaign: Name of the campaign.
            film: Label of a film: only what was recorded about it.

        Raises:
            UnknownNameError: If there is no such campaign.
        """
        with self._database.reading() as connection:
            return auditing.entries(connection, self._id(connection, campaign), film)

    def audit_page(self, campaign: str, start: int = 0, count: int = 50) -> Sequence[AuditEntry]:
        """Return some of the events of `audit`.

        Args:
            campaign: Name of the campaign.
            start: How many events come before.
            count: Most events to return.

        Raises:
            UnknownNameError: If there is no such campaign.
        """
        with self._database.reading() as connection:
            return auditing.page(connection, self._id(connection, campaign), start, count)

    def ledger(self, campaign: str) -> Sequence[tuple[Event, tuple[Record, ...]]]:
        """Return every event of a campaign with the records that it added, oldest first: all that there is to know.

        Raises:
            UnknownNameError: If there is no such campaign.
        """
        with self._database.reading() as connection:
            return reading.ledger(connection, self._id(connection, campaign))

    def artefacts(self) -> Sequence[Artefact]:
        """Return every version of every artefact of every campaign: the stored files that must be there."""
        table = schema.artefact.c
        query = sa.select(table.name, table.sha256, table.media_type, table.size).order_by(table.id)
        with self._database.reading() as connection:
            return [Artefact(*row) for row in connection.execute(query)]

    def artefacts_in(self, campaign: str, folder: str) -> Sequence[Artefact]:
        """Return the current artefacts of a campaign whose names begin with a folder, by name.

        Raises:
            UnknownNameError: If there is no such campaign.
        """
        table = schema.artefact
        columns = (table.c.name, table.c.sha256, table.c.media_type, table.c.size)
        with self._database.reading() as connection:
            query = reading.heads(table, self._id(connection, campaign), *columns)
            query = query.where(table.c.name.startswith(f"{folder}/", autoescape=True)).order_by(table.c.name)
            return [Artefact(*row) for row in connection.execute(query)]

    def check(self) -> tuple[str, ...]:
        """Look for damage in the whole database and return what is wrong, one sentence each."""
        return checks.findings(self._database)

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._database.writing() as connection:
            versions.check_present(connection, self._database)
            yield connection

    def _id(self, connection: Connection, name: str, *, lock: bool = False) -> int:
        query = sa.select(campaign_table.c.id).where(campaign_table.c.name == name)
        if lock:
            # PostgreSQL: one writer a campaign at a time, so that two never wait for each other's rows.
            query = query.with_for_update(key_share=True)
        campaign_id = connection.execute(query).scalar_one_or_none()
        if campaign_id is None:
            names = connection.execute(sa.select(campaign_table.c.name).order_by(campaign_table.c.id)).scalars()
            known = ", ".join(names)
            hint = f"known campaigns: {known}" if known else "create one with: filmlab campaign create"
            raise UnknownNameError(f"there is no campaign {name!r} in {self.name}", hint=hint)
        return int(campaign_id)


def _add_campaign(connection: Connection, entry: CampaignEntry) -> int:
    known = sa.select(campaign_table.c.id).where(campaign_table.c.name == entry.name)
    if connection.execute(known).first() is not None:
        raise DuplicateRecordError(
            f"there is a campaign {entry.name!r} already", hint="continue it, or choose another name"
        )
    insert = sa.insert(campaign_table).values(attrs.asdict(entry)).returning(campaign_table.c.id)
    return int(connection.execute(insert).scalar_one())
