"""A store of files that speaks S3 over HTTP, on this machine."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.request import Request, urlopen

import boto3
from moto.server import ThreadedMotoServer

BUCKET, PREFIX = "kho", "khuyen-cong"
KEY, SECRET = "khoa", "bi-mat-cua-kho"


@contextmanager
def store() -> Iterator[str]:
    """Its address. It has one bucket, which is empty."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        address = f"http://{host}:{port}"
        # Servers of one process share what they hold.
        urlopen(Request(f"{address}/moto-api/reset", method="POST")).close()  # noqa: S310 (a server of ours)
        client(address).create_bucket(Bucket=BUCKET)
        yield address
    finally:
        server.stop()


def client(address: str) -> Any:
    """The operator's own, past our code."""
    return boto3.client(
        "s3",
        endpoint_url=address,
        region_name="us-east-1",
        aws_access_key_id=KEY,
        aws_secret_access_key=SECRET,
    )


def storages(address: str, **others: Any) -> dict[str, Any]:
    """For STORAGES: files lie in the bucket."""
    options = {
        "bucket_name": BUCKET,
        "location": PREFIX,
        "endpoint_url": address,
        "region_name": "us-east-1",
        "access_key": KEY,
        "secret_key": SECRET,
    }
    return {"default": {"BACKEND": "khuyencong.bucket.Bucket", "OPTIONS": options | others}}


def objects(address: str) -> dict[str, bytes]:
    """All that lies in the bucket, by its whole key."""
    s3 = client(address)
    found = s3.list_objects_v2(Bucket=BUCKET).get("Contents", ())
    return {each["Key"]: s3.get_object(Bucket=BUCKET, Key=each["Key"])["Body"].read() for each in found}
