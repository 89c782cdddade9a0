"""From an interview that has ended to its results: answer by answer, each evaluated once.

`folder` reads what came in, `answer` evaluates one answer, `results` keeps what came out, `queue`
knows which answers wait and who works on them, `outcome` draws an interview's answers together.
"""
