"""Settings of the project, read from the environment (and an optional `.env` file) with safe defaults.

Every setting of ours is described in docs/settings.md; the numbered system checks in `tasks_app.checks` prove that
those which depend on each other fit.
"""

from pathlib import Path
from urllib.parse import urlsplit

import django_stubs_ext
import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from kombu import Queue as BrokerQueue

from tasks_app.health import STALE_SECONDS, TOUCHES
from tasks_app.queues import CONTENT, PRIORITIES, QUEUES

django_stubs_ext.monkeypatch()
BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
if (BASE_DIR / ".env").is_file():
    env.read_env(BASE_DIR / ".env")

INSECURE_SECRET_KEY = "development-only-secret-key"  # noqa: S105 - refused in production by a system check
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default=INSECURE_SECRET_KEY)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "notebookops.apps.ConsoleConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "django_celery_results",
    "django_celery_beat",
    "tasks_app",
]

MIDDLEWARE = [
    "notebookops.response_headers.ResponseHeadersMiddleware",
    "tasks_app.api.probes.ProbeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tasks_app.access.request_size.RequestSizeMiddleware",
    "tasks_app.access.downloads.DownloadMiddleware",
    "tasks_app.access.sessions.IdleSessionMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tasks_app.access.sessions.SecondFactorMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "notebookops.urls"
WSGI_APPLICATION = "notebookops.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tasks_app.access.page_context.account_pages",
            ],
        },
    },
]

