"""What a language model is told to do with a turn, in the language of the record."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.conversations.rewording.turns import How
from app.core.language import Language


@dataclass(frozen=True)
class Instructions:
    """`system` by what is wanted. The other texts are lines of what is asked; words in braces are
    filled in."""

    system: Mapping[How, str]
    things: str
    nothing: str
    absent: str
    keep: str
    question: str
    answer: str
    answer_before: str
    once_more: str


_RULES_EN = """\
- Say the same: no fact more, none less, and just as sure of it. Add no cause, consequence, remedy \
or reason that you aren't given.
- Call the classes of defect by the very names that you are given. Keep every count, place and \
size that the answer tells.
- Where phrases to keep are given, they stand in the answer word for word, all of them.
- Write plain English, as one process engineer talks to another: one paragraph, no list, no \
markdown, no numbers of boxes or pixels.
- Speak of the photo alone: never of this task, of facts that you were given, of labels or data."""

_RULES_ZH = """\
- 意思不变：不增加也不减少任何事实，语气的确定程度不变。不要添加没有给出的原因、后果、措施或理由。
- 缺陷类别必须使用给出的名称。答案里说到的数量、位置和大小都要保留。
- 如果给出了必须保留的短语，答案里要逐字保留全部短语。
- 用简体中文书写，像工艺工程师之间说话一样自然：一段话，\
不要列表，不要 Markdown，不要写框的坐标或像素。
- 只谈照片本身，不要提这项任务、给出的事实、标注或数据。"""

INSTRUCTIONS: Mapping[Language, Instructions] = {
    "en": Instructions(
        system={
            "rephrase": "You get a question about a photo of an industrial surface, and its answer."
            " Say both in other words.\n"
            + _RULES_EN
            + "\n- The question asks the same; what was answered by yes or no still is. It gives"
            " away nothing of the answer.\n"
            'Reply with one JSON object and nothing else: {"question": "...", "answer": "..."}',
            "draft": "You get a question about a photo of an industrial surface, what there is to"
            " say of the photo, and the answer as it stands. Write a better answer: one that says"
            " what was asked for, exactly, in natural words.\n"
            + _RULES_EN.replace(
                "Keep every count, place and size that the answer tells.",
                "Every count, place and size that you tell is one of those given.",
            )
            + '\nReply with one JSON object and nothing else: {"answer": "..."}',
        },
        things="On the photo: {things}.",
        nothing="On the photo there is no defect.",
        absent="Not on it: {names}.",
        keep="Phrases to keep: {phrases}",
        question="Question: {text}",
        answer="Answer: {text}",
        answer_before="The answer as it stands: {text}",
        once_more="That can't be used: {what}. Write it once more; all that was said before holds.",
    ),
    "zh": Instructions(
        system={
            "rephrase": "下面给出一个关于工业表面照片的问题和它的答案。请把两者换一种说法。\n"
            + _RULES_ZH
            + "\n- 问题问的内容不变；原来用是或否回答的，仍然用是或否回答。问题里不能透露答案。\n"
            '只回复一个 JSON 对象，不要其他内容：{"question": "...", "answer": "..."}',
            "draft": "下面给出一个关于工业表面照片的问题、照片上的事实和现有的答案。"
            "请写一个更好的答案：准确回答所问，表达自然。\n"
            + _RULES_ZH.replace(
                "答案里说到的数量、位置和大小都要保留。",
                "说到的数量、位置和大小都必须是给出的事实。",
            )
            + '\n只回复一个 JSON 对象，不要其他内容：{"answer": "..."}',
        },
        things="照片上有：{things}。",
        nothing="照片上没有缺陷。",
        absent="照片上没有的类别：{names}。",
        keep="必须保留的短语：{phrases}",
        question="问题：{text}",
        answer="答案：{text}",
        answer_before="现有的答案：{text}",
        once_more="这个回复不能用：{what}。请重写一遍，前面的要求不变。",
    ),
}
