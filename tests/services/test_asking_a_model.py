"""A VLM that sees what it is sent and answers as it was trained to: where are its boxes then?"""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Picture

from app.conversations.targets.targets import TARGETS
from app.conversations.targets.vlms import VLMS
from app.core.annotation import Annotation
from app.core.chat import ChatReply, ChatServer
from app.core.conversation import Claim
from app.core.edit import AnnotationEdit
from app.core.errors import UserError
from app.core.geometry import Box, intersection_over_union
from app.core.label_class import LabelClass
from app.services.ask_model import (
    Question,
    ask_model,
    can_enlarge,
    findings_of,
    language_of,
    ready_questions,
    request_for,
    writer_for,
)
from app.services.import_photos import import_photos
from app.services.named_images import image_named
from app.services.questions import add_questions, choose, questions_yaml
from app.storage.project import Project
from app.storage.runs import RunKey

BRIGHT = 160
PHOTOS = {
    "plain.png": ((400, 300), (60, 90, 140, 210)),
    "turned.jpg": ((400, 300), (60, 90, 140, 210)),
    "deep.png": ((400, 300), (60, 90, 140, 210)),
    "tiny.png": ((12, 9), (3, 2, 9, 6)),
    "wide.png": ((6000, 60), (1500, 10, 3000, 40)),
    "huge.jpg": ((3772, 3302), (1000, 1200, 2500, 1900)),
}
"""Size of the upright photo in pixels, and the bright box in it."""


def write_photos(folder: Path) -> None:
    folder.mkdir()
    for name, ((width, height), (left, top, right, bottom)) in PHOTOS.items():
        pixels = np.full((height, width), 40, np.uint8)
        pixels[top:bottom, left:right] = 230
        photo = Picture.fromarray(pixels)
        if name == "turned.jpg":
            exif = Picture.Exif()
            exif[0x0112] = 6  # to be turned by 90 degrees clockwise when shown
            photo.transpose(Picture.Transpose.ROTATE_90).save(folder / name, exif=exif, quality=95)
        elif name == "deep.png":
            Picture.fromarray(pixels.astype(np.uint16) * 257).save(folder / name)
        else:
            photo.save(folder / name)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("asking")
    write_photos(folder / "photos")
    with Project.create(folder / "project") as project:
        classes = [LabelClass("streak", name_zh="条纹"), LabelClass("slag", name_zh="灰渣")]
        project.add_classes(classes, actor="lead")
        import_photos(project, folder / "photos")
        yield project


class SeeingChat:
    """Marks what is bright in the picture, in the words and numbers of a VLM."""

    def __init__(self, vlm):
        self.server = ChatServer("here", "http://127.0.0.1:1/v1", vlm=vlm.name)
        self._vlm = vlm
        self.asked = []

    def ask(self, messages, *, most_tokens=1024, attempt=0):
        self.asked.append(messages)
        seen = np.asarray(Picture.open(io.BytesIO(messages[-1].pictures[0].content)).convert("L"))
        height, width = seen.shape
        rows, columns = np.nonzero(seen > BRIGHT)
        spans = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
        full = self._vlm.frame
        numbers = tuple(
            int(at) if full is None else round(at / side * full.width, full.decimals or None)
            for at, side in zip(spans, (width, height, width, height), strict=True)
        )
        return ChatReply(f"I see {self._vlm.form.entry('streak', numbers)}.", "small-vl", 10, 5)


def asked(project, vlm, name, question=Question("Where is the streak?"), **how):  # noqa: B008
    chat, image = SeeingChat(vlm), image_named(project, name)
    request = request_for(
        *(chat.server, writer_for(project, language_of(question.text)), image),
        *(project.locate(image.path), project.classes.all(), question),
        **how,
    )
    return chat, ask_model(chat, request, question)


@pytest.mark.parametrize("name", PHOTOS)
@pytest.mark.parametrize("vlm", VLMS, ids=lambda vlm: vlm.name)
def test_what_a_vlm_marks_on_the_picture_it_is_sent_lies_there_on_the_photo(project, vlm, name):
    (width, height), corners = PHOTOS[name]
    chat, told = asked(project, vlm, name)
    (box,) = told.answer.boxes
    sent = Picture.open(io.BytesIO(chat.asked[0][-1].pictures[0].content))
    assert sent.mode == "RGB"
    assert all(side % vlm.factor_px == 0 for side in sent.size)
    assert (box.label_class and box.label_class.name) == "streak"
    for got, true, side, sent_px in zip(
        box.box.corners, corners, (width, height) * 2, sent.size * 2, strict=True
    ):
        unit = side * vlm.frame.unit / vlm.frame.width if vlm.frame else 0
        assert abs(got - true) <= unit + 2.5 * side / sent_px
    if name != "tiny.png":
        assert intersection_over_union(box.box, Box(*corners)) > 0.93


