"""What is done to mail addresses and hosts wherever one is read or written."""

from __future__ import annotations


def mailbox(text: str) -> tuple[str, str]:
    """The display name, or "", and the address of what a From header says."""
    name, _, rest = text.rpartition("<")
    return name.strip().strip('"'), rest.strip().removesuffix(">")


def ascii_domain(domain: str) -> str:
    """A domain as DNS has it, in A-labels (RFC 5891). Raises ValueError where it has no such form.

    What is ASCII already stays as it is.
    """
    if domain.isascii():
        return domain
    import idna  # for the few that need it

    return idna.encode(domain, uts46=True).decode()


def wire(address: str) -> str:
    """An address as mail servers take it: its domain in A-labels, where it has that form."""
    local, at, domain = address.rpartition("@")
    try:
        return f"{local}{at}{ascii_domain(domain)}"
    except ValueError:  # then it takes a server that can do without (RFC 6531)
        return address
