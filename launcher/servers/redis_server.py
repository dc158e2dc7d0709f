"""The embedded Redis: on loopback, with a password, all commands logged to disk, no key dropped for room."""

import signal
import subprocess
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from launcher.servers import background, ports, programs
from launcher.servers.server import EmbeddedServer


class RedisServer(EmbeddedServer):
    """Redis (or Valkey) with one database in use."""

    name = "redis"
    stop_signal = signal.SIGTERM

    @property
    def program(self) -> Path:
        return programs.redis_program()

    @property
    def url(self) -> str:
        return f"redis://:{self._password}@{ports.LOOPBACK}:{self.port}/0"

    @property
    def folder(self) -> Path:
        return self._home.redis

    @property
    def pid_file(self) -> Path:
        return self._home.run / "redis.pid"

    def create(self) -> None:
        """Redis makes its own files; the folder is the home's."""

    def launch(self) -> "subprocess.Popen[bytes]":
        """Write the configuration (a command line would show the password to everyone) and start."""
        configuration = {
            "bind": ports.LOOPBACK,
            "port": self.port,
            "protected-mode": "yes",
            "requirepass": self._password,
            "appendonly": "yes",
            "save": '""',
            "maxmemory-policy": "noeviction",
            "dir": ".",
            "daemonize": "no",
            "set-proc-title": "no",
        }
        path = self.folder / "redis.conf"
        path.touch(mode=0o600)
        path.write_text("".join(f"{name} {value}\n" for name, value in configuration.items()))
        process = background.start(
            [str(self.program), str(path)],
            folder=self.folder,
            log=self.log,
            environ=self._environ,
        )
        self.pid_file.write_text(str(process.pid))
        return process

    def accepts(self) -> bool:
        once = Retry(NoBackoff(), retries=0)
        with redis.Redis.from_url(self.url, socket_timeout=5, socket_connect_timeout=5, retry=once) as client:
            try:
                client.ping()
            except redis.RedisError:
                return False
        return True

    def flush(self) -> None:
        """Forget everything."""
        with redis.Redis.from_url(self.url) as client:
            client.flushall()
