"""The form of the sign-in page."""

from typing import Any

from django.contrib.admin.forms import AdminAuthenticationForm

from tasks_app.access import lockout


class SignInForm(AdminAuthenticationForm):
    def clean(self) -> dict[str, Any]:
        """Raises ValidationError before the password is looked at, if the account or the address is locked."""
        assert self.request is not None
        lockout.check(self.request, self.cleaned_data.get("username", ""))
        return super().clean()
