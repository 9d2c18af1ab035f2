"""Whether Redis, which carries the jobs, answers."""

from __future__ import annotations

from celery import current_app
from kombu.exceptions import OperationalError
from redis import RedisError

AWAY = (OperationalError, RedisError, OSError)


def ping(*, patience: int) -> None:
    """Ask Redis once, for at most so many seconds; Celery itself would go on trying. Raises one of AWAY."""
    limits = {"socket_connect_timeout": patience, "socket_timeout": patience}
    with current_app.connection_for_write(transport_options=limits) as broker:
        broker.channel().client.ping()
