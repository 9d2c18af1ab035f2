"""Migrations on a database that holds what the version before wrote, behind the wall and as its owner."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from tests.cast import position
from tests.projects.slips import HEAD, OFFICER

pytestmark = pytest.mark.django_db(databases=["default", "owner"])

OLD_SLIP = """
INSERT INTO projects_slip (
  tenant_id, organisation_id, sent_to_nation, nation_writes, code, year, action, label, kind, file_state, file_version,
  seen, inputs, shown, signer_id, endorsers, state, state_since, prepared_by_id, number, file, file_name, content_type,
  size, sha256)
VALUES (%s, %s, false, false, 'KCQG-2027-0001', 2027, 'return', 'Trả lại', 'LETTER', 'submitted', 7, 3, '{}', '[]', %s,
  '[]', 'signing', now(), %s, '', '', '', '', 0, '')
"""


def migrate(name: str) -> None:
    executor = MigrationExecutor(connections["owner"])
    executor.migrate([("projects", name)])


def test_a_slip_on_its_way_keeps_its_file_when_slips_learn_of_lists(committed_db: None) -> None:
    officer, head = position(OFFICER), position(HEAD)
    body = officer.organisation
    migrate("0018_years")
    with connections["owner"].cursor() as cursor:
        cursor.execute("SET ROLE kc_guard")  # the owner himself writes nothing behind the wall
        cursor.execute(OLD_SLIP, [body.tenant_id, body.pk, head.pk, officer.pk])
        cursor.execute("RESET ROLE")
    migrate("0019_slips_of_lists")
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT tenant_id, presented, code, state, version, seen FROM projects_slipfile")
        assert cursor.fetchall() == [(body.tenant_id, 1, "KCQG-2027-0001", "submitted", 7, 3)]
    call_command("migrate", verbosity=0)  # builds the wall
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT relforcerowsecurity FROM pg_class WHERE relname = 'projects_slip'")
        assert cursor.fetchall() == [(True,)]
