"""Every error graphmem raises on purpose, as one tree; each message says what mends it.

GraphMemError
├── InvalidInput (ValueError)       the caller's value cannot be taken as it is
│   ├── IdTaken                     an explicit id already holds other content
│   └── FormatError                 a file to import is not in the format it claims
├── NotFound (LookupError)          the named thing is not in this memory
├── MissingExtra (ImportError)      an optional package is not installed
├── StoreError                      the store could not do it
│   ├── StoreUnavailable            cannot be reached, opened, locked or written now: try again or mend access
│   ├── Outdated                    somebody else changed it meanwhile: read it again, then decide
│   ├── NotAGraphMemStore           the file or database holds something else
│   ├── SchemaOutdated              the store's schema is older than this graphmem
│   ├── SchemaTooNew                the store was written by a newer graphmem
│   ├── StoreCorrupt                an integrity check failed
│   └── StatementError              a statement file breaks its own declaration
└── ModelError                      a model could not do it
    ├── ModelUnavailable            weights or service are missing
    ├── ModelMismatch               the memory was written with another embedder
    └── ModelOutputInvalid          a model answered, but not in the agreed form
"""

__all__ = [
    "FormatError",
    "GraphMemError",
    "IdTaken",
    "InvalidInput",
    "MissingExtra",
    "ModelError",
    "ModelMismatch",
    "ModelOutputInvalid",
    "ModelUnavailable",
    "NotAGraphMemStore",
    "NotFound",
    "Outdated",
    "SchemaOutdated",
    "SchemaTooNew",
    "StatementError",
    "StoreCorrupt",
    "StoreError",
    "StoreUnavailable",
]


class GraphMemError(Exception):
    """The root: catch this to catch everything graphmem raises on purpose."""


class InvalidInput(GraphMemError, ValueError):
    """A value the caller gave cannot be taken; the message names it and the mend."""


class IdTaken(InvalidInput):
    """The explicit id already belongs to an interaction with other content; nothing was overwritten."""


class FormatError(InvalidInput):
    """A file is not in the format it claims, or its format cannot be told."""


class NotFound(GraphMemError, LookupError):
    """The named session, interaction, entity, fact or namespace is not in this memory."""


class MissingExtra(GraphMemError, ImportError):
    """An optional package is missing; the message holds the exact install command."""


class StoreError(GraphMemError):
    """The store could not do what was asked."""


class StoreUnavailable(StoreError):
    """The store cannot be reached, opened, locked or written at the moment."""


class Outdated(StoreError):
    """Somebody else changed it meanwhile; nothing was written. Read it again, then decide."""


class NotAGraphMemStore(StoreError):
    """The file or database is not a graphmem store; it was left untouched."""


class SchemaOutdated(StoreError):
    """The store's schema is older than this graphmem and was not migrated."""


class SchemaTooNew(StoreError):
    """The store was written by a newer graphmem; upgrade graphmem to open it."""


class StoreCorrupt(StoreError):
    """An integrity check of the store failed."""


class StatementError(StoreError):
    """A statement file is malformed: undeclared, unused or duplicate parameters or names."""


class ModelError(GraphMemError):
    """A model could not do what was asked."""


class ModelUnavailable(ModelError):
    """A model's weights or its service are missing, or not the ones that were pinned."""


class ModelMismatch(ModelError):
    """The memory's vectors were made by another embedder; `graphmem reembed` makes them anew."""


class ModelOutputInvalid(ModelError):
    """A model answered, but not in the agreed form, twice."""
