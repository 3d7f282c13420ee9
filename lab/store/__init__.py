"""The store of records: SQLite by default, PostgreSQL by address. See docs/reference/store.md."""

from lab.store.auditing import AuditEntry
from lab.store.copying import Copied, move
from lab.store.holders import Holder
from lab.store.locks import Lease
from lab.store.outlines import Outline
from lab.store.pages import FilmLine, FilmQuery
from lab.store.store import Addition, CampaignEntry, Store
from lab.store.versions import upgrade

__all__ = [
    "Addition",
    "AuditEntry",
    "CampaignEntry",
    "Copied",
    "FilmLine",
    "FilmQuery",
    "Holder",
    "Lease",
    "Outline",
    "Store",
    "move",
    "upgrade",
]
