from typing import Any

from django.core.management.commands import flush
from django.db import connections

from tests.support.emptying import empty


class Command(flush.Command):
    """What Django calls after a test that commits. `post_migrate` is not sent, since what it would write is kept."""

    def handle(self, **options: Any) -> None:
        empty(connections[options["database"]])
