"""A Dovecot on loopback with one mailbox, plain and over TLS. Debian package: dovecot-imapd."""

import grp
import imaplib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

USER, PASSWORD, FOLDER = "outreach@example.org", 'mail "box" \\ secret', "Answers"
START_SECONDS = 30
PROGRAM = "/usr/sbin/dovecot"

_CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{folder}/server.pem
ssl_key = <{folder}/server.key
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {login}
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:{folder}/mail
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/passwords
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
"""


class MailServer:
    """A running server. `ca_file` is the certificate that it shows under the name localhost."""

    def __init__(self, folder: Path) -> None:
        self.port, self.tls_port = _free_ports()
        self.ca_file = folder / "server.pem"

    def put(self, mail: str | bytes) -> None:
        """Let a mail arrive."""
        raw = mail.encode() if isinstance(mail, str) else mail
        with self._opened() as client:
            answer, _ = client.append(FOLDER, "", "", raw.replace(b"\n", b"\r\n"))
        assert answer == "OK"

    def flags(self) -> list[bytes]:
        """Return what the server has noted of each mail: that it was seen, or answered."""
        with self._opened() as client:
            client.select(FOLDER, readonly=True)
            _, data = client.fetch("1:*", "(FLAGS)")
        return [each for each in data if isinstance(each, bytes)]

    def begin_anew(self) -> None:
        """Make the folder again, empty: with another UIDVALIDITY."""
        with self._opened() as client:
            client.delete(FOLDER)
            assert client.create(FOLDER)[0] == "OK"

    @contextmanager
    def _opened(self) -> Iterator[imaplib.IMAP4]:
        with imaplib.IMAP4("127.0.0.1", self.port, timeout=START_SECONDS) as client:
            client.login(USER, PASSWORD)
            yield client


@contextmanager
def running_mail_server() -> Iterator[MailServer]:
    """Start a server with an empty folder, and remove all of it at the end."""
    if not Path(PROGRAM).exists():
        raise FileNotFoundError("Dovecot is not installed: apt install dovecot-imapd")
    folder = Path(tempfile.mkdtemp(prefix="bellringer-mail-"))
    try:
        server = MailServer(folder)
        with _process(folder, server):
            server.begin_anew()
            yield server
    finally:
        shutil.rmtree(folder)


@contextmanager
def _process(folder: Path, server: MailServer) -> Iterator[None]:
    _configure(folder, server)
    process = subprocess.Popen(
        # The pipe closes when the tests end, however they do, and ends the group.
        [
            *("sh", "-c", '"$@" </dev/null & read _; trap "" TERM; kill 0', "sh"),
            *(PROGRAM, "-F", "-c", str(folder / "dovecot.conf")),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _await_answer(server, folder / "log")
        yield
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait(START_SECONDS)
        _await_end(server)


def _configure(folder: Path, server: MailServer) -> None:
    user, login = _users()
    group = grp.getgrgid(user.pw_gid).gr_name
    (folder / "mail").mkdir()
    folder.chmod(0o755)
    if os.geteuid() == 0:
        os.chown(folder / "mail", user.pw_uid, user.pw_gid)
    (folder / "passwords").write_text(f"{USER}:{{PLAIN}}{PASSWORD}::::::\n")
    names = {"folder": folder, "user": user.pw_name, "group": group, "login": login.pw_name}
    ports = {"port": server.port, "tls_port": server.tls_port}
    (folder / "dovecot.conf").write_text(_CONFIGURATION.format(**names, **ports))
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30"),
            *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"),
            *("-keyout", str(folder / "server.key"), "-out", str(folder / "server.pem")),
        ],
        check=True,
        capture_output=True,
    )


def _users() -> tuple[pwd.struct_passwd, pwd.struct_passwd]:
    """Return whose the mails are, and as whom strangers are let in: not root."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.getuid()), pwd.getpwuid(os.getuid())
    return pwd.getpwnam("dovecot"), pwd.getpwnam("dovenull")


def _await_answer(server: MailServer, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not _answers(server):
        if time.monotonic() > deadline:
            raise RuntimeError(f"Dovecot did not start:\n{log.read_text(errors='replace')}")
        time.sleep(0.02)


def _await_end(server: MailServer) -> None:
    deadline = time.monotonic() + START_SECONDS
    while _answers(server):
        if time.monotonic() > deadline:
            raise RuntimeError("Dovecot does not end")
        time.sleep(0.02)


def _answers(server: MailServer) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", server.port), timeout=5) as probe:
            return probe.recv(4) == b"* OK"
    except OSError:
        return False


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]
