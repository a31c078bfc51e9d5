"""What another process does: `python -m tests.store.child publish|lock URL [SLUG]`."""

from __future__ import annotations

import sys
import time

from digest.store.engine import open_store
from digest.store.lock import newsletter_lock
from tests.store.records import a_paper, publish

if __name__ == "__main__":
    act, url, *rest = sys.argv[1:]
    if act == "publish":
        publish(open_store(url), a_paper(1), a_paper(2), readers=["a@example.org", "b@example.org"])
    else:
        with newsletter_lock(url, *rest):
            sys.stdout.write("held\n")
            sys.stdout.flush()
            time.sleep(60)