@pytest.mark.parametrize("vlm", VLMS, ids=lambda vlm: vlm.name)
def test_small_photos_are_enlarged_where_it_matters_and_is_wanted(project, vlm):
    sent = []
    for enlarge in (True, False):
        chat, told = asked(project, vlm, "plain.png", enlarge=enlarge)
        sent.append(Picture.open(io.BytesIO(chat.asked[0][-1].pictures[0].content)).size)
        (box,) = told.answer.boxes
        assert intersection_over_union(box.box, Box(60, 90, 140, 210)) > 0.93
    assert can_enlarge(chat.server) == (vlm.name == "qwen2.5-vl")
    if can_enlarge(chat.server):
        assert sent == [(868, 644), (392, 308)]
    else:
        assert sent[0] == sent[1]


def test_the_request_says_how_boxes_are_written_and_what_the_detector_found(project):
    vlm = next(vlm for vlm in VLMS if vlm.name == "qwen3-vl")
    findings = (Claim(2, Box(100, 75, 200, 150)), Claim(1, Box(390, 0, 450, 30)))
    question = Question("Is the slag real?", findings=findings)
    (messages,) = asked(project, vlm, "plain.png", question)[0].asked
    system, user = messages
    assert (system.role, user.role, user.text) == ("system", "user", question.text)
    assert TARGETS["messages/qwen3-vl"].format_words("en") in system.text
    assert '{"bbox_2d": [250, 250, 500, 500], "label": "slag"}' in system.text
    assert '{"bbox_2d": [975, 0, 1000, 100], "label": "streak"}' in system.text
    alone = Question("Mark all.", boxes_alone=True)
    (messages,) = asked(project, vlm, "plain.png", alone)[0].asked
    assert "streak, slag" in messages[0].text
    assert '"slag"}' not in messages[0].text


def test_a_chinese_question_gets_a_chinese_system_text(project):
    question = Question("条纹在哪里？", findings=(Claim(1, Box(0, 0, 40, 30)),))
    (messages,) = asked(project, VLMS[2], "plain.png", question)[0].asked
    assert '"label": "条纹"' in messages[0].text
    assert TARGETS["messages/qwen3-vl"].format_words("zh") in messages[0].text


def test_a_team_whose_question_set_has_no_chinese_is_asked_in_english(tmp_path):
    with Project.create(tmp_path / "p") as project:
        project.add_classes([LabelClass("streak")], actor="lead")
        ours = questions_yaml("surface", "en").replace("name: surface", "name: ours")
        add_questions(project, ours, source="ours.yaml", actor="lead")
        choose(project, "ours")
        assert writer_for(project, "zh").questions.language == "en"


def test_ready_questions_ask_of_all_and_of_each_class(project):
    classes = project.classes.all()
    ready = ready_questions(writer_for(project, "en"), classes)
    assert [q.class_id for q in ready] == [None] * 4 + [1, 1, 2, 2]
    assert [q.boxes_alone for q in ready] == [False, False, True, False] + [False, True] * 2
    assert len({q.text for q in ready}) == len(ready)
    assert all("streak" in q.text.lower() for q in ready if q.class_id == 1)
    assert any("条纹" in q.text for q in ready_questions(writer_for(project, "zh"), classes))


def test_findings_are_what_models_drew_and_not_what_was_imported_or_drawn_by_hand(project):
    with project.transaction():
        model = project.runs.open(RunKey("model", "m", "w", {}), actor="lead")
        imported = project.runs.open(RunKey("import", "i", "w", {}), actor="lead")
    drawn = [
        Annotation("a", 1, Box(0, 50, 9, 60), score=0.5, run_id=model),
        Annotation("b", 2, Box(0, 20, 9, 30), score=0.5, run_id=model, author="ann"),
        Annotation("c", 1, Box(0, 0, 9, 10), run_id=imported),
        Annotation("d", 1, Box(0, 0, 9, 10), author="ann"),
    ]
    project.apply([AnnotationEdit(1, None, a) for a in drawn], actor="ann")
    stored = project.annotations.of_image(1)
    found = findings_of(stored, project.runs.imports())
    assert found == (Claim(2, Box(0, 20, 9, 30)), Claim(1, Box(0, 50, 9, 60)))


def test_a_server_that_sees_no_pictures_is_refused_with_what_to_do(project):
    image, server = image_named(project, "plain.png"), ChatServer("words", "http://127.0.0.1:1/v1")
    with pytest.raises(UserError, match="words is not said to see pictures") as refused:
        request_for(
            *(server, writer_for(project, "en"), image, project.locate(image.path)),
            *(project.classes.all(), Question("?")),
        )
    assert "--vlm" in refused.value.hint


def test_an_answer_that_ran_out_of_tokens_is_said_to_break_off(project):
    class Short(SeeingChat):
        def ask(self, messages, **_):
            return ChatReply("There is", "small-vl", is_cut=True)

    image, question = image_named(project, "tiny.png"), Question("?")
    chat = Short(VLMS[2])
    request = request_for(
        *(chat.server, writer_for(project, "en"), image, project.locate(image.path)),
        *(project.classes.all(), question),
    )
    assert ask_model(chat, request, question).answer.breaks_off
