"""金蝶云星空 (Kingdee K3Cloud) over its WebAPI: reading forms, saving results without deleting."""
