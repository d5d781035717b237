# The service of `emotion serve`: docker build -t emotion .
FROM python:3.13-slim

COPY . /source
RUN pip install --no-cache-dir --constraint /source/constraints.txt "/source[server]" \
    && rm -rf /source \
    && useradd --create-home --uid 10001 emotion

USER 10001
WORKDIR /home/emotion
EXPOSE 8700

HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8700/ready', timeout=4)"]

# At this address others reach it: it does not start without EMOTION_SERVER_TOKEN.
CMD ["emotion", "serve", "--host", "0.0.0.0"]
