# Reads documents: the workers of a CPU pool, their jobs, and `extract` by hand. Build from the root of the project:
#   docker build -f deploy/images/cpu.Dockerfile -t pagewise-extract:0.1.0 .
#   docker run --rm pagewise-extract:0.1.0 extract doctor
FROM python:3.11.14-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /build
RUN python -m venv /opt/extract
ENV PATH=/opt/extract/bin:$PATH
COPY deploy/images/requirements.lock ./requirements.lock
RUN pip install --no-deps --require-hashes -r requirements.lock
COPY . .
RUN pip install --no-deps --no-build-isolation . && pip uninstall --yes setuptools pip

FROM python:3.11.14-slim-bookworm
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin extract \
    && install --directory --owner=10001 --group=10001 /home/extract/.prefect
COPY --from=build /opt/extract /opt/extract
ENV PATH=/opt/extract/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DO_NOT_TRACK=1 \
    PREFECT_SERVER_ANALYTICS_ENABLED=false \
    PREFECT_SERVER_ALLOW_EPHEMERAL_MODE=false
USER 10001
WORKDIR /home/extract
# No ENTRYPOINT: the jobs of docker and kubernetes pools give the whole command, `prefect flow-run execute`.
CMD ["extract", "--help"]
