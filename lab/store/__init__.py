"""The store of records: SQLite by default, PostgreSQL by address. See docs/reference/store.md."""

from lab.store.store import CampaignEntry, Store
from lab.store.versions import upgrade

__all__ = ["CampaignEntry", "Store", "upgrade"]
