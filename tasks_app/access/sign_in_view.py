"""The sign-in page of the admin, continued by django-allauth: the second factor, and the sign-in by a provider."""

from typing import Any

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from requests import RequestException

from tasks_app.access.sign_in_form import SignInForm


@login_not_required
def provider_sign_in(request: HttpRequest, provider_id: str) -> HttpResponse:
    """To the provider, or back to the sign-in page while it cannot be reached."""
    try:
        answer: HttpResponse = openid_connect.login(request, provider_id)
    except RequestException:
        messages.error(request, gettext("The provider cannot be reached. Sign in with your password, or try later."))
        return HttpResponseRedirect(reverse("admin:login"))
    return answer


class SignInView(LoginView):
    template_name = "admin/login.html"
    authentication_form = SignInForm

    def form_valid(self, form: Any) -> HttpResponse:
        """Instead of signing in at once. allauth has no public name for this step."""
        login = Login(user=form.get_user(), redirect_url=self.get_success_url())
        answer: HttpResponse = perform_password_login(self.request, {"username": form.get_user().get_username()}, login)
        return answer
