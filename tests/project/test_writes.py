"""Who may change rows, and who may put work into the queue."""

from pathlib import Path

from tests.project.sources import ROOT, Call, method_calls

WRITES = (
    "save",
    "create",
    "update",
    "delete",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
)
ROOMS_THAT_WRITE = {"operations", "operations.py", "admin", "admin.py", "migrations", "management"}
EXCEPTIONS = {
    # Django's own commands ask the user model's manager for these.
    ("rosters/models/people.py", "person.save"),
    # A workbook is written into an answer, not into a table.
    ("config/portal/downloads.py", "book.save"),
}
DEMO = Path("config/demo")


def is_write(call: Call) -> bool:
    """Tell a row's change from an operation's name, a dictionary's update and a form's save."""
    if call.is_operation:
        return False
    if call.method == "update":
        return bool(call.node.keywords) and not call.node.args
    if (ROOT / call.path.parts[0] / "operations" / f"{call.receiver}.py").exists():
        return False  # an operation, asked by its module's name
    if call.method == "save":
        return call.receiver.split(".")[-1].split("_")[-1] != "form"
    return True


def may_write(path: Path) -> bool:
    return bool(ROOMS_THAT_WRITE & set(path.parts)) or path.is_relative_to(DEMO)


def test_rows_are_changed_only_where_changes_belong() -> None:
    astray = [
        str(call)
        for call in method_calls(*WRITES)
        if is_write(call)
        and not may_write(call.path)
        and (call.path.as_posix(), f"{call.receiver}.{call.method}") not in EXCEPTIONS
    ]

    assert astray == []


def test_only_the_queue_puts_work_into_the_queue() -> None:
    astray = [
        str(call)
        for call in method_calls("delay", "apply_async", "send_task")
        if call.path != Path("config/portal/queue.py")
    ]

    assert astray == []
