"""`text.korean`: a noun is found with every particle, and nouns that only look so stay whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.text import stem
from excerpt.text.korean import strip_particles

PARTICLES = {
    "도쿄": "도쿄는 도쿄가 도쿄를 도쿄의 도쿄에 도쿄에서 도쿄에서는 도쿄에서도 도쿄로 도쿄로부터"
    " 도쿄와 도쿄까지 도쿄까지도 도쿄부터는 도쿄만 도쿄만이 도쿄에서의 도쿄보다는 도쿄처럼"
    " 도쿄에다 도쿄에다가 도쿄에선 도쿄엔 도쿄까진 도쿄부턴 도쿄든가",
    "서울": "서울은 서울이 서울을 서울로 서울로는 서울과 서울이나 서울에만 서울에게 서울마저도",
    "부산": "부산으로 부산으로부터 부산으로는 부산으로의 부산이라도 부산조차 부산으론 부산에다가도",
    "노동자": "노동자들 노동자들은 노동자들이 노동자들에게 노동자들에게서는 노동자들의",
    "국회": "국회의 국회에서 국회는 국회만의",
    "나라": "나라는 나라도 나라를 나라가 나라의",
    "책": "책이 책은 책을 책의 책에 책에서 책과 책도 책만 책으로",
    "나": "나는 나를 나의 나와 나도 나에게",
    "회의": "회의에서 회의를 회의의 회의는",
    "도로": "도로에서 도로를 도로의 도로가 도로까지도 도로는 도로만은 도로부터 도로로",
    "UN": "UN은 UN는 UN이 UN의 UN에서는",
    "대만": "대만은 대만을 대만의 대만에서는 대만만",
    "1945년": "1945년에 1945년의 1945년부터 1945년까지는",
    "학교": "학교이다 학교입니다 학교예요 학교이에요 학교였다 학교였습니다 학교라고 학교라는 학교란"
    " 학교랑 학교라도 학교라면 학교라서 학교에서였다 학교이며 학교이고 학교이지만 학교였던 학교인데"
    " 학교들이었다 학교든지 학교야말로 학교는커녕",
    "학생": "학생이다 학생입니다 학생이에요 학생이었다 학생이었습니다 학생이라고 학생이란 학생이랑"
    " 학생이라도 학생이라면 학생이라서 학생이며 학생이었고 학생이든지 학생이야말로 학생은커녕",
    "카메라": "카메라는 카메라도 카메라라고 카메라라면 카메라였다",
    "우리나라": "우리나라도 우리나라는 우리나라라는 우리나라라고",
    "물": "물이다 물입니다 물이라고 물이었다",
    "너": "너라고 너라면 너였다 너랑",
    "1945": "1945에서 1945의",
}
"""Nouns, and forms of them with particles."""
WHOLE = (
    "가수 도로 회의 국가 평가 작가 제도 정도 속도 지도 결과 효과 사과 아이 차이 종이 높이"
    " 강의 정의 동의 물가 수도 온도 가을 마을 노을 사랑 자랑 나라 아들 버들 반도 의도 태도"
    " 바나나 우크라이나 오키나와 콜로라도 오메가"
    " 국무회의 민주주의 자본주의 고속도로 어린이 고양이 큰아들 에서 까지 보다 부터 하나"
    " 사랑 자랑 파랑 노랑 첫사랑 계란 모란 소란 바다 모였다 보였다 보이다 모이다 라면 신라"
    " 이다 입니다 우리 경로 통로 대만 불만 정부 함께 100만 3도 2가"
)
"""Words that end in no particle."""


@pytest.mark.parametrize("noun", PARTICLES)
def test_a_noun_loses_its_particles(noun: str) -> None:
    """One particle or several, in the form that its sound requires."""
    assert strip_particles(noun) == noun
    for form in PARTICLES[noun].split():
        assert strip_particles(form) == noun, form


@pytest.mark.parametrize("word", WHOLE.split())
def test_a_word_without_a_particle_stays_whole(word: str) -> None:
    """Syllables that are particles elsewhere belong to these words."""
    assert strip_particles(word) == word


@given(st.text("가나다라마는를을이의에서도로들국회UN19é", max_size=8))
def test_a_part_of_the_word_is_left(word: str) -> None:
    """The stem is the beginning of the word, not empty, and has no particle itself."""
    stem = strip_particles(word)
    assert word.startswith(stem)
    assert bool(stem) == bool(word)
    assert strip_particles(stem) == stem


@pytest.mark.parametrize("language", ["ko", "en", "ar", "zh", ""])
def test_particles_are_removed_in_every_language(language: str) -> None:
    """Hangul is Korean, whatever the language of the document is taken for."""
    assert stem(language, "도쿄에서") == stem(language, "도쿄") == "도쿄"
    assert stem(language, "회의") == "회의"
