"""A second factor at sign-in: codes of an app on the phone (TOTP, RFC 6238), and recovery codes on paper."""
