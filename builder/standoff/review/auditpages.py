"""The audit site of the corpus under adjudication: made in the background, and anew when it is asked for."""

from __future__ import annotations

import shutil
import tempfile
import threading
from dataclasses import dataclass, field, replace
from pathlib import Path

from standoff import build
from standoff.audit import consistency
from standoff.audit.material import Material
from standoff.corpus import planning
from standoff.errors import StandoffError
from standoff.review.desk import Desk
from standoff.site import build as site
from standoff.site import sections


@dataclass
class AuditPages:
    """The pages of the audit site in a folder of their own. `state` says in words what they show."""

    desk: Desk
    folder: Path | None = None
    state: str = "they are being made"
    _home: Path = field(init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _number: int = 0

    def __post_init__(self) -> None:
        self._home = Path(tempfile.mkdtemp(prefix="standoff-review-"))

    def make(self) -> None:
        """Make the pages in another thread, unless that is being done."""
        threading.Thread(target=self._make, daemon=True).start()

    def close(self) -> None:
        """Remove the pages."""
        shutil.rmtree(self._home, ignore_errors=True)

    def _make(self) -> None:
        if not self._lock.acquire(blocking=False):
            return
        try:
            self.state = "they are being made"
            for doc_id in list(self.desk.entries):  # so that the list of documents is there at once
                self.desk.summary(doc_id)
            self.state = self._made()
        except (StandoffError, OSError) as error:
            self.state = f"they could not be made: {error}"
        finally:
            self._lock.release()

    def _made(self) -> str:
        plan = planning.plan(self.desk.root)
        plan.corpus.annotations.publish = self.desk.plan.corpus.annotations.publish
        plan.findings = [finding for finding in plan.findings if finding.code != "E604"]
        outcome = build.build(self.desk.root, self._home, planned=plan, texts=self.desk.texts, reusing=False)
        faulty = {finding.doc_id for finding in outcome.errors}
        if faulty:
            sound = [entry for entry in plan.entries if entry.doc_id not in faulty]
            rest = [finding for finding in plan.findings if finding.doc_id not in faulty]
            plan = replace(plan, entries=sound, findings=rest)
            outcome = build.build(self.desk.root, self._home, planned=plan, texts=self.desk.texts, reusing=False)
        if outcome.release is None:
            return f"they could not be made: {outcome.errors[0] if outcome.errors else 'a file cannot be read'}"
        self._number += 1
        out = self._home / f"site-{self._number}"
        listed = [sections.of(each) for each in consistency.audit(Material(outcome.release)).listings]
        site.build(outcome.release, out, found=outcome.findings, analyses=listed, bootstrap=0, review=True)
        self.folder = out
        left = f", without {len(faulty)} documents that have errors" if faulty else ""
        return f"they show {len(plan.entries)} documents{left}"
