"""Messages to people: their wording, their form, and what all channels share."""
