"""Words that tell what a text calls clean, and whether it speaks of the photo at all."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from app.core.language import Language


@dataclass(frozen=True)
class StateWords:
    """Shapes in the clause of a word such as "clean".

    `scene`: the photo and what it shows, as a whole. `others`: what is fine or not without the
    photo's showing it: machines, settings, powder in general. `there_is`, right before a word such
    as "defect": there is one. `denies`, the word itself: there is nothing.

    What is no statement about the photo: `wished`, before the word: it is wanted, expected or
    a condition ("until", "make sure that"); `condition`, in the clause before: it depends on that;
    `done`, with the word: it is something to do ("clean the blade"). What is one of less than all:
    `same_place`, at the beginning: of the part that the clause before names; `of_kind`: of what was
    asked about ("no such defect"); `nearby`: of the neighbourhood of something, or of some of the
    image.

    `goes_on`: what may follow a word that says something of what stood before; anything else is
    a noun that the word itself belongs to ("clean edges"). `is_a`: words such as "is", which make
    even that noun a statement, or None where they don't.
    """

    scene: re.Pattern[str]
    others: re.Pattern[str]
    wished: re.Pattern[str]
    there_is: re.Pattern[str]
    condition: re.Pattern[str]
    denies: re.Pattern[str]
    done: re.Pattern[str]
    same_place: re.Pattern[str]
    of_kind: re.Pattern[str]
    nearby: re.Pattern[str]
    goes_on: re.Pattern[str]
    is_a: re.Pattern[str] | None


_ENGLISH = StateWords(
    scene=re.compile(
        r"(?<!next )(?<!following )(?<!later )(?<!previous )(?<!new )(?<!coming )"
        r"\b(?:layers?|beds?|surfaces?|images?|photos?|pictures?|frame|recoat|spread|electrodes?"
        r"|sheets?|coating|strip|everything|everything's|this one|here|anywhere|overall"
        r"|throughout|elsewhere|all)\b(?! (?:thickness|height))",
        re.IGNORECASE,
    ),
    others=re.compile(
        r"\b(?:blades?|recoaters?|coaters?|chamber|filters?|(?:gas |air ?)?flow|nozzles?|rollers?"
        r"|die|slurry|machine|printer|camera|lens|lasers?|optics|window|parameters?|settings?"
        r"|temperature|humidity|feed(?:er)?|hopper|sieve|process|rake|wiper|power|speed|tension"
        r"|gap|knife|drum|parts?|operator|dosing|powder (?:level|itself|supply|quality|lot|batch)"
        r"|contours?|melt pool|pressure|oxygen|thickness|height|screen|guide|edges?)\b",
        re.IGNORECASE,
    ),
    wished=re.compile(
        r"\b(?:until|till|once|when(?:ever)?|if|make (?:it )?sure|ensures?|see (?:to it )?that"
        r"|check(?:ing)? (?:that|whether|if)|confirm|verify|keeps?|must|should|shall|will"
        r"|would (?:be|look|have been|appear|leave)|could|might|may|needs? to|has to|have to"
        r"|so that|unless|as soon as|compared (?:with|to)|(?<!other )(?<!rather )than|like"
        r"|as (?:if|though)"
        r"|at first (?:glance|sight)|(?:only|merely) (?:looks|seems|appears)|wipe|brush|scrape"
        r"|were it not|if not)\b",
        re.IGNORECASE,
    ),
    there_is=re.compile(r"\b(?:there(?: is|'s)|has|have|shows?) (?:a|some) $", re.IGNORECASE),
    condition=re.compile(
        r"\b(?:if|unless|without|once|when(?:ever)?|were it not|as soon as|at first)\b",
        re.IGNORECASE,
    ),
    denies=re.compile(r"no|zero|found no|(?:find|see|saw) no", re.IGNORECASE),
    done=re.compile(
        r"(?:^\s*|\b(?:please|to|and|then|should|first|must|also|always|not|or|next|better) )clean"
        r" (?:the|it|them|up|off|out|your|an?|this|that|any|all|its|both|each)\b",
        re.IGNORECASE,
    ),
    same_place=re.compile(r"^\s*(?:where|which)\b", re.IGNORECASE),
    of_kind=re.compile(
        r"\bsuch\b|\b(?:of|in) (?:the|this|that) (?:kind|sort|type|class|respect|regard)\b",
        re.IGNORECASE,
    ),
    nearby=re.compile(
        r"(?<!all )\baround\b|\b(?:between|surrounding|adjacent|next to|beside|close to)\b"
        r"|\b(?:below|above|beneath|behind|left of|right of) (?:it|them|this|that)\b"
        r"|\b(?:most|much|parts?|some) of\b|\b(?:mostly|largely|mainly|partly)\b",
        re.IGNORECASE,
    ),
    goes_on=re.compile(
        r"\s*(?:$|[^\w\s]|(?:to|for|with|all|over|throughout|here|there|everywhere|too|again|now"
        r"|so|as|at|in|on|from|and|or|enough|apart|except|besides|otherwise|anywhere|overall|this"
        r"|that|the|but|by|because|since|if|once|when|while|aside|then|also|either|after|before|up"
        r"|of|which|today|still|yet|without|save|other|along|across|down|near|outside|elsewhere"
        r"|even|i|we|you|is|are|looks?|can|whatsoever|visible|present|whatever|at all|under|like"
        r"|not|was|were|has|have|other than|despite|beyond|upon|seen|detected|found|noted)\b)",
        re.IGNORECASE,
    ),
    is_a=None,
)

_CHINESE = StateWords(
    scene=re.compile(
        r"(?<!下一)(?<!后续)(?<!上一)(?<!后几)(?<!每)层(?![厚间])|粉床|粉面|画面|图|照片|表面|铺粉"
        r"|极片|涂层|一切|全部|各处|处处|整体|到处|别处|区域?(?!别|分)|所有"
    ),
    others=re.compile(
        r"刮刀|刃口|气流|[吹送]?风[量速口]?|滤[芯网]|[送供]粉|参数|温度|湿度|激光|功率|速度|辊|模头"
        r"|设备|仓|喷嘴|浆料|层厚|粉末|轮廓|截面|熔化区|含氧量|张力|间隙|零件|出口|边缘|过程|工艺"
    ),
    wished=re.compile(
        r"确保|保证|保持|确认|核实|检查|查看|直到|直至|恢复|应[当该](?![判算视])|必须|需要?"
        r"|[后再才](?=继续|打印|铺)|下一层|后续|若|如果|要是|假如|只要|要不是|会|使得?|让|乍一?看|看似|似乎|貌似"
        r"|相比|与(?=$)|[和跟同](?=$)|就$"
        r"|[擦清洗吹扫弄理抹刷]$"
    ),
    there_is=re.compile(r"(?<!没)有$"),
    condition=re.compile(r"如果|若|要是|要不是|假如|只要|一旦|乍一?看|倘"),
    denies=re.compile(r"没|无|未|看不|不存|零|都没|什么都没"),
    done=re.compile(r"(?:正常|干净|完好|合格|没有?问题)了?(?:之?后|再|才|的话|就)"),
    same_place=re.compile(r"^\s*(?:那里|那边|该处|此处|那一侧)"),
    of_kind=re.compile(
        r"这个?(?:问题|缺陷|情况|现象|毛病)|[这此该]一?[种类项]|[该此]缺陷|这样的|这方面|同类|上述"
    ),
    nearby=re.compile(r"周围|附近|旁边|周边|边上|之间|四周|大部分|多数|大半"),
    goes_on=re.compile(r"\s*(?:$|的?$|的?[^\w\s]|[了吧呢啊呀嘛]|的(?:样子|状态)?$)"),
    is_a=re.compile(r"是|属于?|为|呈|算|按|判"),
)

STATE_WORDS: Mapping[Language, StateWords] = {"en": _ENGLISH, "zh": _CHINESE}
