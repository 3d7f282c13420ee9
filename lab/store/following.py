"""Following a campaign: its records are read once, then only what is new."""

from threading import Lock

from lab.records import Records
from lab.store.store import Store


class FollowedRecords:
    """The current records of a campaign, always as new as the store. Threads may share it.

    Args:
        store: An open store.
        campaign: Name of the campaign.
    """

    def __init__(self, store: Store, campaign: str) -> None:
        self._store = store
        self._campaign = campaign
        self._lock = Lock()
        self._known: tuple[int, str, Records] | None = None

    def current(self) -> tuple[str, Records]:
        """Return the newest seal, which tells these records from all others, and the records.

        Equal seals are the same object.

        Raises:
            UnknownNameError: If there is no such campaign.
            StoreError: If the store cannot be read.
        """
        with self._lock:
            if self._known is not None and self._store.seal(self._campaign, self._known[0]) != self._known[1]:
                self._known = None  # a server's database was restored from a backup meanwhile
            if self._known is None:
                # The version comes first: what is recorded in between is read again as a change, which alters nothing.
                version = self._store.version(self._campaign)
                self._known = version, "", self._store.records(self._campaign)
            version, seal, records = self._known
            latest, changes = self._store.changes(self._campaign, version)
            for event, added in changes:
                records = records.with_added(event, added)
            if changes or not seal:
                seal = self._store.seal(self._campaign, latest)
            self._known = latest, seal, records
            return seal, records

    def records(self) -> Records:
        """Return the current records."""
        return self.current()[1]
