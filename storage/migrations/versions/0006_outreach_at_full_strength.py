"""Keep what outreach at full strength needs."""

import sqlalchemy as sa
from alembic import op

import storage.columns

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("delivery", sa.Column("language", sa.String(), server_default="", nullable=False))
    op.add_column(
        "delivery", sa.Column("page_language", sa.String(), server_default="", nullable=False)
    )
    op.add_column(
        "delivery", sa.Column("way", sa.String(), server_default="section", nullable=False)
    )
    op.add_column("delivery", sa.Column("human", sa.String(), server_default="", nullable=False))
    op.add_column("delivery", sa.Column("others", sa.JSON(), server_default="[]", nullable=False))

    op.add_column("run", sa.Column("kind", sa.String(), server_default="message", nullable=False))
    op.add_column(
        "run",
        sa.Column(
            "of_run", sa.Integer(), sa.ForeignKey("run.number", name="fk_run_of_run"), nullable=True
        ),
        inline_references=True,
    )
    op.add_column("run", sa.Column("language", sa.String(), server_default="", nullable=False))
    op.add_column("run", sa.Column("recipe", sa.JSON(), server_default="{}", nullable=False))
    op.add_column(
        "run",
        sa.Column(
            "event", sa.Integer(), sa.ForeignKey("event.number", name="fk_run_event"), nullable=True
        ),
        inline_references=True,
    )
    op.add_column(
        "run", sa.Column("not_before", storage.columns.Instant(timezone=True), nullable=True)
    )
    op.add_column(
        "run", sa.Column("not_after", storage.columns.Instant(timezone=True), nullable=True)
    )
    op.add_column("run", sa.Column("signup", sa.String(), server_default="", nullable=False))
    op.add_column("run", sa.Column("listens", storage.columns.Span(), nullable=True))
    op.add_column(
        "run", sa.Column("rests_until", storage.columns.Instant(timezone=True), nullable=True)
    )


def downgrade() -> None:
    op.drop_column("run", "rests_until")
    op.drop_column("run", "listens")
    op.drop_column("run", "signup")
    op.drop_column("run", "not_after")
    op.drop_column("run", "not_before")
    op.drop_column("run", "event")
    op.drop_column("run", "recipe")
    op.drop_column("run", "language")
    op.drop_column("run", "of_run")
    op.drop_column("run", "kind")

    op.drop_column("delivery", "others")
    op.drop_column("delivery", "human")
    op.drop_column("delivery", "way")
    op.drop_column("delivery", "page_language")
    op.drop_column("delivery", "language")