# Database: the truth. Broken connections are noticed before each request and task, never kept. A network that falls
# silent is noticed within half a minute by either end, and a transaction whose process froze is ended after a while.
_database = env.db_url("DATABASE_URL", default="postgresql://notebookops:notebookops@127.0.0.1:5432/notebookops")
_behind_pgbouncer = env.bool("DATABASE_BEHIND_PGBOUNCER", default=False)  # which refuses options of a session
DATABASE_STATEMENT_SECONDS = env.float("DATABASE_STATEMENT_SECONDS", default=0.0)
_session = {
    "idle_in_transaction_session_timeout": 300_000,
    "tcp_keepalives_idle": 10,
    "tcp_keepalives_interval": 5,
    "tcp_keepalives_count": 4,
    "tcp_user_timeout": 30_000,
    "statement_timeout": int(DATABASE_STATEMENT_SECONDS * 1000),
}
DATABASES = {
    "default": {
        **_database,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": _behind_pgbouncer,
        "OPTIONS": {
            "connect_timeout": 5,
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 4,
            "tcp_user_timeout": 30_000,
            "options": "" if _behind_pgbouncer else " ".join(f"-c {name}={value}" for name, value in _session.items()),
            **_database.get("OPTIONS", {}),
        },
    }
}
DATABASE_SITE_PASSWORD = env.str("DATABASE_SITE_PASSWORD", default="")  # read by manage.py grant_site_role alone
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Language and time: Japanese first, English complete; Asia/Tokyo for people, UTC in the API.
LANGUAGE_CODE = env.str("LANGUAGE_CODE", default="ja")
LANGUAGES = [("ja", _("Japanese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale" / "packages"]  # ours, and what packages lack
FORMAT_MODULE_PATH = ["notebookops.formats"]
TIME_ZONE = env.str("TIME_ZONE", default="Asia/Tokyo")
USE_TZ = True
USE_I18N = True

# Files.
STATIC_URL = "static/"
STATIC_ROOT = env.str("STATIC_ROOT", default=str(BASE_DIR / ".local" / "static"))
MEDIA_ROOT = env.str("MEDIA_ROOT", default=str(BASE_DIR / ".local" / "media"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": env.str("STATICFILES_STORAGE", default="whitenoise.storage.CompressedManifestStaticFilesStorage")
    },
}
FILE_UPLOAD_PERMISSIONS = 0o640
UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_BYTES", default=50 * 1024 * 1024)
PASTED_TEXT_MAX_CHARACTERS = env.int("PASTED_TEXT_MAX_CHARACTERS", default=1_000_000)
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * PASTED_TEXT_MAX_CHARACTERS + 1024 * 1024
BULK_ACTION_LIMIT = env.int("BULK_ACTION_LIMIT", default=10_000)
BULK_ACTION_CANARY_JOBS = env.int("BULK_ACTION_CANARY_JOBS", default=10)

# Fixed: operators need not tune these. They are settings, and not constants, so that tests reach them with little data.
JOB_RELEASE_MAX_SECONDS = 86_400.0  # how long a job may be released, uncounted, before it fails
BULK_ACTION_STEP_SECONDS = 1.0  # how long one request works on a bulk action before it shows the progress
BULK_ACTION_CANARY_PERCENT = 50  # how many of a canary batch may fail before the rest waits for a person
EMBED_BACKFILL_JOBS = 500  # how many jobs "Create missing embeddings" requeues at a time
EXTRACTION_MAX_CELLS = 500_000  # cells read from an xlsx or csv; those skipped are counted and shown
SLIDES_TEMPLATE_MAX_BYTES = 30 * 1024 * 1024
SLIDES_OUTLINE_CHARACTERS = 12_000  # how much text a model is given to plan a deck; longer sources are summarised first
FORMAT_WINDOW_CHARACTERS = 3000  # length of the pieces in which a model formats a transcript
CHAT_EXACT_SCAN_CHUNKS = 50_000  # up to so many chunks in a scope every vector is compared; beyond, an index is used

# Web security. HTTPS=false is for a loopback address only.
HTTPS = env.bool("HTTPS", default=True)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
HOST_PREFIX = "__Host-" if HTTPS else ""  # browsers let no other host, and no subdomain, set such a cookie
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{HOST_PREFIX}sessionid", f"{HOST_PREFIX}csrftoken"
LANGUAGE_COOKIE_NAME = f"{HOST_PREFIX}django_language"
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000 if HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
if env.bool("BEHIND_TLS_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
OIDC_SERVER_URL = env.str("OIDC_SERVER_URL", default="")
OIDC_ORIGINS = ["{0.scheme}://{0.netloc}".format(urlsplit(OIDC_SERVER_URL))] if OIDC_SERVER_URL else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF, *OIDC_ORIGINS],
        "frame-ancestors": [NONE],
    }
}
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "admin:login"
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=[])
SIGN_IN_FAILURES_PER_ACCOUNT = env.int("SIGN_IN_FAILURES_PER_ACCOUNT", default=10)
SIGN_IN_FAILURES_PER_ADDRESS = env.int("SIGN_IN_FAILURES_PER_ADDRESS", default=50)
SIGN_IN_LOCK_SECONDS = env.int("SIGN_IN_LOCK_SECONDS", default=900)
SESSION_IDLE_SECONDS = env.int("SESSION_IDLE_SECONDS", default=14_400)
PASSWORD_AGAIN_SECONDS = env.int("PASSWORD_AGAIN_SECONDS", default=900)
SECOND_FACTOR_ROLES = env.list("SECOND_FACTOR_ROLES", default=[])
OIDC_CLIENT_ID = env.str("OIDC_CLIENT_ID", default="")
OIDC_CLIENT_SECRET = env.str("OIDC_CLIENT_SECRET", default="")
OIDC_NAME = env.str("OIDC_NAME", default="OpenID Connect")
OIDC_USERNAME_CLAIM = env.str("OIDC_USERNAME_CLAIM", default="preferred_username")
ACCESS_LOG_RETENTION_DAYS = env.int("ACCESS_LOG_RETENTION_DAYS", default=365)
LOGIN_REDIRECT_URL = "admin:index"

