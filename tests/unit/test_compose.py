"""docker-compose.yml and the Dockerfile against the code they run. tests/acceptance/test_compose.py runs them."""

import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from launcher.checkout import installation
from launcher.checkout.home import PROJECT
from launcher.processes import process_plan
from tasks_app.management.commands.grant_site_role import ROLE
from tasks_app.queues import QUEUES
from tasks_app.registry import job_types
from tests.support import compose_file, env_example
from tests.support.compose_file import ComposeService, MissingVariable, services

SECRETS = {
    "SECRET_KEY": "k" * 50,
    "POSTGRES_PASSWORD": "p" * 20,
    "POSTGRES_SITE_PASSWORD": "s" * 20,
    "REDIS_PASSWORD": "r" * 20,
}
DOCKERFILE = (PROJECT / "Dockerfile").read_text("utf-8")
SERVERS = {"postgres", "redis"}
PROXY = "proxy"
FOREIGN = SERVERS | {PROXY}
"""Of images that are not ours."""

ONE_SHOT = "migrate"


@pytest.fixture(name="all_services")
def _all_services() -> dict[str, ComposeService]:
    return services(SECRETS)


def workers(found: dict[str, ComposeService]) -> dict[str, ComposeService]:
    """By queue."""
    return {name.removeprefix("worker-"): one for name, one in found.items() if name.startswith("worker-")}


def test_every_queue_has_its_worker(all_services: dict[str, ComposeService]) -> None:
    """With the processes that queues.py says, and otherwise started as bin/up starts it."""
    found = workers(all_services)
    assert set(found) == set(QUEUES)
    programs = process_plan.tiers(8000, {name: queue.concurrency for name, queue in QUEUES.items()}, [])[1]
    for program in programs:
        by_launcher = program.command[program.command.index("worker") :]
        by_compose = found[program.name.removeprefix("worker-")].command
        words = as_the_launcher(by_compose[by_compose.index("worker") :])
        assert sorted(words) == sorted(by_launcher)


def as_the_launcher(words: list[str]) -> list[str]:
    """`-Q NAME` written as the launcher writes it."""
    return re.sub(r"-Q (\S+)", r"--queues=\1", " ".join(words)).split()


def test_workers_have_the_time_they_need_to_stop(all_services: dict[str, ComposeService]) -> None:
    for worker in workers(all_services).values():
        soft = float(worker.environ["WORKER_SOFT_SHUTDOWN_SECONDS"])
        assert worker.stop_signal.name == "SIGTERM", "only that asks running stages to stop"
        assert worker.grace_seconds > soft + 15
    web = all_services["web"]
    (patience,) = [word for word in web.command if word.startswith("--graceful-timeout=")]
    assert web.grace_seconds > int(patience.partition("=")[2])


def test_a_worker_has_the_memory_its_processes_may_take(all_services: dict[str, ComposeService]) -> None:
    reading = {job_type.queue.name for job_type in job_types.values() if job_type.stage("extract")}
    for name, worker in workers(all_services).items():
        each = settings.CELERY_WORKER_MAX_MEMORY_PER_CHILD * 1024
        if name in reading:
            each += settings.EXTRACTION_MEMORY_BYTES
        limit = worker.raw["deploy"]["resources"]["limits"]["memory"]
        assert int(limit.removesuffix("g")) * 1024**3 >= QUEUES[name].concurrency * each, name


def test_only_the_console_is_published_and_only_here(all_services: dict[str, ComposeService]) -> None:
    published = {name: one.raw["ports"] for name, one in all_services.items() if one.raw.get("ports")}
    assert published == {"web": ["127.0.0.1:8000:8000"], PROXY: ["0.0.0.0:443:8443", "0.0.0.0:80:8080"]}
    assert all_services[PROXY].raw["profiles"] == [PROXY], "only if asked for"
    assert all(all_services[name].raw["networks"] == ["inside"] for name in SERVERS)
    assert [name for name, one in all_services.items() if "front" in one.raw["networks"]] == [PROXY, "web"]
    assert not any(one.raw.get("network_mode") for one in all_services.values())


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("value", [None, ""])
def test_nothing_starts_without_its_secrets(name: str, value: str | None) -> None:
    rest = {key: secret for key, secret in SECRETS.items() if key != name}
    with pytest.raises(MissingVariable, match=name):
        services(rest if value is None else {**rest, name: value})


def test_the_secrets_are_those_of_the_example() -> None:
    assert env_example.required() == set(SECRETS)


