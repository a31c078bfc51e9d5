"""Reports as mail servers write them, modelled on what each kind of server is known to send."""

from __future__ import annotations

from textwrap import dedent

READER = "jane@example.org"
LETTER = "0123456789abcdef0123456789abcdef01234567"
TO = "bounces@papers.example"
WRITTEN = "Mon, 02 Mar 2026 07:30:00 +0000"  # the mail
RETURNED = "Mon, 02 Mar 2026 07:31:00 +0000"  # the report


def letter(reader: str = READER, number: str = LETTER, body: str = "Two new papers.") -> str:
    """The mail that came back."""
    return dedent(f"""\
        Return-Path: <{TO}>
        From: Daily Papers <papers@papers.example>
        To: {reader}
        Subject: 2 new papers
        Date: {WRITTEN}
        Message-ID: <{number}@papers.example>
        Auto-Submitted: auto-generated
        Content-Type: text/plain; charset="utf-8"

        {body}
        """)


def head(letter: str) -> str:
    """The headers alone, as most servers return them."""
    return letter.partition("\n\n")[0] + "\n"


def report(
    *parts: str,
    kind: str = "delivery-status",
    to: str = TO,
    identifier: str = "1@mx.example.net",
    **more: str,
) -> bytes:
    """A multipart/report; parts begin with their headers."""
    fields = {
        "Return-Path": "<>",
        "Delivered-To": to,
        "Date": RETURNED,
        "From": "Mail Delivery System <MAILER-DAEMON@mx.example.net>",
        "Subject": "Undelivered Mail Returned to Sender",
        "To": to,
        "Message-ID": f"<{identifier}>",
        "MIME-Version": "1.0",
        "Content-Type": f'multipart/report; report-type={kind}; boundary="=_1"',
    } | {name.replace("_", "-"): value for name, value in more.items()}
    top = "".join(f"{name}: {value}\n" for name, value in fields.items() if value)
    body = "".join(f"--=_1\n{part}\n" for part in parts)
    return f"{top}\n{body}--=_1--\n".encode()


def words(text: str) -> str:
    return f"Content-Description: Notification\nContent-Type: text/plain\n\n{text}\n"


def status(*blocks: str, kind: str = "message/delivery-status") -> str:
    groups = "\n".join(dedent(block) for block in blocks)
    return f"Content-Type: {kind}\n\nReporting-MTA: dns; mx.example.net\n\n{groups}"


def headers_of(mail: str) -> str:
    return f"Content-Type: text/rfc822-headers\n\n{head(mail)}"


def whole(mail: str) -> str:
    return f"Content-Type: message/rfc822\n\n{mail}"


def postfix(
    reader: str = READER,
    code: str = "5.1.1",
    answer: str = "550 5.1.1 <jane@example.org>: Recipient address rejected: User unknown",
    *,
    returned: str | None = None,
    action: str = "failed",
    **more: str,
) -> bytes:
    return report(
        words(
            f"This is the mail system at host mx.example.net.\n\n<{reader}>: host said: {answer}"
        ),
        status(f"""\
            Final-Recipient: rfc822; {reader}
            Original-Recipient: rfc822;{reader}
            Action: {action}
            Status: {code}
            Remote-MTA: dns; mail.example.org
            Diagnostic-Code: smtp; {answer}
            """),
        headers_of(letter(reader) if returned is None else returned),
        Auto_Submitted="auto-replied",
        **more,
    )


def exim(reader: str = READER) -> bytes:
    """Its status says nothing; what the other server answered says it."""
    return report(
        words(f"This message was created automatically by mail delivery software.\n\n  {reader}\n"),
        status(f"""\
            Action: failed
            Final-Recipient: rfc822;{reader}
            Status: 5.0.0
            Remote-MTA: dns; mail.example.org
            Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does
             not exist.
            """),
        whole(letter(reader)),
        X_Failed_Recipients=reader,
        Auto_Submitted="auto-replied",
    )


def exim_of_old(reader: str = READER) -> bytes:
    """Before it spoke RFC 3464: words, and a header."""
    return (
        f"Return-path: <>\nX-Failed-Recipients: {reader}\nAuto-Submitted: auto-replied\n"
        f"From: Mail Delivery System <Mailer-Daemon@mx.example.net>\nTo: {TO}\nDate: {RETURNED}\n"
        "Subject: Mail delivery failed: returning message to sender\n"
        "Message-Id: <E1-0001@mx.example.net>\n\n"
        "This message was created automatically by mail delivery software.\n\n"
        "A message that you sent could not be delivered to one or more of its recipients.\n\n"
        f"  {reader}\n    SMTP error from remote mail server after RCPT TO:<{reader}>:\n"
        "    host mail.example.org [192.0.2.1]: 550 5.1.1 No such user\n\n"
        "------ This is a copy of the message, including all the headers. ------\n\n"
        f"{letter(reader)}"
    ).encode()


def sendmail(reader: str = READER) -> bytes:
    return report(
        words(
            "The original message was received from localhost\n\n"
            "   ----- The following addresses had permanent fatal errors -----\n"
            f"<{reader}>\n    (reason: 552 5.2.2 Mailbox full)\n\n"
            "   ----- Transcript of session follows -----\n"
        ),
        status(f"""\
            Final-Recipient: RFC822; {reader}
            Action: failed
            Status: 5.2.2
            Diagnostic-Code: SMTP; 552 5.2.2 Mailbox full
            Last-Attempt-Date: {RETURNED}
            """),
        headers_of(letter(reader)),
        Auto_Submitted="auto-generated (failure)",
    )


