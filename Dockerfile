# Two images. `python`: every Python process, the command chooses which. `nginx`: the front door.

FROM python:3.12-slim AS wheel
WORKDIR /src
COPY requirements.lock .
RUN --mount=type=cache,target=/root/.cache/pip pip install --require-hashes -r requirements.lock
COPY . .
RUN pip wheel --no-deps --no-build-isolation --wheel-dir /wheel .


FROM python:3.12-slim AS environment
RUN python -m venv --without-pip /opt/parlance
COPY requirements-server.lock .
RUN --mount=type=cache,target=/root/.cache/pip \
    pip --python /opt/parlance/bin/python install --only-binary :all: --require-hashes -r requirements-server.lock
COPY --from=wheel /wheel /wheel
RUN pip --python /opt/parlance/bin/python install --no-deps --no-index /wheel/*.whl


FROM python:3.12-slim AS python
# Volumes that are mounted at these folders for the first time belong to the user from then on.
RUN useradd --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin parlance \
    && install -d -o parlance -g parlance -m 0700 /var/lib/parlance
COPY --from=environment /opt/parlance /opt/parlance
# Two arenas: what gRPC's threads free is returned instead of being kept once for each thread.
ENV PATH=/opt/parlance/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 MALLOC_ARENA_MAX=2
USER 10001:10001
WORKDIR /var/lib/parlance
EXPOSE 8080 9000
HEALTHCHECK --start-period=60s --start-interval=2s --interval=30s --timeout=5s CMD ["parlance", "health"]
ENTRYPOINT ["parlance"]
CMD ["--help"]


FROM node:24-slim AS web
WORKDIR /web
COPY web/ .
RUN --mount=type=cache,target=/root/.npm npm ci --no-fund --no-audit && npm run build


FROM nginx:1.29 AS nginx
COPY nginx/ /opt/parlance/nginx/
COPY --from=web /web/dist/ /opt/parlance/nginx/html/
USER 10001:10001
EXPOSE 80
STOPSIGNAL SIGQUIT
HEALTHCHECK --start-period=60s --start-interval=1s --interval=30s --timeout=5s \
    CMD ["curl", "--fail", "--silent", "--output", "/dev/null", "http://127.0.0.1/healthz"]
ENTRYPOINT []
CMD ["sh", "-c", "/opt/parlance/nginx/render.sh > /tmp/nginx.conf && exec nginx -e stderr -c /tmp/nginx.conf -g 'daemon off;'"]
