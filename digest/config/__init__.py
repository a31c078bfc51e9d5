"""What a user may set, and every problem with it named at once."""

from digest.config.loading import load
from digest.config.nouns import (
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
]
