"""A stand-in Feishu tenant (Hire, CoreHR, Performance) over the simulated company."""
