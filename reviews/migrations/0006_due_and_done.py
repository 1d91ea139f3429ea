"""What is due, and what was done lately, is found without reading all that ever was."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("reviews", "0005_waiting_and_search_indexes")]

    operations = [
        AddIndexConcurrently(
            model_name="review",
            index=models.Index(
                condition=models.Q(("published_at__isnull", True)),
                fields=["due_at", "id"],
                name="reviews_review_due",
            ),
        ),
        AddIndexConcurrently(
            model_name="actionitem",
            index=models.Index(
                condition=models.Q(("done_at__isnull", False)),
                fields=["-done_at"],
                name="reviews_actionitem_done",
            ),
        ),
    ]
