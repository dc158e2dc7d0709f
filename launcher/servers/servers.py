"""PostgreSQL and Redis for as long as somebody needs them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from launcher.checkout import environment, interrupts, secrets
from launcher.checkout.home import Home
from launcher.checkout.locks import LockFile, mutex
from launcher.servers.postgres import Postgres
from launcher.servers.redis_server import RedisServer
from launcher.servers.server import EmbeddedServer


def embedded(home: Home, environ: Mapping[str, str]) -> dict[str, EmbeddedServer]:
    """The servers of this home by the variable for their address, without those that are set to elsewhere."""
    passwords = secrets.load(home.secrets)
    servers: dict[str, EmbeddedServer] = {
        "DATABASE_URL": Postgres(home, passwords.postgres_password, environ),
        "REDIS_URL": RedisServer(home, passwords.redis_password, environ),
    }
    return {variable: server for variable, server in servers.items() if not environ.get(variable)}


@contextmanager
def running(home: Home, environ: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """The complete environment, with both servers reachable inside the block.

    Servers that run already are used, anyone who started them (even if that crashed); the last user stops them.
    """
    changing = home.run / "servers.lock"
    users = LockFile(home.run / "servers.users")
    with mutex(changing):
        complete = environment.complete(environ, home, secrets.load(home.secrets))
        servers = embedded(home, complete)
        users.share()
        try:
            for server in servers.values():
                server.start()
        except BaseException:
            _leave(users, servers)
            raise
    try:
        yield {**complete, **{variable: server.url for variable, server in servers.items()}}
    finally:
        with interrupts.ignored(), mutex(changing):
            _leave(users, servers)


def stop_unused(home: Home) -> None:
    """Stop what users of this home left running when they were killed."""
    with mutex(home.run / "servers.lock"):
        _leave(LockFile(home.run / "servers.users"), embedded(home, {}))


def _leave(users: LockFile, servers: Mapping[str, EmbeddedServer]) -> None:
    """Give up our share; with nobody left, stop everything: Redis first, the truth last."""
    if users.try_take():
        for server in reversed(list(servers.values())):
            server.stop()
    users.close()
