"""Files in a bucket: stored, shown, rolled back, backed up and restored as in a folder, and nobody else reads them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connections, transaction
from django.test import Client
from pytest_django import DjangoDbBlocker

from accounts.models import User
from khuyencong.backup import BackupError, making, manifest, restoring
from khuyencong.demonstration.walk import Walk
from khuyencong.lib.away import FILES_AWAY
from khuyencong.lib.storing import empty as empty_storage
from khuyencong.lib.storing import store
from reporting.jobs import run_job
from reporting.making import stored_bytes
from tests import buckets, databases
from tests.cast import position
from tests.projects.services.test_documents import attach, scan
from tests.projects.walks import LOCAL, draft
from tests.reporting.rounds import job_now
from tests.reporting.test_jobs import VIEWER, ordered


@pytest.fixture
def address() -> Iterator[str]:
    with buckets.store() as found:
        yield found


@pytest.fixture
def bucket(address: str, settings: Any) -> str:
    settings.STORAGES = settings.STORAGES | buckets.storages(address)
    return address


@pytest.fixture
def owner(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The test commits, and is the owner of the tables, too."""
    with django_db_blocker.unblock():
        yield
        databases.clone()


def _silently(_: str) -> None:
    """Nobody watches."""


def _person(walk: Walk) -> User:
    """Who wrote the file."""
    person = walk.who("centre").person
    assert person
    return person


@pytest.mark.django_db
def test_an_upload_lies_in_the_bucket_and_comes_back_through_its_view_alone(
    bucket: str, client: Client
) -> None:
    walk = draft(LOCAL)
    document = attach(walk, "D07")
    content = scan().read()
    assert buckets.objects(bucket) == {f"{buckets.PREFIX}/{document.file.name}": content}
    assert f"/{document.sha256}_" in str(document.file.name)
    client.force_login(User.objects.get(username="viewer.thai-nguyen"))
    assert client.get(f"/tai-lieu/{document.pk}/").status_code == 404
    client.force_login(_person(walk))
    answer = client.get(f"/tai-lieu/{document.pk}/")
    assert (answer.getvalue(), answer["Content-Length"]) == (content, str(len(content)))
    assert (answer["Content-Type"], "Location" in answer) == ("image/png", False)
    with pytest.raises(NotImplementedError):
        _ = document.file.url


@pytest.mark.django_db
def test_a_report_is_printed_into_the_bucket(bucket: str) -> None:
    job = ordered()
    run_job(job.pk, position(VIEWER).pk)
    done = job_now(job, position(VIEWER))
    [content] = buckets.objects(bucket).values()
    assert hashlib.sha256(content).hexdigest() == done.sha256
    assert stored_bytes(done) == content
    [key] = buckets.objects(bucket)
    buckets.client(bucket).put_object(Bucket=buckets.BUCKET, Key=key, Body=b"x")
    with pytest.raises(Exception, match="không còn khớp với mã băm"):
        stored_bytes(done)


@pytest.mark.django_db
def test_the_same_content_twice_is_two_files_and_a_rollback_takes_its_own(bucket: str) -> None:
    kept = store(default_storage, "document/2026/11/abc", ContentFile(b"one"))
    with pytest.raises(RuntimeError), transaction.atomic():
        store(default_storage, "document/2026/11/abc", ContentFile(b"one"))
        assert len(buckets.objects(bucket)) == 2
        raise RuntimeError
    assert buckets.objects(bucket) == {f"{buckets.PREFIX}/{kept}": b"one"}


@pytest.mark.django_db
def test_a_page_says_that_the_store_is_away(settings: Any) -> None:
    with buckets.store() as address:
        settings.STORAGES = settings.STORAGES | buckets.storages(address)
        walk = draft(LOCAL)
        document = attach(walk, "D07")
    client = Client(raise_request_exception=False)
    client.force_login(_person(walk))
    answer = client.get(f"/tai-lieu/{document.pk}/", headers={"Accept": "text/html"})
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert FILES_AWAY in answer.content.decode()


def test_everything_below_the_prefix_is_deleted_and_nothing_beside_it(bucket: str) -> None:
    beside = {"Bucket": buckets.BUCKET, "Key": "khuyen-cong-khac/tep", "Body": b"x"}
    buckets.client(bucket).put_object(**beside)
    for name in ("a/b/c", "a/d", "e"):
        default_storage.save(name, ContentFile(b"x"))
    empty_storage(default_storage)
    assert [*buckets.objects(bucket)] == ["khuyen-cong-khac/tep"]


@pytest.mark.django_db
def test_a_start_leaves_no_trace_in_a_bucket_that_is_closed(bucket: str) -> None:
    assert default_storage.is_open_to_strangers() is False  # type: ignore[attr-defined]
    assert buckets.objects(bucket) == {}


