"""Headers that every answer of the application's origin carries."""

from __future__ import annotations

from flask import Flask, Response, request

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src {stored}",
        "media-src {stored}",
        "font-src 'self'",
        "connect-src {stored}",
        "frame-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
    )
)


def unkept(response: Response) -> Response:
    """A page with a secret on it is kept by no cache."""
    response.headers["Cache-Control"] = "no-store"
    return response


def register_security_headers(app: Flask, stored_origins: str, https: bool) -> None:
    """Set the policy once; files that go straight to and from a bucket need its origin in it (several by blanks).

    A player on a page follows our answer of 302 to the bucket, and browsers judge where it leads.
    """
    policy = CONTENT_SECURITY_POLICY.format(stored=f"'self' {stored_origins}".rstrip())
    common = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    }
    if https:
        common["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"

    @app.after_request
    def set_headers(response: Response) -> Response:
        for name, value in common.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Content-Security-Policy", policy)
        if not request.path.startswith("/static/"):
            response.headers.setdefault(
                "Cache-Control",
                "private, no-store" if "Set-Cookie" in response.headers else "private, no-cache",
            )
        return response
