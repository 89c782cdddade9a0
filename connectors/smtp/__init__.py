"""Mail: invitations to candidates, cards to mailing lists."""
