"""What a page asks, read from its markup."""

from config.front.account.asked import Asked, answers, read
from config.front.account.kept import Kept

PAGE = """
<h1>Post update 3</h1>
<form>
  <input type="hidden" name="key" value="k">
  <label for="id_text">What <b>customers</b> see: <span class="hint">(optional)</span></label>
  <textarea name="text" id="id_text">old words</textarea>
  <label for="id_at">When?</label><input type="datetime-local" name="at" id="id_at">
  <fieldset><legend>How bad is it?</legend>
    <label><input type="radio" name="bad" value="4" id="id_bad_3">Small</label>
  </fieldset>
  <label for="id_drill"><input type="checkbox" name="drill" id="id_drill">This is a drill</label>
  <label for="id_row-0-hours">Hours</label>
  <select name="row-0-hours" id="id_row-0-hours"><option value="1">Office hours</option></select>
</form>
"""


def test_each_answer_stands_under_the_words_of_its_field() -> None:
    typed = {
        "key": "k",
        "text": "Slow",
        "at": "2026-11-20T09:05",
        "bad": "4",
        "drill": "on",
        "row-3-hours": "1",
    }
    late = Kept("/x/", "/x/", [[name, value] for name, value in typed.items()])

    assert read(PAGE).title == "Post update 3"
    assert answers(late, read(PAGE)) == [
        ("What customers see", "Slow"),
        ("When?", "Fri 20 Nov 2026, 09:05"),
        ("How bad is it?", "Small"),
        ("This is a drill", "Yes"),
        ("Hours", "Office hours"),
    ]


def test_without_a_page_the_names_of_the_fields_are_left() -> None:
    late = Kept("/x/", "/x/", [["why_not", "Because"]])

    assert answers(late, Asked()) == [("Why not", "Because")]
