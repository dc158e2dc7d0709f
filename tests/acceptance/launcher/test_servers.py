"""The embedded servers of one home: started, shared, killed, found again."""

import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import closing

import psutil
import psycopg2
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from launcher.checkout.home import Home
from launcher.servers import ports, servers
from launcher.servers.server import EmbeddedServer


def _ask(database_url: str) -> str:
    with closing(psycopg2.connect(database_url)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        row = cursor.fetchone()
        assert row is not None
        return str(row[0])


@pytest.fixture
def both(home: Home, environ: Mapping[str, str]) -> Iterator[dict[str, EmbeddedServer]]:
    """The servers of the home, running at first, stopped in the end whatever a test did to them."""
    with servers.running(home, environ):
        yield servers.embedded(home, environ)
    for server in servers.embedded(home, environ).values():
        assert server.pid is None


def test_both_can_be_used_inside_and_are_gone_after(home: Home, environ: Mapping[str, str]) -> None:
    with servers.running(home, environ) as complete:
        assert _ask(complete["DATABASE_URL"]) == "notebookops"
        with redis.Redis.from_url(complete["REDIS_URL"]) as client:
            assert client.config_get("appendonly") == {"appendonly": "yes"}
        pids = [server.pid for server in servers.embedded(home, environ).values()]
        assert None not in pids
    assert not any(psutil.pid_exists(pid) for pid in pids if pid)


def test_an_address_that_is_set_is_left_alone(home: Home, environ: Mapping[str, str]) -> None:
    elsewhere = {**environ, "DATABASE_URL": "postgresql://elsewhere/x", "REDIS_URL": "redis://elsewhere/0"}
    with servers.running(home, elsewhere) as complete:
        assert complete["DATABASE_URL"] == "postgresql://elsewhere/x"
        assert complete["REDIS_URL"] == "redis://elsewhere/0"
    assert servers.embedded(home, elsewhere) == {}


def test_nobody_gets_in_without_the_password(both: dict[str, EmbeddedServer]) -> None:
    with pytest.raises(psycopg2.OperationalError, match="password"):
        psycopg2.connect(host=ports.LOOPBACK, port=both["DATABASE_URL"].port, user="notebookops", password="guess")
    with (
        redis.Redis(host=ports.LOOPBACK, port=both["REDIS_URL"].port, retry=Retry(NoBackoff(), 0)) as client,
        pytest.raises(redis.AuthenticationError),
    ):
        client.ping()


def test_they_listen_on_loopback_only(both: dict[str, EmbeddedServer]) -> None:
    for server in both.values():
        assert server.pid is not None
        listening = [
            connection.laddr.ip
            for connection in psutil.Process(server.pid).net_connections("all")
            if connection.status == psutil.CONN_LISTEN
        ]
        assert listening == [ports.LOOPBACK]


def test_a_second_user_shares_them_and_the_last_one_stops_them(
    both: dict[str, EmbeddedServer], home: Home, environ: Mapping[str, str]
) -> None:
    before = [server.pid for server in both.values()]
    with servers.running(home, environ) as complete:
        assert [server.pid for server in both.values()] == before
        _ask(complete["DATABASE_URL"])
    assert [server.pid for server in both.values()] == before


@pytest.mark.parametrize("variable", ["DATABASE_URL", "REDIS_URL"])
def test_a_killed_server_comes_back_with_its_data_and_address(
    both: dict[str, EmbeddedServer], home: Home, environ: Mapping[str, str], variable: str
) -> None:
    with redis.Redis.from_url(both["REDIS_URL"].url) as client:
        client.set("kept", "yes")
    address, pid = both[variable].url, both[variable].pid
    both[variable].kill()
    assert both[variable].pid is None
    with servers.running(home, environ) as complete:
        assert complete[variable] == address
        assert both[variable].pid not in (None, pid)
        assert _ask(complete["DATABASE_URL"]) == "notebookops"
        with redis.Redis.from_url(complete["REDIS_URL"]) as client:
            assert client.get("kept") == b"yes"


def test_servers_left_running_are_adopted(home: Home, environ: Mapping[str, str]) -> None:
    left = servers.embedded(home, environ)
    for server in left.values():
        server.start()
    pids = [server.pid for server in left.values()]
    with servers.running(home, environ):
        assert [server.pid for server in servers.embedded(home, environ).values()] == pids
    assert [server.pid for server in left.values()] == [None, None]


@pytest.mark.parametrize("variable", ["DATABASE_URL", "REDIS_URL"])
def test_a_pid_file_left_by_a_crash_that_names_another_process_is_not_believed(
    home: Home, environ: Mapping[str, str], variable: str
) -> None:
    server = servers.embedded(home, environ)[variable]
    server.create()
    server.pid_file.write_text(f"{os.getpid()}\n")
    assert server.pid is None
    with servers.running(home, environ):
        assert server.pid not in (None, os.getpid())


@pytest.mark.parametrize("variable", ["DATABASE_URL", "REDIS_URL"])
def test_a_port_taken_meanwhile_is_exchanged(home: Home, environ: Mapping[str, str], variable: str) -> None:
    with servers.running(home, environ):
        server = servers.embedded(home, environ)[variable]
        before = server.port
    with socket.socket() as squatter:
        squatter.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        squatter.bind((ports.LOOPBACK, before))
        squatter.listen()
        with servers.running(home, environ) as complete:
            assert server.port != before
            assert f":{server.port}/" in complete[variable]


def test_a_data_folder_half_made_is_made_again(
    tmp_path_factory: pytest.TempPathFactory, environ: Mapping[str, str]
) -> None:
    home = Home(tmp_path_factory.mktemp("half"))
    home.create()
    draft = home.pgdata.with_suffix(".new")
    draft.mkdir()
    (draft / "PG_VERSION").write_text("18\n")
    with servers.running(home, environ) as complete:
        assert _ask(complete["DATABASE_URL"]) == "notebookops"
    assert not draft.exists()
