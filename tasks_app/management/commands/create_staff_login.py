"""The first account, so that somebody can sign in to a new installation."""

import secrets
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand

USERNAME = "admin"
PASSWORD_BYTES = 12


def create() -> dict[str, str] | None:
    """User name and password of a new superuser; None where somebody may sign in to the admin already."""
    users = get_user_model()._default_manager
    if users.filter(is_staff=True).exists():
        return None
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    users.create_superuser(username=USERNAME, password=password)
    return {"username": USERNAME, "password": password}


class Command(BaseCommand):
    help = "Create a superuser with a random password, unless a staff account exists."

    def handle(self, *args: Any, **options: Any) -> None:
        login = create()
        if login is None:
            self.stdout.write(
                "A staff account already exists; use bin/manage changepassword NAME to set a new password."
            )
            return
        self.stdout.write(f"{login['username']} {login['password']}")
