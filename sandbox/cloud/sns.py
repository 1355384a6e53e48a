"""What moto keeps of SNS, and how far it goes."""

GAPS = {"SNS": "subscriptions are kept as if they had been confirmed; no mail is sent"}
