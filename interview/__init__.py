"""What happens with an interview; engines that know nothing of channels, pages or orchestration.

`session` says what came in, `transcript` what was said, `evidence` what a score rests on.
"""
