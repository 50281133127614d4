"""What users and our own tests share: the store contract, scripted models."""
