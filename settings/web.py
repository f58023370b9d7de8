"""Django settings, all drawn from ``settings.env``."""

from __future__ import annotations

from email.utils import parseaddr
from typing import Any
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF

from settings.databases import database
from settings.env import ROOT, SettingsError, current

env = current()
for folder in (env.data_dir, env.data_dir / "static"):
    folder.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns of a missing one


def _mail(url: str) -> dict[str, Any]:
    """Django's mail settings for an address as described in ``.env.example``."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        return {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend", "EMAIL_FILE_PATH": str(env.data_dir / "outbox")}
    if parts.scheme == "console":
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    if parts.scheme not in {"smtp", "smtps"}:
        raise SettingsError(f"FAIRWATCH_EMAIL_URL: {parts.scheme!r} is none of smtp, smtps, file, console")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and bool(parts.username),
        "EMAIL_TIMEOUT": 30,
    }


SECRET_KEY = env.secret_key.get_secret_value()
DEBUG = env.debug
ALLOWED_HOSTS = [host.strip() for host in env.allowed_hosts.split(",") if host.strip()]
BASE_URL = env.base_url.rstrip("/")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "adverts",
    "adverts.api",
    "adverts.accountability",
    "linking",
    "review",
    "review.records",
    "review.accounts",
    "alerts",
    "notices",
    # after ours: our templates come before theirs
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "adverts.privacy.NoStore",
    "review.accounts.gate.ChosenLanguage",
    "allauth.account.middleware.AccountMiddleware",
    "review.accounts.gate.SecondFactor",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "settings.urls"
WSGI_APPLICATION = "settings.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "django.template.context_processors.tz",
                "adverts.access.navigation",
            ],
        },
    },
]
DATABASES = {"default": database(env.database)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
globals().update(_mail(env.email_url))
DEFAULT_FROM_EMAIL = env.email_from
SERVER_EMAIL = parseaddr(env.email_from)[1]

EMAIL_PER_MINUTE = env.email_per_minute
WEBHOOK_PER_MINUTE = env.webhook_per_minute
WEBHOOK_TIMEOUT = env.webhook_timeout
WEBHOOK_LOOPBACK = env.webhook_loopback

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator", "NumericPasswordValidator")
]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ACCOUNT_ADAPTER = "review.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]  # nobody signs up; allauth's checks want it whole
ACCOUNT_EMAIL_VERIFICATION = "none"  # addresses are typed by the operator who invites
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Fairwatch: "
ACCOUNT_SESSION_REMEMBER = False  # a session ends with the browser: desks are shared
ACCOUNT_RATE_LIMITS = {"login_failed": "20/m/ip,5/300s/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = env.proxies
MFA_ADAPTER = "review.accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1  # half a minute: clocks of phones and servers differ
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = urlsplit(env.base_url).hostname in {"127.0.0.1", "localhost"}
SECOND_FACTOR_ROLES = tuple(role.strip() for role in env.second_factor.split(",") if role.strip())
# sign-in throttling counts here: in the database, so that all web processes count together
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "web_cache"}}
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"

# what the public pages of notices need of other folders (notices/ports.py)
NOTICES_JUDGE = "adverts.judging.judge"
NOTICES_HELP_LINES = "review.records.helplines.helplines"

LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", "English"),
    ("es", "Español"),
    ("fr", "Français"),
    ("pt", "Português"),
    ("ar", "العربية"),
    ("hi", "हिन्दी"),
    ("ne", "नेपाली"),
    ("bn", "বাংলা"),
    ("id", "Bahasa Indonesia"),
    ("ru", "Русский"),
    ("pl", "Polski"),
    ("tr", "Türkçe"),
]
LOCALE_PATHS = [ROOT / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.time_zone

STATIC_URL = "/static/"
STATIC_ROOT = env.data_dir / "static"
WHITENOISE_USE_FINDERS = True
BASE_DIR = ROOT

# Nothing from outside, no inline script or style: advert text is written by strangers.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF],
        "script-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = env.https_only
SECURE_HSTS_SECONDS = 31_536_000 if env.https_only else 0

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # a refused page or a wrong host name is the visitor's fault: one line each would bury our own errors
    "loggers": {"django.request": {"level": "ERROR"}, "django.security.DisallowedHost": {"level": "CRITICAL"}},
}