# django-allauth: the second factor, the sign-in by a provider, and the list of sessions. It creates no accounts.
ACCOUNT_ADAPTER = "tasks_app.access.adapters.AccountAdapter"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_RATE_LIMITS = False  # tasks_app.access.lockout, which all processes share
ACCOUNT_REAUTHENTICATION_TIMEOUT = PASSWORD_AGAIN_SECONDS
ACCOUNT_LOGOUT_REDIRECT_URL = "admin:login"
MFA_ADAPTER = "tasks_app.access.adapters.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "tasks_app.access.adapters.SecondFactorForm",
    "reauthenticate": "tasks_app.access.adapters.SecondFactorAgainForm",
}
MFA_REAUTHENTICATION_REQUIRED = PASSWORD_AGAIN_SECONDS > 0
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "NotebookOps"
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
SOCIALACCOUNT_ADAPTER = "tasks_app.access.adapters.SocialAccountAdapter"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "APPS": [
            {
                "provider_id": "oidc",
                "name": OIDC_NAME,
                "client_id": OIDC_CLIENT_ID,
                "secret": OIDC_CLIENT_SECRET,
                "settings": {"server_url": OIDC_SERVER_URL, "oauth_pkce_enabled": True},
            }
        ]
        if OIDC_SERVER_URL
        else [],
    }
}

# The API.
API_REQUESTS_PER_MINUTE = env.int("API_REQUESTS_PER_MINUTE", default=120)
API_SERVICE_REQUESTS_PER_MINUTE = env.int("API_SERVICE_REQUESTS_PER_MINUTE", default=6000)
API_REQUESTS_PER_MINUTE_AND_ADDRESS = env.int("API_REQUESTS_PER_MINUTE_AND_ADDRESS", default=1200)
API_REFUSALS_PER_MINUTE_AND_ADDRESS = env.int("API_REFUSALS_PER_MINUTE_AND_ADDRESS", default=60)
API_READ_TOKEN_SECONDS = env.int("API_READ_TOKEN_SECONDS", default=0)
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "tasks_app.api.http.problems.handle",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "NotebookOps",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {},
    "POSTPROCESSING_HOOKS": [],
    "PREPROCESSING_HOOKS": ["tasks_app.api.schema.of_api"],
}

# The job engine. Seconds; tests run the first three at 3, 1 and 1.
JOB_LEASE_SECONDS = env.float("JOB_LEASE_SECONDS", default=60.0)
JOB_HEARTBEAT_SECONDS = env.float("JOB_HEARTBEAT_SECONDS", default=20.0)
JOB_SWEEP_SECONDS = env.float("JOB_SWEEP_SECONDS", default=15.0)
JOB_CANCEL_GRACE_SECONDS = env.float("JOB_CANCEL_GRACE_SECONDS", default=60.0)
JOB_STUCK_SECONDS = env.float("JOB_STUCK_SECONDS", default=900.0)
JOB_BACKOFF_SCALE = env.float("JOB_BACKOFF_SCALE", default=1.0)
JOB_TYPE_PACKAGES = env.list("JOB_TYPE_PACKAGES", default=["tasks_app.job_types"])
RELEASE = env.str("RELEASE", default="")
TASK_RESULT_RETENTION_DAYS = env.int("TASK_RESULT_RETENTION_DAYS", default=30)

# Reading documents, in a child process.
EXTRACTION_MEMORY_BYTES = env.int("EXTRACTION_MEMORY_BYTES", default=1024**3)
EXTRACTION_WALL_SECONDS = env.int("EXTRACTION_WALL_SECONDS", default=180)
EXTRACTION_MAX_PAGES = env.int("EXTRACTION_MAX_PAGES", default=2000)
EXTRACTION_MAX_CHARACTERS = env.int("EXTRACTION_MAX_CHARACTERS", default=5_000_000)

# Text recognition on scanned pages, where Tesseract is installed.
OCR_PROGRAM = env.str("OCR_PROGRAM", default="tesseract")
OCR_LANGUAGES = env.str("OCR_LANGUAGES", default="jpn+eng")
OCR_PAGE_SECONDS = env.int("OCR_PAGE_SECONDS", default=60)
OCR_MAX_PAGES = env.int("OCR_MAX_PAGES", default=500)

