"""Keep what is needed so that nobody misses an event."""

import sqlalchemy as sa
from alembic import op

import storage.columns

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "programme",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_programme")),
    )
    op.create_table(
        "feed_token",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("made_at", storage.columns.Instant(timezone=True), nullable=False),
        sa.Column("revoked_at", storage.columns.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.key"], name=op.f("fk_feed_token_person")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_feed_token")),
    )
    op.create_index(op.f("ix_feed_token_person"), "feed_token", ["person"], unique=False)
    op.create_table(
        "issue",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("due_at", storage.columns.Instant(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("nudged_at", storage.columns.Instant(timezone=True), nullable=True),
        sa.Column("previewed_at", storage.columns.Instant(timezone=True), nullable=True),
        sa.Column("held_why", sa.String(), nullable=True),
        sa.Column("held_by", sa.Integer(), nullable=True),
        sa.Column("released_at", storage.columns.Instant(timezone=True), nullable=True),
        sa.Column("sent_at", storage.columns.Instant(timezone=True), nullable=True),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["held_by"], ["person.key"], name=op.f("fk_issue_held_by")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_issue")),
        sa.UniqueConstraint("due_at", name=op.f("uq_issue_due_at")),
    )
    op.create_index(op.f("ix_issue_state"), "issue", ["state"], unique=False)
    op.create_table(
        "no_nudge",
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("said_at", storage.columns.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.key"], name=op.f("fk_no_nudge_person")),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_no_nudge")),
    )
    op.create_table(
        "subscription",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("subscribed_by", sa.Integer(), nullable=False),
        sa.Column("subscribed_at", storage.columns.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscribed_by"], ["person.key"], name=op.f("fk_subscription_subscribed_by")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_subscription")),
        sa.UniqueConstraint(
            "network", "place", "address", name=op.f("uq_subscription_network_place_address")
        ),
    )
    op.create_table(
        "follow_up",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("event", sa.Integer(), nullable=False),
        sa.Column("occurrence", storage.columns.Instant(timezone=True), nullable=False),
        sa.Column("ended_at", storage.columns.Instant(timezone=True), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("wake_at", storage.columns.Instant(timezone=True), nullable=True),
        sa.Column("answered_at", storage.columns.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["event"], ["event.number"], name=op.f("fk_follow_up_event")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_follow_up")),
        sa.UniqueConstraint("event", "occurrence", name=op.f("uq_follow_up_event_occurrence")),
    )
    op.create_index(op.f("ix_follow_up_wake_at"), "follow_up", ["wake_at"], unique=False)
    op.create_table(
        "issue_copy",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("issue", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("wake_at", storage.columns.Instant(timezone=True), nullable=True),
        sa.Column("claimed_by", sa.String(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("fault", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["issue"], ["issue.number"], name=op.f("fk_issue_copy_issue")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_issue_copy")),
        sa.UniqueConstraint(
            "issue", "kind", "address", name=op.f("uq_issue_copy_issue_kind_address")
        ),
    )
    op.create_index(op.f("ix_issue_copy_wake_at"), "issue_copy", ["wake_at"], unique=False)
    op.create_table(
        "occurrence",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("event", sa.Integer(), nullable=False),
        sa.Column("at", storage.columns.Instant(timezone=True), nullable=False),
        sa.Column("started_at", storage.columns.Instant(timezone=True), nullable=True),
        sa.Column("ended_at", storage.columns.Instant(timezone=True), nullable=True),
        sa.Column("recording", sa.String(), nullable=True),
        sa.Column("slides", sa.String(), nullable=True),
        sa.Column("notes", sa.String(), nullable=True),
        sa.Column("attended", sa.Integer(), nullable=True),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["event"], ["event.number"], name=op.f("fk_occurrence_event")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_occurrence")),
        sa.UniqueConstraint("event", "at", name=op.f("uq_occurrence_event_at")),
    )
    op.create_table(
        "post",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("event", sa.Integer(), nullable=False),
        sa.Column("occurrence", storage.columns.Instant(timezone=True), nullable=False),
        sa.Column("offset", storage.columns.Span(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("once", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("alt", sa.String(), nullable=False),
        sa.Column("link", sa.String(), nullable=True),
        sa.Column("facts", sa.String(), nullable=False),
        sa.Column("edited", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due_at", storage.columns.Instant(timezone=True), nullable=False),
        sa.Column("drafted_at", storage.columns.Instant(timezone=True), nullable=False),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        sa.Column("wake_at", storage.columns.Instant(timezone=True), nullable=True),
        sa.Column("claimed_by", sa.String(), nullable=True),
        sa.Column("unsure", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("posted_at", storage.columns.Instant(timezone=True), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("fault", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["approved_by"], ["person.key"], name=op.f("fk_post_approved_by")),
        sa.ForeignKeyConstraint(["event"], ["event.number"], name=op.f("fk_post_event")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_post")),
        sa.UniqueConstraint("account", "once", name=op.f("uq_post_account_once")),
    )
    op.create_index(op.f("ix_post_due_at"), "post", ["due_at"], unique=False)
    op.create_index(op.f("ix_post_event"), "post", ["event"], unique=False)
    op.create_index(op.f("ix_post_wake_at"), "post", ["wake_at"], unique=False)
    op.create_table(
        "promotion_step",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("event", sa.Integer(), nullable=False),
        sa.Column("occurrence", storage.columns.Instant(timezone=True), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("doer", sa.String(), nullable=False),
        sa.Column("deed", sa.String(), nullable=True),
        sa.Column("before", storage.columns.Span(), nullable=False),
        sa.Column("due_at", storage.columns.Instant(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("wake_at", storage.columns.Instant(timezone=True), nullable=True),
        sa.Column("done_at", storage.columns.Instant(timezone=True), nullable=True),
        sa.Column("done_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["done_by"], ["person.key"], name=op.f("fk_promotion_step_done_by")
        ),
        sa.ForeignKeyConstraint(["event"], ["event.number"], name=op.f("fk_promotion_step_event")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_promotion_step")),
        sa.UniqueConstraint(
            "event",
            "occurrence",
            "number",
            name=op.f("uq_promotion_step_event_occurrence_number"),
        ),
    )
    op.create_index(op.f("ix_promotion_step_wake_at"), "promotion_step", ["wake_at"], unique=False)
    op.create_table(
        "proposal",
        sa.Column("event", sa.Integer(), nullable=False),
        sa.Column("identity", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("proposed_at", storage.columns.Instant(timezone=True), nullable=False),
        sa.Column("repeated", sa.Integer(), nullable=False),
        sa.Column("wake_at", storage.columns.Instant(timezone=True), nullable=True),
        sa.Column("decided_at", storage.columns.Instant(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["person.key"], name=op.f("fk_proposal_decided_by")
        ),
        sa.ForeignKeyConstraint(["event"], ["event.number"], name=op.f("fk_proposal_event")),
        sa.ForeignKeyConstraint(["identity"], ["identity.key"], name=op.f("fk_proposal_identity")),
        sa.PrimaryKeyConstraint("event", name=op.f("pk_proposal")),
    )
    op.create_index(op.f("ix_proposal_identity"), "proposal", ["identity"], unique=False)
    op.create_index(op.f("ix_proposal_wake_at"), "proposal", ["wake_at"], unique=False)
    op.create_table(
        "publication",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("wiki", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("event", sa.Integer(), nullable=True),
        sa.Column("begun_at", storage.columns.Instant(timezone=True), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("revid", sa.BigInteger(), nullable=True),
        sa.Column("written_at", storage.columns.Instant(timezone=True), nullable=True),
        sa.Column("shown_at", storage.columns.Instant(timezone=True), nullable=True),
        sa.Column("moved_from", storage.columns.Instant(timezone=True), nullable=True),
        sa.Column("wake_at", storage.columns.Instant(timezone=True), nullable=True),
        sa.Column("claimed_by", sa.String(), nullable=True),
        sa.Column("setbacks", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["event"], ["event.number"], name=op.f("fk_publication_event")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_publication")),
        sa.UniqueConstraint("wiki", "name", name=op.f("uq_publication_wiki_name")),
    )
    op.create_index(op.f("ix_publication_event"), "publication", ["event"], unique=False)
    op.create_index(op.f("ix_publication_wake_at"), "publication", ["wake_at"], unique=False)
    op.create_table(
        "standing_wish",
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("identity", sa.Integer(), nullable=False),
        sa.Column("offsets", sa.JSON(), nullable=False),
        sa.Column("said_at", storage.columns.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["identity"], ["identity.key"], name=op.f("fk_standing_wish_identity")
        ),
        sa.ForeignKeyConstraint(["person"], ["person.key"], name=op.f("fk_standing_wish_person")),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_standing_wish")),
    )
    op.add_column(
        "attendance", sa.Column("state", sa.String(), server_default="coming", nullable=False)
    )
    op.add_column(
        "attendance", sa.Column("private", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column(
        "attendance",
        sa.Column(
            "identity",
            sa.Integer(),
            sa.ForeignKey("identity.key", name="fk_attendance_identity"),
            nullable=True,
        ),
        inline_references=True,
    )
    op.add_column(
        "attendance",
        sa.Column("offered_until", storage.columns.Instant(timezone=True), nullable=True),
    )
    op.add_column("attendance", sa.Column("offsets", sa.JSON(), nullable=True))
    op.create_index(op.f("ix_attendance_state"), "attendance", ["state"], unique=False)
    op.create_index(
        op.f("ix_attendance_offered_until"), "attendance", ["offered_until"], unique=False
    )
    op.add_column("event", sa.Column("description", sa.String(), nullable=True))
    op.add_column("event", sa.Column("capacity", sa.Integer(), nullable=True))
    op.add_column(
        "event", sa.Column("test", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column(
        "event", sa.Column("usual", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column(
        "event", sa.Column("changed_at", storage.columns.Instant(timezone=True), nullable=True)
    )
    op.add_column("event", sa.Column("version", sa.Integer(), server_default="0", nullable=False))
    op.create_index(op.f("ix_event_version"), "event", ["version"], unique=False)
    op.execute("INSERT INTO programme (key, version) VALUES (1, 1)")


def downgrade() -> None:
    op.drop_index(op.f("ix_event_version"), table_name="event")
    op.drop_column("event", "version")
    op.drop_column("event", "changed_at")
    op.drop_column("event", "usual")
    op.drop_column("event", "test")
    op.drop_column("event", "capacity")
    op.drop_column("event", "description")
    op.drop_index(op.f("ix_attendance_offered_until"), table_name="attendance")
    op.drop_index(op.f("ix_attendance_state"), table_name="attendance")
    op.drop_column("attendance", "offsets")
    op.drop_column("attendance", "offered_until")
    op.drop_column("attendance", "identity")
    op.drop_column("attendance", "private")
    op.drop_column("attendance", "state")
    op.drop_table("standing_wish")
    op.drop_index(op.f("ix_publication_wake_at"), table_name="publication")
    op.drop_index(op.f("ix_publication_event"), table_name="publication")
    op.drop_table("publication")
    op.drop_index(op.f("ix_proposal_wake_at"), table_name="proposal")
    op.drop_index(op.f("ix_proposal_identity"), table_name="proposal")
    op.drop_table("proposal")
    op.drop_index(op.f("ix_promotion_step_wake_at"), table_name="promotion_step")
    op.drop_table("promotion_step")
    op.drop_index(op.f("ix_post_wake_at"), table_name="post")
    op.drop_index(op.f("ix_post_event"), table_name="post")
    op.drop_index(op.f("ix_post_due_at"), table_name="post")
    op.drop_table("post")
    op.drop_table("occurrence")
    op.drop_index(op.f("ix_issue_copy_wake_at"), table_name="issue_copy")
    op.drop_table("issue_copy")
    op.drop_index(op.f("ix_follow_up_wake_at"), table_name="follow_up")
    op.drop_table("follow_up")
    op.drop_table("subscription")
    op.drop_table("no_nudge")
    op.drop_index(op.f("ix_issue_state"), table_name="issue")
    op.drop_table("issue")
    op.drop_index(op.f("ix_feed_token_person"), table_name="feed_token")
    op.drop_table("feed_token")
    op.drop_table("programme")
