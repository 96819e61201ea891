"""Words of each language by which what a language model wrote is told from what was asked of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from app.core.language import Language


@dataclass(frozen=True)
class ReplyWords:
    """`task`: it speaks of its task, its source or itself. `hedges`: it is less sure than labels
    are. `links`: words that may stand between what is known of a class and add nothing to it.
    `joins_next`, `joins_last`: what follows, or goes before, is one more of the same list, which
    `begins_list` begins, but for a `lead_in`. `adds`: how a sentence begins that tells one thing
    more. `requests`: how what is asked for without a question mark begins. `reasons`: it tells
    where something comes from, what it leads to or what is to be done.
    `denials` turn around what follows; `exceptions` leave something out of what is said of all.
    """

    task: re.Pattern[str]
    hedges: re.Pattern[str]
    links: frozenset[str]
    joins_next: re.Pattern[str]
    joins_last: re.Pattern[str]
    begins_list: re.Pattern[str]
    lead_in: re.Pattern[str]
    adds: re.Pattern[str]
    requests: re.Pattern[str]
    reasons: re.Pattern[str]
    denials: re.Pattern[str]
    exceptions: re.Pattern[str]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ENGLISH = ReplyWords(
    task=re.compile(
        r"\b(?:as an ai|language model|sure[,!]|certainly[,!]|of course[,!]|absolutely[,!]"
        r"|here(?: is|'s| are) (?:the|a|an|my|your)\b|i (?:can(?:'t|not)|am unable to) (?:see|view)"
        r" (?:the )?(?:image|photo)s?\b|(?:re)?phras(?:e|ed|ing)|reword(?:ed|ing)?|rewritten"
        r"|(?:the|your) (?:facts|labels?|annotations?|prompt|instructions?|json|context)\b"
        r"|provided|annotat(?:ed|ions?)|ground truth|bounding box(?:es)?|data ?set"
        r"|training data|original (?:question|answer|text)|hope this helps|let me know"
        r"|note that this|json)",
        re.IGNORECASE,
    ),
    hedges=re.compile(
        r"\b(?:might|may be|maybe|could be|perhaps|possibly|probably|presumably|apparently"
        r"|seemingly|(?:un)?likely|appears? to|appears like|seems?|suspected|suspicious"
        r"|potential(?:ly)?|suggests?|i (?:think|believe|guess)|not (?:entirely |quite |fully )?"
        r"(?:sure|certain)|hard to (?:say|tell)|roughly|approximately|at least|or so"
        r"|looks like it|can(?:not|'t| not) (?:be )?rul(?:e|ed) out|mostly|largely|by and large"
        r"|more or less|no (?:obvious|apparent|significant|major|clear|notable)|false alarm"
        r"|art[ei]facts?|shadows?|reflections?)\b",
        re.IGNORECASE,
    ),
    links=_words(
        "a an the and or as well also too then from by to of with in on at for if not nor so both"
        " either else even just simply along together plus besides combined followed finally next"
        " first second third secondly thirdly last lastly another other others more one it its"
        " they them this that these those which there here is are be been being was were can could"
        " may might will would shall should must has have had do does did you we one i your our"
        " come comes came coming due because caused cause causes causing stem stems arise arises"
        " reason reasons source sources origin result results resulting lead leads leading bring"
        " brings ends end up outcome outcomes effect effects consequence consequences risk risks"
        " follow follows measure measures step steps action actions thing things way ways help"
        " helps need needs remember make sure worth best good always often usually sometimes"
        " frequently commonly typically possibly perhaps maybe likely probable usual common typical"
        " frequent main several few some cases case when after before afterwards while where"
        " kind kinds most much like operator team suspect culprit factor factors turn point points"
        " against avoid avoids prevent prevents keep keeps stop stops recur recurring"
    ),
    joins_next=re.compile(
        r"\s*(?:,\s*)?(?:\bor\b|\b(?:because|since|due to|owing to)\b|"
        r"\bas well as\b|\balong with\b|\bplus\b|\bnot to mention\b"
        r"|\bcombined with\b|\btogether with\b|\band\b(?=\s+(?:\w+[\s-]+){0,5}\w+[.!?]?\s*$))",
        re.IGNORECASE,
    ),
    joins_last=re.compile(
        r"(?:,|\b(?:and|or|as well as|along with))\s+(?:(?:an?|the|from|by)\s+)?$"
    ),
    lead_in=re.compile(
        r"^\s*(?:to|in order to|if|when|before|for|with|given|against|as for)\b[^,]*,",
        re.IGNORECASE,
    ),
    adds=re.compile(
        r"\s*(?:also|additionally|in addition|moreover|furthermore|besides)\b", re.IGNORECASE
    ),
    reasons=re.compile(
        r"\b(?:caus(?:e|es|ed|ing)|due to|because|result(?:s|ed|ing)? (?:in|from|of)"
        r"|lead(?:s|ing)? to|stems? from|c[oa]mes? from|prevent|avoid|recommend(?:ed)?|should|must"
        r"|needs? to|risks?)\b",
        re.IGNORECASE,
    ),
    denials=re.compile(r"\b(?:no|not|never|cannot|hardly)\b(?! only\b)|n't\b", re.IGNORECASE),
    exceptions=re.compile(
        r"\b(?:apart from|aside from|except(?:ing)?(?: for)?|other than|save for"
        r"|with the exception of)"
        r"\s+(?!this\b|that\b|these\b|those\b|them\b|it\b)(?P<what>[^.,;!?]+)",
        re.IGNORECASE,
    ),
    begins_list=re.compile(
        r"\b(?:from|by|due to|lead to|leads to|are|is|include|includes|means)\b|:"
    ),
    requests=re.compile(
        r".*\bplease\b|(?:now |first |briefly )?(?:kindly|name|say|give|tell|list|describe"
        r"|explain|check|count|recommend|identify|report|point|state|assess|look|find|break|sort|classify|show"
        r"|determine|inspect|judge|decide|suggest|advise|outline|set|note|examine|review|specify"
        r"|help|consider|indicate|confirm|let me know|walk|estimate|evaluate|propose"
        r"|summari[sz]e)\b",
        re.IGNORECASE,
    ),
)

_CHINESE = ReplyWords(
    task=re.compile(
        r"作为(?:一个|一名)?(?:AI|人工智能|语言模型|助手)|语言模型|^好的|^当然[，,！!]|以下是|如下所示"
        r"|改写|重写|原文|原句|原问题|原答案|(?:根据|按照?|依据)标注|标注(?:框|数据|信息|结果|显示)|标签|边界框|提示词|根据(?:所)?(?:提供|给定|给出|上述|以上)"
        r"|您提供|你提供|所给|已知信息|数据集|训练数据|无法(?:查看|看到)(?:图|照)|希望(?:对|能)|JSON",
        re.IGNORECASE,
    ),
    hedges=re.compile(
        "可能|也许|或许|大概|大约|似乎|好像|疑似|看起来|看上去|恐怕|估计|应该是|至少|怀疑"
        "|不太确定|不确定|不一定|说不定|难以判断|约莫|基本|大体|不能排除|无法排除|不排除"
        "|应该(?:没|是|有|不)|(?:没有|没|无|未见|未发现)(?:什么)?明显|虚惊|误报|反光|阴影|假象|伪影"
    ),
    links=frozenset(
        "、，,；;：:。和与或及以并且而又还也同时另外此外再则就都均有是由因为所致引起造成导致常见于"
        "者的了在对其它他这些种多往通常一般主要原可能会将需应当该先后然最做要把从以可其次首样便即"
    ),
    joins_next=re.compile(r"\s*(?:、|；|以及|还有|或者|或|和(?!面)|及(?!时))(?=\S)"),
    joins_last=re.compile(r"(?:、|；|以及|还有|或者|或|和|及)\s*$"),
    lead_in=re.compile(r"^\s*(?:要|想|为了|针对|对于|如果|若)[^，：]*[，：]"),
    adds=re.compile("另外|此外|同时|还|并且|再|除此之外"),
    reasons=re.compile("引起|导致|造成|由于|因为|所致|起因|成因|后果|措施|建议|应当|必须|需要"),
    denials=re.compile(
        "不会|不要|不能|不是|不应|并非|没有|无需|无须|不必|切勿|不可能|别(?=再|让|急)"
    ),
    exceptions=re.compile("(?:除了|除)(?!此|这|该|以上)(?P<what>[^，。；！？]+)"),
    requests=re.compile(
        ".*请|麻烦|帮|说|列|指|看|检查|判断|给|分析|评估|回答|确认|描述|解释|统计|识别|写|报|谈|讲|评|查|找"
    ),
    begins_list=re.compile("由|因为|由于|源于|来自|包括|有|是|为|导致|造成|引起|：|，"),
)

REPLY_WORDS: Mapping[Language, ReplyWords] = {"en": _ENGLISH, "zh": _CHINESE}

ENGLISH_GLUE = _words(
    "the is are of and there this that it to yes by from with what which any has have can you for"
    " be one two three not does do how where why at or these here they your them will should was"
    " were if no its i we an my our only just else nothing single"
)
"""Words without which hardly an English sentence is made."""
