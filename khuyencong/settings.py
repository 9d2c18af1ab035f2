"""The one settings module. Values come from the environment; README.md lists them."""

from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF

from khuyencong import embedded, environment, state

BASE_DIR = Path(__file__).resolve().parent.parent

# -- Where data lives, and which servers hold it ------------------------------------------------------

STATE_DIR = state.directory(BASE_DIR / "var")
SECRETS = state.secrets(STATE_DIR)

# Without servers of somebody's own they come from wheels and live and die with the program.
EMBEDDED = (
    None
    if environment.all_given("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", but="DATABASE_OWNER_URL")
    else embedded.Servers(
        STATE_DIR,
        SECRETS,
        durable=not environment.flag("KC_THROWAWAY"),  # tests trade safety for speed
    )
)

# The demonstration has known passwords: never on a database that somebody else runs, unless asked for.
DEMONSTRATION = environment.flag("KC_DEMO", default=EMBEDDED is not None)

_owner: dict[str, object] | None
# Whoever signs papers or money shows a second factor; the known accounts of the demonstration have none to show.
SECOND_FACTOR = environment.flag("KC_SECOND_FACTOR", default=not DEMONSTRATION)

if EMBEDDED:
    _app, _owner, _broker = EMBEDDED.database("kc_app"), EMBEDDED.database("kc_owner"), EMBEDDED.broker()
else:
    # The owner stands above the wall: web, worker and beat need no password of his.
    _app, _owner = environment.database("DATABASE_URL"), environment.optional_database("DATABASE_OWNER_URL")
    _broker = environment.redis("REDIS_URL")

# Passes the wall, so it is no connection of Django's: no query of the program can take it by mistake.
BACKUP_DATABASE = (
    EMBEDDED.database("postgres") | {"OPTIONS": {"options": "-c role=kc_backup"}}
    if EMBEDDED
    else environment.optional_database("DATABASE_BACKUP_URL")
)

# kc_app may do nothing by itself: the tenancy middleware opens the transaction and takes the role in it,
# hence no ATOMIC_REQUESTS. kc_owner migrates. Kept connections are checked, for a server that died.
_postgresql = {"ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
DATABASES = {"default": _postgresql | _app} | ({"owner": _postgresql | _owner} if _owner else {})
DATABASE_ROUTERS = ["khuyencong.databases.OwnerMigrates"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- Security -----------------------------------------------------------------------------------------

DEBUG = environment.flag("KC_DEBUG")
SECRET_KEY = environment.secret_key("SECRET_KEY", SECRETS["secret_key"])
# The one before it: what it signed counts until it is taken away, so that a key is turned without signing anyone out.
SECRET_KEY_FALLBACKS = [key] if (key := environment.secret_key("SECRET_KEY_OLD")) else []
ALLOWED_HOSTS = environment.words("KC_HOSTS", "localhost,127.0.0.1,[::1]")

# Behind a proxy that ends TLS and sets X-Forwarded-Proto.
HTTPS = environment.flag("KC_HTTPS")
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS] if HTTPS else []
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 12 * 60 * 60
CSRF_FAILURE_VIEW = "khuyencong.lib.refusals.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],  # Bootstrap's small pictures in its stylesheet
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "accounts.second_factor.services.CodeBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["username", "full_name", "email"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AXES_VERBOSE = False
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
# It keeps what failed was posted with: none of what people know or hold.
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "code", "old", "new", "again", "answer"]
AXES_LOCKOUT_CALLABLE = "accounts.views.locked_out"

# -- Applications -------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "succession",
    "reporting",
    "projects",
    "budgets",
    "notices",
    "accounts",
    "khuyencong",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "axes",
    "bootstrap",
    "csp",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "rest_framework",
]

MIDDLEWARE = [
    "khuyencong.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "khuyencong.lib.compressed.CompressedTexts",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "khuyencong.lib.normal_form.normal_form_middleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "khuyencong.lib.private.PrivateAnswers",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "khuyencong.lib.refusals.RefusalPages",
    "projects.late_texts.LateTexts",
    "accounts.middleware.TenancyMiddleware",
]

BIND = environment.text("KC_BIND", "127.0.0.1")
PORT = environment.integer("PORT", 8000, lowest=1, highest=65535)
WEB_PROCESSES = environment.integer("KC_WEB_PROCESSES", 2, lowest=1, highest=64)
WORKER_PROCESSES = environment.integer("KC_WORKER_PROCESSES", 2, lowest=1, highest=64)
ROOT_URLCONF = "khuyencong.urls"
WSGI_APPLICATION = "khuyencong.wsgi.application"
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "/"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.context.acting",
                "projects.navigation.navigation",
                "notices.context.bell",
            ]
        },
    }
]

FORM_RENDERER = "khuyencong.lib.forms.FormRenderer"

# Who tells what is expected of a position (khuyencong/lib/tasks.py); no floor asks the one above it.
TASKS_FROM = [
    "projects.tasks.expected",
    "projects.slip_tasks.expected",
    "projects.desks.taken_over",
    "reporting.tasks.open_report_tasks",
]

# -- Letters ------------------------------------------------------------------------------------------

