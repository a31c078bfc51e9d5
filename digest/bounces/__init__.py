"""What comes back of a newsletter's mail, and what it means for its readers.

    judging    what a code says of a mailbox
    reading    a message's bytes  ->  Report
    leaving    whose wish to leave a message is
    joining    whose mail a report is about, where that can be proved
    hearing    the story: read, join, charge, let go
    maildir    where reports lie

All but the last are pure or reach the world through the port `Returns`.
"""
