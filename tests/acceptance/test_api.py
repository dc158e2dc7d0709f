"""A backend submits over HTTP while Redis is away; the job runs later, and a read token leads to its result."""

from django.test import Client

from launcher.servers.server import EmbeddedServer
from tasks_app.models import Job, Notebook, ServiceToken
from tests.acceptance.conftest import wait_for_state
from tests.acceptance.worker_processes import Workers


def test_submitted_while_redis_is_down_and_followed(
    workers: Workers, notebook: Notebook, servers: dict[str, EmbeddedServer]
) -> None:
    row = ServiceToken(name="backend")
    backend = Client(headers={"Authorization": f"Bearer {row.issue()}"})
    row.save()
    body = {"notebook": str(notebook.pk), "text": "本日の会議を開きます。議題は防災計画です。"}
    servers["REDIS_URL"].stop()
    try:
        answer = backend.post("/api/v1/sources", body, "application/json", headers={"Idempotency-Key": "1"})
        assert answer.status_code == 202
        assert backend.get(answer["Location"]).json()["state"] == "queued"
    finally:
        servers["REDIS_URL"].start()
    workers.keeper()
    workers.worker("content")

    wait_for_state(Job.objects.get(pk=answer.json()["id"]), "succeeded")

    browser = Client(headers={"Authorization": f"Bearer {answer['Read-Token']}", "Accept-Language": "ja"})
    job = browser.get(answer["Location"]).json()
    result = browser.get(job["result"]["href"]).json()
    assert (job["done"], job["percent"], job["error"]) == (True, 100, None)
    assert "防災計画" in result["formatted_text"]
    assert result["summary"]["label"] == "抜粋要約（AI未使用）"
    again = backend.post("/api/v1/sources", body, "application/json", headers={"Idempotency-Key": "1"})
    assert again.json()["id"] == job["id"]
