# One image for every service of compose.yaml: web, scheduler, worker, crawler.
#   docker build -t fairwatch .
# Built in two steps, so that compilers and caches stay out of what runs.

FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
COPY requirements/run.txt /tmp/run.txt
# hashes: what is installed is what was tested, whatever the registry says today
RUN /opt/venv/bin/pip install --require-hashes --no-deps -r /tmp/run.txt

FROM python:3.11-slim-bookworm
# more of Debian's packages, as docs/operations.md says: --build-arg PACKAGES="chromium fonts-noto-cjk"
ARG PACKAGES=""
# pango and harfbuzz draw printed notices and reports, the fonts cover the scripts of the adverts, tini passes signals on
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-core tini ${PACKAGES} \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --system --gid 10001 fairwatch \
 && useradd --system --uid 10001 --gid fairwatch --home-dir /nonexistent --shell /usr/sbin/nologin fairwatch \
 && install -d -o fairwatch -g fairwatch -m 0750 /var/lib/fairwatch
COPY --from=build /opt/venv /opt/venv
COPY . /app
WORKDIR /app
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=settings.web \
    FAIRWATCH_DATA_DIR=/var/lib/fairwatch
# fails the build where a module is missing
RUN python -m compileall -q adverts alerts crawlers index linking models nlp notices review settings \
 && python -c "import django, psycopg, spacy, sklearn, tantivy, elasticsearch, weasyprint"
USER fairwatch
VOLUME /var/lib/fairwatch
EXPOSE 8000
ENTRYPOINT ["tini", "--"]
CMD ["gunicorn", "settings.wsgi", "--bind=0.0.0.0:8000", "--workers=2", "--threads=4", "--keep-alive=75", "--worker-tmp-dir=/dev/shm", "--access-logfile=-", "--no-control-socket"]