OPEN = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": "*",
            "Action": "s3:GetObject",
            "Resource": f"arn:aws:s3:::{buckets.BUCKET}/*",
        }
    ],
}


@pytest.mark.usefixtures("owner")
def test_a_bucket_that_strangers_read_stops_the_start(bucket: str) -> None:
    buckets.client(bucket).put_bucket_policy(Bucket=buckets.BUCKET, Policy=json.dumps(OPEN))
    with pytest.raises(CommandError, match="Kho KC_FILES cho người không có khóa đọc tệp"):
        call_command("prepare")
    assert buckets.objects(bucket) == {}


@pytest.mark.usefixtures("owner")
def test_a_bucket_that_is_not_there_stops_the_start(address: str, settings: Any) -> None:
    settings.STORAGES = settings.STORAGES | buckets.storages(address, bucket_name="khong-co")
    with pytest.raises(
        CommandError, match=r"Không ghi, đọc, xóa được tệp trong kho KC_FILES: .*NoSuchBucket"
    ):
        call_command("prepare")


# -- Backup and restore -------------------------------------------------------------------------------


@pytest.fixture
def backup(bucket: str, settings: Any, owner: None, tmp_path: Path) -> Path:
    """Made of two uploads in the bucket, which is empty again."""
    login = settings.BACKUP_DATABASE
    settings.BACKUP_DATABASE = login | {"NAME": connections["owner"].settings_dict["NAME"]}
    walk = draft(LOCAL)
    attach(walk, "D07")
    attach(walk, "D07", colour="black")
    assert len(making.make(tmp_path / "backup", _silently).files) == 2
    return tmp_path / "backup"


def _restored(backup: Path) -> None:
    with databases.empty():
        restoring.restore(backup, _silently)


def _keys(backup: Path) -> dict[str, bytes]:
    return {
        f"{buckets.PREFIX}/{name}": (backup / "files" / name).read_bytes()
        for name in manifest.read(backup).files
    }


def test_a_backup_of_a_bucket_comes_back_into_an_empty_one(backup: Path, bucket: str) -> None:
    before = buckets.objects(bucket)
    assert before == _keys(backup)
    empty_storage(default_storage)
    _restored(backup)
    assert buckets.objects(bucket) == before


def test_what_a_restore_that_was_killed_left_is_written_again(backup: Path, bucket: str) -> None:
    gone, half = _keys(backup)
    s3 = buckets.client(bucket)
    s3.delete_object(Bucket=buckets.BUCKET, Key=gone)
    s3.put_object(Bucket=buckets.BUCKET, Key=half, Body=b"half")
    _restored(backup)
    assert buckets.objects(bucket) == _keys(backup)


def test_a_bucket_with_other_files_is_refused(backup: Path, bucket: str) -> None:
    empty_storage(default_storage)
    kept = default_storage.save("document/other", ContentFile(b"x"))
    with pytest.raises(BackupError, match=f"Kho tệp đã có tệp khác với bản sao: {kept}"):
        _restored(backup)
    assert buckets.objects(bucket) == {f"{buckets.PREFIX}/{kept}": b"x"}


def test_a_damaged_file_leaves_the_bucket_empty(backup: Path, bucket: str) -> None:
    empty_storage(default_storage)
    last = [*manifest.read(backup).files][-1]
    (backup / "files" / last).write_bytes(b"x")
    with pytest.raises(BackupError, match="đã bị sửa hoặc hỏng"):
        _restored(backup)
    assert buckets.objects(bucket) == {}


def test_a_file_that_is_lost_or_altered_in_the_bucket_stops_the_backup(
    backup: Path, bucket: str, tmp_path: Path
) -> None:
    lost, altered = manifest.read(backup).files
    s3 = buckets.client(bucket)
    s3.delete_object(Bucket=buckets.BUCKET, Key=f"{buckets.PREFIX}/{lost}")
    s3.put_object(Bucket=buckets.BUCKET, Key=f"{buckets.PREFIX}/{altered}", Body=b"x")
    with pytest.raises(BackupError, match=r"^2 tệp .* không khớp mã băm"):
        making.make(tmp_path / "second", _silently)
    assert not (tmp_path / "second").exists()


def test_a_backup_while_the_store_is_away_is_a_sentence_and_no_damage(
    backup: Path, settings: Any, tmp_path: Path
) -> None:
    settings.STORAGES = settings.STORAGES | buckets.storages("http://127.0.0.1:9")
    with pytest.raises(
        BackupError, match=r"^Không đọc được tệp document/.* trong kho tệp: Could not connect"
    ):
        making.make(tmp_path / "second", _silently, accept_damage=True)
    assert not (tmp_path / "second").exists()
