"""What may be wrong with a newsletter, its machine, its mail and its sources, and what to do.

    findings      what a check finds, and what that comes to
    examination   all checks at once, each on its own
    judging       what was seen  ->  findings; pure, as are spf and records
    lookup        DNS

Looking changes nothing: no mail is sent, no database made or brought up to date, no validator kept.
"""

from digest.doctor.examination import Case, examine
from digest.doctor.findings import Finding, State, exit_code, problem

__all__ = ["Case", "Finding", "State", "examine", "exit_code", "problem"]
