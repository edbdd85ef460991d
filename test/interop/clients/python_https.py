"""Fetches with requests, httpx, aiohttp, urllib or openai's client. Cases come as JSON lines, answers go as JSON lines.

Names are resolved to loopback inside this process only, so that no hosts file has to change.
"""
import json
import socket
import ssl
import sys

real = socket.getaddrinfo
socket.getaddrinfo = lambda host, *rest, **named: real("127.0.0.1" if str(host).endswith(".test") else host, *rest, **named)


def said(status, text):
    return {"said": text.strip()} if status == 200 else {"error": f"{status} {text.strip()}"}


def with_requests(url, ca):
    import requests

    response = requests.get(url, verify=ca, timeout=10)
    return said(response.status_code, response.text)


def with_httpx(url, ca):
    import httpx

    response = httpx.get(url, verify=ssl.create_default_context(cafile=ca), timeout=10)
    return said(response.status_code, response.text)


def with_aiohttp(url, ca):
    import asyncio

    import aiohttp

    async def fetch():
        timeout = aiohttp.ClientTimeout(total=10)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            async with session.get(url, ssl=ssl.create_default_context(cafile=ca)) as response:
                return said(response.status, await response.text())

    return asyncio.run(fetch())


def with_urllib(url, ca):
    import urllib.error
    import urllib.request

    try:
        with urllib.request.urlopen(url, context=ssl.create_default_context(cafile=ca), timeout=10) as response:
            return said(response.status, response.read().decode())
    except urllib.error.HTTPError as error:
        return said(error.code, error.read().decode())


def with_openai(url, ca):
    import httpx
    import openai

    from urllib.parse import urlsplit

    parts = urlsplit(url)
    http = openai.DefaultHttpxClient(verify=ssl.create_default_context(cafile=ca), timeout=10)
    client = openai.OpenAI(
        base_url=f"{parts.scheme}://{parts.netloc}", api_key="none", http_client=http, max_retries=0
    )
    try:
        response = client.get(parts.path, cast_to=httpx.Response)
        return said(response.status_code, response.text)
    except openai.APIStatusError as error:
        return said(error.status_code, error.response.text)


clients = {
    "requests": with_requests,
    "httpx": with_httpx,
    "aiohttp": with_aiohttp,
    "urllib": with_urllib,
    "openai": with_openai,
}

for line in sys.stdin:
    case = json.loads(line)
    try:
        answer = clients[case["client"]](case["url"], case["ca"])
    except Exception as error:  # what the library raises is what is asked about
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
