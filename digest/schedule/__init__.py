"""When editions are made and delivered, by a process that stays."""

from digest.schedule.alarm import at_each_minute
from digest.schedule.keeper import Keeper, when
from digest.schedule.program import Program

__all__ = ["Keeper", "Program", "at_each_minute", "when"]
