"""Django's settings. What differs between installations comes from the environment."""

import datetime as dt
import secrets

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from config import data_folder, databases, environment
from config.unfold import UNFOLD as UNFOLD

BASE_DIR = environment.CHECKOUT
SIJIL_DATA_DIR = data_folder.location()

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")

DEBUG = environment.flag("SIJIL_DEBUG")

# Set by quickstart and runserver: plain HTTP, and only for requests that name the machine itself.
PLAIN_HTTP = environment.flag("SIJIL_PLAIN_HTTP", default=DEBUG)
ALLOWED_HOSTS = list(LOOPBACK) if PLAIN_HTTP else environment.hosts("SIJIL_ALLOWED_HOSTS", default=LOOPBACK)

# Commands keep a key in the data folder before they read settings; else this process makes do with its own.
SECRET_KEY = (
    environment.text("SIJIL_SECRET_KEY") or data_folder.read(data_folder.SECRET_KEY) or secrets.token_urlsafe(64)
)

# Review: whether the one who approves must be another than the author.
SIJIL_REVIEW = environment.choice("SIJIL_REVIEW", ("four_eyes", "single"), default="four_eyes")

# A code from a device of one's own after the password: for all who may do more than analysts, or for who wants it.
SIJIL_SECOND_FACTOR = environment.choice(
    "SIJIL_SECOND_FACTOR", ("required", "optional"), default="optional" if PLAIN_HTTP else "required"
)
OTP_TOTP_ISSUER = "Sijil"

INSTALLED_APPS = [
    "config",  # first: some of its files take the place of the theme's
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.inlines",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "accounts",
    "places",
    "sources",
    "incidents",
    "victims",
    "exchange",
    "api",
]

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
AUTH_PASSWORD_VALIDATORS: list[dict[str, object]] = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]

# Failed logins: counted in the database, by name and address, and by address alone (see accounts.lockout).
AXES_HANDLER = "accounts.lockout.FailedLogins"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"], "ip_address"]
AXES_FAILURE_LIMIT = 5
ADDRESS_FAILURE_LIMIT = 50
AXES_COOLOFF_TIME = dt.timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ACCESS_FAILURE_LOG = True
AXES_DISABLE_ACCESS_LOG = True  # where analysts are is nobody's business while they log in as they should
AXES_CLIENT_IP_CALLABLE = "accounts.lockout.client_address"
AXES_USERNAME_CALLABLE = "accounts.lockout.tried_name"
AXES_LOCKOUT_CALLABLE = "accounts.lockout.locked_page"
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "csrfmiddlewaretoken", "next"]
AXES_ENABLE_ADMIN = False  # accounts has its own
AXES_VERBOSE = False

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.middleware.AdminHeaders",
    "api.middleware.ApiHeaders",
    "api.middleware.ApiCompression",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.middleware.Language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "config.middleware.RefuseNul",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.middleware.SpeakTheirLanguage",
    "accounts.middleware.EndSessions",
    "accounts.middleware.RequireSecondFactor",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES = databases.django_databases()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("ar", _("Arabic"))]
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale" / "packages"]  # the first that has a text is read
FORMAT_MODULE_PATH = ["config.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# Served by whitenoise straight from the apps' own folders: nothing to collect, nothing to go stale.
STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 3600

# What a request may hold. A form with 500 claims stays below; no page takes a file, and none is kept if one is sent.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
DATA_UPLOAD_MAX_NUMBER_FILES = 0
FILE_UPLOAD_HANDLERS: list[str] = []

# Sessions: over after an hour without work, with the browser, and after a long day.
SESSION_COOKIE_AGE = 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_LONGEST = 12 * 60 * 60

# Transport
SECURE_SSL_REDIRECT = not PLAIN_HTTP
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = not PLAIN_HTTP
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
# Under HTTPS a browser takes a cookie of such a name from this very host alone, not from a neighbouring one.
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = (
    ("sijil-session", "sijil-csrf") if PLAIN_HTTP else ("__Host-sijil-session", "__Host-sijil-csrf")
)
SECURE_HSTS_SECONDS = 0 if PLAIN_HTTP else 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = not PLAIN_HTTP
SECURE_HSTS_PRELOAD = not PLAIN_HTTP
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
BEHIND_PROXY = environment.flag("SIJIL_BEHIND_PROXY")
if BEHIND_PROXY:  # one that sets or strips this header on every request, and adds the address to X-Forwarded-For
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}

# No inline script, no inline style and no eval in the admin either: see docs/decisions/0008.
ADMIN_CONTENT_SECURITY_POLICY = {"manifest-src": [SELF]}

REST_FRAMEWORK: dict[str, object] = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["api.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": [],
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "api.negotiation.FormatNegotiation",
    "DEFAULT_SCHEMA_CLASS": "api.schema.ShapeSchema",
    "EXCEPTION_HANDLER": "api.errors.answer",
    "DEFAULT_THROTTLE_CLASSES": ["api.throttling.PerMinute"],
}
# Requests in a minute: of an address without a token, of a token, and of submissions by either. 0 is no limit.
REQUESTS_PER_MINUTE = {"address": 600, "token": 3000, "submission": 60}
SPECTACULAR_SETTINGS: dict[str, object] = {
    "TITLE": "Sijil",
    "DESCRIPTION": "A register of casualties and humanitarian incidents: "
    "every claim with its claimant, source, chain and words.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PUBLIC": True,
    "POSTPROCESSING_HOOKS": ["api.components.add_shapes"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"django.request": {"level": "ERROR"}},
}
