"""Asking a website whether it is there, and asking nothing else."""

import socket
import threading
import time

import pytest

from locator.inspecting.asking import (
    Asker,
    NotThereError,
    Turns,
    is_public,
    public_address,
)


def test_a_website_that_answers_is_there(web):
    web.page("clinic.example")

    problem = web.asker().problem("http://clinic.example/")

    assert problem == ""
    assert web.asked == [("clinic.example", "HEAD", "/")]
    assert web.agents == {"Locator website check (desk@example.org)"}


def test_one_that_does_not_know_head_is_asked_for_the_page(web):
    web.page("clinic.example")
    web.no_head.add("clinic.example")

    problem = web.asker().problem("http://clinic.example")

    assert problem == ""
    assert [method for _host, method, _path in web.asked] == ["HEAD", "GET"]


@pytest.mark.parametrize(
    ("status", "problem"),
    [
        (404, "answers that there is no such page (404)"),
        (410, "answers that there is no such page (410)"),
        (500, "answers with an error (500)"),
        (403, ""),
        (429, ""),
        (204, ""),
    ],
)
def test_a_status_tells_whether_it_is_there(web, status, problem):
    web.page("clinic.example", status=status)

    assert web.asker().problem("http://clinic.example/") == problem


def test_redirects_are_followed_to_where_they_lead(web):
    web.page("clinic.example", status=301, to="/en")
    web.page("clinic.example", "/en", status=302, to="http://other.example/home")
    web.page("other.example", "/home")

    problem = web.asker().problem("http://clinic.example/")

    assert problem == ""
    assert web.asked[-1] == ("other.example", "HEAD", "/home")


def test_a_redirect_to_what_is_no_address_is_a_problem_of_that_website(web):
    web.page("clinic.example", status=302, to="http://[not-an-address/")

    problem = web.asker().problem("http://clinic.example/")

    assert problem == "sends on to what is no address"


def test_more_than_three_redirects_are_one_too_many(web):
    for number in range(5):
        web.page("clinic.example", f"/{number}", status=302, to=f"/{number + 1}")

    problem = web.asker().problem("http://clinic.example/0")

    assert problem == "sends on from address to address"
    assert len(web.asked) == 4


def test_a_redirect_into_a_private_network_is_not_followed(web):
    web.page("clinic.example", status=302, to="http://router.internal/reboot")
    asked = []

    def resolve(host, port):
        if host == "clinic.example":
            return "127.0.0.1", web.port
        asked.append(host)
        return public_address(host, port, look_up=lambda host, port: ["10.0.0.1"])

    problem = web.asker(resolve=resolve).problem("http://clinic.example/")

    assert problem == "leads into a private network"
    assert asked == ["router.internal"]
    assert web.hosts() == {"clinic.example": 1}


@pytest.mark.parametrize(
    "url",
    [
        "ftp://clinic.example/",
        "file:///etc/passwd",
        "http://",
        "https://clinic.example:99999/",
        "http://[::1/",
        "javascript:alert(1)",
        "clinic.example",
    ],
)
def test_what_is_no_website_is_never_asked(url):
    def resolve(host, port):
        raise AssertionError("asked")

    asker = Asker(user_agent="x", resolve=resolve)

    assert asker.problem(url) == "is no address of a website"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "192.0.2.7",
        "::",
        "::1",
        "fe80::1%eth0",
        "fc00::1",
        "fec0::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "::ffff:127.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::",
    ],
)
def test_addresses_that_are_not_of_the_public_net_are_refused(address):
    with pytest.raises(NotThereError, match="private network"):
        public_address("clinic.example", 443, look_up=lambda host, port: [address])


def test_one_private_address_among_public_ones_is_enough_to_refuse():
    def look_up(host, port):
        return ["93.184.216.34", "10.0.0.1"]

    with pytest.raises(NotThereError):
        public_address("clinic.example", 80, look_up=look_up)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1"])
def test_a_public_address_is_where_the_connection_goes(address):
    assert is_public(address)
    assert public_address(
        "clinic.example", 443, look_up=lambda host, port: [address]
    ) == (address, 443)


@pytest.mark.parametrize("port", [22, 25, 8080, 6379])
def test_no_port_but_those_of_the_web_is_asked(port):
    with pytest.raises(NotThereError, match=f"port {port}"):
        public_address("clinic.example", port, look_up=lambda host, port: ["8.8.8.8"])


def test_a_name_that_leads_nowhere_is_not_there():
    def look_up(host, port):
        raise socket.gaierror

    with pytest.raises(NotThereError, match="leads nowhere"):
        public_address("clinic.example", 80, look_up=look_up)


def test_a_closed_door_is_told(web):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]

        asker = web.asker(resolve=lambda host, asked: ("127.0.0.1", port))
        problem = asker.problem("http://clinic.example/")

    assert problem == "refuses the connection"


@pytest.fixture
def dribble():
    """The port of a server that sends a byte now and then, for ever."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        stop = threading.Event()

        def serve():
            while not stop.is_set():
                try:
                    there, _address = server.accept()
                except OSError:
                    return
                with there:
                    there.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
                    while not stop.wait(0.02):
                        try:
                            there.sendall(b"a")
                        except OSError:
                            break

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1]
        stop.set()
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


def test_one_that_never_ends_its_answer_is_cut_off(web, dribble):
    asker = web.asker(
        resolve=lambda host, port: ("127.0.0.1", dribble), timeout=5, longest=0.3
    )

    started = time.monotonic()
    problem = asker.problem("http://clinic.example/")

    assert problem
    assert time.monotonic() - started < 3


def test_one_that_speaks_no_http_is_told(web):
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            there, _address = server.accept()
            with there:
                there.recv(1000)
                there.sendall(b"220 mail.example ESMTP\r\n")

        thread = threading.Thread(target=serve)
        thread.start()
        port = server.getsockname()[1]
        asker = web.asker(resolve=lambda host, asked: ("127.0.0.1", port))
        problem = asker.problem("http://clinic.example/")
        thread.join()

    assert problem == "answers what is no web page"


def test_a_secure_website_without_a_valid_certificate_is_told(web):
    web.page("clinic.example")

    problem = web.asker().problem("https://clinic.example/")

    assert problem == "speaks no secure connection that we know"


def test_a_host_is_asked_once_a_second(web):
    slept = []
    now = [100.0]

    def sleep(seconds):
        slept.append(seconds)
        now[0] += seconds

    turns = Turns(clock=lambda: now[0], sleep=sleep)
    web.page("clinic.example", status=302, to="/en")
    web.page("clinic.example", "/en")
    web.page("other.example")
    asker = web.asker(turns=turns)

    asker.problem("http://clinic.example/")
    asker.problem("http://other.example/")

    assert slept == [1.0]


def test_addresses_as_people_write_them_are_asked(web):
    web.page("clinic.example", "/our%20clinic?q=caf%C3%A9")

    assert web.asker().problem("http://clinic.example/our clinic?q=café") == ""
