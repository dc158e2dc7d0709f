"""The database role of the site, beat and the workers: it reads and writes rows, and cannot change a table."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

ROLE = "notebookops_site"

STATEMENTS = (
    f"ALTER ROLE {ROLE} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS",
    f"GRANT USAGE ON SCHEMA public TO {ROLE}",
    f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {ROLE}",
    f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {ROLE}",
    f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {ROLE}",
)


class Command(BaseCommand):
    help = f"Let {ROLE} read and write rows, with DATABASE_SITE_PASSWORD. Run it as the owner of the tables."

    def handle(self, *args: Any, **options: Any) -> None:
        """After each migrate, because new tables are the owner's alone. Raises CommandError without a password."""
        if not settings.DATABASE_SITE_PASSWORD:
            raise CommandError("Set DATABASE_SITE_PASSWORD to the password that the role shall have.")
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE ROLE {ROLE}")
            cursor.execute(f"ALTER ROLE {ROLE} PASSWORD %s", [settings.DATABASE_SITE_PASSWORD])
            for statement in STATEMENTS:
                cursor.execute(statement)
        self.stdout.write(f"{ROLE} may read and write rows.")