# Recordings: what is accepted, and how they are cut for speech to text.
MEDIA_MAX_BYTES = env.int("MEDIA_MAX_BYTES", default=1024**3)
MEDIA_MAX_SECONDS = env.int("MEDIA_MAX_SECONDS", default=7200)
DOWNLOAD_LOOPBACK_URL = env.str("DOWNLOAD_LOOPBACK_URL", default="")
SEGMENT_SECONDS = env.int("SEGMENT_SECONDS", default=60)

# What is made of a document.
CHUNK_CHARACTERS = env.int("CHUNK_CHARACTERS", default=800)
SUMMARY_WINDOW_CHARACTERS = env.int("SUMMARY_WINDOW_CHARACTERS", default=6000)
SUMMARY_CHARACTERS = env.int("SUMMARY_CHARACTERS", default=800)
SUMMARY_PROVIDER = env.str("SUMMARY_PROVIDER", default="auto")

# Slide decks.
SLIDES_VERSIONS_KEPT = env.int("SLIDES_VERSIONS_KEPT", default=20)
SLIDES_OFFICE_PROGRAM = env.str("SLIDES_OFFICE_PROGRAM", default="soffice")
SLIDES_PICTURE_SECONDS = env.int("SLIDES_PICTURE_SECONDS", default=120)

# Providers: OpenAI-compatible servers that documents are sent to. An empty address means that there is none.
LLM_BASE_URL = env.str("LLM_BASE_URL", default="")
LLM_API_KEY = env.str("LLM_API_KEY", default="")
LLM_MODEL = env.str("LLM_MODEL", default="")
EMBEDDING_BASE_URL = env.str("EMBEDDING_BASE_URL", default="")
EMBEDDING_API_KEY = env.str("EMBEDDING_API_KEY", default="")
EMBEDDING_MODEL = env.str("EMBEDDING_MODEL", default="")
EMBEDDING_DIMENSIONS = env.int("EMBEDDING_DIMENSIONS", default=0)
EMBEDDING_BATCH_SIZE = env.int("EMBEDDING_BATCH_SIZE", default=64)
WHISPER_SERVER_URL = env.str("WHISPER_SERVER_URL", default="")
WHISPER_API = env.str("WHISPER_API", default="openai")
WHISPER_API_KEY = env.str("WHISPER_API_KEY", default="")
WHISPER_MODEL = env.str("WHISPER_MODEL", default="")
WHISPER_LANGUAGE = env.str("WHISPER_LANGUAGE", default="ja")
WHISPER_PROMPT = env.str("WHISPER_PROMPT", default="")
WHISPER_MAX_BYTES = env.int("WHISPER_MAX_BYTES", default=24 * 1024**2)
WHISPER_TIMEOUT_SECONDS = env.float("WHISPER_TIMEOUT_SECONDS", default=240.0)
WHISPER_CONCURRENCY = env.int("WHISPER_CONCURRENCY", default=2)
PROVIDER_TIMEOUT_SECONDS = env.float("PROVIDER_TIMEOUT_SECONDS", default=50.0)
CHAT_TIMEOUT_SECONDS = env.float("CHAT_TIMEOUT_SECONDS", default=15.0)
PROVIDER_CONCURRENCY = env.int("PROVIDER_CONCURRENCY", default=12)
PROVIDER_CHAT_RESERVED = env.int("PROVIDER_CHAT_RESERVED", default=3)
PROVIDER_PROCESSES = env.int("PROVIDER_PROCESSES", default=9)
PROVIDER_CALLS_PER_JOB = env.int("PROVIDER_CALLS_PER_JOB", default=4)
PROVIDER_SLOT_WAIT_SECONDS = env.float("PROVIDER_SLOT_WAIT_SECONDS", default=120.0)
PROVIDER_PRICES = env.json("PROVIDER_PRICES", default={})

