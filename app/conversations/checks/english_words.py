"""English words by what they do in a sentence (see `app.conversations.checks.cue_words`)."""

import re

from app.conversations.checks.cue_words import CueWords, phrases
from app.conversations.checks.short_answers import ENGLISH_SHORT

_NOTHING = phrases(
    "nothing stands out|nothing to see|nothing to report|nothing to flag|nothing unusual|"
    "found nothing|find nothing|see nothing|saw nothing|nothing else|nothing more|nothing in|"
    "nothing on|nothing at|nothing conspicuous|nothing suspicious|nothing amiss|"
    "nothing out of the ordinary|no complaints|no concerns|nothing is wrong|nothing's wrong|"
    "nothing was wrong|nothing seems wrong|nothing looks wrong"
)
"""Denies all that there might be, and what is named behind it, too."""

ENGLISH = CueWords(
    roles={
        "negation": phrases(
            "no|nope|nah|not|none|never|neither|nor|without|nothing|nobody|nowhere|isn't|aren't|wasn't|"
            "weren't|doesn't|don't|didn't|hasn't|haven't|can't|cannot|won't|free of|free from|"
            "clear of|lack|lacks|lacking|absence of|rather than|instead of|unlike|hardly|zero|"
            "neither of|not a single|no sign of|no signs of|no trace of|no traces of|devoid of|"
            "anything but|far from|nowhere near|no longer|wouldn't|clean of|clean from"
        )
        + _NOTHING,
        "unseen": phrases(
            "none|absent|ruled out|nonexistent|non-existent|rule out|rules out|exclude|excludes|"
            "excluded"
        ),
        "seen": phrases(
            "visible|seen|see|present|there|here|found|find|detected|detect|shown|show|shows|"
            "occur|occurs|exist|exists|happen|happens|possible|expected|to be seen|among|"
            "appear here|appear on|appear in|in this|on this|in the photo|in the image|part of|"
            "in question|belong|the case|visible here|expect|show up|shows up"
        ),
        "states": phrases(
            "there is|there are|there's|shows|contains|has|carries|bears|i see|lies|lie|runs|"
            "sits|is|are|it's|we have|i find|i count"
        ),
        "except": phrases(
            "other than|apart from|aside from|except for|except|besides|beyond|in addition to|"
            "nothing but|none but|along with|save for|"
            "aside|with the exception of|excepting|found nothing but|see nothing but|"
            "saw nothing but|find nothing but|nothing else but|nothing more than"
        ),
        "contrast": phrases(
            "but|however|instead|only|while|whereas|yet|although|though|even though|but rather|just"
        ),
        "supposed": phrases(
            "could be|may be|might be|mistaken for|mistake for|mistake it for|confused with|"
            "confuse with|resembles|resemble|similar to|if|unless|as with|in case of|"
            "were it not for|if not for|if it weren't for|at first glance|at first sight|"
            "only looks|only seems|only appears|merely looks|merely seems|"
            "looked for|checked for|searched for|looking for|looked out for|inspected for"
        ),
        "supposing": phrases(
            "would not show|would not have|wouldn't show|wouldn't have|"
            "would look|would show|would be|would have|would appear|would leave"
        ),
        "limit": phrases(
            "that's all|that is all|that's it|"
            "other|others|else|further|otherwise|elsewhere|rest|remaining|additional|more|"
            "another|remainder|surrounding|around it|around them|outside|"
            "nothing else|nothing more|otherwise fine|otherwise good|otherwise ok|otherwise okay"
        ),
        "report": phrases(
            "report|reports|reported|detector|detectors|detector's|the detection|detections|"
            "listed|quoted|the list|prediction|predictions|machine's|reporting|"
            "the findings given"
        ),
        "assents": phrases(
            "sure|certainly|definitely|absolutely|of course|negative|false|probably|exactly|so|"
            "incorrect|barely|i doubt it|very much so|affirmative|naturally|obviously|clearly"
        ),
        "yes": phrases("yes|yeah|yep|indeed|correct|right you are|true|that's right|affirmative"),
        "agrees": phrases("yes|yeah|yep|no|nope|nah|indeed|correct|true"),
        "clean": phrases(
            "flawless|defect-free|faultless|spotless|immaculate|unblemished|in order|all clear|"
            "as it should be|all good|nothing wrong|sound|normal|clean|in good shape|intact|"
            "in good order|fault-free|unremarkable|good to go|good condition|no-defect|"
            "good layer|good bed|good surface|perfect|undamaged|undisturbed|all is well|"
            "perfect condition|excellent condition|that's all|that is all|that's it|"
            ""
            "otherwise fine|otherwise good|otherwise ok|otherwise okay"
        )
        + _NOTHING,
        "clean_state": phrases(
            "is fine|looks fine|is perfectly fine|is completely fine|is just fine|"
            "are fine|all fine|is good|looks good|is ok|is okay|looks ok|"
            "looks okay|this layer ok|layer okay|surface ok|surface okay|layer good|image ok|"
            "surface good|bed ok|bed okay|bed good|layer ok|electrode ok|electrode okay|"
            "layer fine|bed fine|surface fine|everything fine|everything ok|everything okay|"
            "all right|alright|"
            "looks perfectly fine|looks completely fine|look fine|look good|look ok|seems fine|"
            "seem fine|seems good|was fine|were fine|is well|it's fine|it's good|it's ok|"
            "everything's fine|everything's ok|is entirely fine|is absolutely fine|"
            "completely fine|perfectly fine"
        ),
        "defect": phrases(
            "defect|defects|flaw|flaws|anomaly|anomalies|abnormality|abnormalities|irregularity|"
            "irregularities|problem|problems|issue|issues|blemish|blemishes|imperfection|"
            "imperfections|anything wrong|something wrong|anything unusual|anything abnormal|"
            "something abnormal|something unusual|anything amiss|something amiss|anything off|"
            "anything suspicious|something off|faults|fault|defective|faulty|abnormal|finding|"
            "findings|finds|the find|this find|a find|each find|entries|"
            "something is wrong|something's wrong|something is off|something's off|"
            "something is not right|something isn't right|something seems wrong|"
            "something looks wrong|"
            "anything out of the ordinary|out of order|go wrong|gone wrong|went wrong|"
            "affected"
        ),
        "faulty": phrases(
            "something is wrong|something's wrong|something is off|something's off|"
            "something is not right|something isn't right|something seems wrong|"
            "something looks wrong|something wrong|something abnormal|something off|something amiss"
        ),
        "regards": phrases(
            "as regards|with regard to|with respect to|in terms of|as far as|regarding|concerning|"
            "when it comes to"
        ),
        "kinds": phrases(
            "kind|kinds|type|types|class|classes|sort|sorts|category|categories|kind of defect|"
            "kinds of defect|kinds of defects|types of defect|types of defects|defect class|"
            "defect classes|defect type|defect types|different defects|different defect|"
            "separate kinds|different kinds|different types|different classes"
        ),
        "and": phrases("and|as well as|plus|together with"),
        "or": phrases("or"),
        "total": phrases("in all|in total|altogether|total|overall|all told|a total of"),
        "part": phrases("of the|of these|of those|of its|among them"),
        "article": phrases("a|an|the|any|some|this|that|these|those"),
        "unit": phrases(
            "mm|millimetre|millimetres|millimeter|millimeters|cm|µm|um|micron|microns|%|percent|"
            "per cent|layers|layer|times|seconds|minutes|hours|passes|pass|days|weeks|shifts|px|"
            "pixels|degrees|kg|bar|sides|ends|edges|corners|halves|thirds|"
            "thing|way|ways|step|steps|reason|reasons|cause|causes|measure|"
            "measures|question|side|end|direction|another|by|go|look|glance|line|word"
        ),
        "largest": phrases(
            "larger of the|larger of|largest|biggest|most prominent|main one|widest"
        ),
        "smallest": phrases("smallest|tiniest|least prominent"),
        "measure": phrases(
            "instance|instances|occurrence|occurrences|case|cases|instance of|instances of|"
            "occurrence of|occurrences of|cases of"
        ),
        "pronoun": phrases("it|they|them|its"),
        "whether": phrases("whether|tell me if|say if|see if|check if|know if"),
        "open_question": phrases("what|which|where|how|why|who|describe|name|list|explain"),
        "why_link": phrases(
            "left by|made by|drawn by|caused by|causes|cause|comes from|come from|due to|"
            "because of|result of|results from|leads to|lead to|results in|result in|triggers|"
            "turn into|turns into|grow into|later|may|can|often|next layer|next layers|"
            "following layers|stems from|arise from|arises from|produce|produces|becomes|become|"
            "ends as|end up"
        ),
        "cause": phrases(
            "cause of|caused|cause|causes|causing|why|comes from|come from|came from|reason|"
            "reasons|origin|originate|originates|arise|arises|arose|arisen|root cause|"
            "brought about|bring about|brings about|brought on|responsible for|how did|behind|"
            "traces back|trace back|traced back|stem from|stems from|stemmed|due to|led to|"
            "source of|explains|explain|explanation|get there|came about|come about|comes about|"
            "how does|gives rise to|gave rise to|produced|go wrong|gone wrong|went wrong|culprit|"
            "culprits|trigger|triggers|triggered|account for|blame|to blame|put it down to|"
            "source|points to|point to|suspect|suspects|where does|what leads to|what led to|"
            "what can lead to|what could lead to|what may lead to|what might lead to|"
            "what usually leads to|what typically leads to|what normally leads to"
        ),
        "consequence": phrases(
            "consequence|consequences|effect|effects|impact|impacts|lead to|leads to|leading to|"
            "led to|result in|results in|risk|risks|risky|what happens|happens if|happen if|"
            "if left|left as it is|left alone|left untreated|left uncorrected|ignored|ignore|"
            "matter|matters|harm|harms|harmful|affect|affects|damage|danger|dangerous|mean for|"
            "means for|end in|ends in|worry|worse|follow from|follows from|follow|follows|"
            "serious|severity|severe|what harm|do to the|goes on|nothing is done|stays|outcome|"
            "outcomes|threaten|threatens|threat|implication|implications|carry on|keep going|"
            "go on|unattended|price|the part suffer|suffer|suffers|cost"
        ),
        "remedy": phrases(
            "remedy|remedies|remedied|fix|fixes|fixed|do about|done about|prevent|prevents|"
            "prevented|avoid|avoided|corrective|countermeasure|countermeasures|cure|cured|"
            "get rid|rid of|recommend|recommended|recommendation|advise|advice|action|actions|"
            "help against|helps against|what helps|can be done|be done|to do|do i|do we|should i|"
            "should we|should be|put right|put it right|steps|measures|measure|adjust|adjusted|"
            "counter|stop it|operator do|eliminate|eliminated|treat|react|respond|response|"
            "deal with|dealt with|handle|tackle|tackled|solve|solved|solution|keep from|"
            "keeps from|coming back|suggest|repair|against|work against|address|addressed|"
            "changed|change|check first|mitigate|next time|resolve|resolved|intervene|what now|"
            "i do|we do|you do|improve"
        ),
        "tells_cause": phrases(
            "caused by|comes from|come from|came from|due to|because|because of|stems from|"
            "stem from|origin|result of|arises from|arise from"
        ),
        "tells_consequence": phrases(
            "leads to|lead to|results in|result in|consequence|consequences|ends in|end in"
        ),
        "tells_remedy": phrases(
            "you should|we should|recommend|remedy|countermeasure|countermeasures|prevent|avoid"
        ),
        "plain": phrases(
            "of a kind|you spot|i spot|to spot|right away|all right|right after|right now|"
            "right before|right here|right there|right at|right next|is right|are right|be right|"
            "not right|isn't right|left by|left behind|left with|left in|left by the|is left|"
            "are left|be left|was left|left on|left over|left open|left out|leaves out|on top|"
            "on top of|top layer|the top layer|top surface|top of the part|top side|"
            "at the top of the list|the right time|the right amount|the right setting|"
            "the right settings|the left over|no matter|no longer than|no doubt|no more than|"
            "no less than|not least|not uncommon|not unusual|nothing else than|sooner or later|"
            "more or less|one by one|one another|one or more|at least one|one of the usual|"
            "one of the|one thing|no one|each other|at once|as a whole|at the very least|or not|"
            "rest assured|in other words|the other hand|what is more|once more|without delay|"
            "without a doubt|cause for concern|nothing else to|the one|that one|this one|"
            "each one|every one|which one|which ones|largest one|biggest one|larger one|"
            "smaller one|bigger one|other one|second one|first one|last one|another one|"
            "more than one|more than a single|one of them|not only|not just|not yet|no need|"
            "need not|if not|whether or not|not always|not all|"
            "as far as i can tell|as far as i can see|as far as i see|as far as the photo shows|"
            "as far as can be seen|as far as one can see|as far as i can judge"
        ),
    },
    several=re.compile(
        r"\b(?:several|multiple|(?<!too )many|numerous|various|a few|a number of|a couple of"
        r"|dozens of)\s+"
        r"(?:(?!(?:of|and|or|an?|the|in|with|to|as)\b)[a-z-]+\s+){0,2}$",
        re.IGNORECASE,
    ),
    all_of=re.compile(
        r"\b(?:both(?! (?:sides|ends|edges|of the (?:sides|ends|edges)))|each of|every one"
        r"|(?<!not )(?<!in )(?<!at )all(?: of (?:them|these|those|the)"
        r"|(?: the)? (?:two|three|four|five|six|seven|eight|nine|ten|\d+)\b"
        r"| (?:lie|are|sit|run|at|in|on|near|within)\b(?! all)"
        r"| the \w+s\b)|they all|are all|lie all)\b",
        re.IGNORECASE,
    ),
    apart=re.compile(
        r"\W*(?:(?:one|a \w+) (?:left|right|above|below)"
        r"|(?:both|either|each) (?:sides?|corners?))\b",
        re.IGNORECASE,
    ),
    span=re.compile(
        r"\b(?:from|between) (?:the )?(?:left|right|top|bottom|upper|lower)\b.{0,20}?"
        r"\b(?:to|and) (?:the )?(?:left|right|top|bottom|upper|lower)(?: edge| side)?",
        re.IGNORECASE,
    ),
    short=ENGLISH_SHORT,
    numbers={"a single": 1, "both": 2, "a pair of": 2, "a dozen": 12, "half a dozen": 6},
    near=3,
    place_after=True,
    bare_places=frozenset({"left", "right", "top", "bottom", "centre", "center"}),
)
