# syntax=docker/dockerfile:1
ARG PYTHON=python:3.11-slim

# The wheel is built apart: what builds it never gets into the image.
FROM ${PYTHON} AS wheel
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY operator operator
COPY simulator simulator
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /wheels .

FROM ${PYTHON} AS install
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
COPY requirements/runtime.txt /tmp/runtime.txt
RUN pip install --no-cache-dir --require-hashes --no-compile -r /tmp/runtime.txt
COPY --from=wheel /wheels /wheels
RUN pip install --no-cache-dir --no-index --no-deps --no-compile /wheels/*.whl \
    && pip uninstall --yes pip setuptools
# The root file system is read-only in the cluster: nothing can be compiled there. Unchecked, since
# the sources never change either.
RUN python -m compileall -q --invalidation-mode unchecked-hash /opt/venv/lib

FROM ${PYTHON}
LABEL org.opencontainers.image.title="agora-recording-operator" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=install /opt/venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 65532:65532
EXPOSE 8080
ENTRYPOINT ["python", "-m", "agora_recording"]
