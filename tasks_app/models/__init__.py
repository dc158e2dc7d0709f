"""Rows: the engine's (job, attempt, stage_result, wait, control), those about providers, and the content's."""

from tasks_app.models.content.base.document import Chunk, Document
from tasks_app.models.content.base.notebook import Notebook
from tasks_app.models.content.chat import ChatMessage, ChatSession
from tasks_app.models.content.check.check_preference import CheckPreference, CheckTerm
from tasks_app.models.content.check.document_check import CheckDecision, CheckIssue, DocumentCheck
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
from tasks_app.models.engine.bulk import BulkItem, BulkOrder
from tasks_app.models.engine.control import Pulse, QueueControl, WorkerBeat
from tasks_app.models.engine.finding import Finding, TruthCheck
from tasks_app.models.engine.job import Job
from tasks_app.models.engine.provider import PromptOverride, ProviderState
from tasks_app.models.engine.stage_result import Part, StageResult
from tasks_app.models.engine.wait import JobWait

__all__ = [
    "AgendaItem",
    "AgendaMaterial",
    "AgendaSummary",
    "Attempt",
    "BulkItem",
    "BulkOrder",
    "ChatMessage",
    "ChatSession",
    "CheckDecision",
    "CheckIssue",
    "CheckPreference",
    "CheckTerm",
    "Chunk",
    "Council",
    "CouncilMeeting",
    "Document",
    "DocumentCheck",
    "Finding",
    "IdempotencyKey",
    "Job",
    "JobWait",
    "Line",
    "Minute",
    "Notebook",
    "Part",
    "Proceedings",
    "PromptOverride",
    "ProviderState",
    "Pulse",
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
    "TruthCheck",
    "WorkerBeat",
]
