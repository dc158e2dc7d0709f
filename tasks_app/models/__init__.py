"""Rows: the engine's (job, attempt, stage_result, wait, control), those about providers, and the content's."""

from tasks_app.models.agenda import AgendaItem, AgendaMaterial
from tasks_app.models.agenda_summary import AgendaSummary
from tasks_app.models.api import IdempotencyKey, ServiceToken
from tasks_app.models.attempt import Attempt
from tasks_app.models.bulk import BulkItem, BulkOrder
from tasks_app.models.chat import ChatMessage, ChatSession
from tasks_app.models.check_preference import CheckPreference, CheckTerm
from tasks_app.models.control import Pulse, QueueControl, WorkerBeat
from tasks_app.models.council import Council, CouncilMeeting
from tasks_app.models.document import Chunk, Document
from tasks_app.models.document_check import CheckDecision, CheckIssue, DocumentCheck
from tasks_app.models.finding import Finding, TruthCheck
from tasks_app.models.job import Job
from tasks_app.models.minute import Minute
from tasks_app.models.notebook import Notebook
from tasks_app.models.proceedings import Proceedings
from tasks_app.models.provider import PromptOverride, ProviderState
from tasks_app.models.slide_deck import SlideDeck, SlideTemplate, SlideVersion
from tasks_app.models.source import Source
from tasks_app.models.stage_result import Part, StageResult
from tasks_app.models.transcription import Line, Recording, Segment, Transcription
from tasks_app.models.wait import JobWait

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
