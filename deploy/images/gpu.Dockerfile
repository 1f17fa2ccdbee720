# Serves a model: vLLM's own image, as a user that is not root, with a cache that outlives the container.
#   docker build -f deploy/images/gpu.Dockerfile -t pagewise-vllm:0.32.0 deploy/images
FROM vllm/vllm-openai:v0.32.0
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin serve \
    && mkdir -p /models && chown 10001:10001 /models
ENV HF_HOME=/models \
    VLLM_NO_USAGE_STATS=1 \
    DO_NOT_TRACK=1 \
    HF_HUB_DISABLE_TELEMETRY=1
USER 10001
WORKDIR /home/serve
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30m --retries=3 \
    CMD ["python3", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health', timeout=4)"]
