"""Multimodal records of a project for a trainer and a VLM: one JSONL file for each split."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from app.conversations.checks.checking import check_exchanges
from app.conversations.facts import ImageFacts, fingerprint
from app.conversations.targets.box_text import check_names
from app.conversations.targets.targets import Shown, Target, bake_size
from app.conversations.writing.records import RecordOptions, records
from app.conversations.writing.staleness import is_stale
from app.conversations.writing.writer import Writer
from app.core.batches import batches
from app.core.conversation import Exchange
from app.core.errors import UserError
from app.core.image import Image
from app.core.progress import OnProgress, Progress
from app.services.conversation_writing import (
    Writers,
    facts_of_images,
    renewed,
    write_with,
    writers_for,
)
from app.services.converse import write_conversations
from app.services.export_set import ExportSet, Written
from app.services.questions import chosen_seed
from app.services.record_card import training_command, write_card
from app.services.record_files import LIST_NAME, RecordFiles, record_files, split_of
from app.services.record_options import target_of
from app.services.record_photos import PhotoPlaces, shown_photos
from app.services.record_sampling import sampling_notes, share_notes, times_taken
from app.storage.conversations import StoredConversation

_BATCH = 200
_NAMED = 3


def write_records(whole: ExportSet, folder: Path, out: Path, on_progress: OnProgress) -> Written:
    """Writes conversations where they are wanting, then the records of all.

    Photos stay where they are unless trainers misread them, or copies are asked for.
    """
    options, project = whole.records, whole.project
    target = target_of(options)
    check_names(whole.classes)
    write_with(project, questions=options.questions, seed=options.seed)
    writers = writers_for(project, options.languages)
    conversing, writing = _halves(on_progress)
    told = write_conversations(project, whole.images, writers, on_progress=conversing)
    classes_on = project.annotations.classes_by_image()
    times = times_taken(
        whole.images,
        classes_on,
        balance=options.balance,
        normal_share=options.normal_share,
        cap=options.cap,
        seed=chosen_seed(project),
    )
    places = PhotoPlaces(folder, out, partial(bake_size, target) if options.bake else None)
    with record_files(folder) as files:
        run = _Run(whole, target, writers, times, files, options.shape)
        run.write(places, writing)
    written = sum(count.records for count in files.counts.values())
    notes = (*told.notes, *run.notes(), *sampling_notes(times, cap=options.cap))
    if options.normal_share is None:
        notes = (*notes, *share_notes(whole.images, classes_on, times))
    if not written:
        raise UserError("There is no record to write.", hint=" ".join(notes))
    write_card(folder, out, whole, target, files.counts)
    if "train" in files.counts:
        notes = (*notes, f"Train with: {training_command(out, target)}")
    return Written(notes, written, frozenset(files.image_ids))


@dataclass(slots=True)
class _Run:
    """One way through the images; what was `refused`, which turns were `left_out`, and how many
    images had nothing to say (`silent`), is told then."""

    whole: ExportSet
    target: Target
    writers: Writers
    times: Mapping[int, int]
    files: RecordFiles
    options: RecordOptions
    refused: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    silent: int = 0

    def write(self, places: PhotoPlaces, on_progress: OnProgress) -> None:
        photos = (each for each in self.whole.each(on_progress) if self.times[each[0].id])
        for batch in batches(shown_photos(photos, places), _BATCH):
            self.refused += [shown.what for _, shown in batch if isinstance(shown, UserError)]
            self._write_batch([(i, s) for i, s in batch if not isinstance(s, UserError)])

    def _write_batch(self, batch: Sequence[tuple[Image, Shown]]) -> None:
        project = self.whole.project
        known = facts_of_images(project, [image for image, _ in batch], self.whole.classes)
        stored = {
            language: project.conversations.of_images(known, language) for language in self.writers
        }
        for image, shown in batch:
            facts = known[image.id]
            said = [
                (writer, self._turns(stored[language].get(image.id), image, facts, writer))
                for language, writer in self.writers.items()
            ]
            try:
                self._write_image(image, shown, facts, said)
            except UserError as error:
                self.refused.append(f"{image.path}: {error.what}")

    def _write_image(
        self,
        image: Image,
        shown: Shown,
        facts: ImageFacts,
        said: Sequence[tuple[Writer, Sequence[Exchange]]],
    ) -> None:
        # A model that is judged by wrong reports would be judged wrongly.
        is_trained_on = split_of(image) == "train"
        options = self.options if is_trained_on else replace(self.options, noise=0)
        lines = [
            (record, self.target.line(record, facts, shown))
            for repeat in range(self.times[image.id])
            for writer, turns in said
            for record in records(writer, facts, turns, options, repeat=repeat)
        ]
        self.silent += not lines
        self.files.add_image(image, shown.path, frozenset(c.id for c in facts.present), lines)

    def _turns(
        self,
        stored: StoredConversation | None,
        image: Image,
        facts: ImageFacts,
        writer: Writer,
    ) -> list[Exchange]:
        """Those that may be trained on: a person's only if the labels still bear them out."""
        language = writer.questions.language
        # Once more, because somebody may have changed a label since it was written.
        now = renewed(stored, image.id, facts, writer)
        turns = list(now.exchanges)
        if not any(turn.author for turn in turns):
            return turns
        stale = is_stale(now.made_of, fingerprint(facts, language))
        wrong = {finding.turn // 2 for finding in check_exchanges(turns, facts, language)}
        doubted = [n for n, turn in enumerate(turns) if turn.author and (stale or n in wrong)]
        self.left_out += [f"{image.path} ({language}): {turns[n].question}" for n in doubted]
        return [turn for n, turn in enumerate(turns) if n not in doubted]

    def notes(self) -> Iterator[str]:
        if self.refused:
            yield _counted(self.refused, "images were left out")
        if self.left_out:
            what = "turns that people wrote are stale or contradict the labels, and were left out"
            yield f"{_counted(self.left_out, what)} `flawmark check --conversations` tells why."
        if self.silent:
            kinds = ", ".join(self.options.kinds)
            yield f"{self.silent} images have no record: nothing is asked of them ({kinds})."
        told_wrong = sum(count.faults.total() for count in self.files.counts.values())
        if told_wrong:
            yield (
                f"{told_wrong} records are told something wrong on purpose: {LIST_NAME} marks them."
            )


def _counted(told: Sequence[str], what: str) -> str:
    return f"{len(told)} {what}: {'; '.join(told[:_NAMED])}{' …' if len(told) > _NAMED else '.'}"


def _halves(on_progress: OnProgress) -> tuple[OnProgress, OnProgress]:
    """For two rounds over the same images, told as one."""

    def first(p: Progress) -> None:
        on_progress(Progress(p.done, 2 * p.total, p.note))

    def second(p: Progress) -> None:
        on_progress(Progress(p.total + p.done, 2 * p.total, p.note))

    return first, second
