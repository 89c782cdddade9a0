"""The ground floor of TalentLoop: settings, clock, contracts, landing zone, warehouse, operations."""
