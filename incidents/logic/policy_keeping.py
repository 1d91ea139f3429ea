"""Who may change whom Muster calls. Pure."""

from rosters.logic.roles import Holder, Role

NOT_YOURS = "Only administrators and service owners can change whom we call. Ask one of them."


def why_not_keep_policies(holder: Holder) -> str | None:
    """Whether a reader may write, publish and roll back versions of a policy."""
    return None if holder.has(Role.ADMINISTRATOR, Role.SERVICE_OWNER) else NOT_YOURS
