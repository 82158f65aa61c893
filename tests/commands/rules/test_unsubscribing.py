"""Who asks for no more messages is seen in many languages, and who does not is left alone."""

from pathlib import Path

import pytest

from commands.rules.unsubscribing import StopWords, asks_to_stop, stop_words

FOLDER = Path(__file__).parents[3] / "chatbot/listening/stopwords"
LANGUAGES = [stop_words(file.read_text(encoding="utf-8")) for file in FOLDER.glob("*.txt")]
OURS = (
    "There will be a talk on Thursday. To get no more of these messages, unsubscribe on this page. "
    "If you do not want these messages, just say so."
)


def asks(text: str) -> bool:
    return asks_to_stop(text, LANGUAGES, ours=OURS)


@pytest.mark.parametrize(
    "text",
    [
        "unsubscribe",
        "Unsubscribe!",
        "'''UNSUBSCRIBE''' ~~~~",
        "Please, no more messages.",
        "Stop.",
        "STOP!!!",
        "Please stop",
        "stop please, thanks",
        "Please stop sending me these things",
        "Don't send me this.",
        "Don’t contact me again",
        "Nice idea, but do not write to me again.",
        "I never asked for this: remove me from your list",
        "How do I opt out?",
        "No. Unsubscribe me, I have no time.",
        "I do not like mass messages at all; please unsubscribe me",
        "Bitte keine Nachrichten dieser Art mehr.",
        "Bitte nehmt mich aus dem Verteiler",
        "Désabonner, s'il vous plaît",
        "Merci de ne plus m'envoyer ces messages.",
        "Por favor, no más mensajes",
        "Quiero darme de baja",
        "Não quero receber mais isto.",
        "Niente più messaggi, grazie",
        "Graag geen berichten meer.",
        "Inga fler meddelanden, tack!",
        "Sluta!",
        "Ei enää viestejä, kiitos.",
        "Proszę nie wysyłać takich wiadomości",
        "Přestaňte posílat tyhle zprávy",
        "Szeretnék leiratkozni.",
        "Отписаться",
        "Больше не пишите мне!",
        "Хватит!",
        "Відписатися, будь ласка",
        "Abonelikten çıkmak istiyorum",
        "Lütfen bana mesaj atmayın.",
        "إلغاء الاشتراك من فضلكم",
        "لطفاً دیگر پیام نفرستید",
        "נא לא לשלוח לי הודעות",
        "कृपया संदेश न भेजें",
        "配信停止",
        "今後の配信停止をお願いします。",
        "もうメッセージを送らないでください",
        "请不要再发消息给我",
        "이런 메시지는 그만 보내주세요",
        "ขอให้หยุดส่งข้อความ",
        "Vui lòng không gửi nữa",
        "Jangan kirim pesan lagi",
        "> There will be a talk on Thursday.\n\nunsubscribe",
        "{{tq|There will be a talk}} Leave me alone.",
        "unsub\u200bscribe",
    ],
)
def test_a_wish_for_no_more_is_seen(text: str) -> None:
    assert asks(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Thanks, I'll come!",
        "Don't stop!",
        "Please don't stop sending me these.",
        "Never stop writing, I love it",
        "I do not want to unsubscribe",
        "Do not unsubscribe me",
        "I'll stop by on Thursday",
        "The bus stop is near.",
        "a non-stop flight",
        "unsubscribers are rare",
        "resubscribe",
        "Nonstop",
        "Ich möchte nicht aus dem Verteiler genommen werden",
        "Ne me désabonner pas",
        "Nicht abbestellen!",
        "No quiero darme de baja",
        "Не отписаться, а наоборот",
        "配信停止しないでください",
        "不要取消订阅",
        "Stop words are fun to study",
        "Merci, j'en ai assez appris pour venir",
        "> To get no more of these messages, unsubscribe on this page.\n\nWhat does that mean?",
        "{{tq|unsubscribe on this page}} is a good idea.",
        "<blockquote>To get no more of these messages, unsubscribe</blockquote> Nice footer.",
        "You write “To get no more of these messages, unsubscribe on this page”. Well done.",
        "You say: to get no more of these messages, unsubscribe on this page. Which page?",
        "if you do not want these messages, just say so",
    ],
)
def test_nothing_else_is_taken_for_one(text: str) -> None:
    assert not asks(text)


@pytest.mark.parametrize(
    "hostile",
    ["don't " * 5000, "<q>" * 3000, "{{tq|" * 2000, '"' * 5000, "“" * 5000, "\ud800stops "],
)
def test_hostile_text_is_read_quickly(hostile: str) -> None:
    assert not asks(hostile)


def test_a_file_says_what_each_line_is() -> None:
    assert stop_words("# remark\n\nNo More\n= halt\n~please\n! not\n> nicht\n#!\n=\n") == StopWords(
        phrases=frozenset({("no", "more")}),
        alone=frozenset({("halt",)}),
        polite=frozenset({("please",)}),
        negations=frozenset({("not",)}),
        negations_after=frozenset({("nicht",)}),
    )


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.txt")), ids=lambda file: file.stem)
def test_each_language_sees_all_of_its_own_phrases(file: Path) -> None:
    stop = stop_words(file.read_text(encoding="utf-8"))
    assert stop.phrases
    assert stop.alone
    for words in (*stop.phrases, *stop.alone):
        assert asks_to_stop(" ".join(words), [stop])
