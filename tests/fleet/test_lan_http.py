"""A device is asked over HTTP at its private address, and nobody else is."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from fleet.lan_http import ANSWER_MOST, LanError, Patience, Upload, is_of_home, send
from fleet.steps import HttpRequest

SHORT = Patience(connect=2, answer=2, whole=0.3, upload=0.3)


class Device:
    """A device's small web server: remembers what it was asked and answers what it is told."""

    def __init__(self) -> None:
        self.status, self.body, self.head = 200, b'{"ver":"0.15.3"}', {}
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        device = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.do_GET()

            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                device.asked.append((self.command, self.path, dict(self.headers), body))
                self.send_response(device.status)
                for name, value in device.head.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(device.body)))
                self.end_headers()
                self.wfile.write(device.body)

            def log_message(self, *words: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def device() -> Iterator[Device]:
    running = Device()
    yield running
    running.stop()


@pytest.fixture
def raw() -> Iterator[Callable[[bytes], str]]:
    """A server that sends these bytes, one in ten milliseconds, and never ends."""
    threads: list[threading.Thread] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def drip(said: bytes) -> None:
        link, _ = listener.accept()
        with link:
            try:
                while True:
                    for byte in said:
                        link.sendall(bytes([byte]))
                        time.sleep(0.01)
            except OSError:
                pass

    def serve(said: bytes) -> str:
        threads.append(threading.Thread(target=drip, args=(said,)))
        threads[-1].start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}/"

    yield serve
    for thread in threads:
        thread.join()
    listener.close()


def refused(url: str, **more: Any) -> LanError:
    with pytest.raises(LanError) as error:
        send(HttpRequest(url=url, **more), loopback=True, patience=SHORT)
    return error.value


@pytest.mark.parametrize(
    "host", ["10.1.2.3", "172.31.0.1", "192.168.1.5", "169.254.7.7", "fd12::1", "fe80::1"]
)
def test_private_addresses_are_of_this_home(host):
    assert is_of_home(host)


@pytest.mark.parametrize(
    "host",
    [
        *(
            "8.8.8.8",
            "172.32.0.1",
            "192.0.2.1",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "2001:db8::1",
        ),
        *("::ffff:192.168.1.5", "64:ff9b::a00:1", "169.254.169.254", "fd00:ec2::254"),
        *("127.0.0.1", "::1", "shelly.local", "192.168.1", "0x0a.1.2.3", "", "localhost"),
    ],
)
def test_all_others_and_all_names_are_not(host):
    assert not is_of_home(host)


def test_this_computer_is_only_where_that_is_said():
    assert is_of_home("127.0.0.1", loopback=True)


def test_a_device_on_this_computer_is_not_asked_unless_that_is_said(device):
    with pytest.raises(LanError, match="http_address_refused"):
        send(HttpRequest(url=f"{device.url}/json/info"))
    assert not device.asked


@pytest.mark.parametrize(
    "url",
    [
        *("https://192.168.1.5/", "ftp://192.168.1.5/", "file:///etc/passwd", "192.168.1.5", ""),
        *(
            "http://user:word@192.168.1.5/",
            "http://192.168.1.5:99999/",
            "http://[::1/",
            "http://x/",
        ),
        *("http://192.168.1.5/a b", "http://192.168.1.5/\r\nHost: x", "http://192.168.1.5/ü"),
    ],
)
def test_what_is_no_plain_address_of_a_device_is_refused(url):
    assert refused(url).code == "http_address_refused"


def test_only_harmless_methods_are_sent():
    assert refused("http://192.168.1.5/", method="DELETE").code == "http_address_refused"


def test_the_answer_comes_back(device):
    answer = send(HttpRequest(url=f"{device.url}/json/info?x=1"), loopback=True)
    assert (answer.ok, answer.body) == (True, device.body)
    assert device.asked[0][:2] == ("GET", "/json/info?x=1")


def test_a_body_is_sent_as_what_it_is(device):
    asked = HttpRequest(
        url=f"{device.url}/rpc", method="POST", body=b"{}", content_type="application/json"
    )
    send(asked, loopback=True)
    _, _, headers, body = device.asked[0]
    assert (headers["Content-Type"], body) == ("application/json", b"{}")


def test_a_redirect_is_an_answer_and_not_followed(device):
    device.status, device.head = 302, {"Location": f"{device.url}/elsewhere"}
    answer = send(HttpRequest(url=f"{device.url}/"), loopback=True)
    assert (answer.status, answer.ok, len(device.asked)) == (302, False, 1)


def test_no_proxy_of_the_environment_is_asked(device, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert send(HttpRequest(url=f"{device.url}/"), loopback=True).ok


def test_a_refusal_is_told_in_the_devices_own_words(device):
    device.status, device.body = 500, b"wrong\r\n   release <b>name</b>" + b"x" * 500
    answer = send(HttpRequest(url=f"{device.url}/"), loopback=True)
    assert not answer.ok
    assert answer.words.startswith("500 wrong release <b>name</b>")
    assert len(answer.words) < 220


def test_of_a_long_answer_only_the_beginning_is_read(device):
    device.body = b"x" * (ANSWER_MOST + 1)
    assert len(send(HttpRequest(url=f"{device.url}/"), loopback=True).body) == ANSWER_MOST


def test_a_file_goes_along_as_a_form_does_with_its_length(device):
    upload = Upload(name='we"ird\r\n.bin', size=6, pieces=iter([b"abc", b"def"]))
    asked = HttpRequest(url=f"{device.url}/update", method="POST", upload="update")
    send(asked, upload=upload, loopback=True)
    _, _, headers, body = device.asked[0]
    assert headers["Content-Length"] == str(len(body))
    assert "Transfer-Encoding" not in headers
    kind, _, mark = headers["Content-Type"].partition("; boundary=")
    assert kind == "multipart/form-data"
    head, _, rest = body.partition(b"\r\n\r\n")
    assert b'name="update"; filename="we_ird__.bin"' in head
    assert rest == b"abcdef" + f"\r\n--{mark}--\r\n".encode()


def test_a_field_needs_a_file_and_a_file_a_field(device):
    with pytest.raises(ValueError, match="without"):
        send(HttpRequest(url=device.url, method="POST", upload="update"), loopback=True)


def test_a_device_that_is_away_was_sent_nothing(device):
    url = device.url
    device.stop()
    error = refused(url)
    device.__init__()  # for the fixture
    assert error.code == "http_unreachable"
    assert error.facts["fact"] == f"{url.removeprefix('http://')}: Connection refused"


@pytest.mark.parametrize("said", [b"x", b"HTTP/1.1 200 OK\r\nX: y", b"HTTP/1.1 200 OK\r\n\r\nbody"])
def test_a_device_that_never_ends_is_left_at_the_deadline(raw, said):
    error = refused(raw(said))
    assert error.code == "http_no_answer"
    assert error.facts["fact"].endswith("it took too long")


def test_what_breaks_while_a_file_is_sent_is_told(device):
    def pieces() -> Iterator[bytes]:
        yield b"abc"
        raise OSError(5, "the file changed")

    asked = HttpRequest(url=f"{device.url}/update", method="POST", upload="update")
    with pytest.raises(LanError, match="the file changed"):
        send(asked, upload=Upload(name="f", size=6, pieces=pieces()), loopback=True)
