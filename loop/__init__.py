"""The steps of the loop, as every front door runs them, and the demo that runs them all."""
