# One image for web, worker, scheduler and migrations; the command tells them apart.
FROM node:24-slim AS frontend
WORKDIR /app
RUN apt-get update && apt-get install --no-install-recommends -y python3 && rm -rf /var/lib/apt/lists/*
COPY . .
RUN python3 -m crm.build_frontend

FROM python:3.13-slim
# bubblewrap: the cage in which files from outside are parsed
RUN apt-get update && apt-get install --no-install-recommends -y bubblewrap && rm -rf /var/lib/apt/lists/* \
    && useradd --system --create-home --uid 10001 rapport
WORKDIR /app
COPY requirements.lock .
RUN pip install --no-cache-dir --no-deps --require-hashes -r requirements.lock
COPY . .
COPY --from=frontend /app/build build
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DJANGO_SETTINGS_MODULE=crm.settings DATA_DIR=/data BIND=0.0.0.0
# The values exist for this one command: collecting files needs settings, and production settings need values.
RUN DATA_DIR=/tmp/build DATABASE_URL=postgresql://build@localhost/build REDIS_URL=redis://localhost \
    python manage.py collectstatic --no-input --verbosity 0 && rm -rf /tmp/build \
    && mkdir /data && chown rapport: /data
USER rapport
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "crm.wsgi:application", "--bind", "0.0.0.0:8000", "--preload", \
     "--worker-class", "crm.runtime.worker.Worker", "--workers", "2", "--threads", "8", "--limit-request-line", "8190", \
     "--timeout", "60", "--graceful-timeout", "10", "--no-control-socket"]
