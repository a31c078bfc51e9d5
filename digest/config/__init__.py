"""What a user may set, and every problem with it named at once."""

from digest.config.loading import load
from digest.config.logs import secrets, wanted_form
from digest.config.nouns import (
    AlertsConfig,
    ChannelConfig,
    Config,
    DkimConfig,
    FetchConfig,
    LogsConfig,
    MailConfig,
    NewsletterConfig,
    PublishConfig,
    RetentionConfig,
    SourceConfig,
    SummaryConfig,
    ThemesConfig,
    WebConfig,
)
from digest.config.reading import TEXT, read
from digest.config.template import TEMPLATE

__all__ = [
    "TEMPLATE",
    "TEXT",
    "AlertsConfig",
    "ChannelConfig",
    "Config",
    "DkimConfig",
    "FetchConfig",
    "LogsConfig",
    "MailConfig",
    "NewsletterConfig",
    "PublishConfig",
    "RetentionConfig",
    "SourceConfig",
    "SummaryConfig",
    "ThemesConfig",
    "WebConfig",
    "load",
    "read",
    "secrets",
    "wanted_form",
]
