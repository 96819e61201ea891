"""Answers of a few words, which name nothing: yes, no, and that there is none."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ShortAnswers:
    """Shapes at the beginning of a sentence. `yes` and `no` take the question as it was put;
    `there`, also a yes, says that something is there, whatever the question. `none`, which is all
    of the sentence or clause, denies what was asked for.
    """

    yes: re.Pattern[str]
    no: re.Pattern[str]
    there: re.Pattern[str]
    none: re.Pattern[str]


_END = r"(?=\s*(?:$|[,:;—–(-]|but\b|though\b|and\b))"
_SEEING = r"(?:see|find|spot|make out|detect|notice|locate|recognise|recognize|discover|identify)"
_HERE = (
    r"(?: (?:at all|here|there|anywhere|whatsoever|visible|present|today|to be (?:seen|found)"
    r"|(?:in|on|at|within|across) (?:this|the|that)(?: \w+){1,2}|on this one"
    r"|(?:that |as far as )?(?:i|we) (?:can |could )?(?:see|find|tell|spot)))*"
)
_WELL = r"\W*(?:(?:oh|well|hm+|ok(?:ay)?|um+|ah)\b\W*)?"

ENGLISH_SHORT = ShortAnswers(
    yes=re.compile(
        rf"{_WELL}(?:(?:sure(?: enough)?|certainly|definitely|absolutely|of course|very much so|yup"
        r"|(?:most )?(?:probably|likely)(?: so)?|it would seem so|so it (?:seems|appears)"
        r"|i (?:do )?(?:think|believe|guess|suppose|fear|would say|should say) so|i'd say so"
        r"|i'm afraid so|i am afraid so|(?:it )?(?:appears|seems|looks) (?:so|that way|like it)"
        rf"|(?:it|they|this|that) (?:really |certainly |indeed |clearly )?(?:is|are|does|do|has)"
        rf"|i do|without (?:a |any )?doubt|no doubt(?: about it)?|affirmative|exactly){_END}"
        r"|unfortunately,? (?:yes|so)\b|(?:right|clearly|obviously|naturally)\s*$)",
        re.IGNORECASE,
    ),
    no=re.compile(
        rf"{_WELL}(?:(?:nope|nah|negative|false|incorrect|wrong|by no means|in no way|no way"
        r"|(?:definitely|certainly|absolutely|probably|surely|clearly|of course) not"
        r"|not (?:really|at all|quite|exactly|entirely|completely|fully|in the least|so|to my eye"
        r"|here|any more|yet|now|on this one|as far as i can see|that i can (?:see|tell)"
        r"|that i know(?: of)?)|hardly|barely|far from it|anything but|on the contrary|i doubt it"
        r"|i(?:'m| am) afraid not|i think not|i (?:don't|do not|wouldn't) (?:think|believe|say) so"
        r"|(?:it|they|this|that) (?:really |certainly )?(?:isn't|aren't|doesn't|don't|is not"
        rf"|are not|does not|do not)|i (?:don't|do not)){_END}"
        r"|unfortunately,? (?:no|not)\b|(?:i(?:'m| am) afraid|sadly),? no\b)",
        re.IGNORECASE,
    ),
    there=re.compile(
        rf"{_WELL}(?:there (?:is|are)(?: (?:one|some|a few))?|i (?:can )?see (?:it|one|some|them)"
        rf"|(?:one|some) (?:is|are|can be) (?:visible|there|present|seen)|there really (?:is|are)"
        rf"|present|visible){_END}",
        re.IGNORECASE,
    ),
    none=re.compile(
        rf"{_WELL}(?:(?:none|zero|nil|0|nowhere|nothing|nope|nah|no|neither|not a single one)"
        rf"(?: of (?:them|these|those|it|the kind|that kind))?"
        rf"(?: (?:is|are) (?:there|here|visible|present|to be (?:seen|found)))?"
        r"|there (?:is|are|was|were)(?:n't| not)?"
        r"(?: (?:none|nothing|any|a single one|no such \w+(?: \w+)?)|(?<=n't)|(?<= not))"
        rf"|(?:i|we) (?:can't|cannot|can not|couldn't|could not|don't|do not|didn't|did not)"
        rf" {_SEEING} (?:any|one|it|them|anything|such \w+|any such \w+"
        r"|any of (?:them|these|those))"
        rf"|(?:i|we) (?:can )?(?:{_SEEING}|saw|found) (?:none|nothing|no such \w+)"
        r"|(?:it|they) (?:isn't|is not|aren't|are not|can't be|cannot be)"
        r" (?:there|here|visible|anywhere|present|seen|found)"
        rf"|not (?:any|there|visible|present|anywhere)){_HERE}\s*(?:$|[,:;—–(-])",
        re.IGNORECASE,
    ),
)

_SEEN_ZH = (
    r"(?:图中|图里|图上|画面中|画面里|画面上|照片中|照片里|照片上|这里|这张图|这层|粉床上|表面)?"
)
_GUESS = (
    r"(?:应该|应当|好像|似乎|看起来|看来|我觉得|我看|我认为|大概|恐怕|可能|估计)(?:是)?(?:并|都)?"
)

CHINESE_SHORT = ShortAnswers(
    yes=re.compile(
        r"\W*(?:(?:当然|的确|确实|肯定|没错|对|是)(?:是|如此|的|是的)?|是这样的?|正是|好像是的?"
        rf"|(?:{_GUESS})(?:是的?|对的?))(?=\s*(?:$|[，,：:；]))"
    ),
    no=re.compile(
        r"\W*(?:不能|不行|不可以|不太?|不完全|不尽然|不见得|未必|不对|不是的?|并不|并非如此|不全是|不怎么|完全不"
        rf"|(?:{_GUESS})(?:不是|不对)|差远了|当然不是?|肯定不是?|绝对不是?)(?=\s*(?:$|[，,：:；]))"
    ),
    there=re.compile(
        rf"\W*(?:{_GUESS}|当然|肯定|的确|确实|是)?(?:有的?|存在|看得到|能看到)(?=\s*(?:$|[，,：:；]))"
    ),
    none=re.compile(
        rf"\W*{_SEEN_ZH}(?:{_GUESS})?"
        r"(?:(?:一[处个条块点种]|哪里|什么|任何地方|哪儿)?(?:都|也|均|并|根本|完全|确实|暂时?)?"
        r"(?:没有|无|没|未见|未发现|没看到|没有看到|我?没看到|看不到|没发现|没有发现|不存在|找不到"
        r"|没找到|未检出|没出现|不在|没见到|未见到|未观察到)|零|0|我没看到|无处可见)"
        r"(?:任何|这样的|这种|此类|这类)?(?:处|个|条|块|种|过|到)?(?:缺陷|问题|异常|东西)?"
        r"(?:了|的|呢|啊|吧)?\s*(?=$|[，,：:；])"
    ),
)
