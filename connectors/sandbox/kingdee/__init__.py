"""Stand-ins of two Kingdee products over the simulated company: 云星空 (K3Cloud) and 苍穹 (Cosmic)."""
