"""The mail server of an installation: encrypted or not at all, said what is wrong; and links that go by mail."""

from __future__ import annotations

import contextlib
import re
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import select

from repo_service.accounts import service as accounts
from repo_service.accounts.models import OneTimeLink, User
from repo_service.cli import cli
from repo_service.core.db import Database
from repo_service.mail import door
from repo_service.mail.smtp import MailUnavailable, connected, read_server
from repo_service.settings import ConfigurationError, Settings
from tests.cast import Cast
from tests.mail_server import Mailbox, mail_server
from tests.repo_service.letters.conftest import PostOffice
from tests.servers.certificates import Authority


def _news(post: PostOffice, *names: str, origin: str = "o:1") -> None:
    for name in names:
        post.wants(name, "ngay")
        post.tell(name, "request.asked", "/loi-nho/x", f"{origin}:{name}", by="Lan", text="x")


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder, authority = tmp_path_factory.mktemp("mail-tls"), Authority("test mail")
    certificate, key = authority.sign("localhost")
    for name, pem in (("ca", authority.pem), ("cert", certificate), ("key", key)):
        (folder / f"{name}.pem").write_text(pem)
    return folder


def test_letters_go_encrypted_and_signed_in_or_not_at_all(certificates: Path) -> None:
    mailbox, pair = Mailbox(), (certificates / "cert.pem", certificates / "key.pem")
    ca = f"ca={certificates / 'ca.pem'}"
    refusals = {
        f"kho:right@localhost:PORT?{ca}": None,
        f"kho:wrong@localhost:PORT?{ca}": "sign-in refused",
        "kho:right@localhost:PORT": "certificate not believed",
        f"kho:right@127.0.0.1:PORT?{ca}": "certificate not believed",
    }
    with mail_server(mailbox, pair, "right") as port:
        for rest, reason in refusals.items():
            server = read_server(f"smtp://{rest}".replace("PORT", str(port)))
            expected = pytest.raises(MailUnavailable, match=reason) if reason else contextlib.nullcontext()
            with expected, connected(server):
                pass
    with mail_server(mailbox) as port:
        plain = connected(read_server(f"smtp://localhost:{port}?{ca}"))
        with pytest.raises(MailUnavailable, match="no encryption"), plain:
            pass


@pytest.mark.parametrize(
    "url",
    [
        "http://mail", "smtp://", "smtp://mail:x", "smtp://u:p@mail.example?tls=0", "smtp://mail?from=a@b@c",
        "smtp://mail?from=x%0d%0aBcc:y@z",
    ],
)  # fmt: skip
def test_a_wrong_address_of_the_mail_server_is_said(url: str) -> None:
    with pytest.raises(ConfigurationError):
        read_server(url)
    assert "secret" not in repr(read_server("smtps://kho:secret@mail.example"))


def _asked(client: FlaskClient, name: str) -> str:
    return client.post("/quen-mat-khau", data={"username": name}).get_data(as_text=True)


def test_a_link_comes_by_mail_works_for_an_hour_and_stands_nowhere_else(
    db: Database,
    cast: Cast,
    post: PostOffice,
    mailbox: Mailbox,
    work: object,
    client: FlaskClient,
    sign_in: object,
) -> None:
    post.wants("lan", "khong")
    sign_in("hoa")  # type: ignore[operator]  # forged-form checks are off from here on
    answers = {
        re.sub(r'csrf[-_]token"[^>]*>', "", _asked(client, name))
        for name in ("lan", "khong-co-ai", "hoa")
    }
    assert len(answers) == 1, "nobody learns who has an account"
    for _again in range(2):
        work()  # type: ignore[operator]
        post.run()
        client.post("/quen-mat-khau", data={"username": "LAN@truong.example.edu.vn"})
    (letter,) = mailbox.letters
    body = letter.get_body(("plain",))
    assert body is not None and letter["List-Unsubscribe"] is None
    path = next(word for word in body.get_content().split() if "/lien-ket/" in word)
    path = path.removeprefix("https://kho.example.edu.vn")
    with db.session(writing=False) as session:
        link = session.scalars(select(OneTimeLink).where(OneTimeLink.user_id == cast.lan)).one()
        assert link.expires_at - link.created_at <= timedelta(hours=1, seconds=1)
    assert client.get(path).status_code == 200
    assert client.post(path, data={"password": "sông Trà núi Ấn một chiều"}).status_code == 302


def test_whoever_looks_after_people_sends_a_link_and_nobody_else(
    db: Database, cast: Cast, post: PostOffice, mailbox: Mailbox, work: object, sign_in: object
) -> None:
    post.wants("lan", "khong")
    assert sign_in("quang").post(f"/nguoi/{cast.lan}/gui-lien-ket").status_code == 404  # type: ignore[operator]
    hanh: FlaskClient = sign_in("hanh")  # type: ignore[operator]
    assert "Gửi liên kết qua email" in hanh.get(f"/nguoi/{cast.lan}").get_data(as_text=True)
    assert hanh.post(f"/nguoi/{cast.lan}/gui-lien-ket").location == f"/nguoi/{cast.lan}"
    work()  # type: ignore[operator]
    post.run()
    assert mailbox.recipients == [["lan@truong.example.edu.vn"]]


def test_nothing_leaves_while_mail_is_off(
    db: Database, post: PostOffice, mailbox: Mailbox, settings: Settings, client: FlaskClient, work: object
) -> None:
    _news(post, "lan")
    door.configure(settings)
    post.run()
    work()  # type: ignore[operator]
    assert mailbox.letters == [] and "không gửi thư" in client.get("/quen-mat-khau").get_data(as_text=True)
    assert "/quen-mat-khau" not in client.get("/dang-nhap").get_data(as_text=True)


def test_the_operator_tries_the_mail_server(mailbox: Mailbox, tmp_path: Path) -> None:
    found = door.door()
    assert found is not None

    def kho(*words: str, url: str = "") -> tuple[int, str]:
        env = {"KHO_DATA": str(tmp_path), "SMTP_URL": url}
        answer = CliRunner().invoke(cli, words, env=env)
        return answer.exit_code, answer.output

    url = f"smtp://127.0.0.1:{found.server.port}?tls=0"
    assert kho("mail", "test", "a@b.vn", url=url)[0] == 0 and mailbox.recipients == [["a@b.vn"]]
    mailbox.answers["c@d.vn"] = ["550 5.1.1 no"]
    for address, wrong in (
        ("c@d.vn", url),
        ("x", url),
        ("a@b.vn", ""),
        ("a@b.vn", "smtp://127.0.0.1:9?tls=0"),
    ):
        assert kho("mail", "test", address, url=wrong)[0] == 1
    assert "kết nối và đăng nhập được" in kho("doctor", url=url)[1]
    assert "Máy thư (SMTP_URL): Connection" in kho("doctor", url="smtp://127.0.0.1:9?tls=0")[1]


def test_a_stranger_who_asks_for_a_link_ends_no_invitation_but_a_used_link_ends_all(
    db: Database, cast: Cast, client: FlaskClient, sign_in: object
) -> None:
    sign_in("hoa")  # type: ignore[operator]  # forged-form checks are off from here on
    with db.transaction() as session:
        lan = session.get_one(User, cast.lan)
        invited, mailed = accounts.create_link(lan, cast.hanh), accounts.create_link(lan, None, by_mail=True)
    assert client.get(f"/lien-ket/{invited}").status_code == 200
    used = client.post(f"/lien-ket/{mailed}", data={"password": "sông Trà núi Ấn một chiều"})
    assert used.status_code == 302 and client.get(f"/lien-ket/{invited}").status_code == 404
