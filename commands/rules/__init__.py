"""Pure decisions: state, request and now in, a frozen outcome out."""
