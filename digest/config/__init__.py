"""What a user may set, and every problem with it named at once."""

from digest.config.loading import TEXT, load, read
from digest.config.nouns import (
    ChannelConfig,
    Config,
    DkimConfig,
    FetchConfig,
    MailConfig,
    NewsletterConfig,
    PublishConfig,
    SourceConfig,
    SummaryConfig,
    ThemesConfig,
    WebConfig,
)
from digest.config.template import TEMPLATE

__all__ = [
    "TEMPLATE",
    "TEXT",
    "ChannelConfig",
    "Config",
    "DkimConfig",
    "FetchConfig",
    "MailConfig",
    "NewsletterConfig",
    "PublishConfig",
    "SourceConfig",
    "SummaryConfig",
    "ThemesConfig",
    "WebConfig",
    "load",
    "read",
]
