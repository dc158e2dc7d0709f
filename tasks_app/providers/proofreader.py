"""What a model objects to in a passage, in a required form and nothing beyond it."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

MAX_QUOTE_LENGTH = 500
MAX_WORDS_LENGTH = 1000


class ModelFinding(BaseModel):
    """As the model gives it: nothing here is believed before it was looked up in the text."""

    model_config = ConfigDict(extra="ignore")

    quote: str = Field(min_length=1)
    suggestion: str = ""
    category: str = ""
    severity: str = "info"
    explanation: str = ""
    confidence: float | None = Field(default=None, ge=0, le=1)

    @field_validator("suggestion", "category", "severity", "explanation", mode="before")
    @classmethod
    def _nothing_is_empty(cls, value: Any) -> Any:
        return "" if value is None else value


class ModelFindings(BaseModel):
    """`findings` is required, so that an answer of another form is no empty success; a bare list stands for it."""

    findings: list[ModelFinding]

    @model_validator(mode="before")
    @classmethod
    def _bare_list(cls, value: Any) -> Any:
        return {"findings": value} if isinstance(value, list) else value