def test_addresses_lead_to_the_services(all_services: dict[str, ComposeService]) -> None:
    environ = all_services["web"].environ
    database, broker = urlsplit(environ["DATABASE_URL"]), urlsplit(environ["REDIS_URL"])
    assert (database.hostname, database.port, database.password) == (
        "postgres",
        5432,
        SECRETS["POSTGRES_SITE_PASSWORD"],
    )
    assert (broker.hostname, broker.port, broker.password) == ("redis", 6379, SECRETS["REDIS_PASSWORD"])
    server = all_services["postgres"].environ
    assert (database.username, database.path[1:]) == (ROLE, server["POSTGRES_DB"])
    owner = urlsplit(all_services[ONE_SHOT].environ["DATABASE_URL"])
    assert (owner.username, owner.path[1:]) == (server["POSTGRES_USER"], server["POSTGRES_DB"])
    assert owner.password == server["POSTGRES_PASSWORD"]


def test_only_migrations_know_the_owner_of_the_tables(all_services: dict[str, ComposeService]) -> None:
    knowing = {name for name, one in all_services.items() if SECRETS["POSTGRES_PASSWORD"] in str(one.environ.values())}
    assert knowing == {ONE_SHOT, "postgres"}
    assert all(one.environ["POSTGRES_PASSWORD"] == "" for name, one in all_services.items() if name not in FOREIGN)
    assert all_services[ONE_SHOT].environ["DATABASE_SITE_PASSWORD"] == SECRETS["POSTGRES_SITE_PASSWORD"]


def test_all_of_ours_share_image_environment_and_files(all_services: dict[str, ComposeService]) -> None:
    ours = [one for name, one in all_services.items() if name not in FOREIGN]
    assert {one.raw["image"] for one in ours} == {"notebookops:local", "notebookops-flower:local"}
    for one in ours:
        assert one.name == ONE_SHOT or one.environ == all_services["web"].environ
        assert one.raw["env_file"] == ".env"
        assert one.raw["volumes"] == ["media:/srv/notebookops/media", "/var/tmp"]  # noqa: S108
    assert [one.name for one in ours if one.raw.get("profiles")] == ["flower"]


def test_what_is_kept_lies_in_named_volumes(all_services: dict[str, ComposeService]) -> None:
    """PostgreSQL's image of this version keeps its data one folder above the old place."""
    volumes = {name: all_services[name].raw["volumes"] for name in SERVERS}
    assert volumes == {"postgres": ["postgres-data:/var/lib/postgresql"], "redis": ["redis-data:/data"]}


def test_everything_is_watched_limited_and_started_again(all_services: dict[str, ComposeService]) -> None:
    for name, one in all_services.items():
        assert set(one.raw["deploy"]["resources"]["limits"]) == {"cpus", "memory"}, name
        assert one.raw["logging"] == {"driver": "local"}, name
        if name == ONE_SHOT:
            continue
        assert one.health, name
        assert one.raw["restart"] == "unless-stopped", name


def test_nothing_can_be_written_or_gained_where_it_need_not(all_services: dict[str, ComposeService]) -> None:
    for name, one in all_services.items():
        assert one.raw["read_only"] is True, name
        assert any(mount.startswith("/tmp:") for mount in one.raw["tmpfs"]), name  # noqa: S108
        assert one.raw["security_opt"] == ["no-new-privileges:true"], name
        assert one.raw["pids_limit"] <= 512, name
        if name != "postgres":  # its entry point changes the user
            assert one.raw["cap_drop"] == ["ALL"], name


