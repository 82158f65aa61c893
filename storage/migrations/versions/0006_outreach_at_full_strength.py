"""Keep what outreach at full strength needs."""

import sqlalchemy as sa
from alembic import op

import storage.columns

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "gathering",
        sa.Column("errand", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["errand"], ["errand.number"], name=op.f("fk_gathering_errand")),
        sa.PrimaryKeyConstraint("errand", "name", name=op.f("pk_gathering")),
    )
    op.create_table(
        "considered",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["run.number"], name=op.f("fk_considered_run")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_considered")),
    )
    op.create_index("ix_considered_name", "considered", ["run", "name"], unique=False)
    op.create_table(
        "global_account",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("asked_at", storage.columns.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_global_account")),
    )
    op.create_index(
        op.f("ix_global_account_asked_at"), "global_account", ["asked_at"], unique=False
    )
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
    op.drop_table("global_account")
    op.drop_table("considered")
    op.drop_table("gathering")
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
