"""The configuration that `digest init` writes: it works as it stands."""

TEMPLATE = """\
# Papertide's configuration. Lines that begin with # show a default or an example; take the # away
# to change one. Relative paths start at this file's folder. The environment overrules this file:
# DIGEST_NEWSLETTER__SEND_AT=06:00, for a source DIGEST_SOURCE__HF__LOOK_BACK_DAYS=7.

[newsletter]
# slug = "daily-papers"      # the newsletter's name in the database: choose once, then keep it
# title = "Daily Papers"     # heads each mail and page
# timezone = "UTC"           # whose calendar the editions follow, such as "Europe/Berlin"
# send_at = "07:30"          # when `digest serve` makes the edition (it asks late sources from
#                            # four hours before it on); with cron, its line says
# days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]   # those that may have an edition
# base_url = ""              # where you publish the archive, such as "https://papers.example.org"
#                            # or "https://me.github.io/papers"; without it, web.url
# max_papers = 50            # shown in a mail; the archive always has them all
# weekly = ""                # the day of the weekly edition, such as "sun", for who wants that
# intro = ""                 # a greeting above the papers, in Markdown

[[source]]
kind = "huggingface"         # Hugging Face Daily Papers
name = "hf"                  # what reports call it; without a name, its kind
# url = "https://huggingface.co/api/daily_papers"            # the address of its API
# look_back_days = 3         # how far back each run looks; after a pause, up to a month

# [[source]]
# kind = "arxiv"             # what arXiv announces in some categories
# categories = ["cs.CL", "cs.LG"]
# include = ["new", "cross"] # papers of these categories, and those listed there as well

# [[source]]
# kind = "biorxiv"           # bioRxiv; medRxiv with server = "medrxiv"
# categories = ["neuroscience"]                              # none means all

# [[source]]
# kind = "feed"              # any RSS, Atom or JSON feed
# name = "lab"
# url = "https://example.org/feed.xml"

# [[source]]
# kind = "saved-page"        # Daily Papers pages that you saved as text
# path = "pages"             # a file, a folder, or a pattern such as "pages/*.txt"

[state]
# url = "sqlite:///state/digest.db"      # or postgresql://USER@HOST/DATABASE

[retention]                  # what `digest vacuum` forgets, in days; 0 keeps it for ever
# deliveries = 365           # who had an edition; how many had it is kept
# former_readers = 0         # those who left; that they get no mail is kept, as a hash
# runs = 365                 # what `digest status` tells of past runs

[archive]
# path = "site"              # web pages of all editions: a folder to read or to publish
# publish = ""               # where to, after each change: "git:git@host:me/papers.git#gh-pages",
#                            # or a command: "rsync -az --delete {site}/ me@host:papers/"

[mail]
to = ["me@localhost"]        # who gets each edition
# from = "Papertide <papertide@localhost>"     # SMTP needs an address of yours here
# transport = "maildir:outbox"           # mail goes into this folder; nothing leaves the machine
# transport = "smtp://me@mail.example.org:587" # or smtps://, with TLS from the start
# transport = "sendmail:/usr/sbin/sendmail"    # a command that takes mail; "dry:" only counts
# password_file = ""         # a file with the SMTP password; or set DIGEST_MAIL__PASSWORD
# sender = ""                # who sends, where that is not who writes (the Sender header)
# reply_to = ""              # where answers go, such as "Editors <editors@example.org>"
# owner = ""                 # who answers for the list: without it, where answers go
# unsubscribe = ""           # "mailto:leave+{token}@example.org", which `digest bounces` reads
#                            # (it stands beside the pages of [web]), or an https link of your own
# preferences = ""           # an https page of each reader's own: {token} tells it whose
# link_key_file = ""         # a file with the secret that tokens are made with; or set
#                            # DIGEST_MAIL__LINK_KEY. `openssl rand -hex 32` makes one
# old_link_keys_file = ""    # a file with the secrets of earlier years, one on each line
# postal_address = ""        # printed at the foot of each mail, where the law asks for it
# operator = ""              # who gets a mail where a person is needed; see [alerts], too
# return_path = ""           # where bounces go: "bounces+{reader}@example.org" tells whose
# connections = 4            # to the mail server at once, at most
# messages_per_connection = 100
# rate = []                  # such as ["10/second", "5000/hour"]: never more in any such span
# domain_rate = []           # the same for each domain that mail goes to

[mail.dkim]                  # signs mail; leave it be where your mail server does that
# key_file = ""              # the private key in PEM: RSA, as `openssl genrsa 2048` makes it;
#                            # one of Ed25519 is right, too, but not every provider checks it
# selector = ""              # the name under which your domain publishes the public key
# domain = ""                # without it, that of `from`

[web]                        # where readers subscribe, choose and leave: `digest serve`
# url = ""                   # the public address of these pages; mails then lead there
# listen = "127.0.0.1:8025"  # the archive is shown there, too: the rest of its paths are files
# metrics = ""               # where Prometheus may ask, such as "127.0.0.1:9464"
# origins = []               # other sites whose forms are taken, such as ["https://example.org"]
# trusted_proxies = []       # whose X-Forwarded-For counts, such as ["127.0.0.1"]
# sign_ups_per_hour = 1000   # that get a mail to confirm

# [[channel]]                # another place that each edition is told to: docs/channels.md
# kind = "webhook"           # the whole edition as signed JSON
# name = "lab"
# url_file = "lab.url"       # a file with the address; or set DIGEST_CHANNEL__LAB__URL
# secret_file = "lab.secret" # a file with what it is signed with: `openssl rand -base64 32`
# period = "daily"           # or "weekly"
# themes = []                # such as ["agents"]: these themes and groups alone

# [[channel]]
# kind = "chat"              # a short form, by Apprise: pip install 'papertide[alerts]'
# name = "team"
# url_file = "team.url"      # such as "ntfys://ntfy.sh/TOPIC"; or set DIGEST_CHANNEL__TEAM__URL
# max_papers = 5             # shown; the message says how many more

[alerts]                     # docs/alerts.md
# ping_file = ""             # a file with a URL that is asked after each run that went well, so
#                            # that its service misses it else; or set DIGEST_ALERTS__PING
# notify_file = ""           # a file with URLs of chats, phones …, one on each line, as Apprise
#                            # has them: they hear where a person is needed

[logs]
# format = "words"           # on standard error; "keys" or "json": one line an event

[fetch]
# contact = ""               # an address that sites can write to about your requests
# allow_private = false      # true lets a source be on this machine or in your own network

[templates]
# path = ""                  # a folder of templates of your own, used file by file before ours

[themes]
# path = ""                  # a file of your own themes, which add to ours and change them
# use = ["ai"]               # our themes; [] leaves your own and the names of categories
# follow = []                # the themes and groups to come first: see `digest themes list`

[summary]
# endpoint = ""              # a language model that writes summaries: "http://localhost:11434/v1"
# model = ""                 # its name, which stands beside each summary
# language = ""              # such as "German"; "" is English
# key_file = ""              # a file with the endpoint's key; or set DIGEST_SUMMARY__KEY
# max_papers = 50            # so many papers of an edition get one at most: the first of the mail
# max_seconds = 60           # so long may all of them take together
# max_tokens = 100000        # once so many are spent in a run, no more is asked
"""