# Fetching files from addresses that people type.
FETCH_SECONDS = env.float("FETCH_SECONDS", default=120.0)
FETCH_PORTS = env.list("FETCH_PORTS", default=["443"])

# Chat. Tokens are estimated.
CHAT_CONTEXT_TOKENS = env.int("CHAT_CONTEXT_TOKENS", default=8000)
CHAT_PASSAGES = env.int("CHAT_PASSAGES", default=8)
CHAT_ANSWER_SECONDS = env.float("CHAT_ANSWER_SECONDS", default=75.0)
CHAT_SAVE_SECONDS = env.float("CHAT_SAVE_SECONDS", default=0.3)

# Celery: Redis only carries ids, so most of its own guarantees are switched to the plain side on purpose.
REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_KEY_PREFIX = env.str("BROKER_KEY_PREFIX", default="notebookops:")
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 7200,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "health_check_interval": 25,
    "socket_connect_timeout": 5,
    "socket_timeout": 30,
    "socket_keepalive": True,
    "global_keyprefix": CELERY_BROKER_KEY_PREFIX,
    "client_name": "notebookops",
    "queue_order_strategy": "priority",
    "priority_steps": list(PRIORITIES),
    "sep": ":",
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_POOL_ACQUIRE_TIMEOUT = 10
CELERY_TASK_QUEUES = [BrokerQueue(name, routing_key=name) for name in QUEUES]
CELERY_TASK_DEFAULT_QUEUE = CONTENT.name
CELERY_TASK_CREATE_MISSING_QUEUES = False
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_ACKS_ON_FAILURE = True
CELERY_TASK_ACKS_ON_TIMEOUT = True
CELERY_TASK_REJECT_ON_WORKER_LOST = False
CELERY_TASK_TRACK_STARTED = False
CELERY_TASK_REPR_MAXLEVELS = 2
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
WORKER_NICENESS = env.int("WORKER_NICENESS", default=10)
WORKER_SOFT_SHUTDOWN_SECONDS = env.float("WORKER_SOFT_SHUTDOWN_SECONDS", default=60.0)
CELERY_WORKER_MAX_TASKS_PER_CHILD = 5000
CELERY_WORKER_MAX_MEMORY_PER_CHILD = env.int("WORKER_MAX_MEMORY_KIB_PER_CHILD", default=1_500_000)
CELERY_WORKER_PROC_ALIVE_TIMEOUT = 30
CELERY_WORKER_SEND_TASK_EVENTS = env.bool("WORKER_SEND_TASK_EVENTS", default=False)
# Off where nobody watches: when Redis is restarted, kombu 5.7 ends a worker that has it, and a free process.
CELERY_WORKER_ENABLE_REMOTE_CONTROL = CELERY_WORKER_SEND_TASK_EVENTS
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_RESULT_ACCEPT_CONTENT = ["json"]
CELERY_RESULT_BACKEND = "tasks_app.jobs.workers.result_backend.GuardedBackend"
CELERY_RESULT_BACKEND_ALWAYS_RETRY = True
CELERY_RESULT_BACKEND_MAX_RETRIES = 5
CELERY_RESULT_EXTENDED = True
CELERY_RESULT_EXPIRES = None
CELERY_DB_REUSE_MAX = 1_000_000
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULER = "tasks_app.jobs.workers.liveness_file:Scheduler"
CELERY_BEAT_SYNC_EVERY = 1

# Health: the file that a worker or beat touches, looked at by tasks_app/health.py. Beat touches it each time it wakes.
HEALTH_FILE = env.str("HEALTH_FILE", default="")
HEALTH_STALE_SECONDS = env.float("HEALTH_STALE_SECONDS", default=STALE_SECONDS)
CELERY_BEAT_MAX_LOOP_INTERVAL = HEALTH_STALE_SECONDS / TOUCHES

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {"httpx2": {"level": "WARNING"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
}
