"""What zxcvbn says of weak passwords is said in the reader's language."""

import inspect
import re

import pytest
from zxcvbn import feedback

from mapserver.access.password_advice import EASY, advice
from mapserver.access.passwords import require_strong
from telemetry.errors import BadInput


def test_every_sentence_of_zxcvbn_is_known() -> None:
    source = re.sub(r"['\"] \\?\s*['\"]", "", inspect.getsource(feedback)).replace("\n", " ")
    said = re.findall(r"_\(\s*(?:'([^']*)'|\"([^\"]*)\")\s*\)", source)
    sentences = {single or double for single, double in said}
    assert len(sentences) > 20
    assert {sentence for sentence in sentences if advice(sentence) == EASY} == set()


def test_a_weak_password_is_refused_in_latvian() -> None:
    with pytest.raises(BadInput) as refused:
        require_strong("abcabcabcabc", "janis")
    assert refused.value.told.text("lv").startswith("parole ir pārāk vāja: Atkārtojumus, piemēram, “abcabcabc”")
