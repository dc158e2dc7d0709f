"""One sentence that tells what a job is doing or why it is not, and one that tells what to do about it."""

from tasks_app.admin.surroundings import Surroundings
from tasks_app.admin.verdicts import VERDICTS, Button, Situation
from tasks_app.models import Job

__all__ = ["Button", "Situation", "Surroundings", "situation"]


def situation(job: Job, around: Surroundings | None = None) -> Situation:
    """In the active language. Jobs that are looked at together share their `around`."""
    shared = around or Surroundings()
    return next(found for verdict in VERDICTS[job.state] if (found := verdict(job, shared)) is not None)
