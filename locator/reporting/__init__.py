"""What visitors tell us of clinics: taken without account, cookie or third party."""
