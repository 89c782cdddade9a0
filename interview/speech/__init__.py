"""From a recording to a transcript that may, or may not, be scored."""
