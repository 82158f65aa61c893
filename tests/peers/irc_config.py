"""The files of an IRC network for tests: one InspIRCd 3 and the Anope 2 services linked to it.

https://docs.inspircd.org/3/ and the example files of Debian's package `anope`.
"""

import base64
from collections.abc import Iterator, Mapping
from pathlib import Path

SERVER_NAME = "irc.example.test"
OPERATOR = ("root", "rootpass")
ACCOUNTS = {
    "botaccount": "botpass",
    "alice": "alicepass",
    "bob": "bobpass",
    "dora": "dorapass",
    "mallory": "mallorypass",
}
CERTIFIED_ACCOUNT = "botaccount"

_SERVICES_NAME = "services.example.test"
_MODULES = (
    *("spanningtree", "services_account", "sasl", "ssl_gnutls", "sslinfo"),
    *("cap", "ircv3", "ircv3_accounttag", "ircv3_batch", "ircv3_capnotify", "ircv3_chghost"),
    *("ircv3_ctctags", "ircv3_echomessage", "ircv3_msgid", "ircv3_servertime"),
    *("botmode", "chanhistory", "chghost", "hidechans"),
)
_NO_LIMITS = 'hardsendq="8M" softsendq="1M" recvq="1M" threshold="100000" commandrate="10000000"'
# What an ordinary server allows: ten commands at once, then one a second, else "Excess Flood".
_LIMITS = 'hardsendq="1M" softsendq="8192" recvq="8K" threshold="10" commandrate="1000"'
_EVERY_CLASS = 'timeout="60" resolvehostnames="no" usednsbl="no" useident="no" fakelag="no"'
_MANY = 'localmax="500" globalmax="500" limit="1000" modes=""'


def inspircd(directory: Path, *, plain: int, tls: int, strict: int, link: int) -> str:
    """Return the server's configuration: three ports for clients, one for the services.

    `strict` has flood limits, the others have none. Channels keep history with `MODE +H 50:1h`.
    """
    return "\n".join(
        [
            '<config format="xml">',
            f'<path configdir="{directory}" datadir="{directory}" logdir="{directory}"'
            f' runtimedir="{directory}">',
            f'<server name="{SERVER_NAME}" description="Tests" network="TestNet">',
            '<admin name="Test" nick="test" email="root@example.test">',
            *(f'<module name="{name}">' for name in _MODULES),
            f'<bind address="127.0.0.1" port="{plain}" type="clients">',
            f'<bind address="127.0.0.1" port="{strict}" type="clients">',
            f'<bind address="127.0.0.1" port="{tls}" type="clients" sslprofile="local">',
            f'<bind address="127.0.0.1" port="{link}" type="servers">',
            f'<sslprofile name="local" provider="gnutls" certfile="{directory}/server.pem"'
            f' keyfile="{directory}/server.key" hash="sha256" requestclientcert="yes">',
            f'<connect name="strict" allow="*" port="{strict}" {_EVERY_CLASS} {_LIMITS} {_MANY}>',
            f'<connect name="open" allow="*" {_EVERY_CLASS} {_NO_LIMITS} {_MANY}>',
            '<class name="All" commands="*" privs="*" usermodes="*" chanmodes="*" snomasks="*">',
            '<type name="Root" classes="All">',
            f'<oper name="{OPERATOR[0]}" password="{OPERATOR[1]}" host="*@*" type="Root">',
            '<options prefixquit="" defaultmodes="not" casemapping="ascii" splitwhois="no">',
            '<performance nouserdns="yes" quietbursts="yes">',
            '<security hidesplits="no" hideulines="no" maxtargets="20" genericoper="no">',
            '<limits maxnick="30" maxchan="64" maxident="10" maxhost="64" maxreal="128">',
            f'<link name="{_SERVICES_NAME}" ipaddr="127.0.0.1" port="{link}"'
            ' allowmask="127.0.0.1" sendpass="linkpass" recvpass="linkpass">',
            f'<uline server="{_SERVICES_NAME}" silent="yes">',
            f'<sasl target="{_SERVICES_NAME}" requiressl="no">',
            '<chanhistory maxlines="50" prefixmsg="yes" bots="yes" enableumode="no">',
            '<log method="file" type="* -USERINPUT -USEROUTPUT" level="default"'
            ' target="inspircd.log">',
            "",
        ]
    )


