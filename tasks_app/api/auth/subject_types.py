"""How the API names what jobs are about: by its model, in small letters, as the registry knows it."""

from django.db.models import Model

from tasks_app.registry import JobType, job_types


def type_of(job_type: JobType) -> str:
    return job_type.subject.rpartition(".")[2].lower()


def type_of_model(model: type[Model]) -> str:
    return str(model._meta.model_name)


def subject_types() -> list[str]:
    return sorted({type_of(job_type) for job_type in job_types.values()})


def kinds_about(subject_type: str) -> list[str]:
    return [kind for kind, job_type in job_types.items() if type_of(job_type) == subject_type]
