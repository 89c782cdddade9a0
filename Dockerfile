# Two images: `service` for every TalentLoop service, what a container runs is its command; and
# `judge`, the same with the sandbox, compilers and run-times that code answers are judged with.
FROM python:3.11-slim-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends gcc libc6-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY requirements.lock requirements-uv.lock ./
RUN python -m venv /opt/talentloop \
    && /opt/talentloop/bin/pip install --no-cache-dir --require-hashes -r requirements-uv.lock \
    && /opt/talentloop/bin/uv pip install --no-cache --python /opt/talentloop/bin/python \
        --require-hashes -r requirements.lock
COPY pyproject.toml README.md ./
COPY talentloop talentloop
COPY connectors connectors
COPY expectations expectations
COPY ml ml
COPY interview interview
COPY portal portal
COPY loop loop
COPY cli cli
RUN /opt/talentloop/bin/uv pip install --no-cache --python /opt/talentloop/bin/python \
        --no-deps --no-build-isolation .

FROM python:3.11-slim-bookworm AS service
COPY scripts/packages.sh scripts/packages.txt /usr/local/share/talentloop/
RUN apt-get update \
    && apt-get install -y --no-install-recommends curl libgomp1 tini \
        $(/usr/local/share/talentloop/packages.sh service) \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --create-home talentloop \
    && install -d -o talentloop -g talentloop /var/lib/talentloop
COPY --from=build /opt/talentloop /opt/talentloop
COPY --chown=root:root dbt /srv/talentloop/dbt
COPY --chown=root:root dags /srv/talentloop/dags
COPY --chown=root:root config /srv/talentloop/config
COPY --chown=root:root deploy/entrypoint.sh /usr/local/bin/talentloop-entrypoint
ENV PATH=/opt/talentloop/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    AIRFLOW_HOME=/var/lib/talentloop/airflow \
    AIRFLOW__CORE__DAGS_FOLDER=/srv/talentloop/dags \
    TALENTLOOP_PROJECT=/srv/talentloop \
    TALENTLOOP_HOME=/var/lib/talentloop \
    TALENTLOOP_CONFIG=/srv/talentloop/config
USER talentloop
WORKDIR /srv/talentloop
ENTRYPOINT ["tini", "--", "talentloop-entrypoint"]
CMD ["talentloop", "status"]

FROM service AS judge
USER root
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        $(/usr/local/share/talentloop/packages.sh judge) \
    && rm -rf /var/lib/apt/lists/*
COPY --chown=root:root deploy/judge-entrypoint.sh /usr/local/bin/talentloop-judge-entrypoint
# It starts as root only to take over its control groups, and gives that up before anything runs.
ENTRYPOINT ["tini", "--", "talentloop-judge-entrypoint"]
CMD ["talentloop", "judge", "self-test"]
