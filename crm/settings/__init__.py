"""Settings, driven by the environment (see `crm.runtime.environment`)."""

from __future__ import annotations

from crm.runtime.environment import load
from crm.runtime.places import ROOT
from crm.safe_hosts import Policy
from crm.settings.content_security import SECURE_CSP  # noqa: F401
from crm.settings.database import database_from
from crm.settings.openapi import SPECTACULAR_SETTINGS  # noqa: F401
from crm.settings.schedule import BEAT_SCHEDULE

ENV = load()

DEBUG = ENV.debug
SECRET_KEY = ENV.secret_key
ALLOWED_HOSTS = list(ENV.allowed_hosts)
BASE_URL = ENV.base_url
CSRF_TRUSTED_ORIGINS = [BASE_URL]
ROOT_URLCONF = "crm.urls"
SILENCED_SYSTEM_CHECKS = ["templates.W003"]  # `i18n` is Django's with another `translate`, on purpose
WSGI_APPLICATION = "crm.wsgi.application"
WIRING = "crm.wiring"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.contrib.admin.apps.SimpleAdminConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "anymail",
    "django_htmx",
    "template_partials.apps.SimpleAppConfig",
    "rest_framework",
    "drf_spectacular",
    "crm",
    "talent",
    "outreach",
    "sourcing",
    "inbox",
    "portal",
    "analytics",
    "integrations",
]

MIDDLEWARE = [
    "crm.middleware.link_domains.link_domains_middleware",
    "crm.middleware.language.language_middleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "crm.middleware.unseen.UnseenMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "crm.middleware.fragments.fragments_middleware",
    "crm.middleware.csp.csp_middleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "crm.context_processors.shell",
            ],
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            "libraries": {"i18n": "crm.templatetags.sentences"},
            "builtins": [
                "template_partials.templatetags.partials",
                "crm.templatetags.address",
                "crm.templatetags.ui",
                "crm.templatetags.ui_forms",
                "crm.templatetags.ui_page",
            ],
        },
    }
]

# --- data
DATABASES = {
    "default": database_from(
        ENV.database_url,
        variable="DATABASE_URL",
        prepares=ENV.database_prepares,
        ENGINE="crm.database",
        CONN_MAX_AGE=600,  # what is prepared goes with the connection
        CONN_HEALTH_CHECKS=True,
    )
}
if ENV.database_owner_url:
    DATABASES["owner"] = database_from(ENV.database_owner_url, variable="DATABASE_OWNER_URL")
DATABASE_ROUTERS = ["crm.settings.routers.OwnerMigrates"]
DATABASE_ROLES = {"app": str(DATABASES["default"]["USER"]), "dispatch": "rapport_dispatch"}
# Tables with a tenant column that a log-in must read before a tenant is known; outside row-level security on purpose.
DIRECTORY_TABLES = ["crm_member"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# What is the same on every page for a role and a language is kept as HTML in each process (`{% cache ... %}`).
FRAGMENTS = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 4000}}
KEPT_IS_CHECKED = False  # whether `{% kept %}` renders all the same, and compares: for tests
CACHES = {
    "default": {"BACKEND": "crm.cache.Cache", "LOCATION": ENV.redis_url},
    "fragments": FRAGMENTS,
}
FILE_STORE = ENV.data_dir / "files"
FIELD_KEY = ENV.field_key
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": FILE_STORE}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# --- static files
STATIC_URL = "static/"
STATICFILES_DIRS = [ROOT / "build" / "static"]
STATIC_ROOT = ROOT / "var" / "static"
# Also the chunks of scripts that the bundler named by their content.
WHITENOISE_IMMUTABLE_FILE_TEST = r"^.+[.-][0-9a-f]{12}\..+$|^.+-[A-Z0-9]{8}\.js$"

# --- log-in
AUTH_USER_MODEL = "crm.User"
AUTHENTICATION_BACKENDS = ["crm.backends.Backend"]  # allauth's, which reads a person with their workspaces
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_FORMS = {"signup": "crm.forms.SignUpForm"}
ACCOUNT_ADAPTER = "crm.adapters.AccountAdapter"
# Where the product can send mail, an address is proved by a code, and sign-up answers the same for known addresses.
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if ENV.mail else "none"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = ACCOUNT_EMAIL_VERIFICATION == "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True
ACCOUNT_EMAIL_NOTIFICATIONS = bool(ENV.mail)
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
# Per network address ("ip"), and per account or mail address ("key"). What is not named keeps the library's limit.
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/300s/key",
    "signup": "20/m/ip",
    "reset_password": "20/m/ip,5/m/key",
    "reauthenticate": "10/m/user",
}
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
USERSESSIONS_TRACK_ACTIVITY = False  # it would write a row with every request
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
# In production one proxy stands before the web server; the limits count the addresses it tells.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if ENV.production else 0
MFA_ADAPTER = "crm.adapters.MfaAdapter"
# Where no mail can be sent, no address can be verified; second factors must be possible all the same.
MFA_ALLOW_UNVERIFIED_EMAIL = not ENV.mail
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not ENV.production
MFA_TOTP_ISSUER = "Rapport"
MFA_FORMS = {"add_webauthn": "crm.forms.AddPasskeyForm"}

# --- protection
SESSION_ENGINE = "crm.sessions"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENV.production
SESSION_COOKIE_NAME = "__Host-session" if ENV.production else "session"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31536000 if ENV.production else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = ENV.production
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENV.production else None
X_FRAME_OPTIONS = "DENY"
SAFE_HTTP = Policy()  # requests to addresses that users give
SAFE_MAIL = Policy(  # connections to mail servers that users name
    ports=ENV.mail_server_ports,
    networks=ENV.mail_server_networks,
    inner_names=bool(ENV.mail_server_networks),
    connect_seconds=20,
)

# --- language and time
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True

# --- mail of the product itself (log-in links, invitations); outreach has its own transports
DEFAULT_FROM_EMAIL = ENV.mail.sender if ENV.mail else "rapport@localhost"
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if ENV.mail else 'console'}.EmailBackend"
if ENV.mail:
    EMAIL_HOST, EMAIL_PORT = ENV.mail.host, ENV.mail.port
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = ENV.mail.user, ENV.mail.password
    EMAIL_USE_TLS, EMAIL_USE_SSL = ENV.mail.security == "starttls", ENV.mail.security == "tls"
EMAIL_TIMEOUT = 30

# --- background work: Celery carries wake-ups, PostgreSQL is the queue of record
CELERY_BROKER_URL = ENV.broker_url
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_DEFAULT_QUEUE = "interactive"
CELERY_TASK_ROUTES = ("crm.background.route",)
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 270
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 2,
}
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = BEAT_SCHEDULE
CELERY_BEAT_SCHEDULE_FILENAME = str(ENV.data_dir / "beat-schedule")

# --- API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["crm.api.authentication.KeyOrSession"],
    "DEFAULT_PERMISSION_CLASSES": ["crm.api.permissions.HasPermission"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["crm.api.parsing.StrictJSONParser", "crm.api.parsing.SeenMultiPartParser"],
    "DEFAULT_SCHEMA_CLASS": "crm.api.headers.Schema",
    "EXCEPTION_HANDLER": "crm.api.views.handle_exception",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {
        "own-errors": {"()": "crm.settings.log_filters.OwnErrors"},
        "without-probes": {"()": "crm.settings.log_filters.WithoutProbes"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {
        "multiprocessing": {"filters": ["own-errors"]},  # the name that the worker's pool logs under
        "django.request": {"filters": ["without-probes"]},
    },
    "root": {"handlers": ["stderr"], "level": "INFO"},
}