def test_order_of_start(all_services: dict[str, ComposeService]) -> None:
    assert all_services[ONE_SHOT].raw["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    for name in set(all_services) - FOREIGN - {ONE_SHOT}:
        assert all_services[name].raw["depends_on"] == {
            "migrate": {"condition": "service_completed_successfully"},
            "postgres": {"condition": "service_healthy"},
            "redis": {"condition": "service_healthy"},
        }


def test_loops_are_watched_by_their_files(all_services: dict[str, ComposeService]) -> None:
    for one in (*workers(all_services).values(), all_services["beat"]):
        assert one.health == ["python", "-m", "tasks_app.health"]
        assert one.environ["HEALTH_FILE"]


def test_redis_and_postgres_are_set_up_as_the_embedded_ones(all_services: dict[str, ComposeService]) -> None:
    launcher = (PROJECT / "launcher" / "servers" / "postgres.py").read_text("utf-8")
    for argument in all_services["postgres"].environ["POSTGRES_INITDB_ARGS"].split():
        assert f'"{argument}"' in launcher


def test_variables_in_the_file_are_understood() -> None:
    text = "${A:?why} ${B:-b} ${C} $$D"
    assert compose_file.interpolated([text], {"A": "a"}) == ["a b  $D"]
    assert compose_file.interpolated({"x": text}, {"A": "1", "B": "2", "C": "3"}) == {"x": "1 2 3 $D"}


def stages() -> dict[str, str]:
    """The instructions of each stage of the Dockerfile."""
    parts = re.split(r"^FROM (\S+) AS (\S+)$", DOCKERFILE, flags=re.MULTILINE)
    return dict(zip(parts[2::3], parts[3::3], strict=True))


def test_every_base_is_pinned() -> None:
    bases = re.findall(r"^FROM (\S+) AS \S+$", DOCKERFILE, re.MULTILINE)
    outside = [base for base in bases if base not in stages()]
    assert outside
    assert all(re.search(r":\d+\.\d+\.\d+", base) for base in outside)


def test_the_image_is_installed_as_bin_up_installs() -> None:
    assert f" {installation.UV}\n" in stages()["packages"]
    pinned = (PROJECT / "requirements.txt").read_text("utf-8")
    for name in left_out():
        assert f"\n{name}==" in pinned


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "requirements-flower.txt"])
def test_every_package_is_pinned_with_its_hashes(name: str) -> None:
    """With one hash in the list, pip and uv refuse whatever has none or another one."""
    listed = re.sub(r"\\\n", " ", (PROJECT / name).read_text("utf-8"))
    packages = [line for line in listed.splitlines() if line and not line.lstrip().startswith("#")]
    assert packages
    assert [line for line in packages if "==" not in line or "--hash=sha256:" not in line] == []


def left_out() -> list[str]:
    """Packages of requirements.txt that the image does without."""
    found = re.search(r"printf '%s\\n' (.+) > launcher-only\.txt", DOCKERFILE)
    assert found
    return found[1].split()


def test_image_and_file_mean_the_same_folders(all_services: dict[str, ComposeService]) -> None:
    environ = all_services["web"].environ
    assert f" STATIC_ROOT={environ['STATIC_ROOT']} python manage.py collectstatic" in stages()["app"]
    assert f"--owner=notebookops --group=notebookops {environ['MEDIA_ROOT']}\n" in stages()["app"]
    assert all_services["web"].raw["volumes"] == [f"media:{environ['MEDIA_ROOT']}", environ["TMPDIR"]]


def test_no_process_runs_as_root() -> None:
    users = re.findall(r"^USER (\S+)$", stages()["app"], re.MULTILINE)
    assert users[-1:] == ["notebookops"]
    assert "USER" not in stages()["flower"]


def test_secrets_stay_out_of_the_image() -> None:
    """Everything is kept out but what is named; what is copied is named."""
    first, *rest = [
        line for line in (PROJECT / ".dockerignore").read_text("utf-8").splitlines() if not line.startswith("#")
    ]
    allowed = {line[1:] for line in rest if line.startswith("!")}
    copied = set(re.findall(r"^COPY (?!--from)(\S+) ", DOCKERFILE, re.MULTILINE))
    assert first == "*"
    assert copied == allowed
    assert not any(name.startswith(".") for name in allowed)
    assert not re.search(r"(SECRET_KEY|PASSWORD|API_KEY)", DOCKERFILE)


def test_nothing_stands_between_a_signal_and_its_process(all_services: dict[str, ComposeService]) -> None:
    """Where a shell is needed it makes way: exec."""
    assert not re.search(r"^(CMD|ENTRYPOINT) [^\[]", DOCKERFILE, re.MULTILINE)
    for name, one in all_services.items():
        if name != PROXY and one.command[0] == "sh":
            assert re.search(r"\bexec \S+", one.command[2])


def test_the_page_on_deploying_names_services_that_exist(all_services: dict[str, ComposeService]) -> None:
    page = (PROJECT / "docs" / "howto" / "deploy.md").read_text("utf-8")
    named = re.findall(r"compose (?:exec|run|logs|restart)(?: -\S+)* (\S+)", page.replace("`", " "))
    assert set(named) | set(re.findall(r"worker-\w+", page)) <= set(all_services)
    assert {"web", "postgres"} <= set(named)


@pytest.mark.skipif(
    shutil.which("docker") is None
    or subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode != 0,
    reason="docker compose is not installed",
)
def test_compose_itself_reads_the_file(tmp_path: Path) -> None:
    shutil.copy(compose_file.FILE, tmp_path)
    (tmp_path / ".env").write_text("".join(f"{name}={value}\n" for name, value in SECRETS.items()))
    done = subprocess.run(
        ["docker", "compose", "--profile=flower", "config", "--quiet"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
