"""Scrapy settings (``scrapy.cfg`` points here); what differs between sources, the spider adds from the source's file."""

from __future__ import annotations

import re

from settings.env import ROOT, SettingsError, current

PRODUCT = "Fairwatch"
"""What a robots.txt names us by."""
VERSION = "0.1"


def user_agent(contact: str) -> str:
    """The user agent, naming product and operator contact; without a contact it says so."""
    clean = re.sub(r"[^\x21-\x7e]+", " ", contact).strip()
    return f"{PRODUCT}/{VERSION} (+{clean})" if clean else f"{PRODUCT}/{VERSION} (operator contact not set)"


try:
    _env = current()
    OPERATOR_CONTACT = _env.operator_contact
    LANDING_DIR, CAPTURES_DIR = str(_env.landing_dir), str(_env.captures_dir)
except SettingsError:
    # a crawler needs none of the secrets that are missing here; boards that are public it refuses without a contact
    OPERATOR_CONTACT = ""
    LANDING_DIR, CAPTURES_DIR = str(ROOT / "data" / "landing"), str(ROOT / "data" / "captures")

BOT_NAME = PRODUCT
SPIDER_MODULES = ["crawlers.spider"]

# --- who we are, and what we may ----------------------------------------------------------------------------------------------
USER_AGENT = user_agent(OPERATOR_CONTACT)
ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = PRODUCT
COOKIES_ENABLED = False
# a proxy would connect for us, and addresses could no longer be checked when connecting
HTTPPROXY_ENABLED = False
TWISTED_DNS_RESOLVER = "crawlers.resolver.PublicResolver"
DOWNLOAD_VERIFY_CERTIFICATES = True
DOWNLOAD_HANDLERS = {"data": None, "file": None, "ftp": None, "s3": None}
ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,application/json;q=0.9,*/*;q=0.8"

# --- how gently: rate and concurrency come from the source --------------------------------------------------------------------
DOWNLOAD_DELAY = 1.0
# the rate is a promise: no request earlier than it says
DOWNLOAD_DELAY_JITTER = 0.0
CONCURRENT_REQUESTS_PER_DOMAIN = 1
BACKOFF_FIRST_WAIT = 5.0
"""Seconds waited after the first 429 or 503 that does not say how long; doubled each time."""

# --- limits -------------------------------------------------------------------------------------------------------------------
DOWNLOAD_TIMEOUT = 60
"""Seconds a whole answer may take, from connecting to its last byte: a slow drip ends here."""
DOWNLOAD_MAXSIZE = 10 * 1024 * 1024
"""Largest answer in bytes, packed or unpacked: no advert needs more, a trap does."""
DOWNLOAD_WARNSIZE = 0
REDIRECT_MAX_TIMES = 5
METAREFRESH_ENABLED = False
DNS_TIMEOUT = 20
MEMUSAGE_LIMIT_MB = 1024
MEMUSAGE_CHECK_INTERVAL_SECONDS = 10.0

# --- what handles a request, from the engine to the net -----------------------------------------------------------------------
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    # the report counts, Scrapy's own statistics are shown nowhere
    "scrapy.downloadermiddlewares.stats.DownloaderStats": None,
    "crawlers.middlewares.Gate": 50,
    "crawlers.middlewares.RobotsAnswers": 120,
    "crawlers.middlewares.BackOff": 550,
    "crawlers.middlewares.Keep": 610,
    # nearer to the net than Keep, which wants pages unpacked
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": 620,
}
HTTPERROR_ALLOW_ALL = True
# these handle what a spider yields, and this one yields nothing: it plans its pages itself. One stays, for redirects ask for it
REFERRER_POLICY = "no-referrer"
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
}

# --- what runs beside: no doors into the process ------------------------------------------------------------------------------
READING_WORKER = "crawlers.worker"
"""Module that is run to read pages, apart from the process that fetches them."""
READING_WORKERS = 0
"""How many of it, at most; 0: as many as there are cores, up to 4."""
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
EXTENSIONS = {
    "scrapy.extensions.telnet.TelnetConsole": None,
    "scrapy.extensions.remote_control.RemoteControl": None,
    "scrapy.extensions.logstats.LogStats": None,
    "scrapy.extensions.corestats.CoreStats": None,
    "scrapy.extensions.memusage.MemoryUsage": None,
    "crawlers.memory.OwnMemory": 0,
}
# the spider lands adverts itself and yields none; Scrapy would start a hundred tasks a page to wait for them
CONCURRENT_ITEMS = 1
# first planned, first fetched
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"
LOG_LEVEL = "INFO"
STATS_DUMP = False
