"""What surrounds an interview; engines that know nothing of channels, pages or orchestration."""
