# syntax=docker/dockerfile:1
# Two images, which share all their layers: `operator` (the default) and `simulator`.
# Built twice from the same sources on the same base, they are the same to the byte.
ARG PYTHON=python:3.11-slim

# What installs never gets into the image: it works from a virtual environment of its own.
FROM ${PYTHON} AS build
# The date of all files. No earlier than 1980, where the dates of zip files begin.
ARG SOURCE_DATE_EPOCH=315532800
ENV SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH} \
    PYTHONHASHSEED=0 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
RUN python3 -m venv /opt/tools && python3 -m venv --without-pip /opt/agora/venv
COPY requirements requirements
RUN /opt/tools/bin/pip install --require-hashes --only-binary :all: -r requirements/build.txt \
    && /opt/tools/bin/pip --python /opt/agora/venv/bin/python install \
       --no-compile --require-hashes --only-binary :all: -r requirements/runtime.txt
COPY pyproject.toml README.md LICENSE ./
COPY operator operator
COPY simulator simulator
RUN /opt/tools/bin/pip wheel --no-index --no-deps --no-build-isolation --wheel-dir wheels . \
    && /opt/tools/bin/pip --python /opt/agora/venv/bin/python install \
       --no-compile --no-index --no-deps wheels/*.whl
COPY hack/image hack/image
RUN /opt/tools/bin/python hack/image/prune.py /opt/agora/venv/lib/python3*/site-packages
# The root file system is read-only in the cluster: what is not compiled now is compiled at each start.
# Of what is installed here the sources never change; those of Python itself do when somebody puts the
# image on another base, so they are looked at.
ENV PYTHONPYCACHEPREFIX=/opt/agora/bytecode
RUN /opt/agora/venv/bin/python -m compileall -q --invalidation-mode unchecked-hash /opt/agora/venv/lib \
    && /opt/agora/venv/bin/python -m compileall -q --invalidation-mode checked-hash \
       -x '/(dist-packages|ensurepip|idlelib|lib2to3|site-packages|test|tests|tkinter|turtledemo)/' \
       "$(/opt/agora/venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')" \
    && find /opt/agora -exec touch --no-dereference --date="@${SOURCE_DATE_EPOCH}" {} +

FROM ${PYTHON} AS runtime
LABEL org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /opt/agora /opt/agora
# Safe path: what lies in the working directory, such as manifests to check, is never imported.
ENV PATH=/opt/agora/venv/bin:$PATH \
    PYTHONPYCACHEPREFIX=/opt/agora/bytecode \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONSAFEPATH=1 \
    PYTHONUNBUFFERED=1
USER 65532:65532

FROM runtime AS simulator
LABEL org.opencontainers.image.title="agora-recording-simulator"
EXPOSE 8080 8081
ENTRYPOINT ["python", "-m", "agora_simulator"]
CMD ["--host=0.0.0.0", "--port=8080", "--admin-port=8081"]

FROM runtime AS operator
LABEL org.opencontainers.image.title="agora-recording-operator"
EXPOSE 8080
ENTRYPOINT ["python", "-m", "agora_recording"]
