"""What is made of the programme for others to read: feeds, wiki pages, digests, pictures."""
