"""A stand-in of an interview platform: ended interviews and their recordings, all generated."""
