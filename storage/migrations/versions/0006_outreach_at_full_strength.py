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
        "editor",
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.key"], name=op.f("fk_editor_person")),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_editor")),
    )
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
    op.create_index(op.f("ix_delivery_human"), "delivery", ["human"])
    op.create_index("ix_delivery_account", "delivery", ["user", "wiki"])
    op.add_column("delivery", sa.Column("others", sa.JSON(), server_default="[]", nullable=False))
    op.add_column(
        "delivery", sa.Column("due_at", storage.columns.Instant(timezone=True), nullable=True)
    )
    op.add_column(
        "delivery", sa.Column("put_off_at", storage.columns.Instant(timezone=True), nullable=True)
    )
    op.add_column(
        "delivery", sa.Column("verified", sa.Boolean(), server_default=sa.false(), nullable=False)
    )

    op.add_column("run", sa.Column("kind", sa.String(), server_default="message", nullable=False))
    op.add_column(
        "run",
        sa.Column(
            "of_run", sa.Integer(), sa.ForeignKey("run.number", name="fk_run_of_run"), nullable=True
        ),
        inline_references=True,
    )
    op.add_column("run", sa.Column("language", sa.String(), server_default="", nullable=False))
    op.add_column("run", sa.Column("particulars", sa.JSON(), server_default="{}", nullable=False))
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
    op.add_column("run", sa.Column("confirmed_by", sa.JSON(), server_default="[]", nullable=False))
    op.add_column("run", sa.Column("signup", sa.String(), server_default="", nullable=False))
    op.add_column("run", sa.Column("listens", storage.columns.Span(), nullable=True))
    op.add_column(
        "run", sa.Column("rests_until", storage.columns.Instant(timezone=True), nullable=True)
    )
    op.add_column("run", sa.Column("approvals", sa.JSON(), server_default="{}", nullable=False))

    op.create_table(
        "stop",
        sa.Column("wiki", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("page", sa.String(), nullable=False),
        sa.Column("revid", sa.BigInteger(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("stopped_at", storage.columns.Instant(timezone=True), nullable=False),
        sa.Column("lifted_at", storage.columns.Instant(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("wiki", name=op.f("pk_stop")),
    )
    op.create_table(
        "stop_word",
        sa.Column("wiki", sa.String(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("said_at", storage.columns.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.key"], name=op.f("fk_stop_word_person")),
        sa.ForeignKeyConstraint(["wiki"], ["stop.wiki"], name=op.f("fk_stop_word_wiki")),
        sa.PrimaryKeyConstraint("wiki", "person", name=op.f("pk_stop_word")),
    )
    op.create_table(
        "approval",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("wiki", sa.String(), nullable=False),
        sa.Column("link", sa.String(), nullable=False),
        sa.Column("until", storage.columns.Instant(timezone=True), nullable=False),
        sa.Column("given_by", sa.Integer(), nullable=False),
        sa.Column("given_at", storage.columns.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["given_by"], ["person.key"], name=op.f("fk_approval_given_by")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_approval")),
    )
    op.create_index(op.f("ix_approval_wiki"), "approval", ["wiki"], unique=False)
    op.create_table(
        "revert",
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("seen_at", storage.columns.Instant(timezone=True), nullable=False),
        sa.Column("weighs", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run", "number"], ["delivery.run", "delivery.number"], name=op.f("fk_revert_run")
        ),
        sa.PrimaryKeyConstraint("run", "number", name=op.f("pk_revert")),
    )

    op.create_table(
        "run_text",
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("draft", sa.Text(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("footer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["run.number"], name=op.f("fk_run_text_run")),
        sa.PrimaryKeyConstraint("run", "language", name=op.f("pk_run_text")),
    )

    op.create_table(
        "opt_out",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("wiki", sa.String(), nullable=False),
        sa.Column("human", sa.String(), nullable=False),
        sa.Column("by", sa.Integer(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", storage.columns.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["person.key"], name=op.f("fk_opt_out_by")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_opt_out")),
        sa.UniqueConstraint("user", "wiki", name=op.f("uq_opt_out_user_wiki")),
    )
    op.create_index(op.f("ix_opt_out_human"), "opt_out", ["human"])
    op.create_table(
        "reaction",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("once", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", storage.columns.Instant(timezone=True), nullable=False),
        sa.Column("run", sa.Integer(), nullable=True),
        sa.Column("recipient", sa.Integer(), nullable=True),
        sa.Column("wiki", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("revid", sa.BigInteger(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("suggestion", sa.String(), nullable=False),
        sa.Column("told_at", storage.columns.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["run"], ["run.number"], name=op.f("fk_reaction_run")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_reaction")),
        sa.UniqueConstraint("once", name=op.f("uq_reaction_once")),
    )
    op.create_index("ix_reaction_of_run", "reaction", ["run", "kind"])
    op.create_index(op.f("ix_reaction_told_at"), "reaction", ["told_at"])
    op.create_table(
        "watermark",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_watermark")),
    )


def downgrade() -> None:
    op.drop_table("watermark")
    op.drop_table("reaction")
    op.drop_table("opt_out")
    op.drop_table("editor")
    op.drop_table("run_text")
    op.drop_table("global_account")
    op.drop_table("considered")
    op.drop_table("gathering")
    op.drop_table("revert")
    op.drop_index(op.f("ix_approval_wiki"), table_name="approval")
    op.drop_table("approval")
    op.drop_table("stop_word")
    op.drop_table("stop")
    op.drop_column("run", "approvals")
    op.drop_column("run", "rests_until")
    op.drop_column("run", "listens")
    op.drop_column("run", "signup")
    op.drop_column("run", "confirmed_by")
    op.drop_column("run", "not_after")
    op.drop_column("run", "not_before")
    op.drop_column("run", "event")
    op.drop_column("run", "recipe")
    op.drop_column("run", "particulars")
    op.drop_column("run", "language")
    op.drop_column("run", "of_run")
    op.drop_column("run", "kind")

    op.drop_column("delivery", "verified")
    op.drop_column("delivery", "put_off_at")
    op.drop_column("delivery", "due_at")
    op.drop_column("delivery", "others")
    op.drop_index("ix_delivery_account", table_name="delivery")
    op.drop_index(op.f("ix_delivery_human"), table_name="delivery")
    op.drop_column("delivery", "human")
    op.drop_column("delivery", "way")
    op.drop_column("delivery", "page_language")
    op.drop_column("delivery", "language")
