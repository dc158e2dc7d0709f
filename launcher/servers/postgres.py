"""The embedded PostgreSQL: made on first start, on loopback, with a password, as crash-safe as any other."""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import psycopg2

from launcher.checkout.errors import LauncherError
from launcher.servers import background, ports, programs
from launcher.servers.server import EmbeddedServer

USER = DATABASE = "notebookops"
PARAMETERS = {
    "listen_addresses": ports.LOOPBACK,
    "unix_socket_directories": "",
    "shared_buffers": "128MB",
    "max_connections": "200",
    "log_checkpoints": "off",
    "timezone": "UTC",
    "cluster_name": "notebookops",
}
FOLDER_PARAMETER = "notebookops.folder"
"""Means nothing to PostgreSQL; it puts the data folder on the command line, whatever `-D` says."""


class Postgres(EmbeddedServer):
    """PostgreSQL with one role and one database of the project's name."""

    name = "postgres"
    stop_signal = signal.SIGINT
    """Fast shutdown: sessions are ended, then everything is written out."""

    @property
    def program(self) -> Path:
        return programs.postgres_programs() / "postgres"

    @property
    def url(self) -> str:
        return f"postgresql://{USER}:{self._password}@{ports.LOOPBACK}:{self.port}/{DATABASE}"

    @property
    def folder(self) -> Path:
        return self._home.pgdata

    @property
    def pid_file(self) -> Path:
        return self.folder / "postmaster.pid"

    def create(self) -> None:
        """A new cluster: UTF-8, code-point order and Unicode case rules alike everywhere, passwords for all.

        Made beside its place and moved there when it is whole, so an interruption leaves nothing half-made.
        """
        if self.folder.exists():
            return
        draft = self.folder.with_suffix(".new")
        shutil.rmtree(draft, ignore_errors=True)
        user = programs.postgres_user(self.folder)
        draft.mkdir(mode=0o700)
        with tempfile.NamedTemporaryFile("w") as password:
            password.write(self._password)
            password.flush()
            if user is not None:
                os.chown(draft, user, -1)
                os.chown(password.name, user, -1)
            done = subprocess.run(
                [
                    str(self.program.with_name("initdb")),
                    f"--pgdata={_reachable(draft)}",
                    f"--username={USER}",
                    f"--pwfile={password.name}",
                    "--encoding=UTF8",
                    "--locale=C",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                    "--auth=scram-sha-256",
                    "--no-instructions",
                ],
                cwd=draft,
                env=dict(self._environ),
                capture_output=True,
                text=True,
                check=False,
                start_new_session=True,
                **background.identity(user),
            )
        if done.returncode != 0:
            raise LauncherError(f"PostgreSQL's data folder cannot be created:\n{done.stderr.strip()}")
        draft.rename(self.folder)

    def start(self) -> None:
        super().start()
        self._create_database()

    def launch(self) -> "subprocess.Popen[bytes]":
        """Start the program. A pid file now is a leftover whose number may be another process's."""
        self.pid_file.unlink(missing_ok=True)
        parameters = {**PARAMETERS, "port": self.port, FOLDER_PARAMETER: self.folder}
        return background.start(
            [
                str(self.program),
                "-D",
                _reachable(self.folder),
                *(f"--{name}={value}" for name, value in parameters.items()),
            ],
            folder=self.folder,
            log=self.log,
            environ=self._environ,
            user=programs.postgres_user(self.folder),
        )

    def accepts(self) -> bool:
        try:
            self._connect().close()
        except psycopg2.OperationalError:
            return False
        return True

    def _create_database(self) -> None:
        connection = self._connect()
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE DATABASE {DATABASE}")
        connection.close()

    def _connect(self) -> "psycopg2.extensions.connection":
        return psycopg2.connect(
            host=ports.LOOPBACK,
            port=self.port,
            user=USER,
            password=self._password,
            dbname="postgres",
            connect_timeout=5,
        )


def _reachable(folder: Path) -> str:
    """The path by which a program started in this folder can reach it.

    Started by root it runs as a user who may not pass through the folders above (a home directory, say). It
    is put into the folder before it becomes that user, and this link leads there without passing any.
    """
    link = Path("/proc/self/cwd")
    return str(link) if os.geteuid() == 0 and link.exists() else str(folder)
