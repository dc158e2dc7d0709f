"""Pages of django-allauth under /admin/account/: those about signing in, none about creating accounts or e-mail."""

from allauth.account import views as account
from allauth.socialaccount import views as socialaccount
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.contrib.auth.decorators import login_required
from django.urls import include, path
from django.views.generic import RedirectView

from tasks_app.access.sign_in_view import provider_sign_in

urlpatterns = [
    path("", login_required(RedirectView.as_view(pattern_name="mfa_index")), name="account_pages"),
    path("sign-in/", RedirectView.as_view(pattern_name="admin:login", query_string=True), name="account_login"),
    path("sign-out/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("password/", account.reauthenticate, name="account_reauthenticate"),
    path("second-factor/", include("allauth.mfa.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
    path("provider/cancelled/", socialaccount.login_cancelled, name="socialaccount_login_cancelled"),
    path("provider/error/", socialaccount.login_error, name="socialaccount_login_error"),
    path("provider/<str:provider_id>/", provider_sign_in, name="openid_connect_login"),
    path("provider/<str:provider_id>/callback/", openid_connect.callback, name="openid_connect_callback"),
]
