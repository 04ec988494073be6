"""Korean word → its stem without particles: 도쿄에서 (in Tokyo) → 도쿄.

Korean writes particles without a space after a noun, several in a row if need be: 에서는, 까지도.
They are removed one by one from the end, the longest first, as far as the sounds allow: many
particles have one form after a vowel and another after a consonant (는 and 은, 를 and 을), so 가을
(autumn) does not end in the particle 을.

The copula, which is written like a particle, is removed in the same way: 노동자였다 (was a worker).

Some syllables that are particles also end nouns: 회의 (meeting), 도로 (road), 수도 (capital). They
are removed only if at least two syllables are left, or one of `_SHORT_NOUNS`; `_WHOLE` lists words
that would still lose a part of themselves. Where a longer noun does lose one, all its forms lose
it, so they still find each other.
"""

from typing import Final

__all__ = ["FIRST_SYLLABLE", "strip_particles"]

FIRST_SYLLABLE: Final = "가"
_LAST: Final = "힣"
"""The first and the last syllable of Unicode, which orders them by their sounds."""
_N_FINALS: Final = 28
"""Final consonants of a syllable, including none, which is the first."""
_RIEUL: Final = 8
"""The number of the final consonant ㄹ, after which 로 stands as after a vowel."""

_ANY, _VOWEL, _CONSONANT, _RO = "any", "vowel", "consonant", "vowel or ㄹ"
"""The last sounds of a word that a particle can follow."""


def _table(particles: dict[str, str]) -> dict[str, str]:
    """Return particle → sounds that it follows, given sounds → particles."""
    return {particle: sounds for sounds, each in particles.items() for particle in each.split()}


def _word_set(*lines: str) -> frozenset[str]:
    return frozenset(" ".join(lines).split())


_CLEAR: Final = _table(
    {
        _ANY: "에서 에게 에게서 께서 한테 한테서 까지 부터 마저 조차 마다 처럼 에다 에다가"
        " 에선 에겐 한텐 까진 부턴",
        _VOWEL: "를 는",
        _CONSONANT: "을 은 으로 으로서 으로써 으로부터 으론 이라도 이나마 이라는 이라고 이랑 이나"
        " 이란",
    }
)
"""Particles that hardly ever end a noun, with the sounds that they follow."""
_DOUBTFUL: Final = _table(
    {
        _ANY: "의 에 께 도 만 뿐 대로 만큼 보다 하고 밖에 들 엔 씩",
        _VOWEL: "가 와 나 라 라고 라는 라도 라면 라서 라며 라니 라든가 라든지 란 랑"
        " 나마 든지 든가 야말로 는커녕",
        _CONSONANT: "이 과 이야 이라 이라면 이라서 이라며 이라니 이라든가 이라든지 이든 이든지"
        " 이야말로 은커녕",
        _RO: "로 로서 로써 로부터",
    }
)
"""Particles that also end nouns, and the plural 들."""
_COPULA: Final = _table(
    {
        _ANY: "이다 입니다 입니까 이에요 이예요 이었다 이었던 이었고 이었으며 이었으나 이었지만"
        " 이었는데 이었습니다 이었습니까 이며 이고 이지만 이므로 이면서 이니까 이었을 인데 인데도",
        _VOWEL: "예요 였다 였던 였고 였으며 였으나 였지만 였는데 였습니다 였습니까 였을",
    }
)
"""Forms of the copula, which stand directly after a noun; verbs may have the same endings."""
_ENDINGS: Final = _DOUBTFUL | _COPULA
_MAX_LENGTH: Final = max(map(len, _ENDINGS))
_NOUNS_IN_RA: Final = (
    *("나라", "카메라", "오페라", "콜라", "소라", "고릴라", "바닐라", "오로라", "사하라", "빌라"),
    *("앙골라", "과테말라", "베네수엘라", "만델라", "에볼라", "아우라", "드라큘라", "칼라", "테라"),
)
"""Nouns in 라, whose particles would otherwise be taken for ones that begin with it: 나라도 (the
country, too) is 나라 with 도."""
_AFTER_NUMBERS: Final = _word_set("은 는 을 를 에 에서 까지 부터 로 으로 의")
"""Particles after digits; others are counters there, such as 만 (ten thousand) and 도 (degrees)."""
_SHORT_NOUNS: Final = _word_set(
    "책 물 집 돈 법 힘 말 일 땅 산 강 밤 봄 눈 손 발 몸 꿈 빛 불 밥 꽃 별 달 왕 글",
    "옷 값 곳 때 것 뜻 삶 적 군 당 길 배 뼈 피 흙 돌 쌀 술 약 병 칼 총 문 벽 방 논",
    "밭 숲 섬 숨 신 절 딸 형 벗 님 나 너 저 내 네 제 그 누 뭐",
)
"""Nouns and pronouns of one syllable that doubtful particles are removed from."""
_WHOLE: Final = _word_set(
    # words that look like a short noun with a particle
    "강의 강도 물가 길이 일과 말로 법도 산도 산만 적도 적의 당도 때로 배로 배도 피로",
    "문과 문의 방도 신도 절도 절로 제도 제의 제로 그만 그로 그대로 내의 내과 내로 논의",
    "별로 약과 약도 불만 불과 별도 왕도 병가",
    # longer nouns
    "어린이 젊은이 늙은이 고양이 원숭이 호랑이 지팡이 달팽이 알맹이 손잡이 목걸이",
    "길잡이 지은이 글쓴이 하루살이 멍청이 맏아들 큰아들 작은아들 외아들 본회의 국무회의",
    "정상회의 국제회의 대책회의 전체회의 안전보장회의 최고회의 확대회의 비밀회의",
    "대륙회의 평화회의 원탁회의 고속도로 간선도로",
    "첫사랑 짝사랑 옛사랑",
    # names and borrowed words that end like 나, 가, 도 or 와
    "바나나 안테나 코로나 아레나 사바나 이구아나 마리화나 아르헨티나 우크라이나 보츠와나 가이아나",
    "아바나 아테나 에트나 베로나 바르셀로나 애리조나 캐롤라이나 카타리나 크리스티나 메디나 볼로냐",
    "오메가 말라가 나이아가라 콜로라도 엘도라도 아보카도 토네이도 오키나와 가나가와",
)
"""Words that keep what looks like a particle."""
_ISM: Final = "주의"
"""The ending of words for doctrines, such as 민주주의 (democracy)."""


