"""Stored files in a bucket of S3 or of a server that speaks like it (SeaweedFS, Ceph …), for several machines."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from contextlib import closing
from secrets import token_hex
from typing import Any, NoReturn

from boto3.s3.transfer import TransferConfig
from botocore.client import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import ContentFile, File
from storages.backends.s3 import S3Storage

FAULTS = (BotoCoreError, ClientError)
IN_MEMORY = 5 << 20  # bytes of a file that is read; beyond that it lies in a temporary file
NOBODY = {"AccessDenied", "403", "401", "Unauthorized"}


class Bucket(S3Storage):  # type: ignore[misc]
    """django-storages', with no way round the access view: nothing is public, no address is handed out.

    No ACL is sent. An object without one is private; buckets that forbid ACLs, as Amazon's do from the start, refuse
    a request that brings one.
    """

    def get_default_settings(self) -> dict[str, Any]:
        client = Config(
            connect_timeout=5,
            read_timeout=30,
            retries={"mode": "standard", "total_max_attempts": 3},
            s3={"addressing_style": "auto"},
            signature_version="s3v4",
            # Checksums in trailers are Amazon's; other servers stumble over them. Ours stand in the database.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        return {
            **super().get_default_settings(),
            "client_config": client,
            "transfer_config": TransferConfig(use_threads=False),
            "max_memory_size": IN_MEMORY,
            "default_acl": None,
        }

    @property
    def bucket(self) -> Any:
        """This thread's own: boto's objects are not safe to share."""
        return self.connection.Bucket(self.bucket_name)

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """Always another, with no question whether the name is taken: between the answer and the upload somebody else
        could take it, and whoever of the two is rolled back would delete the other's file."""
        root, ending = posixpath.splitext(name)
        return f"{root}_{token_hex(8)}{ending}"

    def put(self, name: str, content: File[bytes]) -> None:
        """Store under exactly this name, in place of what may be there."""
        self._save(name, content)

    def names(self) -> Iterator[str]:
        """Of everything below the prefix."""
        prefix = f"{self.location}/" if self.location else ""
        for found in self.bucket.objects.filter(Prefix=prefix):
            yield found.key.removeprefix(prefix)

    def url(self, *_: Any, **__: Any) -> NoReturn:
        """None: whoever has an address would pass the wall with it."""
        raise NotImplementedError("files are answered by their access view alone")

    def is_open_to_strangers(self) -> bool:
        """Whether somebody without a key can read what is stored here. Stores a file, reads it, takes it away. Raises
        one of FAULTS when the key may not do one of these."""
        name = f"kiem-tra/{token_hex(16)}"
        self.put(name, ContentFile(b"khuyencong"))
        try:
            with closing(self.open(name)) as file:
                file.read()
            stranger = self.unsigned_connection.Bucket(self.bucket_name)
            try:
                stranger.Object(self._normalize_name(name)).get()
            except ClientError as error:
                if error.response["Error"]["Code"] in NOBODY:
                    return False
                raise
            return True
        finally:
            self.delete(name)
