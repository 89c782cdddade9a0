"""Questions from a job description: what it asks for, which templates cover it, what is forbidden.

`generate` is the entry; `requirements` reads the description, `bank` holds the templates, `choose`
selects, `banned` keeps forbidden topics out of generated and hand-written questions alike.
"""
