"""What is kept: schema, transactions, queries and migrations."""