def strip_particles(word: str) -> str:
    """Return `word`, composed (NFC), without the particles at its end.

    A word that does not end in a Korean syllable is returned as it is.

    >>> strip_particles("도쿄에서"), strip_particles("서울까지도"), strip_particles("회의")
    ('도쿄', '서울', '회의')
    """
    while FIRST_SYLLABLE <= word[-1:] <= _LAST and word not in _WHOLE:
        shorter = _without_last_particle(word)
        if shorter == word:
            break
        word = shorter
    return word


def _without_last_particle(word: str) -> str:
    """Return `word` without its last particle, the longest that may be one."""
    for length in range(min(_MAX_LENGTH, len(word) - 1), 0, -1):
        stem, particle = word[:-length], word[-length:]
        if particle in _CLEAR:
            if _may_follow(stem, particle, _CLEAR[particle]):
                return stem
        elif particle in _ENDINGS and _may_follow(stem, particle, _ENDINGS[particle]):
            if particle[0] == "라" and (stem + "라").endswith(_NOUNS_IN_RA):
                continue
            is_ism = length == 1 and len(word) > 3 and word.endswith(_ISM)
            if not is_ism and (len(stem) > 1 or stem in _SHORT_NOUNS):
                return stem
    return word


def _may_follow(stem: str, particle: str, sounds: str) -> bool:
    """Return whether `particle` may follow the last sound of `stem`.

    The last sound of letters and digits of other scripts is not known.
    """
    last = stem[-1]
    if last.isdecimal():
        return particle in _AFTER_NUMBERS
    if not FIRST_SYLLABLE <= last <= _LAST:
        return True
    final = (ord(last) - ord(FIRST_SYLLABLE)) % _N_FINALS
    if sounds == _VOWEL:
        return not final
    if sounds == _CONSONANT:
        return final > 0
    return sounds == _ANY or final in {0, _RIEUL}
