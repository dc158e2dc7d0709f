"""Rows: the engine's (job, attempt, stage_result, wait, control), those about providers, and the content's."""

from tasks_app.models.access.access_record import AccessRecord
from tasks_app.models.content.base.document import Chunk, Document
from tasks_app.models.content.base.notebook import Notebook
from tasks_app.models.content.chat import ChatMessage, ChatSession
from tasks_app.models.content.check.check_preference import CheckPreference, CheckTerm
from tasks_app.models.content.check.document_check import CheckDecision, CheckIssue, DocumentCheck
from tasks_app.models.content.correction import Correction
from tasks_app.models.content.council.agenda import AgendaItem, AgendaMaterial
from tasks_app.models.content.council.agenda_summary import AgendaSummary
from tasks_app.models.content.council.council import Council, CouncilMeeting
from tasks_app.models.content.minute import Minute
from tasks_app.models.content.proceedings import Proceedings
from tasks_app.models.content.slide_deck import SlideDeck, SlideTemplate, SlideVersion
from tasks_app.models.content.source import Source
from tasks_app.models.content.transcription import Line, Recording, Segment, Transcription
from tasks_app.models.engine.api import IdempotencyKey, ServiceToken
from tasks_app.models.engine.attempt import Attempt
from tasks_app.models.engine.bulk_action import BulkAction, BulkActionItem
from tasks_app.models.engine.control import PeriodicHeartbeat, QueueControl, WorkerHeartbeat
from tasks_app.models.engine.inconsistency import ConsistencyCheckProgress, Inconsistency
from tasks_app.models.engine.job import Job
from tasks_app.models.engine.job_dependency import JobDependency
from tasks_app.models.engine.provider import PromptOverride, ProviderState
from tasks_app.models.engine.stage_result import Part, StageResult

__all__ = [
    "AccessRecord",
    "AgendaItem",
    "AgendaMaterial",
    "AgendaSummary",
    "Attempt",
    "BulkAction",
    "BulkActionItem",
    "ChatMessage",
    "ChatSession",
    "CheckDecision",
    "CheckIssue",
    "CheckPreference",
    "CheckTerm",
    "Chunk",
    "ConsistencyCheckProgress",
    "Correction",
    "Council",
    "CouncilMeeting",
    "Document",
    "DocumentCheck",
    "IdempotencyKey",
    "Inconsistency",
    "Job",
    "JobDependency",
    "Line",
    "Minute",
    "Notebook",
    "Part",
    "PeriodicHeartbeat",
    "Proceedings",
    "PromptOverride",
    "ProviderState",
    "QueueControl",
    "Recording",
    "Segment",
    "ServiceToken",
    "SlideDeck",
    "SlideTemplate",
    "SlideVersion",
    "Source",
    "StageResult",
    "Transcription",
    "WorkerHeartbeat",
]