def anope(directory: Path, *, link: int) -> str:
    """Return the services' configuration: accounts, and nobody is forced off a nick."""
    return "\n".join(
        [
            _block(
                "uplink", host="127.0.0.1", ipv6=False, ssl=False, port=link, password="linkpass"
            ),
            _block(
                "serverinfo",
                name=_SERVICES_NAME,
                description="Services",
                pid=f"{directory}/anope.pid",
                motd="none.motd",
            ),
            _block(
                "networkinfo",
                networkname="TestNet",
                nicklen=30,
                userlen=10,
                hostlen=64,
                chanlen=64,
                modelistsize=100,
                vhost_chars="abcdefghijklmnopqrstuvwxyz0123456789.-",
                allow_undotted_vhosts=False,
                disallow_start_or_end=".-",
                nick_chars="",
            ),
            _block(
                "options",
                casemap="ascii",
                strictpasswords=False,
                badpasslimit=0,
                seed=9274,
                # Longer than any tests last: services that save twice look for a backup, and end.
                updatetimeout="1d",
                expiretimeout="30m",
                readtimeout="5s",
                warningtimeout="4h",
                timeoutcheck="3s",
                retrywait="1s",
            ),
            _block(
                "module",
                name="inspircd3",
                use_server_side_mlock=False,
                use_server_side_topiclock=False,
            ),
            _block("module", name="db_flatfile", database="anope.db", nobackupok=True, fork=False),
            *(_block("module", name=name) for name in ("enc_sha256", "enc_none", "m_sasl")),
            _block(
                "service", nick="NickServ", user="services", host=_SERVICES_NAME, gecos="Accounts"
            ),
            _block(
                "module",
                name="nickserv",
                client="NickServ",
                forceemail=False,
                defaults="",
                regdelay=0,
                expire=0,
                modeonid=False,
                enforceruser="user",
                enforcerhost=_SERVICES_NAME,
                releasetimeout="1m",
                guestnickprefix="Guest",
                passlen=64,
            ),
            *_nickserv_commands("identify", "logout"),
            _block("module", name="ns_cert", max=5),
            "",
        ]
    )


def anope_database(fingerprint: str) -> str:
    """Return the accounts that exist from the start; `fingerprint` belongs to one of them."""
    return "".join(
        line + "\n"
        for account, password in ACCOUNTS.items()
        for line in _account(account, password, fingerprint)
    )


def _account(account: str, password: str, fingerprint: str) -> Iterator[str]:
    secret = base64.b64encode(password.encode()).decode()
    certificate = {"cert": fingerprint} if account == CERTIFIED_ACCOUNT else {}
    yield from _object(
        "NickCore",
        {"display": account, "pass": f"plain:{secret}", "email": "", "language": "", "access": ""}
        | {"memomax": "20"}
        | certificate,
    )
    yield from _object(
        "NickAlias",
        {"nick": account, "last_realname": account, "time_registered": "1700000000"}
        | {"last_seen": "1700000000", "nc": account},
    )


def _object(kind: str, data: Mapping[str, str]) -> Iterator[str]:
    yield f"OBJECT {kind}"
    yield from (f"DATA {key} {value}" for key, value in data.items())
    yield "END"


def _nickserv_commands(*names: str) -> Iterator[str]:
    for name in names:
        yield _block("module", name=f"ns_{name}")
        yield _block("command", service="NickServ", name=name.upper(), command=f"nickserv/{name}")


def _block(kind: str, /, **settings: str | int | bool) -> str:
    # The format asks for one setting a line.
    return "\n".join([kind, "{", *(f"\t{k} = {_value(v)}" for k, v in settings.items()), "}"])


def _value(value: str | int | bool) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, int) else f'"{value}"'