def exchange(reader: str = READER) -> bytes:
    return report(
        'Content-Type: multipart/alternative; boundary="=_2"\n\n--=_2\n'
        "Content-Type: text/html\n\n<p>Your message couldn&#39;t be delivered.</p>\n"
        "--=_2--",
        status(f"""\
            Final-Recipient: rfc822;{reader}
            Action: failed
            Status: 5.1.10
            Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not
             found by SMTP address lookup
            """),
        whole(letter(reader)),
        X_MS_Exchange_Message_Is_Ndr="",
    )


def gmail(reader: str = READER) -> bytes:
    return report(
        'Content-Type: multipart/related; boundary="=_2"\n\n--=_2\n'
        "Content-Type: text/plain; charset=UTF-8\n\n"
        f"** Address not found **\n\nYour message wasn't delivered to {reader}\n\n--=_2--",
        status(f"""\
            Final-Recipient: rfc822; {reader}
            Action: failed
            Status: 5.1.1
            Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does
             not exist. Please try double-checking the recipient's email address
            """),
        whole(letter(reader)),
        Auto_Submitted="auto-replied",
        X_Failed_Recipients=reader,
    )


def qmail(reader: str = READER) -> bytes:
    """No MIME at all."""
    return (
        f"Return-Path: <>\nDate: {RETURNED}\nFrom: MAILER-DAEMON@mx.example.net\nTo: {TO}\n"
        "Message-ID: <q1@mx.example.net>\nSubject: failure notice\n\n"
        "Hi. This is the qmail-send program at mx.example.net.\n"
        "I'm afraid I wasn't able to deliver your message to the following addresses.\n"
        "This is a permanent error; I've given up. Sorry it didn't work out.\n\n"
        f"<{reader}>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n"
        f"--- Below this line is a copy of the message.\n\n{letter(reader)}"
    ).encode()


def international(reader: str = "jané@example.org") -> bytes:
    """RFC 6533."""
    return report(
        words("It did not work."),
        status(
            f"""\
            Final-Recipient: utf-8; {reader}
            Action: failed
            Status: 5.1.1
            """,
            kind="message/global-delivery-status",
        ),
        f"Content-Type: message/global-headers\n\n{head(letter(reader))}",
    )


def delayed(reader: str = READER) -> bytes:
    return postfix(reader, "4.4.1", "connect to mail.example.org: timed out", action="delayed")


def complaint(
    reader: str | None = READER, mail: str | None = None, kind: str = "abuse", **more: str
) -> bytes:
    """RFC 5965; None is a reader who is not told."""
    recipient = f"Original-Rcpt-To: <{reader}>\n" if reader else ""
    return report(
        words("This is an email abuse report for an email message."),
        "Content-Type: message/feedback-report\n\n"
        f"Feedback-Type: {kind}\nUser-Agent: SomeGenerator/1.0\nVersion: 1\n{recipient}"
        "Original-Mail-From: <bounces@papers.example>\nReported-Domain: papers.example\n",
        whole(mail or letter(reader or "redacted@example.net")),
        kind="feedback-report",
        Return_Path="<fbl@example.net>",
        **more,
    )


def out_of_office(reader: str = READER, **more: str) -> bytes:
    fields = {"Auto-Submitted": "auto-replied"} | {
        name.replace("_", "-"): value for name, value in more.items()
    }
    extra = "".join(f"{name}: {value}\n" for name, value in fields.items() if value)
    return (
        f"Return-Path: <>\nFrom: Jane <{reader}>\nTo: {TO}\nDate: {RETURNED}\n"
        f"Message-ID: <o1@example.org>\nSubject: Out of office\n{extra}"
        f"In-Reply-To: <{LETTER}@papers.example>\n\nI am away until Monday.\n"
        "Do write to my colleague, kim@example.net, meanwhile.\n"
    ).encode()


def gmail_leaving(to: str, reader: str = READER, **more: str) -> bytes:
    """What Gmail writes where its user presses its button; the subject is the link's."""
    return _leaving(
        {
            "Return-Path": f"<{reader}>",
            "Delivered-To": to,
            "MIME-Version": "1.0",
            "Date": RETURNED,
            "Message-ID": "<CAF0+1@mail.gmail.com>",
            "Subject": "unsubscribe",
            "From": f"Jane Doe <{reader}>",
            "To": to,
            "Content-Type": 'text/plain; charset="UTF-8"',
        },
        "This message was automatically generated by Gmail.",
        more,
    )


def apple_leaving(to: str, reader: str = READER, **more: str) -> bytes:
    """What Apple's Mail writes: often without a subject, and marked as an answer of its own."""
    return _leaving(
        {
            "Return-Path": f"<{reader}>",
            "X-Original-To": to,
            "From": reader,
            "Content-Type": "text/plain; charset=utf-8",
            "Content-Transfer-Encoding": "quoted-printable",
            "MIME-Version": "1.0 (1.0)",
            "Subject": "",
            "X-Apple-Unsubscribe": "true",
            "Message-Id": "<898B-36BC@icloud.com>",
            "Date": RETURNED,
            "To": to,
            "Auto-Submitted": "auto-replied",
        },
        "Apple Mail sent this email to unsubscribe from the message =E2=80=9C2 papers=E2=80=9D.",
        more,
    )


def _leaving(fields: dict[str, str], body: str, more: dict[str, str]) -> bytes:
    fields |= {name.replace("_", "-"): value for name, value in more.items()}
    top = "".join(f"{name}: {value}\n" for name, value in fields.items())
    return f"{top}\n{body}\n".encode()
