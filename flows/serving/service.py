"""The service: starts its parts in order, looks after them, ends them in order."""

import re
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

import httpx

from flows.alerts import deadline
from flows.serving import holders, places, stuck_runs
from flows.serving.api import Api
from flows.serving.checks import require_free_ports
from flows.serving.child import Child, EndlessError, end_left_over
from flows.serving.deployments import Deployment, declared
from flows.serving.surroundings import USER, address, credentials, review_address
from flows.settings import settings
from transforms.errors import LockError, MachineError, Where
from transforms.warehouse.files import machine_errors

_PATIENCE = 180.0
_LOOK_EVERY = 5.0
_SILENT_TOO_LONG = 120.0
_LOOK_AGAIN = 600.0

# A cron that starts once a day, or once a week.
_ONCE = re.compile(r"(\d+) (\d+) \* \* (\*|[0-6])")
_DAYS = ("dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi")

Tell = Callable[[str], None]


class Service:
    """Server, worker, deployments and the stewards' page of one installation."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._api = Api()
        host, port = settings().host, str(settings().port)
        self._server = Child(
            "server", "flows.serving.server", ["server", "start", "--host", host, "--port", port]
        )
        self._register = Child("register", "flows.serving.register")
        self._worker = Child("worker", "flows.serving.worker")
        self._watch = Child("watch", "flows.alerts.watch")
        self._looked: tuple[float, date] | None = None
        self._since = self._worker_since = datetime.now(UTC)
        self._review = Child("review", "review.server")
        self._has_review = True
        self._heard = time.monotonic()
        self._asked_to_end = threading.Event()

    def run(self) -> None:
        """Serve until a signal asks to end.

        Raises:
            InputError: a setting or `prefect.yaml` is not valid.
            LockError: another service of this installation is running.
            MachineError: the port is taken, or a part does not work.
        """
        wanted = declared(places.deployments())
        with self._signals(), _alone():
            end_left_over()
            require_free_ports()
            try:
                self._start()
                if not self._asked_to_end.is_set():
                    self._tell(_welcome(wanted))
                while not self._asked_to_end.wait(_LOOK_EVERY):
                    self._look_after()
            finally:
                self._end()

    def _start(self) -> None:
        self._tell("Démarrage du serveur…")
        self._server.start()
        self._register.start()
        self._review.start()
        self._wait(self._api.is_up)
        self._settle_runs()
        stuck_runs.supersede(self._api)
        self._wait(lambda: self._register.code() == 0)
        self._start_worker()

    def _start_worker(self) -> None:
        self._worker_since = datetime.now(UTC)
        self._worker.start()

    def _wait(self, is_done: Callable[[], bool]) -> None:
        until = time.monotonic() + _PATIENCE
        while not is_done() and not self._asked_to_end.wait(0.2):
            if (code := self._server.code()) is not None:
                raise self._server.failed(f"il s'est arrêté avec le code {code}")
            if code := self._register.code():
                raise self._register.failed(f"code {code}")
            if time.monotonic() > until:
                raise self._server.failed(f"pas de réponse en {_PATIENCE:.0f} secondes")

    def _look_after(self) -> None:
        if self._server.code() is not None:
            self._tell("Le serveur s'est arrêté ; il est relancé.")
            self._again(self._server.start)
        if self._worker.code() is not None:
            self._tell("Ce qui lance les exécutions s'est arrêté ; c'est relancé.")
            self._again(self._start_worker)
        self._look_after_review()
        self._settle_runs()
        self._look_at_the_night()
        if time.monotonic() - self._heard > _SILENT_TOO_LONG:
            self._tell("Le serveur ne répond plus ; il est relancé.")
            self._heard = time.monotonic()
            self._server.end(patience=5)

    def _again(self, start: Callable[[], None]) -> None:
        try:
            start()
        except EndlessError:
            raise
        except MachineError as error:
            # Memory or disk may be short for a moment only: the next look tries again.
            self._tell(str(error))

    def _look_at_the_night(self) -> None:
        # Not a run of the worker: silence has to be told above all when the worker is what does not work.
        now, limit = datetime.now(UTC), settings().alert_deadline
        today = deadline.at(now, limit).date()
        if self._looked and (
            (self._watch.code() == 0 and self._looked[1] == today)
            or self._watch.code() is None
            or time.monotonic() - self._looked[0] < _LOOK_AGAIN
        ):
            return
        try:
            if deadline.is_due(now, started=self._since, told=deadline.last(self._since), deadline=limit):
                self._looked = time.monotonic(), today
                self._watch.start()
        except MachineError as error:
            # A full disk must not end the service that is to tell of it.
            self._looked = time.monotonic(), today
            self._tell(str(error))

    def _look_after_review(self) -> None:
        """Start the stewards' page again; one that never lives is left, for the merges go on without it."""
        if not self._has_review or self._review.code() is None:
            return
        try:
            self._review.start()
            self._tell("La page des gestionnaires s'est arrêtée ; elle est relancée.")
        except MachineError as error:
            self._has_review = False
            self._tell(str(error))

    def _settle_runs(self) -> None:
        try:
            found = stuck_runs.settle(self._api, worker_since=self._worker_since)
        except httpx.HTTPError:
            return
        except OSError as error:
            # A folder that another user has taken must not end the service.
            self._tell(f"Les processus des exécutions ne se laissent pas voir : {error}.")
            return
        self._heard = time.monotonic()
        if found:
            self._tell(f"Exécutions interrompues, notées comme telles : {found}.")

    def _end(self) -> None:
        self._tell("Arrêt…")
        try:
            for part in (self._register, self._watch, self._worker, self._review):
                part.end(patience=10)
            for lock in places.runs().glob("*.lock"):
                holders.end(lock, patience=5)
            self._worker_since = datetime.now(UTC)
            self._settle_runs()
        finally:
            self._server.end(patience=15)
        self._tell("Arrêté.")

    @contextmanager
    def _signals(self) -> Iterator[None]:
        kinds = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        before = {kind: signal.signal(kind, lambda *_: self._asked_to_end.set()) for kind in kinds}
        try:
            yield
        finally:
            for kind, handler in before.items():
                signal.signal(kind, handler)


