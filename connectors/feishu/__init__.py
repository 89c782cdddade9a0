"""飞书招聘 Feishu Hire with CoreHR and Performance: pull, write-back."""
