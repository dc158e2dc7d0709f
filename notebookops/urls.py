from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

admin.autodiscover()

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/", include("notebookops.former_addresses")),
    path("admin/account/", include("tasks_app.access.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", include("tasks_app.api.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
]
handler400 = "tasks_app.api.http.handlers.bad_request"
handler403 = "tasks_app.api.http.handlers.permission_denied"
handler404 = "tasks_app.api.http.handlers.page_not_found"
handler500 = "tasks_app.api.http.handlers.server_error"