@contextmanager
def _alone() -> Iterator[None]:
    lock = places.lock("service")
    with machine_errors(lock):
        is_ours = holders.hold(lock)
    if not is_ours:
        raise LockError(
            "Le service est déjà en marche pour cette installation.",
            where=Where(file=str(settings().prefect_home)),
            found=f"le processus {lock.read_text()}",
            next_step="utiliser celui qui est en marche, ou l'arrêter d'abord",
        )
    yield


def _welcome(wanted: tuple[Deployment, ...]) -> str:
    asked = f"\nIdentification demandée : {USER}:<mot de passe>, en une seule fois." if credentials() else ""
    lines = [f"  {one.name}{_when(one)}" for one in wanted]
    return "\n".join(
        [
            f"\nAlliage est prêt : {address()}{asked}\n",
            "À lancer dans « Deployments » :",
            *lines,
            f"\nPaires à juger, entreprises, corrections : {review_address()}",
            f"\nJournaux : {places.log('server').parent}",
            "Ctrl-C arrête tout.",
        ]
    )


def _when(one: Deployment) -> str:
    return "".join(f" (planifiée : {hour_of(plan.cron)}, {plan.timezone})" for plan in one.schedules)


def hour_of(cron: str) -> str:
    """A daily or weekly schedule in words; any other as it stands."""
    found = _ONCE.fullmatch(cron)
    if not found:
        return cron
    minute, hour, day = found.groups()
    return f"{'chaque jour' if day == '*' else f'le {_DAYS[int(day)]}'} à {int(hour):02}:{int(minute):02}"
