"""The second factor of those who sign for money and papers: a code of an app (TOTP), a passkey, recovery codes.

The cryptography is pyotp's and fido2's; what is ours is when it is asked for. All tables are the login's alone:
no position reads them (docs/decisions/0025).
"""