# Without a server, and in the demonstration, letters are written and kept, and none is sent (notices/letters.py).
MAIL_SERVER = None if DEMONSTRATION else environment.mail_server("KC_MAIL_URL")
if MAIL_SERVER and not (environment.text("KC_MAIL_FROM") and environment.text("KC_PUBLIC_URL")):
    raise environment.BadSetting(
        "Đã đặt KC_MAIL_URL thì đặt cả KC_MAIL_FROM (thư gửi từ đâu) và KC_PUBLIC_URL (địa chỉ ghi trong thư)."
    )
MAIL_FROM = environment.sender("KC_MAIL_FROM", "Khuyến công <khuyencong@localhost>")
PUBLIC_URL = environment.public_url("KC_PUBLIC_URL", f"http://localhost:{PORT}")

# -- Language, numbers, dates -------------------------------------------------------------------------

# One language and no LocaleMiddleware: an English browser would switch the format of numbers.
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt")]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
FORMAT_MODULE_PATH = ["khuyencong.formats"]
LOCALE_PATHS = [BASE_DIR / "locale"]

# -- Files --------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = Path(environment.text("KC_STATIC", str(STATE_DIR / "static")))  # an image has them collected
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
STATICFILES_DIRS = [BASE_DIR / "static"]
# Uploads and reports lie in a folder, or in a bucket that several machines reach. Neither is served by a URL: files
# go through the access function of their view.
BUCKET = environment.bucket()
if BUCKET and (EMBEDDED or not environment.text("SECRET_KEY")):
    raise environment.BadSetting(
        "KC_FILES để nhiều máy dùng chung một kho tệp, nên cần đặt cả DATABASE_URL, REDIS_URL và SECRET_KEY"
        ", giống nhau trên mọi máy."
    )
MEDIA_ROOT = STATE_DIR / "files"
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # an estimate of some hundred rows in one form
STORAGES = {
    "default": {"BACKEND": "khuyencong.bucket.Bucket", "OPTIONS": BUCKET}
    if BUCKET
    else {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "khuyencong.staticfiles.StaticStorage"},
}

# -- API ----------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["khuyencong.lib.normal_form.NormalFormJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "PAGE_SIZE": 50,
    "EXCEPTION_HANDLER": "khuyencong.lib.api.exception_handler",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Khuyến công",
    "VERSION": "1",
    "DESCRIPTION": (
        "Dữ liệu và các việc của chương trình khuyến công cho chương trình máy tính: cùng quyền, cùng quy định, cùng "
        "sổ như trên trang. Số tiền là số nguyên, đơn vị đồng; ngày theo ISO 8601; danh sách 50 dòng một trang."
    ),
    "TAGS": [
        {"name": "token", "description": "Mã truy cập"},
        {"name": "projects", "description": "Hồ sơ đề án, nhiệm vụ"},
        {"name": "lists", "description": "Danh mục, tờ trình, quyết định"},
        {"name": "slips", "description": "Trình ký: văn bản chờ ký nháy, ký, lấy số"},
        {"name": "ledger", "description": "Sổ kinh phí"},
        {"name": "balances", "description": "Số cộng của sổ kinh phí"},
        {"name": "reports", "description": "Báo cáo"},
        {"name": "jobs", "description": "Lệnh in báo cáo"},
        {"name": "establishments", "description": "Cơ sở công nghiệp nông thôn"},
        {"name": "organisations", "description": "Tổ chức"},
        {"name": "provinces", "description": "Tỉnh, thành phố"},
    ],
    "COMPONENT_SPLIT_PATCH": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "khuyencong.api.description.complete",
    ],
    # Choices of one field name in several shapes: their names would be numbers otherwise.
    "ENUM_NAME_OVERRIDES": {
        "AcceptanceFormEnum": ["5a", "5b", "5c"],
        "AppraisalFormEnum": ["4a", "4b"],
        "DeciderEnum": "projects.models.Decider.choices",
        "EntryKindEnum": "budgets.models.EntryKind.choices",
        "ListActionEnum": "projects.api.lists.ACTIONS",
        "OrganisationKindEnum": "accounts.models.OrganisationKind.choices",
        "PaperKindEnum": "projects.models.PaperKind.choices",
        "ProjectKindEnum": "projects.models.ProjectKind.choices",
        "SelectionEnum": "budgets.models.Selection.choices",
        "SlipStateEnum": "projects.models.SlipState.choices",
        "StateEnum": "projects.states.State.choices",
    },
}

# -- Jobs ---------------------------------------------------------------------------------------------

# A task is given back when its worker dies, so each must be safe to run twice. What a job did and how far it
# is stands in its own row, which the pages show; Celery keeps no second record of it (task_ignore_result).
CELERY_BROKER_URL = _broker
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_DEFAULT_QUEUE = "khuyencong"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_TIMEZONE = TIME_ZONE

# What beat starts asks the database what is due. A beat that was killed or away has nothing to remember and
# nothing to catch up: the schedule is khuyencong/celery.py's, with no file and no table of last runs.
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"

# -- Logs ---------------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {name: {"level": "WARNING"} for name in ("weasyprint", "fontTools")},  # they tell every step
}
