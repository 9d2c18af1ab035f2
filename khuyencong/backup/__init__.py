"""One folder that holds the whole program: the database of one moment, and the files that it names.

    manifest.json           what the backup holds: counts, hashes, versions (manifest.py)
    manifest.json.sha256    the hash of that, as `sha256sum -c` reads it
    database.dump           pg_dump's custom format
    files/                  the stored files, under their names in the storage

No secret is in it: a machine that restores it makes its own, and whoever was signed in signs in again.
"""

from collections.abc import Sequence

MOST_NAMES = 5


class BackupError(Exception):
    """A Vietnamese sentence for the operator: why there is no backup, or why nothing was restored."""


def names(given: Sequence[str]) -> str:
    """The first few, for a sentence."""
    return ", ".join(given[:MOST_NAMES]) + (" …" if len(given) > MOST_NAMES else "")
