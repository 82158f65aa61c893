"""What is asked: grammar, authorisation, and the rules that decide."""
