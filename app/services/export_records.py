"""Multimodal records of a project for a trainer and a VLM: one JSONL file for each split."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from app.conversations.facts import ImageFacts
from app.conversations.targets.box_text import check_names
from app.conversations.targets.targets import Shown, Target, bake_size
from app.conversations.writing.records import RecordOptions, records
from app.conversations.writing.writer import Writer
from app.core.batches import batches
from app.core.by_image import ByImage
from app.core.conversation import Exchange
from app.core.errors import UserError
from app.core.image import Image
from app.core.language import Language
from app.core.progress import OnProgress, Progress
from app.services.conversation_writing import (
    Writers,
    facts_of_images,
    renewed,
    write_with,
    writers_for,
)
from app.services.converse import write_conversations
from app.services.doubted_turns import Doubts
from app.services.export_set import Exporter, ExportSet, Written
from app.services.questions import chosen_seed
from app.services.record_card import training_command, write_card
from app.services.record_exactness import Exactness
from app.services.record_files import LIST_NAME, RecordFiles, record_files
from app.services.record_fineness import Fineness, fineness_for
from app.services.record_options import RecordExport, shape_for, target_of
from app.services.record_photos import PhotoPlaces, shown_photos
from app.services.record_sampling import (
    is_trained_on,
    sampling_notes,
    share_notes,
    times_taken,
)
from app.storage.conversations import StoredConversation
from app.storage.images import ImageList
from app.storage.project import Project

_BATCH = 200
_NAMED = 3


def _prepare(
    project: Project, images: ImageList, options: RecordExport, on_progress: OnProgress
) -> tuple[str, ...]:
    """Writes conversations where they are wanting."""
    target_of(options)
    check_names(project.classes.all())
    write_with(project, questions=options.questions, seed=options.seed)
    writers = writers_for(project, options.languages)
    conversing, _ = _halves(on_progress)
    return write_conversations(project, images, writers, on_progress=conversing).notes


def _write(whole: ExportSet, folder: Path, out: Path, on_progress: OnProgress) -> Written:
    """Writes the records of all.

    Photos stay where they are unless trainers misread them, or copies are asked for.
    """
    options, project = whole.records, whole.project
    target = target_of(options)
    writers = writers_for(project, options.languages)
    _, writing = _halves(on_progress)
    times = times_taken(
        whole.images,
        project.annotations.classes_by_image(),
        balance=options.balance,
        normal_share=options.normal_share,
        cap=options.cap,
        seed=chosen_seed(project),
    )
    places = PhotoPlaces(folder, out, partial(bake_size, target) if options.bake else None)
    with record_files(folder) as files:
        run = _Run(
            *(whole, target, writers, times, files, options.shape),
            *(Exactness(target), fineness_for(whole, target, times)),
        )
        run.write(places, writing)
    written = sum(count.records for count in files.counts.values())
    notes = (*run.notes(), *sampling_notes(times, cap=options.cap))
    if options.normal_share is None:
        notes = (*notes, *share_notes(run.trained[True], run.trained[False]))
    if not written:
        raise UserError("There is no record to write.", hint="\n".join(notes))
    exactness = (*run.fineness.words(), *run.exactness.words())
    write_card(folder, out, whole, target, files.counts, exactness)
    if "train" in files.counts:
        notes = (*notes, _how_to_train(out, target))
    return Written(notes, written, files.image_ids)


def _how_to_train(out: Path, target: Target) -> str:
    return f"Train with: {training_command(out, target)}"


@dataclass(slots=True)
class _Told:
    """How many there were of something, and the first of them in words."""

    count: int = 0
    first: list[str] = field(default_factory=list)

    def add(self, words: str) -> None:
        self.count += 1
        if len(self.first) < _NAMED:
            self.first.append(words)

    @property
    def named(self) -> str:
        """The first of them, one after the other."""
        return "; ".join(self.first) + (" …" if self.count > _NAMED else ".")


@dataclass(slots=True)
class _Run:
    """One way through the images; what was `refused`, which turns were `left_out`, of people and of
    a team's question set, which images are labelled against their stage (`misplaced`), and how many
    had nothing to say (`silent`), is told then; so is how often normal images (True) and those with
    defects are trained on."""

    whole: ExportSet
    target: Target
    writers: Writers
    times: ByImage[int]
    files: RecordFiles
    options: RecordOptions
    exactness: Exactness
    fineness: Fineness
    refused: _Told = field(default_factory=_Told)
    left_out: _Told = field(default_factory=_Told)
    set_left_out: _Told = field(default_factory=_Told)
    misplaced: _Told = field(default_factory=_Told)
    silent: int = 0
    trained: Counter[bool] = field(default_factory=Counter)
    doubts: Mapping[Language, Doubts] = field(init=False)

    def __post_init__(self) -> None:
        self.doubts = {lang: Doubts(each.questions, each) for lang, each in self.writers.items()}

    def write(self, places: PhotoPlaces, on_progress: OnProgress) -> None:
        photos = (each for each in self.whole.each(on_progress) if self.times[each[0].id])
        for batch in batches(shown_photos(photos, places), _BATCH):
            for _, shown in batch:
                if isinstance(shown, UserError):
                    self.refused.add(shown.what)
            self._write_batch([(i, s) for i, s in batch if not isinstance(s, UserError)])

    def _write_batch(self, batch: Sequence[tuple[Image, Shown]]) -> None:
        project = self.whole.project
        known = facts_of_images(project, [image for image, _ in batch], self.whole.classes)
        stored = {
            language: project.conversations.of_images(known, language) for language in self.writers
        }
        for image, shown in batch:
            facts = known[image.id]
            if self._is_misplaced(image, facts):
                continue
            said = [
                (writer, self._turns(stored[language].get(image.id), image, facts, writer))
                for language, writer in self.writers.items()
            ]
            try:
                self._write_image(image, shown, facts, said)
            except UserError as error:
                self.refused.add(f"{image.path}: {error.what}")

    def _is_misplaced(self, image: Image, facts: ImageFacts) -> bool:
        """Whether its labels never occur at its stage: then nobody is trained on what it says."""
        found = [each for writer in self.writers.values() for each in writer.misplaced(facts)]
        for each in found[:1]:
            self.misplaced.add(f"{image.path} ({each.label_class.name} at {each.tag})")
        return bool(found)

    def _write_image(
        self,
        image: Image,
        shown: Shown,
        facts: ImageFacts,
        said: Sequence[tuple[Writer, Sequence[Exchange]]],
    ) -> None:
        coarse = self.fineness.of(facts, shown)
        options = coarse.shape(shape_for(image, self.options))
        kept, left_out = self.fineness.kept(image.path, said, coarse)
        lines = [
            (record, self.target.line(record, facts, shown))
            for repeat in range(self.times[image.id])
            for writer, turns in kept
            for record in records(writer, facts, turns, options, repeat=repeat)
        ]
        self.files.leave_out(left_out)
        self.silent += not (lines or left_out)
        if lines and is_trained_on(image):
            self.trained[not facts.things] += self.times[image.id]
        self.exactness.add(facts, shown, [record for record, _ in lines])
        self.files.add_image(image, shown.path, frozenset(c.id for c in facts.present), lines)

    def _turns(
        self,
        stored: StoredConversation | None,
        image: Image,
        facts: ImageFacts,
        writer: Writer,
    ) -> list[Exchange]:
        """Those that may be trained on."""
        # Once more, because somebody may have changed a label before the set was taken.
        now = renewed(stored, image.id, facts, writer)
        turns, doubted = now.exchanges, self.doubts[now.language].places(now, facts)
        for n in sorted(doubted):
            left_out = self.left_out if turns[n].author else self.set_left_out
            left_out.add(f"{image.path} ({now.language}): {turns[n].question}")
        return [turn for n, turn in enumerate(turns) if n not in doubted]

    def notes(self) -> Iterator[str]:
        if (told := self.refused).count:
            yield f"{told.count} images were left out: {told.named}"
        if (told := self.left_out).count:
            yield (
                f"{told.count} turns that people wrote are stale or contradict the labels, and were"
                f" left out: {told.named} `flawmark check --conversations` tells why."
            )
        if (told := self.set_left_out).count:
            yield (
                f"{told.count} turns from the team's question set contradict the labels, and were"
                f" left out: {told.named} `flawmark check --conversations` tells why."
            )
        if (told := self.misplaced).count:
            yield (
                f"{told.count} images are labelled with what never occurs at their stage, and were"
                f" left out: {told.named} Correct the label or the tag."
            )
        if self.silent:
            kinds = ", ".join(self.options.kinds)
            yield f"{self.silent} images have no record: nothing is asked of them ({kinds})."
        told_wrong = sum(count.faults.total() for count in self.files.counts.values())
        if told_wrong:
            yield (
                f"{told_wrong} records are told something wrong on purpose: {LIST_NAME} marks them."
            )
        yield from self.fineness.words()
        yield from self.exactness.notes()


def _halves(on_progress: OnProgress) -> tuple[OnProgress, OnProgress]:
    """For two rounds over the same images, told as one: each round does half of every image."""

    def first(p: Progress) -> None:
        on_progress(Progress(p.done // 2, p.total, p.note))

    def second(p: Progress) -> None:
        on_progress(Progress((p.total + p.done) // 2, p.total, p.note))

    return first, second


RECORDS = Exporter(_write, _prepare)
