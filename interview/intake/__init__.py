"""Résumés: read, turned into facts with the place each came from, and screened by rules.

A rule says met, not met or unknown; what a résumé does not tell is never held against anybody, and
what speaks against an application is a proposal to a person, with its reasons. Nothing is rejected
here.
"""
